"""What comes next: follow-ups, planned visits with their dossier, calendars that subscribe."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from projects.models import Company, Lead
from projects.models.talk import SEEN
from teams.models import Team, User, Zone, in_reach, seen_by
from visits.choices import PLANNABLE, FeedScope, FollowUpStatus, PlanStatus
from visits.models.interactions import Interaction


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups, seen with their lead."""

    def visible_to(self, user: Any) -> FollowUpQuerySet:
        """Follow-ups of visible leads; anonymous gets none."""
        return self.filter(deleted_at=None, lead__in=Lead.objects.visible_to(user))

    def open(self) -> FollowUpQuerySet:
        """Those still to be done."""
        return self.filter(status=FollowUpStatus.OPEN)


@tracked()
class FollowUp(Row):
    """A next step that somebody owes a lead (跟进). It is done by logging what was done."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="follow_ups", verbose_name=_("Lead"))
    due_on = models.DateField(_("Due on"))
    note = models.CharField(_("What to do"), max_length=500, blank=True)
    assignee = models.ForeignKey(User, models.PROTECT, related_name="follow_ups", verbose_name=_("Who"))
    status = models.CharField(
        _("Status"), max_length=10, choices=FollowUpStatus.choices, default=FollowUpStatus.OPEN, editable=False
    )
    came_from = models.ForeignKey(Interaction, models.PROTECT, null=True, editable=False, related_name="follow_ups")
    done_by = models.ForeignKey(Interaction, models.PROTECT, null=True, editable=False, related_name="done_follow_ups")
    closed_at = models.DateTimeField(null=True, editable=False)
    cancel_reason = models.CharField(_("Reason"), max_length=300, blank=True)
    # why it was put off, the last time
    snooze_reason = models.CharField(_("Why later"), max_length=300, blank=True)
    # who gave it to the present assignee
    delegated_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = FollowUpQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Follow-up")
        verbose_name_plural = _("Follow-ups")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status=FollowUpStatus.OPEN, closed_at=None)
                | (~Q(status=FollowUpStatus.OPEN) & Q(closed_at__isnull=False)),
                name="follow_up_closed_has_time",
            ),
        ]
        indexes: ClassVar = [
            # today: what a person owes
            models.Index(
                fields=["assignee", "due_on"], condition=Q(deleted_at=None, status="open"), name="follow_up_due"
            ),
            # a lead's next step
            models.Index(
                fields=["lead", "due_on"], condition=Q(deleted_at=None, status="open"), name="follow_up_lead"
            ),
            # today: what is due, of a team or a zone
            models.Index(fields=["due_on", "id"], condition=Q(deleted_at=None, status="open"), name="follow_up_day"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.note}"


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    """Planned visits, by who may see them."""

    def visible_to(self, user: Any) -> PlannedVisitQuerySet:
        """Those of the user's zones and teams, of visible leads, and the user's own; anonymous gets none."""
        leads = Q(Exists(Lead.objects.visible_to(user).filter(id=OuterRef("lead_id"))))
        own = Q(created_by=user) | Q(owner=user)
        # The zone is that of the lead: asking for it takes nothing away, and lets the zone's index be used.
        return seen_by(self, user, lambda: (in_reach(user, own=own) | leads) & Q(zone_id__in=user.role_zone_ids))


@tracked()
class PlannedVisit(Row):
    """A visit or reception that is planned, with what is expected of it (拜访计划)."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="planned_visits", verbose_name=_("Who goes"))
    staff = models.ManyToManyField(User, blank=True, related_name="+", verbose_name=_("With"))
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="planned_visits", verbose_name=_("Lead")
    )
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="planned_visits", verbose_name=_("Company")
    )
    channel = models.CharField(_("Kind"), max_length=10, choices=[(one, one.label) for one in PLANNABLE])
    planned_on = models.DateField(_("Day"))
    # the day of the first plan: a visit that was put off into another month is still seen in the plan it left
    first_planned_on = models.DateField(editable=False)
    starts_at = models.TimeField(_("Time"), null=True, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(_("Minutes"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=300, blank=True)
    purpose = models.CharField(_("Purpose"), max_length=500, blank=True)
    expected_result = models.CharField(_("Expected result"), max_length=1000)
    status = models.CharField(
        _("Status"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.PLANNED, editable=False
    )
    done_by = models.ForeignKey(
        Interaction, models.PROTECT, null=True, editable=False, related_name="done_planned_visits"
    )
    cancel_reason = models.CharField(_("Reason"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PlannedVisitQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Planned visit")
        verbose_name_plural = _("Planned visits")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(company__isnull=False) | Q(lead__isnull=False),
                name="planned_visit_to_somebody",
                violation_error_message=_("Name a company or a lead."),
            ),
            models.CheckConstraint(condition=Q(channel__in=sorted(PLANNABLE)), name="planned_visit_channel"),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.PLANNED, closed_at=None, done_by=None)
                | Q(status=PlanStatus.DONE, closed_at__isnull=False)
                | (Q(status=PlanStatus.CANCELLED, closed_at__isnull=False, done_by=None) & ~Q(cancel_reason="")),
                name="planned_visit_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes=None) | Q(duration_minutes__gte=5, duration_minutes__lte=6000),
                name="planned_visit_minutes_sane",
                violation_error_message=_("Between 5 minutes and 100 hours."),
            ),
        ]
        indexes: ClassVar = [
            # calendars and the month's plan: of a zone, a team, a person, a lead
            models.Index(fields=["zone", "planned_on"], condition=Q(deleted_at=None), name="planned_visit_zone"),
            models.Index(fields=["team", "planned_on"], condition=Q(deleted_at=None), name="planned_visit_team"),
            models.Index(fields=["owner", "planned_on"], condition=Q(deleted_at=None), name="planned_visit_owner"),
            models.Index(fields=["lead", "planned_on"], condition=Q(deleted_at=None), name="planned_visit_lead"),
            # today: what is still planned, without all that was done before
            models.Index(
                fields=["zone", "planned_on"],
                condition=Q(deleted_at=None, status=PlanStatus.PLANNED),
                name="planned_visit_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_on} {self.lead or self.company}"


SEEN["planned_visit"] = PlannedVisit.objects.visible_to


@tracked()
class DossierItem(Row):
    """One thing to find out before a visit (前期调研). A zone without items of its own uses those of no zone."""

    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, related_name="dossier_items", verbose_name=_("Zone")
    )
    code = models.SlugField(_("Code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("Order"), default=0)

    class Meta(Row.Meta):
        verbose_name = _("Dossier item")
        verbose_name_plural = _("Dossier items")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["zone", "code"],
                condition=Q(deleted_at=None),
                nulls_distinct=False,
                name="dossier_item_once_a_zone",
                violation_error_message=_("There is such an item already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@tracked()
class DossierCheck(models.Model):
    """What was found out about one item before a planned visit; the row is there once the item is ticked."""

    planned_visit = models.ForeignKey(PlannedVisit, models.CASCADE, related_name="checks")
    item = models.ForeignKey(DossierItem, models.PROTECT, related_name="+")
    note = models.CharField(_("Finding"), max_length=1000, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Ticked dossier item")
        verbose_name_plural = _("Ticked dossier items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["planned_visit", "item"], name="dossier_check_once"),
        ]

    def __str__(self) -> str:
        return f"{self.planned_visit_id} {self.item_id}"


class CalendarFeed(models.Model):
    """A secret address from which a phone's calendar reads what is planned. Only a hash of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    scope = models.CharField(max_length=10, choices=FeedScope.choices, default=FeedScope.OWN)
    label = models.CharField(_("For which device"), max_length=60, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Calendar address")
        verbose_name_plural = _("Calendar addresses")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.scope}"
