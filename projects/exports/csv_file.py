"""A list as a CSV file: UTF-8 with its mark (spreadsheets need it for Chinese), streamed row by row."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from projects.columns import Column, Value, lead_row
from projects.exports.cells import Maker, Rows, chunks, heads, unarmed

BOM = "\ufeff"


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return unarmed(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    into = io.StringIO(newline="")
    csv.writer(into).writerows(rows)
    return into.getvalue().encode()


def stream(rows: Rows, columns: Sequence[Column], make: Maker = lead_row) -> Iterator[bytes]:
    """The file, piece by piece."""
    first = BOM.encode() + _lines([heads(columns)])
    pieces = chunks(rows, columns, make)

    def parts() -> Iterator[bytes]:
        yield first
        for piece in pieces:
            yield _lines([[_text(value) for value in row] for row in piece])

    return parts()
