"""The states of leads in time, and their tallies: derived from the ledger by triggers, never written by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.models import MoneyField
from projects.choices import StageKind
from projects.models import Industry, Lead, Stage
from teams.models import Team, User, Zone


def _to(model: type[models.Model], **options: Any) -> models.ForeignKey:
    """A reference of a derived row: the ledger's own reference is checked, this one is a copy."""
    return models.ForeignKey(
        model, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **options
    )


class LeadSpan(models.Model):
    """A lead from one change to the next: the state it was in at the end of each day in between.

    It begins on a day (empty: so it was when the centre began to write things down) and ends on a day (empty: it
    lasts), that day not included; two changes on one day leave a span of no length between them. `cause` is the kind
    of the entry that began it, `ended_by` of the one that ended it. So +1 at each beginning and -1 at each end make
    every flow, and it balances. A lead begins no later than its first move, whenever it was entered.
    """

    id = models.BigAutoField(primary_key=True)
    lead = _to(Lead)
    ordinal = models.PositiveIntegerField()
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    cause = models.CharField(max_length=12)
    ended_by = models.CharField(max_length=12)
    entry_id = models.UUIDField()
    zone = _to(Zone)
    stage = _to(Stage, to_field="code")
    stage_kind = models.CharField(max_length=10, choices=StageKind.choices)
    stage_since = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    landed_on = models.DateField(null=True)
    team = _to(Team, null=True)
    owner = _to(User, null=True)
    industry = _to(Industry, null=True)
    acquisition_mode = models.CharField(max_length=20)
    capital_origin = models.CharField(max_length=10)
    listing = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    total_investment = MoneyField(null=True)
    fixed_asset_investment = MoneyField(null=True)
    registered_capital = MoneyField(null=True)
    agreed_investment = MoneyField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead", "ordinal"], name="span_one_after_another"),
        ]
        indexes: ClassVar = [
            # the state of a zone as of a day, and what changed in a period
            models.Index(fields=["zone", "begins_on"], name="span_begins"),
            models.Index(fields=["zone", "ends_on"], name="span_ends"),
            # a person's own figures
            models.Index(fields=["owner", "begins_on"], condition=Q(owner__isnull=False), name="span_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.ordinal} {self.stage_id}"


class TallyKey(models.Model):
    """What a tally is of, and how much: `crm_parts_of` says which leads count where."""

    zone = _to(Zone)
    what = models.CharField(max_length=10)
    # the column it is cut by (zone, team, owner, industry, mode, origin) and that column's value
    cut = models.CharField(max_length=10)
    key = models.CharField(max_length=40)
    day = models.DateField(null=True)
    stage = _to(Stage, to_field="code")
    label = models.CharField(max_length=13)
    currency = models.CharField(max_length=3)
    rate_on = models.DateField(null=True)
    n = models.BigIntegerField()
    total_n = models.BigIntegerField()
    total = models.DecimalField(max_digits=30, decimal_places=2)
    agreed_n = models.BigIntegerField()
    agreed = models.DecimalField(max_digits=30, decimal_places=2)

    class Meta:
        abstract = True


class Tally(TallyKey):
    """A sum over leads, so that a dashboard costs the same for ten thousand leads and for a million."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["zone", "what", "cut", "key", "day", "stage", "label", "currency", "rate_on"],
                nulls_distinct=False,
                name="tally_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.cut} {self.key} {self.day}: {self.n}"


class TallyDelta(TallyKey):
    """What one transaction adds to a tally; folded into it later, so that writers never wait for each other."""

    id = models.BigAutoField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.what} {self.cut} {self.key} {self.day}: {self.n:+}"


class LedgerCheck(models.Model):
    """A nightly recount of a zone's figures by other code, and where the two differ."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+", verbose_name=_("Zone"))
    checked_on = models.DateField(_("Day"))
    finished_at = models.DateTimeField(default=timezone.now)
    leads = models.PositiveIntegerField()
    # sentences for whoever keeps the installation: which lead or figure, what it should be, what it is
    differences = models.JSONField(default=list)
    difference_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "checked_on"], name="ledger_check_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.checked_on}: {self.difference_count}"
