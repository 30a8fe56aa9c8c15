"""A list as a spreadsheet: typed cells, a frozen head, a filter, in memory that does not grow with the rows."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from projects.columns import Column, Value, lead_row
from projects.exports.cells import Maker, Rows, chunks, heads

# What one cell of a spreadsheet holds.
MAX_TEXT = 32_767
SHEET = "Leads"


def write(rows: Rows, columns: Sequence[Column], title: str = SHEET, make: Maker = lead_row) -> IO[bytes]:
    """The file, in a temporary file of its own that begins at its start; closing it deletes it."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    book.set_size(1920, 1080)
    styles = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#E3EFF4", "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.###", "valign": "top"}),
        "text": book.add_format({"valign": "top"}),
    }
    sheet = book.add_worksheet(title[:31])
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    for index, head in enumerate(heads(columns)):
        sheet.write_string(0, index, head, styles["head"])
    sheet.freeze_panes(1, 1)
    number = 0
    for piece in chunks(rows, columns, make):
        for row in piece:
            number += 1
            for index, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, number, index, value, styles, column.kind)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    book.close()
    into.seek(0)
    return into


def _write(sheet: Any, row: int, index: int, value: Value, styles: dict[str, Any], kind: str) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        # Written as text, a formula is words; no cell here is ever one.
        sheet.write_string(row, index, value[:MAX_TEXT], styles["text"])
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, index, datetime.datetime.combine(value, datetime.time()), styles["day"])
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, index, float(value), styles.get(kind, styles["number"]))
