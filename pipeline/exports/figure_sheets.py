"""The figures of a report in a spreadsheet: a sheet that reads from top to bottom, long tables on their own."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from investcrm.core.money import CURRENCIES, format_money, is_chinese, unit_of
from pipeline.exports.styles import (
    BODY,
    DAY,
    HEAD,
    LIGHTS,
    MAX_TEXT,
    TOTAL,
    Styles,
    as_moment,
    height_of,
    lines_in,
    page_foot,
)
from pipeline.papers.blocks import Bullets, Cell, Column, Paper, Paragraph, Picture, Section, Table

# Longer tables stand on a sheet of their own, where they can be filtered.
MOST_INLINE = 30
# The first column of the sheet holds names, the others what is told of them.
FIRST_WIDTH = 34
WIDTH = 18
ACROSS = 6
PLAIN: Mapping[str, Any] = {}
SOFT = {"font_color": "#566064"}
STRONG = {"bold": True}
TEXT = {"num_format": "@", "align": "left", "indent": 1}
SECTION = {"bold": True, "font_size": 12, "bottom": 2, "bottom_color": "#B01E23"}
RIGHT = frozenset({"number", "money", "percent"})
_WHOLE = re.compile(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]+")


class FigureSheet:
    """The first sheet, written from top to bottom."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        """An empty sheet."""
        self._sheet = sheet
        self._styles = styles
        self._at = 0
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, 30, WIDTH)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(page_foot())

    def write(self, paper: Paper, own_sheets: dict[int, str]) -> None:
        """The whole paper; `own_sheets` names the sheets of tables that stand elsewhere, by the table's identity."""
        self._line(paper.title, {"bold": True, "font_size": 16}, height=26)
        if paper.subtitle:
            self._line(paper.subtitle, SOFT)
        for fact in paper.facts:
            self._line(fact, SOFT)
        for paragraph in paper.summary.split("\n"):
            self._line(paragraph)
        if paper.changes:
            self._line(_("What this edition changed"), STRONG)
            for change in paper.changes:
                self._line(f"• {change}")
        if paper.comment:
            self._line(_("Comment of the management"), STRONG)
            self._line(paper.comment)
            self._line(paper.comment_by, SOFT)
        self._tiles(paper)
        for section in paper.sections:
            self._section(section, own_sheets)

    def _line(self, words: str, look: Mapping[str, Any] = PLAIN, *, height: float = 0) -> None:
        """A text across the sheet, as high as it needs to be."""
        if not words:
            return
        lines = lines_in(words, FIRST_WIDTH + WIDTH * (ACROSS - 1))
        self._sheet.set_row(self._at, height or height_of(lines))
        self._sheet.merge_range(self._at, 0, self._at, ACROSS - 1, "", self._styles.of(look))
        self._sheet.write_string(self._at, 0, words[:MAX_TEXT], self._styles.of(look))
        self._at += 1

    def _tiles(self, paper: Paper) -> None:
        self._at += 1
        for tile in paper.tiles:
            plain = self._styles.of(BODY)
            self._sheet.write_string(self._at, 0, tile.label, plain)
            if _WHOLE.fullmatch(tile.number):
                look = self._styles.of(BODY, bold=True, num_format="#,##0")
                self._sheet.write_number(self._at, 1, int(tile.number.replace(",", "")), look)
            else:
                self._sheet.write_string(self._at, 1, tile.number, self._styles.of(BODY, bold=True, align="right"))
            self._sheet.merge_range(self._at, 2, self._at, ACROSS - 1, "", plain)
            self._sheet.write_string(self._at, 2, tile.detail, plain)
            self._at += 1

    def _section(self, section: Section, own_sheets: dict[int, str]) -> None:
        self._at += 1
        self._line(section.title, SECTION, height=20)
        for block in section.blocks:
            match block:
                case Paragraph():
                    self._line(block.text, SOFT if block.tone == "note" else PLAIN)
                case Bullets():
                    for item in block.items:
                        self._line(f"• {item}")
                case Picture():
                    self._line(f"{block.chart.title}: {block.chart.summary}", SOFT)
                case Table():
                    self._table(block, own_sheets.get(id(block), ""))

    def _table(self, table: Table, own_sheet: str) -> None:
        if own_sheet:
            words = _("See the sheet “%(name)s”.") % {"name": own_sheet}
            name = own_sheet.replace("'", "''")
            self._sheet.write_url(self._at, 0, f"internal:'{name}'!A1", string=words)
            self._at += 1
        else:
            widths = [FIRST_WIDTH, *[WIDTH] * (len(table.columns) - 1)]
            self._at = write_table(self._sheet, self._styles, self._at, table, widths)
        self._line(table.more, SOFT)
        self._at += 1


def write_own_sheet(sheet: Worksheet, styles: Styles, title: str, table: Table) -> None:
    """A long table on its sheet: its head stands still, and it can be filtered."""
    widths = [
        min(max(10.0, *(_breadth(column, [row[index] for row in table.rows]))), 50.0)
        for index, column in enumerate(table.columns)
    ]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, title, styles.of(bold=True, font_size=13, text_wrap=False))
    end = write_table(sheet, styles, 1, table, widths)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, 1 + len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer(page_foot())
    if table.more:
        sheet.write_string(end, 0, table.more, styles.of(SOFT, text_wrap=False))


def write_table(sheet: Worksheet, styles: Styles, at: int, table: Table, widths: Sequence[float]) -> int:
    """A table's head, rows and total; the row after it."""
    heads = [column.head for column in table.columns]
    sheet.set_row(at, height_of(max(map(lines_in, heads, widths), default=1)))
    for index, column in enumerate(table.columns):
        side = {"align": "right"} if column.kind in RIGHT else {"align": "left", "indent": 1}
        sheet.write_string(at, index, column.head, styles.of(HEAD, side))
    for row in table.rows:
        at += 1
        _write_row(sheet, styles, at, row, table.columns, widths, BODY)
    if table.total:
        at += 1
        _write_row(sheet, styles, at, table.total, table.columns, widths, TOTAL)
    return at + 1


def _write_row(
    sheet: Worksheet,
    styles: Styles,
    at: int,
    row: Sequence[Cell],
    columns: Sequence[Column],
    widths: Sequence[float],
    look: dict[str, Any],
) -> None:
    lines = max((lines_in(cell.words, width) for cell, width in zip(row, widths, strict=True)), default=1)
    sheet.set_row(at, height_of(lines))
    for index, (cell, column) in enumerate(zip(row, columns, strict=True)):
        _write_cell(sheet, styles, at, index, cell, column, look)


def _write_cell(
    sheet: Worksheet, styles: Styles, at: int, index: int, cell: Cell, column: Column, look: dict[str, Any]
) -> None:
    more: dict[str, Any] = dict(LIGHTS.get(cell.light, {}))
    if cell.strong:
        more["bold"] = True
    if column.kind in RIGHT:
        more |= {"align": "right", "indent": 0}
    value = cell.value
    if isinstance(value, datetime.date):
        sheet.write_datetime(at, index, as_moment(value), styles.of(look, more, num_format=DAY, align="left"))
    elif isinstance(value, int | Decimal) and (column.kind in RIGHT or _WHOLE.fullmatch(cell.words)):
        number, form = _number(cell.words, value, column)
        sheet.write_number(at, index, float(number), styles.of(look, more, num_format=form))
    elif cell.words:
        sheet.write_string(at, index, cell.words[:MAX_TEXT], styles.of(look, TEXT, more))
    else:
        sheet.write_blank(at, index, None, styles.of(look, more))


def _number(words: str, value: int | Decimal, column: Column) -> tuple[int | Decimal, str]:
    """A number and how it is shown: shares as shares, amounts with their currency, others as they are."""
    is_whole = value == int(value)
    if column.kind == "percent" or words.endswith("%"):
        return Decimal(value) / 100, "0%" if is_whole else "0.0%"
    form = _with_currency("#,##0" if is_whole else "#,##0.00", _currency(words, value))
    return value, f"+{form};-{form};{form}" if words.startswith("+") else form


def _with_currency(form: str, code: str) -> str:
    """The form of an amount: `1,234元`, `CNY 1,234`."""
    if not code:
        return form
    return f'{form}"{unit_of(code)}"' if is_chinese() else f'"{code} "{form}'


def _currency(words: str, value: int | Decimal) -> str:
    """The currency of an amount: the one in which it reads as it does; none for a mere number."""
    size: int | Decimal = -value if value < 0 else value
    told = words.lstrip("+-−")
    if told == f"{size:,}":
        return ""
    return next((code for code in CURRENCIES if format_money(size, code) == told), "")


def _breadth(column: Column, cells: Sequence[Cell]) -> list[float]:
    """The widths that a column's head and cells would take, in characters."""
    texts = [column.head, *(cell.words for cell in cells)]
    return [len(text.encode("gb18030", "replace")) + 3.0 for text in texts]
