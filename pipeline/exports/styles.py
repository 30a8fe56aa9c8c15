"""How the cells of a spreadsheet look, each look made once; and what a cell takes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from investcrm.core.money import is_chinese

# What one cell and one sheet's name hold, and how high a row gets, in points.
MAX_TEXT = 32_767
MAX_NAME = 31
MAX_HEIGHT = 409
LINE = 13.5
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
DAY = "yyyy-mm-dd"
LIGHTS = {
    "green": {"bg_color": "#DDF2E6", "font_color": "#0F5132"},
    "yellow": {"bg_color": "#FFF0CC", "font_color": "#6B4300"},
    "red": {"bg_color": "#FBDEDC", "font_color": "#8C1D18"},
}
HEAD = {"bold": True, "bg_color": "#E3EBEF", "border": 1, "border_color": "#9AA7AE", "align": "center"}
BODY = {"border": 1, "border_color": "#C9D1D6"}
TOTAL = {"bold": True, "top": 2, "bottom": 1, "bg_color": "#F4F6F7"}


class Styles:
    """The formats of one file, by their properties."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        """None yet."""
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, *properties: Mapping[str, Any], **more: Any) -> Any:
        """The format with these properties; later ones win. All are wrapped and begin at the top."""
        told: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        for some in (*properties, more):
            told |= some
        key = tuple(sorted(told.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(told)
        return self._made[key]

    @cached_property
    def names(self) -> set[str]:
        """The names of the sheets so far, as spreadsheets compare them."""
        return set()

    def sheet_name(self, words: str) -> str:
        """A name for a sheet: short enough, of allowed signs, unlike the others."""
        plain = " ".join(words.translate(FORBIDDEN).split()).strip("'") or "1"
        name, number = plain[:MAX_NAME].strip(), 1
        while name.casefold() in self.names:
            number += 1
            tail = f" {number}"
            name = plain[: MAX_NAME - len(tail)] + tail
        self.names.add(name.casefold())
        return name


def new_book(into: Any) -> xlsxwriter.Workbook:
    """A file that keeps one row in memory, and in which a text is never a formula or an address."""
    return xlsxwriter.Workbook(
        into,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {
                "font_name": "Microsoft YaHei" if is_chinese() else "Calibri",
                "font_size": 10,
            },
        },
    )


def height_of(lines: int) -> float:
    """The height of a row of so many lines."""
    return min(max(lines, 1) * LINE + 3, MAX_HEIGHT)


def lines_in(words: str, width: float) -> int:
    """About how many lines a text takes in a column; a Chinese character is two wide."""
    return sum(
        -(-len(line.encode("gb18030", "replace")) // max(int(width * 0.95), 1)) or 1 for line in words.split("\n")
    )


def as_moment(day: datetime.date) -> datetime.datetime:
    """A day as spreadsheets keep it."""
    return datetime.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - spreadsheets know no time zones


def scaled(amount: Decimal) -> Decimal:
    """An amount in the unit of sheets: 万 in Chinese, millions in English."""
    return amount.scaleb(-4 if is_chinese() else -6)


def page_foot() -> str:
    """The foot of printed pages."""
    return "&C" + _("Page {page} of {pages}").format(page="&P", pages="&N")
