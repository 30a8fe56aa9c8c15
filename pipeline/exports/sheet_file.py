"""The project sheet as a report keeps it: a line of JSON a lead, compressed, written and read row by row."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any

import orjson

from pipeline.papers.frozen import whole_row
from pipeline.selectors.reports.sheet_row import SheetRow

# Half the time of the best compression, and a few hundredths larger.
EFFORT = 6


class SheetLost(Exception):  # noqa: N818
    """The file that a report kept its sheet in is gone, or cannot be read to its end."""


def write_sheet(rows: Iterable[SheetRow]) -> IO[bytes]:
    """The rows in a temporary file that begins at its start; closing it deletes it. Same rows, same bytes."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever stores it closes it
    with gzip.GzipFile(filename="", mode="wb", compresslevel=EFFORT, fileobj=into, mtime=0) as packed:
        for row in rows:
            packed.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    into.seek(0)
    return into


def read_sheet(file: Any) -> Iterator[SheetRow]:
    """The rows of what `write_sheet` wrote, from an open file of bytes; raises SheetLost where it is damaged."""
    with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
        lines = iter(unpacked)
        while line := _next_line(lines):
            yield line


def _next_line(lines: Iterator[bytes]) -> SheetRow | None:
    """The next row with every field of the present shape; none at the end."""
    try:
        line = next(lines, None)
        return None if line is None else whole_row(orjson.loads(line))
    except (gzip.BadGzipFile, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise SheetLost from error
