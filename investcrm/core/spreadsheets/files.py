"""Opening a spreadsheet: workbooks by a process of their own, text by its encoding and its separator."""

from __future__ import annotations

import codecs
import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from investcrm.core.spreadsheets import child

# Rows of each sheet that are looked at to find the table.
FIRST = 60
COLUMNS = 200
ROWS = 200_000
TIMEOUT = 330
_PIECE = 1024 * 1024
_SEPARATORS = (",", "\t", ";", "|")
_TEXT_LIMIT = 128 * 1024
# A cell of quotes that are never closed would be the rest of the file.
csv.field_size_limit(_TEXT_LIMIT)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")

Cells = list[Any]


class SheetRefused(Exception):  # noqa: N818
    """The file is not read; the code and its parameters say why."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass
class Sheet:
    """One sheet as it was looked at."""

    number: int
    name: str
    rows: int
    columns: int
    first: list[Cells]
    merged: list[list[int]] = field(default_factory=list)
    date1904: bool = False


@dataclass(frozen=True)
class TextKind:
    """How a text file is written."""

    encoding: str
    separator: str


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file is no workbook's."""
    return not head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


# -- workbooks --------------------------------------------------------------------------------------------------------


def _lines(*arguments: str) -> Iterator[Any]:
    """What the reading process writes, line by line; it ends with whoever asks no further."""
    command = [sys.executable, "-I", child.__file__, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        for line in process.stdout:
            found = json.loads(line)
            if isinstance(found, dict) and "refused" in found:
                raise SheetRefused(found["refused"])
            yield found
        if process.wait(TIMEOUT):
            raise SheetRefused("too_heavy")
    except json.JSONDecodeError as error:  # it was ended in the middle of a line
        raise SheetRefused("too_heavy") from error
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def look_at_workbook(path: Path) -> list[Sheet]:
    """The visible sheets that hold something; raises SheetRefused."""
    sheets = [Sheet(**line) for line in _lines("look", str(path), str(FIRST))]
    found = [sheet for sheet in sheets if any(sheet.first)]
    if not found:
        raise SheetRefused("empty")
    return found


# -- text -------------------------------------------------------------------------------------------------------------


def kind_of_text(path: Path) -> TextKind:
    """Encoding and separator of a text file; raises SheetRefused."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "") or _encoding(path, head)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(_MARKUP):
        raise SheetRefused("markup")
    text = head.decode(encoding, "ignore")
    if "\x00" in text:
        raise SheetRefused("not_text")
    return TextKind(encoding, _separator(text))


def _encoding(path: Path, head: bytes) -> str:
    zeros = head.count(0)
    if zeros:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if even > 4 * odd or odd > 4 * even:
            return "utf-16-be" if even > odd else "utf-16-le"
        raise SheetRefused("not_text")
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise SheetRefused("encoding")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The sign that cuts the first lines into the most, and the most even, columns."""
    lines = text.splitlines()[:FIRST]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            continue
        wide = sorted(width for width in widths if width > 1)
        if wide:
            usual = wide[len(wide) // 2]
            score = wide.count(usual) * min(usual, 30) / len(widths)
            if score > best_score:
                best, best_score = separator, score
    return best


def text_rows(path: Path, kind: TextKind) -> Iterator[Cells]:
    """The rows of a text file, one by one; raises SheetRefused."""
    try:
        with path.open(encoding=kind.encoding, newline="", errors="strict") as file:
            for row in csv.reader((line.replace("\x00", "") for line in file), delimiter=kind.separator):
                yield child.filled(row)
    except UnicodeError as error:
        raise SheetRefused("encoding") from error
    except csv.Error as error:
        raise SheetRefused("broken_text") from error


def look_at_text(path: Path) -> tuple[TextKind, Sheet]:
    """The kind of a text file and its only sheet; raises SheetRefused."""
    kind = kind_of_text(path)
    first: list[Cells] = []
    rows = columns = 0
    for rows, row in enumerate(text_rows(path, kind), 1):
        if rows <= FIRST:
            first.append(row)
        columns = max(columns, len(row))
    if not any(first):
        raise SheetRefused("empty")
    return kind, Sheet(0, "", rows, columns, first)


def rows_of(path: Path, *, sheet: int, kind: TextKind | None) -> Iterator[Cells]:
    """All rows of a sheet from its first one on; `kind` of a text file, None of a workbook. Raises SheetRefused."""
    if kind is not None:
        yield from text_rows(path, kind)
    else:
        yield from _lines("read", str(path), str(sheet))
