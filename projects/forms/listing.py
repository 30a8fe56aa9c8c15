"""The filter forms above the lists; the filters themselves are those of projects.filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.choices import AcquisitionMode, CapitalOrigin, Listing, StageKind
from projects.filters import FOLLOW_UPS, MINE
from projects.selectors import Choice
from teams.models import User, Zone

ANY: list[tuple[str, Any]] = [("", _("Any"))]
LEAD_SORTS: list[tuple[str, Any]] = [
    ("", _("Newest first")),
    ("-updated_at", _("Last changed first")),
    ("name", _("Name")),
    ("-total_investment", _("Largest investment first")),
    ("last_interaction_at", _("Longest silent first")),
    ("-last_interaction_at", _("Last contact first")),
    ("next_follow_up_on", _("Next follow-up first")),
    ("-stage_entered_on", _("Newest in its stage first")),
]


def _choice(label: Any, choices: Any = (), **attrs: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[*ANY, *choices],
        widget=forms.Select(attrs={name.replace("_", "-"): value for name, value in attrs.items()}),
    )


class LeadFilterForm(forms.Form):
    """Filters of the list of leads, those used daily first."""

    search = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    mine = _choice(_("Mine"), MINE)
    stage = _choice(_("Stage"))
    team = _choice(_("Team"))
    owner = _choice(_("Owner"), data_select="1")
    light = _choice(_("Light"), [("yellow", _("Yellow")), ("red", _("Red"))])
    tag = _choice(_("Tag"), data_select="1")
    follow_up = _choice(_("Next follow-up"), FOLLOW_UPS)
    silent_days_min = forms.IntegerField(label=_("Silent for at least (days)"), required=False, min_value=0)
    industry = _choice(_("Industry"), data_select="1")
    stage_kind = _choice(_("Kind of stage"), StageKind.choices)
    acquisition_mode = _choice(_("Acquisition mode"), AcquisitionMode.choices)
    capital_origin = _choice(_("Origin of capital"), CapitalOrigin.choices)
    listing = _choice(_("Major project list"), Listing.choices)
    total_investment_min = forms.CharField(label=_("Total investment from (CNY)"), required=False)
    total_investment_max = forms.CharField(label=_("Total investment up to (CNY)"), required=False)
    idle_days_min = forms.IntegerField(label=_("Idle for at least (days)"), required=False, min_value=0)
    ordering = forms.ChoiceField(label=_("Sorted by"), required=False, choices=LEAD_SORTS)

    DAILY = ("mine", "stage", "team", "owner", "light")
    MORE = (
        "tag", "follow_up", "silent_days_min",
        "industry", "stage_kind", "acquisition_mode", "capital_origin", "listing", "total_investment_min",
        "total_investment_max", "idle_days_min", "ordering",
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[Choice]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody, none = ("none", _("(nobody)")), ("none", _("(none)"))
        self._fill("stage", [(one.code, one.name) for one in choices["stage"]])
        for name, first in (("team", [nobody]), ("owner", [nobody]), ("tag", [none]), ("industry", [])):
            self._fill(name, [*first, *((one.id, one.name) for one in choices[name])])

    def _fill(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [*ANY, *choices]

    @property
    def daily(self) -> list[forms.BoundField]:
        """The fields always in sight."""
        return [self[name] for name in self.DAILY]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields behind "More"."""
        return [self[name] for name in self.MORE]


class CompanyFilterForm(forms.Form):
    """Filters of the list of companies."""

    search = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    settled_in = _choice(_("Settled in"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone.code, str(zone)) for zone in Zone.objects.visible_to(user)]
        cast(forms.ChoiceField, self.fields["settled_in"]).choices = [*ANY, *zones]
