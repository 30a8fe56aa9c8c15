"""The project sheet as a report keeps it: a line of JSON a lead, compressed, written and read row by row."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

import orjson

from pipeline.selectors.reports.sheet_row import SheetRow

# Half the time of the best compression, and a few hundredths larger.
EFFORT = 6


def write_sheet(rows: Iterable[SheetRow]) -> IO[bytes]:
    """The rows in a temporary file that begins at its start; closing it deletes it. Same rows, same bytes."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever stores it closes it
    with gzip.GzipFile(filename="", mode="wb", compresslevel=EFFORT, fileobj=into, mtime=0) as packed:
        for row in rows:
            packed.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    into.seek(0)
    return into


def read_sheet(file: Any) -> Iterator[SheetRow]:
    """The rows of what `write_sheet` wrote, from an open file of bytes."""
    with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
        for line in unpacked:
            yield cast(SheetRow, orjson.loads(line))
