"""What was said and done with investors."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.models import Row
from projects.models import Company, Contact, Lead
from projects.models.companies import Bigrams
from teams.models import Team, User, Zone, in_reach, seen_by
from visits.choices import Channel


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions, by who may see them."""

    def visible_to(self, user: Any) -> InteractionQuerySet:
        """Those of the user's zones and teams, with a visible lead, or logged by the user in a zone where they work.

        Anonymous gets none.
        """
        leads = Lead.objects.visible_to(user).filter(id=OuterRef("lead_id"))
        parties = InteractionParty.objects.filter(
            interaction_id=OuterRef("id"), lead__in=Lead.objects.visible_to(user)
        )
        with_lead = Q(Exists(leads)) | Q(Exists(parties))
        seen = seen_by(self, user, lambda: in_reach(user, own=Q(created_by=user)) | with_lead)
        # An interaction lies in the zone of its leads, so this takes nothing away; it lets the zone's index give the
        # latest, where the alternatives above would be asked of every row.
        return seen if user.is_superuser or not user.is_authenticated else seen.filter(zone_id__in=user.role_zone_ids)


@tracked("search_text")
class Interaction(Row):
    """A call, visit, reception or other contact. `lead` and `company` are those of its first party.

    Keys without an index of their own are the first column of one below, or of a constraint.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey(
        Lead,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("Lead"),
        db_index=False,
    )
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="interactions", verbose_name=_("Company")
    )
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel.choices)
    occurred_at = models.DateTimeField(_("When"))
    duration_minutes = models.PositiveSmallIntegerField(_("Minutes"), null=True, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team"), db_index=False
    )
    staff = models.ManyToManyField(User, blank=True, related_name="interactions", verbose_name=_("Our people"))
    person_times = models.PositiveSmallIntegerField(_("People met"), default=1)
    place = models.CharField(_("Place"), max_length=300, blank=True)
    summary = models.TextField(_("What was said"), blank=True, max_length=10_000)
    outcome = models.TextField(_("Outcome"), blank=True, max_length=2000)
    next_follow_up_on = models.DateField(_("Next follow-up"), null=True, blank=True)
    client_token = models.UUIDField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", db_index=False)
    search_text = models.TextField(editable=False, default="")

    objects = InteractionQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Interaction")
        verbose_name_plural = _("Interactions")
        constraints: ClassVar = [
            # A phone that sends twice makes one row.
            models.UniqueConstraint(fields=["created_by", "client_token"], name="interaction_token_once"),
            models.CheckConstraint(
                condition=Q(person_times__gte=1, person_times__lte=10_000),
                name="interaction_people_sane",
                violation_error_message=_("Count the people met: 1 to 10,000."),
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes=None) | Q(duration_minutes__lte=6000),
                name="interaction_minutes_sane",
                violation_error_message=_("That is longer than 100 hours."),
            ),
        ]
        indexes: ClassVar = [
            # a lead's timeline and its count per channel
            models.Index(
                fields=["lead", "-occurred_at", "-id"], condition=Q(deleted_at=None), name="interaction_lead"
            ),
            # the page's list, of a zone and of a team, latest first; the API's in the order of creation
            models.Index(
                fields=["zone", "-occurred_at", "-id"], condition=Q(deleted_at=None), name="interaction_zone"
            ),
            models.Index(
                fields=["team", "-occurred_at", "-id"], condition=Q(deleted_at=None), name="interaction_team"
            ),
            models.Index(fields=["-created_at", "-id"], condition=Q(deleted_at=None), name="interaction_created"),
            # search of three characters and more, and of two
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="interaction_search"),
            GinIndex(Bigrams("search_text"), name="interaction_search_two"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.occurred_at:%Y-%m-%d}"


class InteractionParty(models.Model):
    """One company in an interaction, with its own outcome; a reception has many."""

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="parties", db_index=False)
    position = models.PositiveSmallIntegerField()
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+", verbose_name=_("Company"))
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Lead"))
    contacts = models.ManyToManyField(Contact, blank=True, related_name="+", verbose_name=_("Contacts"))
    outcome = models.TextField(_("Outcome"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("Party")
        verbose_name_plural = _("Parties")
        ordering: ClassVar = ["interaction", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interaction", "position"], name="party_position_once"),
            models.CheckConstraint(
                condition=Q(company__isnull=False) | Q(lead__isnull=False),
                name="party_is_somebody",
                violation_error_message=_("Name a company or a lead."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.company or self.lead)
