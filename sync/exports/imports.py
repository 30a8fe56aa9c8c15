"""The result of an import as CSV or XLSX: the rows as they came or were corrected, with status and reasons."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.db.models import QuerySet
from django.utils.encoding import force_str
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from projects.exports.cells import unarmed
from sync.choices import RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.drafts import text_of
from sync.selectors.imports.words import say

CHUNK = 500
BOM = "\ufeff"
MAX_TEXT = 32_767


def _heads(run: ImportRun) -> list[str]:
    return [_("Row"), _("Status"), _("Reasons"), *run.layout.get("headings", [])]


def outcome(row: ImportRow) -> str:
    """What became of a row, or would."""
    if row.imported_at or row.status not in (RowStatus.DUPLICATE,):
        return force_str(RowStatus(row.status).label)
    return _("Not decided; left out")


def _cells(run: ImportRun, row: ImportRow) -> list[Any]:
    headings = run.layout.get("headings", [])
    reasons = []
    for column, found in row.reasons.items():
        words = " ".join(say(one) for one in found)
        named = headings[int(column)] if column and int(column) < len(headings) else ""
        reasons.append(f"{named}: {words}" if named else words)
    cells = [row.fixes.get(str(column), cell) for column, cell in enumerate(row.cells)]
    return [row.number, outcome(row), "\n".join(reasons), *cells]


def _pieces(run: ImportRun, rows: QuerySet[ImportRow]) -> Iterator[list[list[Any]]]:
    """Some rows at a time, in the language of the caller, also where they are asked for after the request."""
    language = get_language() or settings.LANGUAGE_CODE
    found = rows.iterator(chunk_size=CHUNK)
    while piece := list(islice(found, CHUNK)):
        with override(language):
            made = [_cells(run, row) for row in piece]
        yield made


def _lines(rows: list[list[Any]]) -> bytes:
    into = io.StringIO(newline="")
    csv.writer(into).writerows(
        [unarmed(cell) if isinstance(cell, str) else text_of(cell) for cell in row] for row in rows
    )
    return into.getvalue().encode("utf-8", "replace")


def stream_csv(run: ImportRun, rows: QuerySet[ImportRow]) -> Iterator[bytes]:
    """The file, piece by piece."""
    first, pieces = BOM.encode() + _lines([_heads(run)]), _pieces(run, rows)

    def parts() -> Iterator[bytes]:
        yield first
        for piece in pieces:
            yield _lines(piece)

    return parts()


def write_xlsx(run: ImportRun, rows: QuerySet[ImportRow]) -> IO[bytes]:
    """The file, in a temporary file of its own; closing it deletes it."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#E3EFF4", "bottom": 1, "text_wrap": True, "valign": "top"})
    top = book.add_format({"valign": "top", "text_wrap": True})
    sheet = book.add_worksheet("Import")
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 50)
    sheet.set_column(3, 40, 18)
    for index, words in enumerate(_heads(run)):
        sheet.write_string(0, index, words[:MAX_TEXT], head)
    sheet.freeze_panes(1, 3)
    number = 0
    for piece in _pieces(run, rows):
        for cells in piece:
            number += 1
            for index, cell in enumerate(cells):
                if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    sheet.write_number(number, index, cell, top)
                elif cell not in (None, ""):
                    sheet.write_string(number, index, text_of(cell)[:MAX_TEXT], top)
    book.close()
    into.seek(0)
    return into
