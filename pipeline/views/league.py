"""League tables: who wins leads, and who looks after them best."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from pipeline.selectors.activity_questions import ANSWERS, BREACHES, FOLLOW_UPS, FUNDS, INTERACTIONS
from pipeline.selectors.activity_words import RULES
from pipeline.selectors.league import CARE, SOURCES, Asked, Standing, league
from pipeline.selectors.league_words import LABELS
from pipeline.selectors.periods import KINDS, MONTH, period_of
from pipeline.views.asked import Asked as Address
from pipeline.views.asked import asked_of
from projects.choices import AcquisitionMode
from teams.access import Capability
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where

# The rule behind each number.
RULE_WORDS: dict[str, list[Any]] = {
    "new": [
        gettext_lazy("Leads opened in the period, for whoever had them at the end of that day."),
        gettext_lazy("A lead counts as opened no later than its first move."),
    ],
    "signed": [
        gettext_lazy("Of those new leads: how many came to signing by the as-of day, wherever they stand now."),
    ],
    "breaches": RULES[BREACHES],
    "follow_ups": [*RULES[FOLLOW_UPS], gettext_lazy("The share is of those whose day is over or that are done.")],
    "answers": [
        *RULES[ANSWERS],
        gettext_lazy("The number is the middle one of all; below it, how many were in time."),
    ],
    "visits": RULES[INTERACTIONS][:2],
    "receptions": RULES[INTERACTIONS][:2],
    "funds": RULES[FUNDS],
}
TABLES = {"sources": SOURCES, "care": CARE}
TITLES = {"sources": gettext_lazy("Lead sources"), "care": gettext_lazy("Follow-up of leads")}


def _sorting(request: HttpRequest) -> dict[str, str]:
    """By which column each table is sorted."""
    chosen = request.GET.get("sort", "")
    usual = {"sources": "new", "care": "follow_ups"}
    return {name: chosen if chosen in columns else usual[name] for name, columns in TABLES.items()}


def _columns(address: Address, table: str, sort: str) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": LABELS[key],
            "url": f"{address.link(sort=key)}#{table}",
            "here": key == sort,
            "is_money": key == "funds",
            "is_share": key == "follow_ups",
            "is_days": key == "answers",
        }
        for key in TABLES[table]
    ]


def _lines(rows: list[Standing], columns: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "rank": row.ranks[sort],
            "cells": [
                {"column": column, "cell": row.cells[column["key"]], "each": row.each(column["key"])}
                for column in columns
            ],
            "modes": [{"label": label, "cell": row.modes[mode]} for mode, label in _modes(rows)],
        }
        for row in rows
    ]


def _modes(rows: list[Standing]) -> list[tuple[str, Any]]:
    """The ways in which leads are won; without one only where there are such leads."""
    named: list[tuple[str, Any]] = list(AcquisitionMode.choices)
    if any(row.modes[""].value for row in rows):
        named.append(("", _("not noted")))
    return named


def _rules(columns: tuple[str, ...], *, people: bool) -> list[tuple[str, list[Any]]]:
    rules: list[tuple[str, list[Any]]] = [(str(LABELS[key]), RULE_WORDS[key]) for key in columns]
    if not people:
        each = _("The number divided by the people of the team: their average number over the days of the period.")
        rules.append((_("A person"), [each]))
    rules.append((_("Rank"), [_("Who is equal shares a rank. Fewer silences and fewer days are better.")]))
    return rules


@login_required
@require_GET
def league_page(request: HttpRequest) -> HttpResponse:
    """The league tables: `?period=&as_of=&known=&zone=&view=people&rank=person&sort=new`."""
    user = user_of(request)
    zones = zones_where(user, Capability.VIEW)
    zone = chosen_zone(request, zones)
    address = asked_of(request, zone, kind=MONTH)
    people, each = request.GET.get("view") == "people", request.GET.get("rank") == "person"
    sorting = _sorting(request)
    asked = Asked(zone, address.period, address.as_of, address.known)
    found = league(asked, user, people=people, each=each, sort=list(sorting.values()))
    tables = []
    for (name, sort), rows in zip(sorting.items(), found, strict=True):
        columns = _columns(address, name, sort)
        tables.append(
            {
                "id": name,
                "title": TITLES[name],
                "columns": columns,
                "rows": _lines(rows, columns, sort),
                "rules": _rules(TABLES[name], people=people),
            }
        )
    context = {
        "zone": zone,
        "asked": address,
        "tables": tables,
        "modes": [label for _mode, label in _modes(found[0])],
        "people": people,
        "each": each and not people,
        "tabs": [
            {"label": _("Teams"), "url": address.link(view=None), "here": not people},
            {"label": _("People"), "url": address.link(view="people", rank=None), "here": people},
        ],
        "ways": [
            {"label": _("Totals"), "url": address.link(rank=None), "here": not each},
            {"label": _("A person"), "url": address.link(rank="person"), "here": each},
        ],
        "kinds": [
            {
                "label": label,
                "url": address.link(period=period_of(kind, min(address.period.last, address.today)).code),
                "here": address.period.kind == kind,
            }
            for kind, label in KINDS.items()
        ],
        "zone_tabs": [{"label": one.name, "url": address.link(zone=one.code), "here": one == zone} for one in zones]
        if len(zones) > 1
        else [],
    }
    return render(request, "pipeline/league.html", context)
