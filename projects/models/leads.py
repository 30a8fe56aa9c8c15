"""Leads, their ledger, and the milestones after signing."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import MAX_AMOUNT, MoneyField, Row, raise_version
from projects.choices import (
    AcquisitionMode,
    CapitalOrigin,
    EntryKind,
    Listing,
    MilestoneKind,
    SiteNeed,
    StageKind,
)
from projects.models.companies import Bigrams, Company, Contact
from projects.models.reference import Industry, Stage
from teams.access import Capability
from teams.models import Team, User, Zone, seen_by

# The largest value of each measure that can exist, in its own unit; none may be negative.
LIMITS: dict[str, int] = {
    "total_investment": MAX_AMOUNT,
    "fixed_asset_investment": MAX_AMOUNT,
    "registered_capital": MAX_AMOUNT,
    "agreed_investment": MAX_AMOUNT,
    "land_mu": 1_000_000,
    "floor_area_m2": 100_000_000,
    "clear_height_m": 500,
    "floor_load_t_m2": 1_000,
    "power_kva": 10_000_000,
}

LIVE = Q(deleted_at=None)
NOT_CLOSED = ~Q(stage_kind=StageKind.CLOSED)
# When a lead was last spoken with: what its silent days count from.
LAST_CONTACT = Coalesce("last_interaction_at", "created_at")
# The kinds of stages in which nothing needs to move any more.
WITHOUT_LIGHT = (StageKind.LANDED, StageKind.CLOSED)


class LeadQuerySet(models.QuerySet["Lead"]):
    """Leads, by who may see them and what a list row needs."""

    def visible_to(self, user: Any) -> LeadQuerySet:
        """Live leads of the user's zones (zone roles), teams (team roles), and unassigned ones they entered.

        A contributor sees what they reported, whatever team has it now. Anonymous gets none.
        """
        return seen_by(self, user, lambda: self._within(user) & Q(zone_id__in=user.role_zone_ids))

    @staticmethod
    def _within(user: User) -> Q:
        # That all of it lies in zones where they hold a role is asked as well: it takes nothing away, and lets a
        # zone's indexes give the order of a list, which these alternatives alone could not.
        seen = Q(pk__in=[])
        zones, teams = user.zone_ids(Capability.VIEW), user.team_ids(Capability.VIEW)
        if zones:
            seen |= Q(zone_id__in=zones)
        if teams:
            seen |= Q(team_id__in=teams)
            seen |= Q(team=None, created_by=user, zone_id__in=user.zone_ids_with(Capability.VIEW))
        if user.can(Capability.VIEW_OWN):
            seen |= Q(created_by=user, zone_id__in=user.zone_ids_with(Capability.VIEW_OWN))
        return seen

    def for_listing(self) -> LeadQuerySet:
        """What a row of a page needs, in one query."""
        return self.select_related("company", "zone", "team", "owner", "stage", "industry")

    def for_cards(self) -> LeadQuerySet:
        """What a card of the board needs, in one query, and no more: to read hundreds of whole leads takes long."""
        return self.select_related("company", "zone", "team", "owner").only(
            "name", "name_en", "stage_id", "stage_kind", "stage_entered_on", "total_investment", "currency",
            "last_progress_on", "next_follow_up_on", "created_by_id", "company__name", "company__name_en",
            "zone__time_zone", "zone__idle_yellow_days", "zone__idle_red_days", "team__name_zh", "team__name_en",
            "owner__display_name", "owner__username",
        )  # fmt: skip


@tracked("search_text", "name_key", "last_interaction_at", "next_follow_up_on", "last_progress_on")
class Lead(Row):
    """An investment project that a company may bring (项目).

    Keys without an index of their own are the first column of one below.
    """

    # what it is
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="leads", verbose_name=_("Zone"), db_index=False)
    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="leads", verbose_name=_("Company"))
    summary = models.TextField(_("Project content"), blank=True, max_length=10_000)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("Industry")
    )
    capital_origin = models.CharField(
        _("Origin of capital"), max_length=10, choices=CapitalOrigin.choices, default=CapitalOrigin.DOMESTIC
    )
    listing = models.CharField(_("Major project list"), max_length=10, choices=Listing.choices, default=Listing.NONE)
    # where it came from
    acquisition_mode = models.CharField(
        _("Acquisition mode"), max_length=20, choices=AcquisitionMode.choices, blank=True
    )
    source = models.CharField(_("Lead source"), max_length=300, blank=True)
    referrer_company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="referred_leads", verbose_name=_("Referrer")
    )
    referrer_contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referred_leads",
        verbose_name=_("Referring contact"),
    )
    first_contact_on = models.DateField(_("First contact on"), null=True, blank=True)
    # whose it is
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("Team"), db_index=False
    )
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_leads",
        verbose_name=_("Owner"),
        db_index=False,
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="entered_leads")
    # how much
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    total_investment = MoneyField(_("Total investment"), null=True, blank=True)
    fixed_asset_investment = MoneyField(_("Fixed-asset investment"), null=True, blank=True)
    registered_capital = MoneyField(_("Registered capital"), null=True, blank=True)
    agreed_investment = MoneyField(_("Agreed investment"), null=True, blank=True)
    # what it needs
    site_need = models.CharField(_("Site need"), max_length=10, choices=SiteNeed.choices, blank=True)
    land_mu = models.DecimalField(_("Land (mu)"), max_digits=12, decimal_places=3, null=True, blank=True)
    floor_area_m2 = models.DecimalField(_("Floor area (m²)"), max_digits=12, decimal_places=2, null=True, blank=True)
    clear_height_m = models.DecimalField(_("Clear height (m)"), max_digits=6, decimal_places=2, null=True, blank=True)
    floor_load_t_m2 = models.DecimalField(
        _("Floor load (t/m²)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    power_kva = models.DecimalField(_("Power (kVA)"), max_digits=12, decimal_places=2, null=True, blank=True)
    needs_waterway = models.BooleanField(_("Needs a waterway"), default=False)
    # where it stands
    stage = models.ForeignKey(
        Stage,
        models.PROTECT,
        to_field="code",
        related_name="leads",
        verbose_name=_("Stage"),
        editable=False,
        db_index=False,
    )
    stage_kind = models.CharField(max_length=10, choices=StageKind.choices, editable=False)
    stage_entered_on = models.DateField(_("In this stage since"), null=True, editable=False)
    expected_signing_on = models.DateField(_("Expected signing"), null=True, blank=True)
    review_conclusion = models.TextField(_("Review conclusion"), blank=True, max_length=5000)
    draft_agreement_on = models.DateField(_("Draft agreement of"), null=True, blank=True)
    agreement_number = models.CharField(_("Agreement number"), max_length=100, blank=True)
    agreement_document = models.ForeignKey(
        "projects.Document",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("Agreement document"),
    )
    registered_company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registered_leads",
        verbose_name=_("Registered company"),
    )
    place = models.CharField(_("Place in the zone"), max_length=300, blank=True)
    close_reason = models.CharField(_("Reason for closing"), max_length=500, blank=True)
    signed_on = models.DateField(_("Signed on"), null=True, editable=False)
    landed_on = models.DateField(_("Landed on"), null=True, editable=False)
    closed_on = models.DateField(_("Closed on"), null=True, editable=False)
    # kept by services, for lists and clocks
    last_progress_on = models.DateField(null=True, editable=False)
    last_interaction_at = models.DateTimeField(null=True, editable=False)
    next_follow_up_on = models.DateField(null=True, editable=False)
    name_key = models.CharField(max_length=600, editable=False)
    search_text = models.TextField(editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Lead")
        verbose_name_plural = _("Leads")
        # a company's other name changes how its leads are found, and no lead
        triggers: ClassVar = [raise_version(besides=["search_text"])]
        constraints: ClassVar = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0, f"{field}__lte": limit}),
                    name=f"lead_{field}_sane",
                    violation_error_message=_("The value must not be negative, and not beyond what can exist."),
                )
                for field, limit in LIMITS.items()
            ),
            models.CheckConstraint(
                condition=Q(fixed_asset_investment=None)
                | Q(total_investment=None)
                | Q(fixed_asset_investment__lte=F("total_investment")),
                name="lead_fixed_within_total",
                violation_error_message=_("Fixed-asset investment cannot exceed total investment."),
            ),
            # A stage and its dates agree: an open lead is not signed, only a closed one is closed.
            models.CheckConstraint(
                condition=~Q(stage_kind=StageKind.OPEN) | Q(signed_on=None, landed_on=None),
                name="lead_open_not_signed",
            ),
            models.CheckConstraint(
                condition=~Q(stage_kind=StageKind.SIGNED) | Q(landed_on=None), name="lead_signed_not_landed"
            ),
            models.CheckConstraint(
                condition=Q(stage_kind=StageKind.CLOSED) | Q(closed_on=None), name="lead_closed_date_of_closed"
            ),
            models.CheckConstraint(
                condition=Q(landed_on=None) | Q(signed_on=None) | Q(landed_on__gte=F("signed_on")),
                name="lead_landed_after_signed",
                violation_error_message=_("A project cannot land before it is signed."),
            ),
        ]
        indexes: ClassVar = [
            # The list in its usual order, of a zone. What filters ask is inside, so that a page is found without
            # reading the leads that are left out on the way.
            models.Index(
                fields=["zone", "-created_at", "-id"],
                include=[
                    "team",
                    "owner",
                    "created_by",
                    "stage",
                    "stage_kind",
                    "last_interaction_at",
                    "last_progress_on",
                    "next_follow_up_on",
                ],
                condition=LIVE,
                name="lead_of_zone",
            ),
            # the same of a team; of all zones
            models.Index(fields=["team", "-created_at", "-id"], condition=LIVE, name="lead_of_team"),
            models.Index(fields=["-created_at", "-id"], condition=LIVE, name="lead_by_creation"),
            # the list in its other orders, which a zone's leads need not be sorted for; `number` has an index as it is
            *(
                models.Index(fields=["zone", field, "id"], condition=LIVE, name=f"lead_by_{name}")
                for name, field in (
                    ("change", "updated_at"),
                    ("name", "name_key"),
                    ("amount", "total_investment"),
                    ("stage_day", "stage_entered_on"),
                    ("signing", "expected_signing_on"),
                    ("contact", "last_interaction_at"),
                    ("follow_up", "next_follow_up_on"),
                )
            ),
            # board columns: leads whose day is not known stand at the end
            models.Index(
                "zone",
                "stage",
                F("stage_entered_on").desc(nulls_last=True),
                F("id").desc(),
                condition=LIVE,
                name="lead_column",
            ),
            # who is silent, stage by stage since each has its limit: of a zone, a team, an owner
            *(
                models.Index(scope, "stage", LAST_CONTACT, condition=LIVE & NOT_CLOSED, name=f"lead_silent_{scope}")
                for scope in ("zone", "team", "owner")
            ),
            # who stands still, the longest first
            models.Index(
                fields=["zone", "last_progress_on", "id"],
                condition=LIVE & ~Q(stage_kind__in=WITHOUT_LIGHT),
                name="lead_idle",
            ),
            # search of three characters and more, and of two
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="lead_search"),
            GinIndex(Bigrams("search_text"), name="lead_search_two"),
        ]

    def __str__(self) -> str:
        return pick(self.name, self.name_en)


class LedgerEntry(models.Model):
    """One thing that happened to a lead: append-only, with a snapshot of what figures rest on after it (台账).

    It is read by lead and by zone; no other key has an index, since each would cost every entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    occurred_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True, max_length=2000)
    evidence = models.TextField(blank=True, max_length=2000)
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, to_field="code", related_name="+", db_index=False)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    # the lead after it
    stage = models.ForeignKey(Stage, models.PROTECT, to_field="code", related_name="+", db_index=False)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, related_name="+", db_index=False)
    acquisition_mode = models.CharField(max_length=20, blank=True)
    capital_origin = models.CharField(max_length=10)
    listing = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    total_investment = MoneyField(null=True)
    fixed_asset_investment = MoneyField(null=True)
    registered_capital = MoneyField(null=True)
    agreed_investment = MoneyField(null=True)
    # what an increase of capital adds; taken back by an entry of the negative amount
    increase_amount = MoneyField(null=True)
    increase_currency = models.CharField(max_length=3, blank=True)

    # Fields copied from the lead; the same names on both.
    SNAPSHOT: ClassVar[tuple[str, ...]] = (
        "stage_id",
        "zone_id",
        "team_id",
        "owner_id",
        "industry_id",
        "acquisition_mode",
        "capital_origin",
        "listing",
        "currency",
        "total_investment",
        "fixed_asset_investment",
        "registered_capital",
        "agreed_investment",
    )

    class Meta:
        verbose_name = _("Ledger entry")
        verbose_name_plural = _("Ledger entries")
        ordering: ClassVar = ["lead", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead", "seq"], name="ledger_one_after_another"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CORRECTED, reverses__isnull=False)
                | (~Q(kind=EntryKind.CORRECTED) & Q(reverses__isnull=True)),
                name="ledger_correction_reverses",
            ),
            models.CheckConstraint(
                condition=Q(occurred_on__isnull=False) | Q(kind__in=[EntryKind.OPENED, EntryKind.CORRECTED]),
                name="ledger_dated",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.INCREASED, increase_amount__isnull=False)
                | (~Q(kind=EntryKind.INCREASED) & Q(increase_amount=None)),
                name="ledger_increase_has_amount",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.seq} {self.kind}"


@tracked()
class Milestone(Row):
    """A dated fact after signing, with its evidence; one of each kind a lead."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="milestones")
    kind = models.CharField(_("Milestone"), max_length=20, choices=MilestoneKind.choices)
    occurred_on = models.DateField(_("On"))
    evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    document = models.ForeignKey(
        "projects.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Document")
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta(Row.Meta):
        verbose_name = _("Milestone")
        verbose_name_plural = _("Milestones")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead", "kind"], condition=Q(deleted_at=None), name="milestone_once_a_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"
