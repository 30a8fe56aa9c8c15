"""The filters of teams."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from teams.models import Team


class TeamFilter(django_filters.FilterSet):
    """Filters of teams."""

    zone = django_filters.CharFilter("zone__code", label=_("Zone"))
    code = django_filters.CharFilter("code", label=_("Code"))

    class Meta:
        model = Team
        fields: list[str] = []
