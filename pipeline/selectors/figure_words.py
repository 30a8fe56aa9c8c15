"""A figure's question in words: what is counted and how, and what limits it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investcrm.core.ids import is_id
from investcrm.core.models import ExchangeRate, FeedMark
from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full, moment_text
from pipeline.selectors.periods import FIRST_YEAR, Period
from pipeline.selectors.questions import (
    CLOSED,
    ENTERED,
    FLOW,
    INCREASED,
    LANDED,
    LEFT,
    LISTED,
    NEW,
    REACHED,
    SIGNED,
    STOCK,
    Question,
    Size,
)  # fmt: skip
from projects.choices import AcquisitionMode, CapitalOrigin, EntryKind, Listing, StageKind
from projects.models import Company, Industry, Stage
from teams.models import Team, User, Zone

LABELS = {
    "stage": gettext_lazy("Stage"),
    "stage_kind": gettext_lazy("Kind of stage"),
    "team": gettext_lazy("Team"),
    "owner": gettext_lazy("Owner"),
    "industry": gettext_lazy("Industry"),
    "mode": gettext_lazy("Acquisition mode"),
    "origin": gettext_lazy("Origin of capital"),
    "listing": gettext_lazy("Major project list"),
    "cause": gettext_lazy("Cause"),
    "referrer": gettext_lazy("Referrer"),
    "month": gettext_lazy("Month"),
    "total_investment": gettext_lazy("Total investment from"),
    "registered_capital": gettext_lazy("Registered capital from"),
}
FIXED: Mapping[str, Any] = {
    "stage_kind": StageKind,
    "mode": AcquisitionMode,
    "origin": CapitalOrigin,
    "listing": Listing,
    "cause": EntryKind,
}


Named = Callable[[Iterable[str], Zone | None], dict[str, str]]


def _rows(rows: Any, field: str = "pk", of_zone: str = "") -> Named:
    def named(keys: Iterable[str], zone: Zone | None) -> dict[str, str]:
        wanted = [key for key in keys if field != "pk" or is_id(key)]
        limits = {of_zone: zone} if of_zone and zone is not None else {}
        found = rows.objects.filter(**{f"{field}__in": wanted}, **limits)
        return {str(getattr(row, field)): str(row) for row in found}

    return named


ROWS: Mapping[str, Named] = {
    "stage": _rows(Stage, "code"),
    "team": _rows(Team, of_zone="zone"),
    "owner": _rows(User, of_zone="memberships__zone"),
    "industry": _rows(Industry, of_zone="zone"),
    "referrer": _rows(Company),
}


def names_of(dimension: str, keys: Iterable[str], zone: Zone | None = None) -> dict[str, str]:
    """The names of the values of a column in the active language. One query at most; an unknown one is itself.

    Of values that stand in an address, those of another zone than the one asked about are unknown.
    """
    wanted = set(keys)
    known: dict[str, str] = {}
    if dimension in FIXED:
        known = {value: str(label) for value, label in FIXED[dimension].choices}
    elif dimension in ROWS and wanted - {""}:
        known = ROWS[dimension](wanted - {""}, zone)
    return {key: known.get(key, key) if key else _("none") for key in wanted}


def size_words(size: Size) -> str:
    """`10亿元 or 1亿美元`."""
    bounds = [(size.cny, "CNY"), (size.usd, "USD")]
    words = [format_money(amount, currency) for amount, currency in bounds if amount is not None]
    return _("%(cny)s or %(usd)s") % {"cny": words[0], "usd": words[1]} if len(words) > 1 else words[0]


def _what(question: Question, days: str) -> list[str]:
    """How it is counted, in sentences."""
    day = {"day": day_full(question.as_of), "days": days}
    if question.what == STOCK:
        return [_stock(question, day)]
    credited = _("Credited to whoever had the lead at the end of that day.")
    words: Mapping[str, list[str]] = {
        NEW: [
            _("Leads opened %(days)s that were still in the book on %(day)s.") % day,
            credited,
            _("A lead counts as opened no later than its first move."),
        ],
        SIGNED: [
            _("Leads signed for the first time %(days)s, each counted once.") % day,
            credited,
            _("A signing taken back by %(day)s does not count; later increases add nothing here.") % day,
        ],
        LANDED: [_("Leads that landed %(days)s and had not gone back by %(day)s.") % day, credited],
        CLOSED: [_("Leads closed %(days)s that were still closed on %(day)s.") % day, credited],
        LISTED: [_("Leads that first came onto the list %(days)s.") % day, credited],
        REACHED: [
            _("Leads opened %(days)s that by %(day)s ever came to this stage or beyond, wherever they stand now.")
            % day,
            credited,
        ],
        ENTERED: [_("Each lead that came in %(days)s: once for each time it came.") % day],
        LEFT: [_("Each lead that went out %(days)s: once for each time it went.") % day],
        FLOW: [
            _("What came in %(days)s less what went out; rows that went out carry a minus.") % day,
        ],
        INCREASED: [
            _("Increases of capital agreed %(days)s, less those taken back.") % day,
            credited,
            _("An increase adds its amount and is not one more project."),
        ],
    }
    return words[question.what]


def _stock(question: Question, day: Mapping[str, str]) -> str:
    if question.undated:
        return (
            _("Leads in the book at the end of %(day)s of which nobody knows since when they are in their stage.")
            % day
        )
    if question.period is None:
        return _("Leads in the book at the end of %(day)s, each as it stood then.") % day
    if question.period.first.year == FIRST_YEAR:
        last = {"last": day_full(question.period.last)}
        return _("Leads in the book at the end of %(day)s that came into their stage by %(last)s.") % {**day, **last}
    return _("Leads in the book at the end of %(day)s that came into their stage %(days)s.") % day


def period_words(period: Period) -> str:
    """`from 1 Mar 2026 to 31 Mar 2026`, to stand within a sentence."""
    if period.first == period.last:
        return _("on %(day)s") % {"day": day_full(period.first)}
    return _("from %(first)s to %(last)s") % {"first": day_full(period.first), "last": day_full(period.last)}


def rule_words(question: Question) -> list[str]:
    """How the figure is counted, in sentences. One query where it is asked as known at a position."""
    until = question.period.until(question.as_of) if question.period is not None else None
    sentences = _what(question, period_words(until) if until is not None else "")
    sentences.append(
        _("Amounts in CNY: signed ones at the rate of the signing day, others at the rate of %(day)s.")
        % {"day": day_full(question.rates or question.as_of)}
    )
    if question.what not in (STOCK, INCREASED):
        sentences.append(_("What has no day counts in the stock and never here."))
    if question.known is not None:
        mark = FeedMark.objects.filter(position__lte=question.known).order_by("-position").first()
        moment = moment_text(mark.at) if mark is not None else _("the beginning")
        sentences.append(
            _("As it was known on %(moment)s (change %(position)s): what was recorded later is left out.")
            % {"moment": moment, "position": question.known}
        )
    return sentences


def limits_of(question: Question) -> list[tuple[str, str, str]]:
    """What limits the question: the column, the value, its words. A query a column of rows at most."""
    found = []
    for name in LABELS:
        values: Any = getattr(question, name, ())
        if isinstance(values, Size):
            found.append((name, "", size_words(values)))
        elif values:
            names = names_of(name, values, question.scope.zone)
            found += [(name, value, names[value]) for value in values]
    return found


def rates_used(
    currencies: Iterable[str], day: datetime.date
) -> list[tuple[str, Decimal | None, datetime.date | None]]:
    """For each other currency its rate of the day and since when it holds (None: there is none). One query."""
    wanted = sorted(set(currencies) - {"CNY", ""})
    if not wanted:
        return []
    rates = ExchangeRate.objects.filter(currency__in=wanted, valid_from__lte=day)
    latest = {rate.currency: rate for rate in rates.order_by("currency", "-valid_from").distinct("currency")}
    return [
        (code, latest[code].cny, latest[code].valid_from) if code in latest else (code, None, None) for code in wanted
    ]


def names_in(dimension: str, ids: Iterable[uuid.UUID | str | None]) -> dict[str, str]:
    """Names by id or code, for the columns of a list; none stays out. One query at most."""
    return names_of(dimension, {str(one) for one in ids if one})
