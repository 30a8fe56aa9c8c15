"""What every part of a paper needs: the figures, the reader's words for its days, cells, and where links lead."""

from __future__ import annotations

import datetime
import re
import uuid
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from investcrm.core.language import pick
from investcrm.core.money import NOTHING, format_money, is_chinese
from investcrm.core.templatetags.crm import day_full
from pipeline.charts import Value
from pipeline.models.reports import Report
from pipeline.papers.blocks import Cell, Column, Kind, Table
from pipeline.papers.frozen import amount_of, day_of
from pipeline.selectors.periods import Period
from pipeline.selectors.reports.duties import PERIODS
from pipeline.selectors.reports.shape import Line, Name, Number, ReportFigures

LISTS = {"figure": "pipeline:figure", "activity": "pipeline:activity"}
NO_NUMBER = Number(n=0, cny="", without=0, rateless=0, people=0, companies=0, of="", q="")
# Control characters (but the ends of lines and tabs), and signs that turn the writing around: a name must not reorder
# the line that it stands in.
_UNSAID = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ANYBODY = uuid.UUID(int=0)


def clean(text: str, *, lines: bool = False) -> str:
    """A text as it may stand in a line: no line ends (but `lines`), no control characters; markup stays text."""
    kept = _UNSAID.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return kept.strip() if lines else " ".join(kept.split())


def page_of(view_name: str, row_id: str) -> str:
    """The address of a row's page; "" where what was kept is no id."""
    try:
        own = str(uuid.UUID(row_id))
    except ValueError:
        return ""
    return _pages(view_name).replace(str(_ANYBODY), own)


@cache
def _pages(view_name: str) -> str:
    """The address of a page with the id of nobody: reports link to hundreds."""
    return reverse(view_name, args=[_ANYBODY])


@dataclass(frozen=True)
class Frame:
    """A report that is being written, in the active language."""

    report: Report
    figures: ReportFigures
    links: bool

    @property
    def kind(self) -> str:
        """Weekly, monthly, quarterly or yearly; of an unknown kind the words of a week hold."""
        return self.report.kind if self.report.kind in PERIODS else "weekly"

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return Period(PERIODS[self.kind], self.report.first_day, self.report.last_day)

    @property
    def is_whole(self) -> bool:
        """Whether the period was over."""
        return self.report.as_of >= self.report.last_day

    @property
    def zone(self) -> datetime.tzinfo:
        """The centre's time zone as it was."""
        try:
            return zoneinfo.ZoneInfo(self.figures["head"]["time_zone"] or self.report.zone.time_zone)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            return datetime.UTC

    def moment(self, moment: datetime.datetime) -> str:
        """`20 Nov 2026, 10:00` in the centre's time."""
        local = moment.astimezone(self.zone)
        return _("%(day)s, %(time)s") % {"day": day_full(local.date()), "time": f"{local:%H:%M}"}

    def short_moment(self, moment: datetime.datetime) -> str:
        """The same without the year of the report."""
        local = moment.astimezone(self.zone)
        return _("%(day)s, %(time)s") % {"day": self.day_words(local.date()), "time": f"{local:%H:%M}"}

    def day_words(self, day: datetime.date) -> str:
        """`20 Nov`; with the year where it is not the report's."""
        words, year = day_full(day), day.year
        if year != self.report.last_day.year:
            return words
        return words.removeprefix(f"{year}年") if is_chinese() else words.removesuffix(f" {year}")

    def day(self, written: str) -> Cell:
        """A cell of a day that was kept as text."""
        found = day_of(written)
        return Cell(NOTHING if found is None else self.day_words(found), found)

    def line(self, key: str) -> Line | None:
        """A main figure; none where the report has it not."""
        return next((line for line in self.figures["lines"] if line["key"] == key), None)

    def now(self, key: str) -> Number:
        """A main figure of the period."""
        line = self.line(key)
        return line["now"] if line is not None else NO_NUMBER

    def url(self, number: Number) -> str:
        """The list behind a number."""
        return self.list_url(number["of"], number["q"])

    def list_url(self, of: str, query: str) -> str:
        """The list of a figure or of an activity."""
        return f"{reverse(LISTS[of])}?{query}" if self.links and query and of in LISTS else ""

    def page_url(self, view_name: str, row_id: str) -> str:
        """The page of a lead, a plan, a request."""
        return page_of(view_name, row_id) if self.links else ""

    def count(self, number: Number) -> Cell:
        """How many, with the list."""
        return Cell(count_words(number["n"]), number["n"], self.url(number))

    def value(self, number: Number) -> Value:
        """How many, for a chart."""
        return Value(number["n"], self.url(number))


def name_of(name: Name | None) -> str:
    """A name in the active language."""
    return clean(pick(name["zh"], name["en"])) if name is not None else ""


def count_words(number: int) -> str:
    """`1,234`."""
    return f"{number:,}".replace("-", "−")


def amount_in(number: Number) -> Decimal | None:
    """The amount of a figure: 0 for none of them, nothing where no amount is known."""
    if not number["n"] and not number["cny"]:
        return Decimal(0)
    amount = amount_of(number["cny"])
    # Of leads that all have no amount the sum is no zero.
    return None if not amount and 0 < number["n"] <= number["without"] else amount


def text(words: str, url: str = "", *, strong: bool = False) -> Cell:
    """A cell of words."""
    words = clean(words)
    return Cell(words or NOTHING, words or None, url, strong=strong)


def count(number: int) -> Cell:
    """A cell of a whole number."""
    return Cell(count_words(number), number)


def money(amount: Decimal | None, currency: str = "CNY", url: str = "") -> Cell:
    """A cell of an amount."""
    return Cell(format_money(amount, currency or "CNY").replace("-", "−"), amount, url)


def percent(number: int) -> Cell:
    """A cell of a share."""
    return Cell(f"{number}%", number)


def columns(*told: tuple[str, Kind, int] | tuple[str, Kind, int, bool]) -> list[Column]:
    """Columns from head, kind, width and whether a phone may leave it out."""
    return [Column(*one) for one in told]


def rest(shown: int, all_of_them: int) -> str:
    """What a list does not show, in words."""
    left = all_of_them - shown
    if left <= 0:
        return ""
    words = ngettext("%(n)s more is not shown here.", "%(n)s more are not shown here.", left)
    return words % {"n": count_words(left)}


def table(
    key: str,
    heads: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    of: int = 0,
    total: Sequence[Cell] = (),
) -> Table:
    """A table; `of` is how many there are where not all are shown."""
    return Table(key, heads, rows, total, rest(len(rows), of) if of else "", max(of, len(rows)))


# Long lists that paper and mail show the beginning of; the page and the spreadsheet have them all.
BEGUN = {"idle": 20, "silent": 20, "next_plan": 30}


def begun(told: Table, most: int) -> Table:
    """The first rows of a table, and in words how many more there are."""
    every = max(told.every, len(told.rows))
    if len(told.rows) <= most:
        return told
    return replace(
        told, rows=told.rows[:most], more=pgettext("rows", "and %(n)s more") % {"n": count_words(every - most)}
    )


def said(words: Mapping[str, Any], key: str) -> str:
    """The words for a code; a code that nobody knows any more stands as it is."""
    return str(words.get(key, key))
