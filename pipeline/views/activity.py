"""The list behind a figure of activity: the number, how it is counted, and every row that makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from investcrm.core.templatetags.crm import day_full
from pipeline.selectors.activity import (
    FUNDS,
    INTERACTIONS,
    REQUESTS,
    TO_COME,
    Activity,
    Measure,
    activity_url,
    measure,
)
from pipeline.selectors.activity_lists import MOST_PAGES, listed, parts_of, shows_days, ways_to_cut
from pipeline.selectors.activity_questions import OWED, WHATS, read_activity
from pipeline.selectors.activity_words import LABELS, limits_of, rule_words
from pipeline.views.figures import Number, known_at, page_of, refused
from teams.requests import user_of


def numbers_of(asked: Activity, told: Measure) -> list[Number]:
    """The number at the head of the page, and what belongs to it."""
    if asked.what == INTERACTIONS:
        return [
            Number("count", _("Groups"), told.count),
            Number("person_times", _("People met"), told.person_times),
            Number("companies", _("Companies met"), told.companies),
        ]
    numbers = [Number("count", pgettext("how many", "Number"), told.count)]
    if asked.what == FUNDS:
        without = {"count": told.without_rate}
        note = _("%(count)d in a currency without a rate") % without if told.without_rate else ""
        numbers.append(Number("cny", _("Amount"), told.cny, is_money=True, note=note))
    if asked.what in OWED:
        of = {"share": told.share, "due": f"{told.due:,}"}
        share = _("%(share)s%% of %(due)s") % of if told.due else _("nothing due")
        numbers.append(Number("kept", _("In time"), told.kept, note=share))
    if shows_days(asked.what) and told.median_days is not None:
        numbers.append(Number("median_days", _("Days, the middle one"), round(told.median_days)))
    return numbers


def _chips(asked: Activity) -> list[dict[str, str]]:
    found = []
    for name, value, words in limits_of(asked):
        rest: Any = {name: tuple(one for one in getattr(asked, name) if one != value)}
        url = activity_url(replace(asked, **rest))
        found.append({"label": str(LABELS[name]), "value": words, "url": url})
    return found


def _first_column(what: str) -> str:
    if what == REQUESTS:
        return _("Service request")
    return _("With whom") if what in (INTERACTIONS, TO_COME) else _("Lead")


def _label(way: str) -> str:
    return str(LABELS.get(way) or _("Month"))


@login_required
@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """A figure of activity and its list: `?what=&scope=&period=&as_of=…`; `by=` cuts it, `page=` turns the pages."""
    user = user_of(request)
    try:
        asked = read_activity(user, request.GET)
        position = known_at(moment, asked.scope) if (moment := request.GET.get("known_at")) else None
    except ValidationError as error:
        return refused(request, error)
    if position is not None:
        return redirect(activity_url(replace(asked, known=position)))
    ways = ways_to_cut(asked)
    by = request.GET.get("by", "")
    by = by if by in ways else ""
    page = page_of(request)
    rows, more = listed(user, asked, page)
    here = activity_url(asked)
    turned = f"{here}{f'&by={by}' if by else ''}"
    parts = parts_of(asked, by) if by else []
    told = measure(asked)
    context: dict[str, Any] = {
        "asked": asked,
        "title": WHATS[asked.what],
        "subtitle": " · ".join(
            (asked.scope.name, asked.period.words, _("as of %(day)s") % {"day": day_full(asked.as_of)})
        ),
        "sentences": rule_words(asked),
        "numbers": numbers_of(asked, told),
        "chips": _chips(asked),
        "cuts": [
            {"label": _label(way), "url": here if way == by else f"{here}&by={way}", "here": way == by} for way in ways
        ],
        "by_label": _label(by) if by else "",
        "parts": [{"part": part, "url": activity_url(part.asked) if part.asked else ""} for part in parts],
        "rows": rows,
        "hidden": sum(row.title is None for row in rows),
        "previous_url": f"{turned}&page={page - 1}" if page > 1 else "",
        "next_url": f"{turned}&page={page + 1}" if more and page < MOST_PAGES else "",
        "cut_off": more and page == MOST_PAGES,
        "of_meetings": asked.what == INTERACTIONS,
        "of_money": asked.what == FUNDS,
        "of_days": shows_days(asked.what),
        "of_promises": asked.what in OWED,
        "of_states": asked.what in (*OWED, REQUESTS),
        "first_column": _first_column(asked.what),
        "has_kinds": any(row.kind for row in rows),
        "has_people": any(row.person for row in rows),
        "today": asked.scope.zone.today(),
        "hidden_fields": fields_of(asked),
    }
    return render(request, "pipeline/activity.html", context)


def fields_of(asked: Activity) -> list[tuple[str, str]]:
    """The question without as-of day and known-at, for the page's own form."""
    return [(name, value) for name, value in asked.pairs if name not in ("as_of", "known")]
