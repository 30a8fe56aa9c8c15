"""The calendar: a week, a month, or the week of a team."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from investcrm.core.calendar import week_start
from investcrm.core.dates import parse_day
from investcrm.core.money import is_chinese
from investcrm.core.templatetags.crm import day_full
from projects.views.filtering import ListState
from projects.views.lead_lists import lead_state, leads_of_state
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of
from teams.selectors import zones_where
from visits.selectors.calendar import DAY, Found, days, entries_between, fill, people_of, weeks_of
from visits.selectors.month import Month
from visits.selectors.today import OWN, TEAM, ZONE, scopes_of

WEEK, MONTH, CREW = "week", "month", "team"
SHOWS = {WEEK: gettext_lazy("Week"), MONTH: gettext_lazy("Month"), CREW: gettext_lazy("Team")}
SCOPES = {OWN: gettext_lazy("Mine"), TEAM: gettext_lazy("My team"), ZONE: gettext_lazy("The zone")}
# `view` names a saved view of the list, and is carried along with the filters.
OWN_PARAMETERS = ("show", "on", "whose")
YEARS = range(1990, 2101)
IN_A_CELL = 4


def _on(request: HttpRequest, today: datetime.date) -> datetime.date:
    """The day that the address names, else today."""
    try:
        on = parse_day(request.GET.get("on", ""))
    except ValidationError:
        return today
    return on if on.year in YEARS else today


def _chosen(value: str, offered: list[str]) -> str:
    return value if value in offered else offered[0]


def _zones(user: User, state: ListState) -> list[Zone]:
    """The zones that are looked at: those of the filter, else all that the reader sees something of."""
    zones = zones_where(user, Capability.VIEW)
    if not zones:
        raise PermissionDenied
    wanted = state.values.get("zone", [])
    return [zone for zone in zones if zone.code in wanted or str(zone.pk) in wanted] or zones


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """`?show=week|month|team&on=2026-11-22&whose=own|team|zone`, with the filters of the list of leads."""
    user = user_of(request)
    state = lead_state(request, others=OWN_PARAMETERS)
    zones = _zones(user, state)
    today = zones[0].today()
    on = _on(request, today)
    shown = _chosen(request.GET.get("show", ""), list(SHOWS))
    scopes = [scope for scope in (OWN, TEAM, ZONE) if scope in scopes_of(user)] or [TEAM]
    if shown == CREW:
        scopes = [scope for scope in scopes if scope != OWN] or [TEAM]
    # From one's own to the widest: who answers for others starts with all of them.
    scope = _chosen(request.GET.get("whose", ""), scopes[::-1])
    first, last = _range(shown, on)
    narrowed = leads_of_state(state, user) if set(state.values) - {"zone"} else None
    zone_ids = [zone.pk for zone in zones]
    found = entries_between(
        user, first, last, scope, leads=narrowed, zone_ids=zone_ids if state.values.get("zone") else ()
    )

    def address(**changes: str) -> str:
        return state.address(**{"show": shown, "on": on.isoformat(), "whose": scope, **changes})

    context: dict[str, Any] = {
        "state": state,
        "shown": shown,
        "title": _title(shown, on, first, last),
        "previous_url": address(on=_step(shown, on, -1).isoformat()),
        "next_url": address(on=_step(shown, on, 1).isoformat()),
        "today_url": address(on=today.isoformat()),
        "tabs": [{"label": name, "url": address(show=code), "here": code == shown} for code, name in SHOWS.items()],
        "scopes": [
            {"label": SCOPES[code], "url": address(whose=code), "here": code == scope}
            for code in scopes
            if len(scopes) > 1
        ],
        "is_cut": found.is_cut,
        "is_empty": not found.entries,
        "can_plan": user.can(Capability.LOG_INTERACTION),
        "scope": scope,
        "in_a_cell": IN_A_CELL,
        "here": address(),
        "week_of": state.address(show=WEEK, whose=scope),
        **_days(shown, on, first, today, found, people_of(user, scope, zone_ids, today) if shown == CREW else []),
    }
    return render(request, "visits/calendar.html", context)


def _range(shown: str, on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day on the page: whole weeks."""
    if shown != MONTH:
        return week_start(on), week_start(on) + 6 * DAY
    month = Month(on.replace(day=1))
    return week_start(month.first), week_start(month.last) + 6 * DAY


def _step(shown: str, on: datetime.date, steps: int) -> datetime.date:
    """The same day a week or a month away."""
    return Month(on.replace(day=1)).other(steps).first if shown == MONTH else on + steps * 7 * DAY


def _days(
    shown: str, on: datetime.date, first: datetime.date, today: datetime.date, found: Found, people: list[User]
) -> dict[str, Any]:
    if shown == CREW:
        return {"days": days(first, 7, today), "people": weeks_of(people, first, today, found)}
    if shown == WEEK:
        return {"days": fill(days(first, 7, today), found.entries)}
    count = (_range(shown, on)[1] - first).days + 1
    filled = fill(days(first, count, today, on.month), found.entries)
    return {"days": filled[:7], "weeks": [filled[number : number + 7] for number in range(0, count, 7)]}


def _title(shown: str, on: datetime.date, first: datetime.date, last: datetime.date) -> str:
    """`November 2026`, or the week's days and number."""
    if shown == MONTH:
        return Month(on.replace(day=1)).words
    week = _("week %(number)d") % {"number": first.isocalendar().week}
    if is_chinese():
        end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
        return f"{day_full(first)}–{end} · {week}"
    begin = str(first.day) if last.month == first.month else day_full(first).rsplit(" ", 1)[0]
    return f"{begin} – {day_full(last)} · {week}"
