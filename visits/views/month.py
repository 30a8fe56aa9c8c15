"""The month's plan of visits against what was done."""

from __future__ import annotations

import datetime
import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from investcrm.core.ids import is_id
from teams.access import Capability
from teams.models import Team, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where
from visits.selectors.month import Month, month_plan, teams_to_see

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
# Each figure and how it is counted, in the order of the columns.
FIGURES = (
    (_("Planned"), _("Visits first planned for this month, also those that were put on another day since.")),
    (_("Brought in"), _("Visits of another month's plan that now stand in this month. They are not in “Planned”.")),
    (_("Done"), _("Of those planned: logged as done by the end of the month.")),
    (_("Later"), _("Of those planned: done after the month, or put off beyond its end.")),
    (_("Cancelled"), _("Of those planned: cancelled, with a reason.")),
    (
        pgettext_lazy("plan and actual", "Still open"),
        _("Of those planned: neither done nor cancelled. Overdue are those whose day is over."),
    ),
    (
        _("Made"),
        _(
            "Visits and receptions of this month in the log, planned or not. One with two of our people counts for "
            "each of them, and once for the team."
        ),
    ),
    (_("Without a plan"), _("Of those made: no planned visit was done by them.")),
)


def month_of(request: HttpRequest, zone: Zone) -> Month:
    """The month that the address names, else the present one."""
    match = _MONTH.fullmatch(request.GET.get("month", ""))
    if match:
        return Month(datetime.date(int(match[1]), int(match[2]), 1))
    return Month(zone.today().replace(day=1))


def team_of(request: HttpRequest, teams: list[Team]) -> Team | None:
    """The team that the address names by code or id, if it is one of those to see."""
    wanted = request.GET.get("team", "")
    key = "pk" if is_id(wanted) else "code"
    return next((team for team in teams if wanted and str(getattr(team, key)) == wanted), None)


@login_required
@require_GET
def plan_against_actual(request: HttpRequest) -> HttpResponse:
    """Plan against actual of a month: `?month=2026-11&team=&zone=`; printable."""
    user = user_of(request)
    zones = zones_where(user, Capability.VIEW)
    zone = chosen_zone(request, zones)
    month = month_of(request, zone)
    teams = teams_to_see(user, zone, month)
    team = team_of(request, teams)
    context = {
        "zone": zone,
        "zones": zones,
        "teams": teams,
        "team": team,
        "month": month,
        "previous": month.other(-1),
        "next": month.other(1),
        "figures": FIGURES,
        "plan": month_plan(user, zone, month, [team] if team else teams, one_team=team is not None),
        "can_log": user.can(Capability.LOG_INTERACTION, on=zone),
    }
    return render(request, "visits/month_plan.html", context)
