"""The dashboard's panels of lists, each as a fragment of its own, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET

from investcrm.core.answers import show_in
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from pipeline.selectors.activity import (
    INTERACTIONS,
    PLANS,
    Activity,
    Measure,
    activity_url,
    measures_by,
    teams_out,
    visits,
)
from pipeline.selectors.desk.lists import (
    LISTS,
    MOST,
    DeskList,
    First,
    bounded_count,
    day_entered,
    desk_rows,
    first_rows,
)
from pipeline.selectors.desk.load import workload
from pipeline.selectors.desk.ranks import RANKED, ranks
from pipeline.selectors.desk.standing import standing
from pipeline.selectors.figures import figure_url
from pipeline.selectors.periods import WEEK, period_of
from pipeline.selectors.scopes import Scope
from pipeline.views.desk import Desk, desk_of
from pipeline.views.figures import page_of
from projects.models import Lead
from visits.choices import Channel

# Of a single list so many rows are shown, of each of several so many; of people so many.
SHOWN, SHOWN_OF_EACH = 8, 5
PEOPLE = 10
PAGE = 50


def list_url(name: str, scope: Scope, owner: str = "") -> str:
    """The address of a list of leads of today, of one owner's where that is said."""
    query = {"scope": scope.code, **({"owner": owner} if owner else {})}
    return f"{reverse('pipeline:desk_list', kwargs={'listed': name})}?{urlencode(query)}"


def _days(one: DeskList, lead: Lead) -> str:
    """What a row says of its lead: how long, or which day."""
    today = lead.zone.today()
    if one.shows == "silence":
        days = int(getattr(lead, "silent_for", 0))
        return ngettext("silent for %(days)d day", "silent for %(days)d days", days) % {"days": days}
    if one.shows == "idle":
        days = (today - lead.last_progress_on).days if lead.last_progress_on else 0
        return ngettext("no progress for %(days)d day", "no progress for %(days)d days", days) % {"days": days}
    day = {"signing": lead.expected_signing_on, "follow_up": lead.next_follow_up_on}.get(one.shows)
    if day is None:
        days = max((today - day_entered(lead, lead.zone)).days, 0)
        return ngettext("entered %(days)d day ago", "entered %(days)d days ago", days) % {"days": days}
    late = (today - day).days
    if late > 0:
        return ngettext("overdue by %(days)d day", "overdue by %(days)d days", late) % {"days": late}
    if not late:
        return pgettext("day", "today")
    return ngettext("in %(days)d day", "in %(days)d days", -late) % {"days": -late}


def _first(desk: Desk, name: str, most: int = SHOWN_OF_EACH) -> dict[str, Any]:
    found: First = first_rows(desk.user, desk.scope, name, most)
    one = LISTS[name]
    return {
        "name": name,
        "label": one.name,
        "count": found.count,
        "url": list_url(name, desk.scope),
        "rows": [{"lead": lead, "words": _days(one, lead)} for lead in found.rows],
    }


def silent(desk: Desk) -> dict[str, Any]:
    """Silent leads, the longest first."""
    return {"lists": [_first(desk, "silent", SHOWN)]}


def stalled(desk: Desk) -> dict[str, Any]:
    """Stalled leads, red and yellow."""
    return {"lists": [_first(desk, "red"), _first(desk, "yellow")]}


def upcoming(desk: Desk) -> dict[str, Any]:
    """Upcoming signings, overdue ones first."""
    return {"lists": [_first(desk, name) for name in ("signing-overdue", "signing-soon", "signing-later")]}


def load(desk: Desk) -> dict[str, Any]:
    """What each person has on their hands."""
    rows = [
        {
            "load": one,
            "open_url": figure_url(one.open_question),
            "key_url": figure_url(one.key_question),
            "overdue_url": list_url("follow-ups", desk.scope, str(one.person.pk)),
        }
        for one in workload(desk.user, desk.scope)
    ]
    return {"rows": rows, "shown": PEOPLE}


# What became of planned visits, in the order of the panel.
STATES = {
    "kept": gettext_lazy("Done in time"),
    "late": gettext_lazy("Done late"),
    "missed": gettext_lazy("Missed"),
    "open": gettext_lazy("Still to come"),
    "cancelled": gettext_lazy("Cancelled"),
}


def plan(desk: Desk) -> dict[str, Any]:
    """Planned visits of the period against what was made."""
    planned = Activity(PLANS, desk.scope, desk.period, desk.as_of)
    made = Activity(
        INTERACTIONS, desk.scope, desk.period, desk.as_of, kind=(Channel.VISIT.value, Channel.RECEPTION.value)
    )
    by_state, by_channel = measures_by(planned, "state"), measures_by(made, "kind")
    channels = {Channel.VISIT: _("Outbound visits made"), Channel.RECEPTION: _("Receptions held")}
    return {
        "planned": {"count": sum(one.count for one in by_state.values()), "url": activity_url(planned)},
        "states": [
            {
                "label": label,
                "count": by_state.get(state, Measure()).count,
                "url": activity_url(planned.limited(state=state)),
            }
            for state, label in STATES.items()
        ],
        "made": [
            {
                "label": label,
                "count": by_channel.get(channel.value, Measure()).count,
                "url": activity_url(made.limited(kind=channel.value)),
            }
            for channel, label in channels.items()
        ],
        "month": f"{reverse('visits:month_plan')}?{urlencode({'zone': desk.scope.zone.code})}",
    }


def out(desk: Desk) -> dict[str, Any]:
    """Which teams went out in the week of the as-of day, against the zone's rule."""
    week = period_of(WEEK, desk.as_of)
    found = teams_out(desk.scope, week, desk.as_of)
    asked = visits(Scope(desk.scope.zone), week, desk.as_of)
    rule = desk.scope.zone.teams_out_per_week
    return {
        "week": week,
        "teams": [
            {
                "team": team,
                "count": found.visits.get(str(team.pk), Measure()).count,
                "url": activity_url(visits(Scope(desk.scope.zone, team=team), week, desk.as_of)),
            }
            for team in found.teams
        ],
        "out": len(found.out),
        "all": len(found.teams),
        "rule": rule,
        "is_kept": rule is None or len(found.out) >= min(rule, len(found.teams)),
        "whole": desk.scope.team is None,
        "url": activity_url(asked),
    }


def stage_days(desk: Desk) -> dict[str, Any]:
    """The middle one and the 90th percentile of days in each stage."""
    return {
        "rows": [
            {
                "standing": one,
                "url": figure_url(one.question),
                "undated_url": figure_url(one.undated_question),
            }
            for one in standing(desk.scope, desk.as_of)
        ]
    }


def rank_table(by: str) -> Callable[[Desk], dict[str, Any]]:
    """New, signed and open leads by a column."""

    def panel(desk: Desk) -> dict[str, Any]:
        rows = ranks(desk.scope, desk.period, desk.as_of, by)
        return {
            "by": RANKED[by],
            "rows": [
                {
                    "name": one.name,
                    "cells": [
                        {"count": told.answer.count, "url": figure_url(told.question), "label": label}
                        for told, label in (
                            (one.new, pgettext("leads", "New")),
                            (one.signed, _("Signed")),
                            (one.stock, _("Open leads")),
                        )
                    ],
                }
                for one in rows
            ],
        }

    return panel


PANELS: Mapping[str, tuple[str, Callable[[Desk], dict[str, Any]]]] = {
    "silent": ("pipeline/desk/_lists.html", silent),
    "stalled": ("pipeline/desk/_lists.html", stalled),
    "upcoming": ("pipeline/desk/_lists.html", upcoming),
    "load": ("pipeline/desk/_load.html", load),
    "plan": ("pipeline/desk/_plan.html", plan),
    "out": ("pipeline/desk/_out.html", out),
    "stage-days": ("pipeline/desk/_stage_days.html", stage_days),
    **{by: ("pipeline/desk/_ranks.html", rank_table(by)) for by in RANKED},
}
TITLES = {
    "silent": gettext_lazy("Silent leads"),
    "stalled": gettext_lazy("Stalled leads"),
    "upcoming": gettext_lazy("Upcoming signings"),
    "load": gettext_lazy("Work in hand"),
    "plan": gettext_lazy("Visits, plan and actual"),
    "out": gettext_lazy("Teams out this week"),
    "stage-days": gettext_lazy("Days in the present stage"),
    **RANKED,
}


@login_required
@require_GET
def panel(request: HttpRequest, part: str) -> HttpResponse:
    """A panel of the dashboard, for the same scope, period and day."""
    desk = desk_of(request)
    if part not in PANELS:
        raise Http404
    template, made = PANELS[part]
    here = desk.url("desk_panel", part=part)
    context = {**made(desk), "desk": desk, "title": TITLES[part], "whole_page": not is_htmx(request), "here": here}
    return show_in("pipeline/desk/panel_page.html", request, template, context)


@login_required
@require_GET
def desk_list(request: HttpRequest, listed: str) -> HttpResponse:
    """A list of leads of today that want a look: `?scope=&page=`."""
    desk = desk_of(request)
    if listed not in LISTS:
        raise Http404
    one = LISTS[listed]
    page = page_of(request)
    rows = desk_rows(desk.user, desk.scope, listed)
    owner = as_id(request.GET.get("owner", ""))
    if owner is not None:
        rows = rows.filter(owner_id=owner)
    found = list(rows.for_listing()[(page - 1) * PAGE : page * PAGE + 1])
    more = len(found) > PAGE
    here = list_url(listed, desk.scope, str(owner or ""))
    context = {
        "title": one.name,
        "rule": one.rule,
        "desk": desk,
        "whose": " · ".join([desk.scope.name, *([str(found[0].owner)] if owner is not None and found else [])]),
        "count": bounded_count(rows),
        "rows": [{"lead": lead, "words": _days(one, lead)} for lead in found[:PAGE]],
        "previous_url": f"{here}&page={page - 1}" if page > 1 else "",
        "next_url": f"{here}&page={page + 1}" if more and page * PAGE < MOST else "",
    }
    return render(request, "pipeline/desk/list.html", context)
