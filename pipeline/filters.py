"""The filters of stage moves, targets and reports."""

from __future__ import annotations

import datetime

import django_filters
from django.utils.translation import gettext_lazy as _

from pipeline.models.targets import Metric, Target, TargetQuerySet
from projects.filters import ChangedFilter, ChoicesFilter, CodesFilter, RefFilter
from projects.models import LedgerEntry


class MoveFilter(django_filters.FilterSet):
    """Filters of stage moves."""

    lead = django_filters.UUIDFilter("lead_id", label=_("Lead"))
    to_stage = CodesFilter(field_name="stage_id", label=_("To stage"))
    from_stage = CodesFilter(field_name="from_stage_id", label=_("From stage"))
    occurred_after = django_filters.DateFilter("occurred_on", "gte", label=_("From"))
    occurred_before = django_filters.DateFilter("occurred_on", "lte", label=_("To"))
    recorded_after = django_filters.IsoDateTimeFilter("recorded_at", "gte", label=_("Recorded from"))
    recorded_before = django_filters.IsoDateTimeFilter("recorded_at", "lt", label=_("Recorded before"))

    class Meta:
        model = LedgerEntry
        fields: list[str] = []


class TargetFilter(ChangedFilter):
    """Filters of targets."""

    letter = django_filters.UUIDFilter("letter_id", label=_("Target letter"))
    zone = RefFilter(field_name="letter__zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="letter__team", code="code", label=_("Team"))
    person = RefFilter(field_name="letter__person", code="username", label=_("Person"))
    metric = ChoicesFilter(choices=Metric.choices, label=_("What is counted"))
    current_on = django_filters.DateFilter(method="by_day", label=_("Whose window has this day in it"))

    class Meta:
        model = Target
        fields: list[str] = []

    def by_day(self, rows: TargetQuerySet, _name: str, value: datetime.date) -> TargetQuerySet:
        """Those whose window has the day in it."""
        return rows.current(value)
