"""The text part of a report, as an office writes it, and the numbers at its top."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from investcrm.core.money import format_money
from pipeline.papers.blocks import Tile
from pipeline.papers.frame import Frame, amount_in, count_words, name_of
from pipeline.papers.phrases import (
    BEFORE_HEADS,
    COMPARED,
    LABELS,
    before,
    clause,
    comparison,
    joined,
    listed,
    together,
    when,
)
from pipeline.selectors.reports.shape import Number

LEADS = ("new", "signed", "landed", "closed", "increased")
WORK = ("visits", "receptions", "calls", "milestones", "funds", "requests")
OF_THE_YEAR = ("new", "signed", "landed", "funds")
TILES = ("new", "signed", "landed", "funds", "visits", "receptions")


def summary(of: Frame) -> str:
    """The text part, a paragraph a line."""
    paragraphs = (
        together([_told(of, LEADS, when(of)), _told(of, WORK, "")]),
        together([_compared(of), _compared_with_the_year(of)]),
        _year(of),
        together([_standing(of), _owed(of), teams_missing(of)]),
    )
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def _told(of: Frame, keys: tuple[str, ...], begin: str) -> str:
    parts = [clause(key, line["now"]) for key in keys if (line := of.line(key)) is not None]
    if not parts:
        return ""
    words = {"begin": begin, "figures": joined(parts)}
    return (_("%(begin)s: %(figures)s.") if begin else pgettext("report", "Work done: %(figures)s.")) % words


def _compared(of: Frame) -> str:
    lines = [line for key in COMPARED if (line := of.line(key)) is not None]
    if not lines:
        return ""
    if of.kind == "yearly" and _is_blank(of, "before"):
        return _("There are no figures of the year before to compare with.")
    if all(line["now"]["n"] == line["before"]["n"] and line["now"]["cny"] == line["before"]["cny"] for line in lines):
        return _("No difference to %(before)s.") % {"before": before(of)}
    parts = [comparison(line["key"], line["now"], line["before"]) for line in lines]
    return _("Compared with %(before)s: %(figures)s.") % {"before": before(of), "figures": joined(parts)}


def _compared_with_the_year(of: Frame) -> str:
    """A week is no measure of a year ago, and a year's last year is the year before."""
    if of.kind not in ("monthly", "quarterly"):
        return ""
    lines = [line for key in ("new", "signed", "landed") if (line := of.line(key)) is not None]
    parts = [comparison(line["key"], line["now"], line["year_before"]) for line in lines]
    if not parts:
        return ""
    if _is_blank(of, "year_before"):
        return _("There are no figures of a year ago to compare with.")
    words = {"before": _("the same days a year before"), "figures": joined(parts)}
    return _("Compared with %(before)s: %(figures)s.") % words


def _is_blank(of: Frame, time: Literal["before", "year_before"]) -> bool:
    """Whether nothing at all was counted at another time: then nobody used the system, which is no figure."""
    return not any(line[time]["n"] for line in of.figures["lines"]) and any(
        line["now"]["n"] for line in of.figures["lines"]
    )


def _year(of: Frame) -> str:
    parts = [clause(key, line["year"]) for key in OF_THE_YEAR if (line := of.line(key)) is not None]
    if of.kind == "yearly" or not parts:
        return ""
    return _("Since 1 January: %(figures)s.") % {"figures": joined(parts)}


def _standing(of: Frame) -> str:
    """What stands still at the end of the period."""
    told = of.figures
    yellow, red, silent = (told["yellow"]["n"], told["red"]["n"], told["silent"]["n"])
    idle = ngettext("%(n)s idle lead", "%(n)s idle leads", yellow + red)
    words = {
        "idle": idle % {"n": count_words(yellow + red)},
        "yellow": count_words(yellow),
        "red": count_words(red),
        "silent": ngettext("%(n)s silent lead", "%(n)s silent leads", silent) % {"n": count_words(silent)},
    }
    return _("Without progress or contact: %(idle)s (yellow %(yellow)s, red %(red)s), %(silent)s.") % words


def _owed(of: Frame) -> str:
    """Service requests that are open."""
    asked = of.figures["requests"]
    words = ngettext(
        "%(n)s service request is open, %(overdue)s overdue.",
        "%(n)s service requests are open, %(overdue)s overdue.",
        asked["open"],
    )
    return words % {"n": count_words(asked["open"]), "overdue": count_words(asked["overdue"])}


def teams_missing(of: Frame) -> str:
    """Who has not said that their entries are complete."""
    told = of.figures
    names = [name_of(name) for name in told["missing"]["teams"]]
    if told["head"]["team"] is not None:
        return _("The team has not reported.") if names else _("The team has reported.")
    if not names:
        return _("All teams have reported.") if told["teams"] else ""
    words = ngettext(
        "%(n)s team has not reported: %(names)s.", "%(n)s teams have not reported: %(names)s.", len(names)
    )
    return words % {"n": count_words(len(names)), "names": listed(names)}


def tiles(of: Frame) -> list[Tile]:
    """The main numbers, each with its amount and what there was before."""
    return [_tile(of, key) for key in TILES if of.line(key) is not None]


def _tile(of: Frame, key: str) -> Tile:
    line = of.line(key)
    now, then = (line["now"], line["before"]) if line is not None else (of.now(key), of.now(key))
    is_money = key == "funds"
    number = _paid(now) if is_money else count_words(now["n"])
    label = _("Funds in place, amount") if is_money else str(LABELS[key])
    earlier = _paid(then) if is_money else count_words(then["n"])
    parts = [format_money(amount_in(now))] if key in ("signed", "landed") and _has_amount(now) else []
    parts.append(_("%(head)s: %(number)s") % {"head": BEFORE_HEADS[of.kind], "number": earlier})
    return Tile(label, number, " · ".join(parts), of.url(now))


def _has_amount(number: Number) -> bool:
    return bool(number["n"]) and amount_in(number) is not None


def _paid(number: Number) -> str:
    return format_money(amount_in(number))
