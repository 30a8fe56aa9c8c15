"""The filters of stage moves."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from projects.filters import CodesFilter
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
