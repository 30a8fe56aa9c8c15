"""Forms of teams and zones."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from teams.forms.people import time_zone_choices
from teams.models import Team, Zone
from teams.services.memberships import YEARS_AHEAD
from teams.services.zones import DAYS, NAMES


def _of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    return cast(forms.Field, cast(Any, model._meta.get_field(name)).formfield(**options))


class TeamForm(MergeForm):
    """A team: its names and days; the code is fixed once made."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short and fixed, such as G4."))
    name_zh = _of(Team, "name_zh")
    name_en = _of(Team, "name_en")
    starts_on = DayField(label=_("Since"), future_years=YEARS_AHEAD, required=False)
    dissolved_on = DayField(
        label=_("Dissolved on"), future_years=YEARS_AHEAD, required=False,
        help_text=_("From this day on it has no members and no leads. Empty: it goes on."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is not None:
            del self.fields["code"]
        else:
            del self.fields["dissolved_on"]
        self.begin()


class ZoneForm(MergeForm):
    """A zone's names, time zone and limits."""

    name_zh = _of(Zone, "name_zh")
    name_en = _of(Zone, "name_en")
    centre_zh = _of(Zone, "centre_zh")
    centre_en = _of(Zone, "centre_en")
    city = _of(Zone, "city")
    region_code = _of(Zone, "region_code")
    time_zone = forms.ChoiceField(
        label=_("Time zone"), widget=forms.Select(attrs={"data-select": "1"}), choices=time_zone_choices,
        help_text=_("Days begin and end by it."),
    )  # fmt: skip
    idle_yellow_days = _of(Zone, "idle_yellow_days")
    idle_red_days = _of(Zone, "idle_red_days")
    idle_close_days = _of(Zone, "idle_close_days")
    protection_days = _of(Zone, "protection_days", help_text=_("Empty: no protection."))
    care_visit_days = _of(Zone, "care_visit_days")
    request_answer_days = _of(Zone, "request_answer_days")
    request_settle_days = _of(Zone, "request_settle_days")
    request_report_days = _of(Zone, "request_report_days")
    teams_out_per_week = _of(Zone, "teams_out_per_week", help_text=_("Empty: no rule."))

    def __init__(self, *args: Any, row: Zone, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.begin()

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields by subject."""
        idle = ("idle_yellow_days", "idle_red_days", "idle_close_days", "protection_days")
        care = tuple(name for name in DAYS if name not in idle)
        parts = (
            (_("Names"), NAMES),
            (_("Leads"), idle),
            (_("Settled companies"), care),
            (_("Visits"), ("teams_out_per_week",)),
        )
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in parts]
