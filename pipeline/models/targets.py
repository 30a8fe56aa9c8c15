"""Target letters (责任状) and what they ask for: each target is a counting rule (口径), a window and a minimum."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import MoneyField, Row
from projects.choices import CapitalOrigin, Listing
from projects.models import Industry
from projects.models.documents import document_storage
from teams.access import Capability, Role
from teams.models import Membership, Team, User, Zone, covered, live_for, seen_by


class Metric(models.TextChoices):
    """What is counted."""

    LANDED = "landed_count", _("Landed projects")
    SIGNED = "signed_count", _("Signed projects")
    LISTED = "listed_count", _("Projects on a list of major projects")
    AGREED = "agreed_investment", _("Agreed investment")
    FUNDS = "funds_in_place", _("Funds in place")
    FDI = "fdi_paid_in", _("FDI paid in")
    NEW_LEADS = "new_leads", _("New leads")
    VISITS = "visits", _("Outbound visits")
    RECEPTIONS = "receptions", _("Receptions")
    PLAN_KEPT = "plan_kept", _("Planned visits kept (%)")


# Counted in CNY, in per cent; all others in pieces.
AMOUNTS = frozenset({Metric.AGREED, Metric.FUNDS, Metric.FDI})
SHARES = frozenset({Metric.PLAN_KEPT})
# What is counted here is no lead, so a lead's size and class say nothing.
OF_ACTIVITY = frozenset({Metric.VISITS, Metric.RECEPTIONS, Metric.PLAN_KEPT})
# The lists of major projects, from the lowest on; "at least" reads this order.
LISTINGS = (Listing.CITY, Listing.PROVINCE, Listing.NATION)


class CountingRule(models.Model):
    """What counts (口径): a metric, filters over leads, and how much is asked for at least."""

    metric = models.CharField(_("What is counted"), max_length=20, choices=Metric.choices)
    # Sizes are pairs: a lead in USD is held against USD, one in CNY against CNY, any other is converted to USD.
    total_investment_cny = MoneyField(_("Total investment from (CNY)"), null=True, blank=True)
    total_investment_usd = MoneyField(_("Total investment from (USD)"), null=True, blank=True)
    registered_capital_cny = MoneyField(_("Registered capital from (CNY)"), null=True, blank=True)
    registered_capital_usd = MoneyField(_("Registered capital from (USD)"), null=True, blank=True)
    listing = models.CharField(
        _("On a list, at least"),
        max_length=10,
        blank=True,
        choices=[(one.value, one.label) for one in LISTINGS],
    )
    origin = models.CharField(_("Origin of capital"), max_length=10, blank=True, choices=CapitalOrigin.choices)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Industry")
    )
    minimum = models.DecimalField(_("At least"), max_digits=18, decimal_places=2, null=True, blank=True)

    RULE: ClassVar[tuple[str, ...]] = (
        "metric",
        "total_investment_cny",
        "total_investment_usd",
        "registered_capital_cny",
        "registered_capital_usd",
        "listing",
        "origin",
        "industry",
    )
    FILTERS: ClassVar[tuple[str, ...]] = RULE[1:]

    class Meta:
        abstract = True

    @property
    def rule_key(self) -> tuple[Any, ...]:
        """What makes two rules count the same."""
        return tuple(self.industry_id if name == "industry" else getattr(self, name) for name in self.RULE)

    @property
    def is_amount(self) -> bool:
        """Whether it is counted in CNY."""
        return self.metric in AMOUNTS

    @property
    def is_additive(self) -> bool:
        """Whether the parts of a whole add up: a share in per cent does not."""
        return self.metric not in SHARES


def rule_constraints(prefix: str, *, minimum: Q) -> list[models.BaseConstraint]:
    """The constraints of a table that holds counting rules; `minimum` says what its minimum must be."""
    found: list[models.BaseConstraint] = [
        models.CheckConstraint(
            condition=minimum,
            name=f"{prefix}_minimum_positive",
            violation_error_message=_("The minimum must be more than zero."),
        )
    ]
    for size in ("total_investment", "registered_capital"):
        cny, usd = f"{size}_cny", f"{size}_usd"
        found.append(
            models.CheckConstraint(
                condition=Q(**{cny: None, usd: None}) | Q(**{f"{cny}__gt": 0, f"{usd}__gt": 0}),
                name=f"{prefix}_{size}_pair",
                violation_error_message=_("A size is a pair: give it in CNY and in USD."),
            )
        )
    return found


class LetterQuerySet(models.QuerySet["TargetLetter"]):
    """Letters, by who may see them."""

    def visible_to(self, user: Any) -> LetterQuerySet:
        """Those of the centre for all who read there; of one's team; one's own; a leader sees the team's people's."""
        return seen_by(self, user, lambda: self._within(user))

    @staticmethod
    def _within(user: User) -> Q:
        centre = Q(team=None, person=None, zone_id__in=user.zone_ids_with(Capability.VIEW))
        own = Q(person=user, zone_id__in=user.zone_ids_with(Capability.VIEW))
        led = [grant.team_id for grant in user.grants if grant.role == Role.LEADER and grant.team_id]
        seen = centre | own | covered(user, Capability.VIEW)
        if led:
            today = timezone.localdate()
            people = Membership.objects.filter(
                user_id=OuterRef("person_id"), team_id__in=led, deleted_at=None, starts_on__lte=today
            ).filter(Q(ends_on=None) | Q(ends_on__gte=today))
            seen |= Q(Exists(people), person__isnull=False)
        return seen


@tracked()
class TargetLetter(Row):
    """A signed letter (责任状) of a team, of a person, or of the whole centre, for a time."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="target_letters", verbose_name=_("Zone"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="target_letters", verbose_name=_("Team")
    )
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="target_letters", verbose_name=_("Person")
    )
    title = models.CharField(_("Title"), max_length=200)
    begins_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    signatories = models.CharField(_("Signed by"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Rolls up into")
    )
    note = models.TextField(_("Note"), blank=True, max_length=2000)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Target letter")
        verbose_name_plural = _("Target letters")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(team=None) | Q(person=None),
                name="letter_of_team_or_person",
                violation_error_message=_("A letter is a team's or a person's, not both."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="letter_dates_in_order",
                violation_error_message=_("The end cannot be before the beginning."),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="letter_not_its_own_parent"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["zone", "-begins_on", "-id"], condition=Q(deleted_at=None), name="letter_of_zone"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def whose(self) -> str:
        """Whose letter it is, in the reader's language."""
        return str(self.team or self.person or _("Whole centre"))


def scan_name(scan: LetterScan, _name: str) -> str:
    """The name of a scan in the storage: made of ids alone."""
    return f"{scan.letter.zone_id}/letters/{scan.letter_id}/{scan.id}"


class LetterScan(models.Model):
    """A scan of the signed letter as it was uploaded; never changed, the newest one is shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    letter = models.ForeignKey(TargetLetter, models.PROTECT, related_name="scans")
    name = models.CharField(max_length=255)
    file = models.FileField(storage=document_storage, upload_to=scan_name, max_length=200)
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Scan of a letter")
        verbose_name_plural = _("Scans of letters")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class OfZoneQuerySet(models.QuerySet[Any]):
    """What a zone sets for all: tiers and schemes."""

    def visible_to(self, user: Any) -> OfZoneQuerySet:
        """Those of zones in which the user reads figures; anonymous gets none."""
        live = live_for(self, user)
        if not user.is_authenticated or user.is_superuser:
            return live
        return live.filter(zone_id__in=user.zone_ids_with(Capability.VIEW))


@tracked()
class TargetTemplate(Row):
    """A tier (分档): the targets that letters of its kind begin with."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="target_templates", verbose_name=_("Zone"))
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)

    objects = OfZoneQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Tier")
        verbose_name_plural = _("Tiers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["zone", "name_zh"],
                condition=Q(deleted_at=None),
                name="target_template_name_once",
                violation_error_message=_("There is a tier of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class OfTemplateQuerySet(models.QuerySet[Any]):
    """Items, seen with their tier."""

    def visible_to(self, user: Any) -> OfTemplateQuerySet:
        """Those of visible tiers; anonymous gets none."""
        return self.filter(deleted_at=None, template__in=TargetTemplate.objects.visible_to(user))


@tracked()
class TemplateItem(Row, CountingRule):
    """A target that a tier asks for, over the letter's time or its first months."""

    template = models.ForeignKey(TargetTemplate, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    months = models.PositiveSmallIntegerField(
        _("Within the first months"), null=True, blank=True, help_text=_("Empty: the letter's whole time.")
    )

    objects = OfTemplateQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Target of a tier")
        verbose_name_plural = _("Targets of a tier")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            *rule_constraints("template_item", minimum=Q(minimum__isnull=False, minimum__gt=0)),
            models.CheckConstraint(condition=Q(months=None) | Q(months__gte=1, months__lte=120), name="item_months"),
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en) or str(self.get_metric_display())


class TargetQuerySet(models.QuerySet["Target"]):
    """Targets, seen with their letter."""

    def visible_to(self, user: Any) -> TargetQuerySet:
        """Those of visible letters; anonymous gets none."""
        return self.filter(deleted_at=None, letter__in=TargetLetter.objects.visible_to(user))

    def current(self, day: datetime.date) -> TargetQuerySet:
        """Those whose window has the day in it."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


@tracked()
class Target(Row, CountingRule):
    """What a letter asks for (任务指标): a counting rule over a window, and at least how much."""

    letter = models.ForeignKey(TargetLetter, models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    starts_on = models.DateField(_("Window from"))
    ends_on = models.DateField(_("Window until"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=pgettext_lazy("target", "Part of"),
    )
    template_item = models.ForeignKey(
        TemplateItem, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    # What the tier said when it was applied, so that what differs here can be shown.
    tier = models.JSONField(default=dict, blank=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Target")
        verbose_name_plural = _("Targets")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            *rule_constraints("target", minimum=Q(minimum__isnull=False, minimum__gt=0)),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="target_dates_in_order",
                violation_error_message=_("The end cannot be before the beginning."),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="target_not_its_own_parent"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["letter"], condition=Q(deleted_at=None), name="target_of_letter"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_metric_display())

    @property
    def name(self) -> str:
        """The name that was given, in the reader's language; "" where none was."""
        return pick(self.name_zh, self.name_en)
