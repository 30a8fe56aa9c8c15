"""The words for the days of a report and for its main figures, right for 0, 1 and many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from investcrm.core.money import format_money, is_chinese
from pipeline.papers.frame import Frame, amount_in, count_words
from pipeline.selectors.reports.shape import Number

LABELS: dict[str, Any] = {
    "new": gettext_lazy("New leads"),
    "signed": pgettext_lazy("figure", "Signed"),
    "landed": pgettext_lazy("figure", "Landed"),
    "closed": pgettext_lazy("figure", "Closed"),
    "increased": pgettext_lazy("figure", "Increases of capital"),
    "milestones": pgettext_lazy("figure", "Milestones reached"),
    "funds": pgettext_lazy("figure", "Arrivals of funds"),
    "visits": pgettext_lazy("figure", "Outbound visits"),
    "receptions": pgettext_lazy("figure", "Receptions"),
    "calls": pgettext_lazy("figure", "Calls and messages"),
    "requests": pgettext_lazy("figure", "Service requests received"),
}
# What the amount of a figure is; figures that are not here have none.
AMOUNTS: dict[str, Any] = {
    "new": gettext_lazy("New leads, total investment"),
    "signed": gettext_lazy("Signed, agreed investment"),
    "landed": gettext_lazy("Landed, agreed investment"),
    "increased": gettext_lazy("Increases of capital, amount"),
    "funds": gettext_lazy("Funds in place, amount"),
}
COMPANIES: dict[str, Any] = {
    "visits": gettext_lazy("Outbound visits, companies"),
    "receptions": gettext_lazy("Receptions, companies"),
}
PEOPLE: dict[str, Any] = {
    "visits": gettext_lazy("Outbound visits, people met"),
    "receptions": gettext_lazy("Receptions, people received"),
}
THIS: dict[str, Any] = {
    "weekly": pgettext_lazy("report", "This week"),
    "monthly": pgettext_lazy("report", "This month"),
    "quarterly": pgettext_lazy("report", "This quarter"),
    "yearly": pgettext_lazy("report", "This year"),
}
NEXT: dict[str, Any] = {
    "weekly": pgettext_lazy("report", "next week"),
    "monthly": pgettext_lazy("report", "next month"),
    "quarterly": pgettext_lazy("report", "next quarter"),
    "yearly": pgettext_lazy("report", "next year"),
}
BEFORE: dict[str, Any] = {
    "weekly": pgettext_lazy("report", "the week before"),
    "monthly": pgettext_lazy("report", "the month before"),
    "quarterly": pgettext_lazy("report", "the quarter before"),
    "yearly": pgettext_lazy("report", "the year before"),
}
SAME_DAYS: dict[str, Any] = {
    "weekly": gettext_lazy("the same days of the week before"),
    "monthly": gettext_lazy("the same days of the month before"),
    "quarterly": gettext_lazy("the same days of the quarter before"),
    "yearly": gettext_lazy("the same days of the year before"),
}
# The same, as the head of a column.
BEFORE_HEADS: dict[str, Any] = {
    "weekly": pgettext_lazy("column", "Week before"),
    "monthly": pgettext_lazy("column", "Month before"),
    "quarterly": pgettext_lazy("column", "Quarter before"),
    "yearly": pgettext_lazy("column", "Year before"),
}


def joined(parts: Iterable[str]) -> str:
    """Parts of one sentence."""
    return pgettext("clauses", ", ").join(part for part in parts if part)


def listed(parts: Iterable[str]) -> str:
    """Names one after another."""
    return pgettext("list", ", ").join(part for part in parts if part)


def together(sentences: Iterable[str]) -> str:
    """Sentences one after another, as the language sets them."""
    return ("" if is_chinese() else " ").join(one for one in sentences if one)


def when(of: Frame) -> str:
    """`This week`, or until which day where it was not over."""
    this = str(THIS[of.kind])
    if of.is_whole:
        return this
    return _("%(this)s, until %(day)s") % {"this": this, "day": of.day_words(of.report.as_of)}


def before(of: Frame) -> str:
    """What the figures are compared with."""
    return str((BEFORE if of.is_whole else SAME_DAYS)[of.kind])


def _met(number: Number) -> str:
    companies = ngettext("%(n)s company", "%(n)s companies", number["companies"])
    people = ngettext("%(n)s person met", "%(n)s people met", number["people"])
    return _("%(companies)s and %(people)s") % {
        "companies": companies % {"n": count_words(number["companies"])},
        "people": people % {"n": count_words(number["people"])},
    }


def clause(key: str, number: Number) -> str:
    """A main figure as a part of a sentence: `2 signed with CNY 1.23 billion`."""
    n, amount = number["n"], amount_in(number)
    told = {"n": count_words(n), "amount": format_money(amount)}
    has_amount = bool(n) and amount is not None and number["without"] < n
    if key in ("visits", "receptions") and n:
        return _MET[key](n) % {**told, "met": _met(number)}
    words = _PAID[key](n) if has_amount and key in _PAID else _PLAIN[key](n)
    return words % told


_PLAIN: dict[str, Callable[[int], str]] = {
    "new": lambda n: ngettext("%(n)s new lead", "%(n)s new leads", n),
    "signed": lambda n: pgettext("clause", "%(n)s signed"),
    "landed": lambda n: pgettext("clause", "%(n)s landed"),
    "closed": lambda n: pgettext("clause", "%(n)s closed"),
    "increased": lambda n: ngettext("%(n)s capital increase", "%(n)s capital increases", n),
    "milestones": lambda n: ngettext("%(n)s milestone reached", "%(n)s milestones reached", n),
    "funds": lambda n: ngettext("%(n)s arrival of funds", "%(n)s arrivals of funds", n),
    "visits": lambda n: ngettext("%(n)s outbound visit", "%(n)s outbound visits", n),
    "receptions": lambda n: ngettext("%(n)s reception", "%(n)s receptions", n),
    "calls": lambda n: ngettext("%(n)s call or message", "%(n)s calls and messages", n),
    "requests": lambda n: ngettext("%(n)s service request received", "%(n)s service requests received", n),
}
_PAID: dict[str, Callable[[int], str]] = {
    "signed": lambda n: _("%(n)s signed with %(amount)s"),
    "landed": lambda n: _("%(n)s landed with %(amount)s"),
    "increased": lambda n: ngettext(
        "%(n)s capital increase of %(amount)s", "%(n)s capital increases of %(amount)s", n
    ),
    "funds": lambda n: ngettext(
        "%(n)s arrival of funds with %(amount)s", "%(n)s arrivals of funds with %(amount)s", n
    ),
}
_MET: dict[str, Callable[[int], str]] = {
    "visits": lambda n: ngettext("%(n)s outbound visit (%(met)s)", "%(n)s outbound visits (%(met)s)", n),
    "receptions": lambda n: ngettext("%(n)s reception (%(met)s)", "%(n)s receptions (%(met)s)", n),
}
_MORE: dict[str, Callable[[int], str]] = {
    "new": lambda n: ngettext("%(n)s more new lead", "%(n)s more new leads", n),
    "signed": lambda n: pgettext("clause", "%(n)s more signed"),
    "landed": lambda n: pgettext("clause", "%(n)s more landed"),
    "visits": lambda n: ngettext("%(n)s more outbound visit", "%(n)s more outbound visits", n),
    "receptions": lambda n: ngettext("%(n)s more reception", "%(n)s more receptions", n),
}
_FEWER: dict[str, Callable[[int], str]] = {
    "new": lambda n: ngettext("%(n)s new lead fewer", "%(n)s new leads fewer", n),
    "signed": lambda n: pgettext("clause", "%(n)s fewer signed"),
    "landed": lambda n: pgettext("clause", "%(n)s fewer landed"),
    "visits": lambda n: ngettext("%(n)s outbound visit fewer", "%(n)s outbound visits fewer", n),
    "receptions": lambda n: ngettext("%(n)s reception fewer", "%(n)s receptions fewer", n),
}
_EQUAL: dict[str, Any] = {
    "new": gettext_lazy("as many new leads"),
    "signed": pgettext_lazy("clause", "as many signed"),
    "landed": pgettext_lazy("clause", "as many landed"),
    "visits": gettext_lazy("as many outbound visits"),
    "receptions": gettext_lazy("as many receptions"),
}
COMPARED = tuple(_EQUAL)


def comparison(key: str, now: Number, then: Number) -> str:
    """How a figure differs from another time, as a part of a sentence; signed ones with the amount."""
    change = now["n"] - then["n"]
    words = _MORE[key](change) if change > 0 else _FEWER[key](-change) if change < 0 else str(_EQUAL[key])
    words %= {"n": count_words(abs(change))}
    paid, paid_then = amount_in(now), amount_in(then)
    if key != "signed" or paid is None or paid_then is None or paid == paid_then:
        return words
    more = paid > paid_then
    both = (
        _("%(figure)s with %(amount)s more agreed investment")
        if more
        else _("%(figure)s with %(amount)s less agreed investment")
    )
    return both % {"figure": words, "amount": format_money(abs(paid - paid_then))}


def change_words(change: int | Decimal, *, is_money: bool = False) -> str:
    """`+2`, `−1`, `0`."""
    size = format_money(Decimal(change).copy_abs()) if is_money else count_words(abs(int(change)))
    return f"+{size}" if change > 0 else f"−{size}" if change < 0 else size
