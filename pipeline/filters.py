"""The filters of stage moves, targets and reports."""

from __future__ import annotations

import datetime

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from pipeline.models.reports import Report, ReportKind, ReportStatus
from pipeline.models.targets import Metric, Target, TargetQuerySet
from pipeline.selectors.periods import Period, parse_period
from projects.filters import ChangedFilter, ChoicesFilter, CodesFilter, RefFilter, WholeNumberFilter
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


class PeriodField(forms.CharField):
    """A period by its code, such as 2026-W10."""

    def clean(self, value: str) -> Period | None:
        """The period. Raises ValidationError for what is none."""
        text = super().clean(value)
        return parse_period(text) if text else None


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^(19[5-9][0-9]|2[01][0-9]{2})(-(W(0[1-9]|[1-4][0-9]|5[0-2])|0[1-9]|1[0-2]|Q[1-4]))?$",
    }
)
class PeriodFilter(django_filters.CharFilter):
    """Reports on one period."""

    field_class = PeriodField

    def filter(self, qs: QuerySet[Report], value: Period | None) -> QuerySet[Report]:
        """Those on the period."""
        return qs if value is None else qs.filter(first_day=value.first, last_day=value.last)


class ReportFilter(ChangedFilter):
    """Filters of reports."""

    kind = ChoicesFilter(choices=ReportKind.choices, label=_("Kind"))
    period = PeriodFilter(label=_("Period, such as 2026-W10"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="team", code="code", label=_("Team"))
    status = ChoicesFilter(choices=ReportStatus.choices, label=_("Status"))
    edition = WholeNumberFilter("edition", label=_("Edition"), min_value=1, max_value=32_767)

    class Meta:
        model = Report
        fields: list[str] = []
