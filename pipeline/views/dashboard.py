"""The dashboard's first screen: key numbers with comparisons, what moved; the panels below load themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from investcrm.core.templatetags.crm import day_full
from pipeline.charts.values import words
from pipeline.selectors.answers import Answer
from pipeline.selectors.checking import latest_difference
from pipeline.selectors.desk.keys import FirstScreen, Told, first_screen
from pipeline.selectors.desk.queue import may_see_queue
from pipeline.selectors.desk.ranks import SHOWN as RANKS_SHOWN
from pipeline.selectors.figures import figure_url
from pipeline.selectors.flow import CLOSING, NAMES, OPENING, Flow, StageFlow
from pipeline.selectors.periods import DATES, KINDS, Period, period_of
from pipeline.selectors.questions import INCREASED, LANDED, NEW, SIGNED
from pipeline.views import desk_charts, desk_panels
from pipeline.views.desk import MOVED_PERIOD, Desk, desk_of
from projects.choices import StageKind
from projects.models import Stage
from teams.access import Capability

LABELS = {
    NEW: gettext_lazy("New leads"),
    SIGNED: gettext_lazy("Signed"),
    LANDED: gettext_lazy("Landed"),
    INCREASED: gettext_lazy("Increases of capital"),
}
# What there is on the day.
STOCK_LABELS = {
    StageKind.OPEN: gettext_lazy("Open, not signed"),
    StageKind.SIGNED: gettext_lazy("Signed, not landed"),
}
# Whose amounts are shown: of what is signed the agreed investment, of what is not yet signed the total investment.
TOTALS = frozenset({NEW, StageKind.OPEN})


@dataclass(frozen=True)
class Figure:
    """A number with its amount and its list. `amount` is named as the list's head names it: total or agreed."""

    count: int
    amount: Decimal
    of: str
    url: str


@dataclass(frozen=True)
class Comparison:
    """The same figure of another period: its words, its days, and by how much the count of now is more."""

    words: str
    days: str
    figure: Figure
    more: int

    @property
    def fewer(self) -> int:
        """By how much the count of now is less."""
        return -self.more


@dataclass(frozen=True)
class KeyNumber:
    """A key number and what it is compared with."""

    key: str
    label: Any
    now: Figure
    comparisons: list[Comparison]


def _figure(key: str, told: Told) -> Figure:
    of = "total" if key in TOTALS else "agreed"
    amount = told.answer.total_cny if of == "total" else told.answer.agreed_cny
    return Figure(told.answer.count, amount, of, figure_url(told.question))


def key_numbers(screen: FirstScreen) -> list[KeyNumber]:
    """What happened, each with its comparisons, then what there is."""
    found = []
    for what, happened in screen.happened.items():
        now = _figure(what, happened.now)
        compared = [(_("period before"), happened.before), (_("a year before"), happened.year_before)]
        comparisons = []
        for label, told in compared:
            if told is not None and told.question.period is not None:
                figure = _figure(what, told)
                comparisons.append(
                    Comparison(label, told.question.period.days_words, figure, now.count - figure.count)
                )
        found.append(KeyNumber(what, LABELS[what], now, comparisons))
    for kind in (StageKind.OPEN, StageKind.SIGNED):
        found.append(KeyNumber(f"stock-{kind}", STOCK_LABELS[kind], _figure(kind, screen.stock[kind]), []))
    return found


def _cells(flow: Flow, row: StageFlow, columns: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "column": column,
            "label": NAMES[column],
            "answer": row.columns[column],
            **_words(row.columns[column], signed=column not in (OPENING, CLOSING)),
            "url": figure_url(flow.question(column, row.stage)),
            "empty": not row.columns[column].count and not row.columns[column].total_cny,
        }
        for column in columns
    ]


def _words(answer: Answer, *, signed: bool) -> dict[str, str]:
    """Count and total investment as the table shows them; what came in carries a plus."""
    return {
        "count": words(answer.count, sign=signed),
        "amount": words(answer.total_cny, money=True, sign=signed),
    }


def _shown(flow: Flow) -> list[str]:
    """The columns: a cause that moved nothing anywhere has none, but for those that every reader looks for."""
    always = {"opening", "new", "moved_in", "moved_out", "closing"}
    return [
        name
        for name in NAMES
        if name in always
        or any(row.columns[name].count or row.columns[name].total_cny for row in [*flow.stages, flow.total])
    ]


def flow_table(flow: Flow) -> dict[str, Any]:
    """The table of what moved: heads, a row a stage, and all together."""
    columns = _shown(flow)
    rows: list[tuple[Stage | None, StageFlow]] = [*flow.by_stage, (None, flow.total)]
    return {
        "heads": [{"column": name, "label": NAMES[name]} for name in columns],
        "rows": [{"stage": stage, "cells": _cells(flow, row, columns)} for stage, row in rows],
    }


def _period_links(desk: Desk) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": desk.asked.link(period=period_of(kind, desk.as_of).code),
            "here": desk.period.kind == kind,
        }
        for kind, label in KINDS.items()
    ]


def _bridges(desk: Desk, flow: Flow) -> list[dict[str, Any]]:
    """The two pictures of what moved, with as many rows as they have."""
    between = [name for name in NAMES if name not in (OPENING, CLOSING)]
    total = flow.total.columns
    return [
        {
            "label": _("Number of leads"),
            "url": desk.url("desk_chart", picture="moved"),
            "rows": 2 + sum(bool(total[name].count) for name in between),
        },
        {
            "label": _("Total investment"),
            "url": desk.url("desk_chart", picture="moved-money"),
            "rows": 2 + sum(bool(total[name].total_cny) for name in between),
        },
    ]


def _chart(desk: Desk, name: str, kind: str, rows: int) -> dict[str, Any]:
    return {
        "name": name,
        "title": desk_charts.TITLES[name],
        "chart": desk.url("desk_chart", picture=name),
        "kind": kind,
        "rows": rows,
        "keyed": kind != "funnel",
    }


def _panel(desk: Desk, name: str) -> dict[str, Any]:
    return {"name": name, "title": desk_panels.TITLES[name], "url": desk.url("desk_panel", part=name)}


def _sides(desk: Desk, stages: list[Stage]) -> list[list[dict[str, Any]]]:
    """What stands below in two columns: pictures with the room that they need, panels, a picture with a panel."""
    kinds = [stage.kind for stage in stages if stage.deleted_at is None]
    to_move = kinds.count(StageKind.OPEN) + kinds.count(StageKind.SIGNED)
    targets = {"name": "targets", "title": _("Targets and pace"), "url": desk.url("targets_panel"), "padded": True}
    own = desk.scope.person is not None
    left = [
        _chart(desk, "funnel", "funnel", len(kinds) - kinds.count(StageKind.CLOSED)),
        {**_chart(desk, "ageing", "ageing", to_move), "url": desk.url("desk_panel", part="stage-days")},
        _panel(desk, "stalled"),
        _panel(desk, "upcoming"),
        _chart(desk, "industry", "ranking", RANKS_SHOWN),
        _panel(desk, "mode"),
        _panel(desk, "referrer"),
    ]
    right = [
        _chart(desk, "trend", "trend", 0),
        targets,
        _panel(desk, "silent"),
        _panel(desk, "plan"),
        *([] if own else [_panel(desk, "out"), _panel(desk, "load")]),
    ]
    return [left, right]


def _problems(desk: Desk) -> list[str]:
    problems = list(desk.asked.problems)
    if desk.period.first > desk.as_of:
        problems.append(_("This period has not begun yet: nothing has happened in it."))
    return problems


def _typed(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()} if period.kind == DATES else {}


def _compared_days(screen: FirstScreen) -> str:
    """The days that the numbers are compared with, in words."""
    new = screen.happened[NEW]
    periods = [told.question.period for told in (new.before, new.year_before) if told is not None]
    return " · ".join(_full_days(period) for period in periods if period is not None)


def _full_days(period: Period) -> str:
    return f"{day_full(period.first)}–{day_full(period.last)}"


@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The dashboard: `?scope=&period=&as_of=&moved=`."""
    desk = desk_of(request)
    if request.GET.get("from") or request.GET.get("to"):
        days = f"{request.GET.get('from', '')}..{request.GET.get('to', '')}"
        return redirect(request.path + desk.asked.link(**{"from": None, "to": None, "period": days}))
    screen = first_screen(desk.scope, desk.period, desk.as_of, desk.moved)
    whole = desk.scope.team is None and desk.scope.person is None
    may_check = whole and desk.user.can(Capability.MANAGE_TARGETS, on=desk.scope.zone)
    context = {
        "desk": desk,
        "keys": key_numbers(screen),
        "flow": flow_table(screen.flow),
        "moved_by": [
            {"label": _("Week"), "url": desk.asked.link(moved=None), "here": desk.moved != desk.period},
            {
                "label": desk.period.words,
                "url": desk.asked.link(moved=MOVED_PERIOD),
                "here": desk.moved == desk.period,
            },
        ],
        "bridges": _bridges(desk, screen.flow),
        "sides": _sides(desk, screen.stages),
        "compared_days": _compared_days(screen),
        "periods": _period_links(desk),
        "typed": _typed(desk.period),
        "problems": _problems(desk),
        "is_past": desk.as_of != desk.asked.today,
        "whole": whole,
        "has_queue": may_see_queue(desk.user, desk.scope),
        "difference": latest_difference(desk.scope.zone) if may_check else None,
    }
    return render(request, "pipeline/desk/dashboard.html", context)
