"""The list behind a figure: the number, how it is counted, and every lead that makes it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from investcrm.core.changes import position_at
from investcrm.core.templatetags.crm import day_full
from pipeline.selectors.answers import Answer
from pipeline.selectors.figure_lists import MOST_PAGES, Fate, Listed, figure_and_parts, listed, ways_to_cut
from pipeline.selectors.figure_words import LABELS, limits_of, rates_used, rule_words
from pipeline.selectors.figures import figure_url
from pipeline.selectors.questions import FLOW, INCREASED, WHATS, Question, read_question
from pipeline.selectors.scopes import Scope
from pipeline.views.asked import read_moment
from teams.requests import user_of

BAD_REQUEST = 400


@dataclass(frozen=True)
class Number:
    """A number at the head of a figure's page: its name in tests, words, the number; money or a count."""

    key: str
    label: str
    value: Decimal | int
    is_money: bool = False
    note: str = ""


def _left_out(without: int, words: str) -> str:
    return words % {"count": without} if without else ""


def numbers_of(question: Question, told: Answer) -> list[Number]:
    """The number and the sums, each with what is left out of it."""
    labels = {INCREASED: _("Increases"), FLOW: _("In less out")}
    count_label = labels.get(question.what, _("Leads"))
    numbers = [Number("count", count_label, told.count)]
    no_rate = _left_out(told.without_rate, _("%(count)d in a currency without a rate"))
    if question.what != INCREASED:
        note = ", ".join(filter(None, (_left_out(told.without_total, _("%(count)d without an amount")), no_rate)))
        numbers.append(Number("total", _("Total investment"), told.total_cny, is_money=True, note=note))
    note = ", ".join(filter(None, (_left_out(told.without_agreed, _("%(count)d without an amount")), no_rate)))
    return [*numbers, Number("agreed", _("Agreed investment"), told.agreed_cny, is_money=True, note=note)]


def _chips(question: Question) -> list[dict[str, str]]:
    found = []
    for name, value, words in limits_of(question):
        kept: Any = getattr(question, name)
        rest: Any = tuple(one for one in kept if one != value) if isinstance(kept, tuple) else None
        without = replace(question, **{name: rest})
        needed = (question.what, name) in (("reached", "stage"), ("listed", "listing"))
        found.append(
            {"label": str(LABELS[name]), "value": words, "url": "" if needed and not rest else figure_url(without)}
        )
    return found


def _cuts(question: Question, by: str) -> list[dict[str, Any]]:
    here = figure_url(question)
    return [
        {"label": LABELS[way], "url": here if way == by else f"{here}&by={way}", "here": way == by}
        for way in ways_to_cut(question)
    ]


def page_of(request: HttpRequest) -> int:
    """The page that the address asks for; the first one for anything that is none."""
    text = request.GET.get("page", "")
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGES))
    return min(max(int(text), 1), MOST_PAGES) if plain else 1


def known_at(text: str, scope: Scope) -> int:
    """The position that was last seen at a moment; raises ValidationError."""
    try:
        return position_at(read_moment(text, scope.zone))
    except (ValueError, OverflowError) as error:
        raise ValidationError(_("This moment cannot be read. Write 2026-03-05T14:00."), code="moment") from error


def asked_otherwise(question: Question, data: QueryDict) -> Question | None:
    """The question of another as-of day or known-at moment, as the page's own form sends them; ValidationError."""
    moment = data.get("known_at", "")
    return replace(question, known=known_at(moment, question.scope)) if moment else None


def refused(request: HttpRequest, error: ValidationError, status: int = BAD_REQUEST) -> HttpResponse:
    """A page that says in sentences why there is no figure."""
    return render(request, "pipeline/figure_refused.html", {"problems": error.messages}, status=status)


@login_required
@require_GET
def figure(request: HttpRequest) -> HttpResponse:
    """A figure and its list: `?what=&scope=&as_of=&period=…`; `by=` cuts it, `page=` turns the pages."""
    user = user_of(request)
    try:
        question = read_question(user, request.GET)
        other = asked_otherwise(question, request.GET)
    except ValidationError as error:
        return refused(request, error)
    if other is not None:
        return redirect(figure_url(other))
    by = request.GET.get("by", "")
    by = by if by in ways_to_cut(question) else ""
    page = page_of(request)
    told, parts = figure_and_parts(question, by)
    rows, more = listed(user, question, page)
    here = f"{figure_url(question)}{f'&by={by}' if by else ''}"
    context = {
        "question": question,
        "title": WHATS[question.what],
        "subtitle": _subtitle(question),
        "sentences": rule_words(question),
        "numbers": numbers_of(question, told),
        "chips": _chips(question),
        "cuts": _cuts(question, by),
        "by_label": LABELS[by] if by else "",
        "parts": [{"part": part, "url": figure_url(part.question) if part.question else ""} for part in parts],
        "rows": rows,
        "page": page,
        "first": (page - 1) * len(rows) + 1,
        "previous_url": f"{here}&page={page - 1}" if page > 1 else "",
        "next_url": f"{here}&page={page + 1}" if more and page < MOST_PAGES else "",
        "cut_off": more and page == MOST_PAGES,
        "elsewhere": sum(row.fate == Fate.ELSEWHERE for row in rows),
        "gone": sum(row.fate == Fate.GONE for row in rows),
        "rates": _rates(question, rows),
        "signed": question.what == FLOW,
        "today": question.scope.zone.today(),
        "hidden_fields": _fields(question),
    }
    return render(request, "pipeline/figure.html", context)


def _subtitle(question: Question) -> str:
    parts = [question.scope.name]
    if question.period is not None:
        parts.append(question.period.words)
    parts.append(_("as of %(day)s") % {"day": day_full(question.as_of)})
    return " · ".join(parts)


def _rates(question: Question, rows: Sequence[Listed]) -> list[dict[str, Any]]:
    currencies = [row.row.currency for row in rows]
    day: datetime.date = question.rates or question.as_of
    return [{"currency": code, "cny": cny, "since": since} for code, cny, since in rates_used(currencies, day)]


def _fields(question: Question) -> list[tuple[str, str]]:
    """The question without as-of day and known-at, for the page's own form."""
    query = QueryDict(question.query)
    return [(name, value) for name, values in query.lists() for value in values if name not in ("as_of", "known")]
