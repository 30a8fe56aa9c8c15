"""Reads a workbook in a process of its own, which may take only so much memory and time.

What people upload may be made to exhaust a machine: here it exhausts this process, and the caller says so. Started by
its path, so it imports nothing of the application. Writes JSON, a line for each sheet or row, or one line
`{"refused": code}`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any, TextIO

import python_calamine as calamine

MEMORY = 3 * 1024**3
SECONDS = 300
# So much may a workbook be when it is unpacked, and so often as large as it was packed.
UNPACKED = 600 * 1024**2
RATIO, RATIO_FROM = 200, 4 * 1024**2
# The cells of the smallest rectangle around all of them: the library holds it whole.
CELLS = 40_000_000
TEXT = 32_767
SHEETS = 30
_PIECE = 1024**2
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<c\b[^>/]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')


class Refused(Exception):  # noqa: N818
    """The workbook is not read; the code says why."""


def check_archive(path: Path) -> None:
    """Refuse what is no workbook, one that unpacks to too much, and one whose cells lie too far apart."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if not any(entry.filename.lower() == "xl/workbook.xml" for entry in entries):
                raise Refused("no_workbook")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("password")
            total = sum(entry.file_size for entry in entries)
            swollen = any(
                entry.file_size > RATIO_FROM and entry.file_size > RATIO * max(entry.compress_size, 1)
                for entry in entries
            )
            if total > UNPACKED or swollen:
                raise Refused("bomb")
            for entry in entries:
                if entry.filename.lower().startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _check_spread(archive, entry)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Refused("broken") from error


def _check_spread(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """The cells of a sheet as its text names them, before anything makes room for all between them."""
    rows, columns, rest = [1 << 30, 0], [1 << 30, 0], b""
    widths: dict[bytes, int] = {}
    with archive.open(entry) as sheet:
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for match in _CELL.finditer(text):
                letters, row = match[1], int(match[2])
                if letters not in widths:
                    widths[letters] = column = _column(letters)
                    columns = [min(columns[0], column), max(columns[1], column)]
                rows = [min(rows[0], row), max(rows[1], row)]
            cut = text.rfind(b"<")
            rest = text[cut:][-_PIECE:] if cut >= 0 else b""
    if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > CELLS:
        raise Refused("spread")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def opened(path: Path) -> Any:
    """The workbook; raises Refused."""
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] == b"PK\x03\x04":
        check_archive(path)
    elif head != _OLE:
        raise Refused("no_workbook")
    elif _has_package(path):
        raise Refused("password")
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise Refused("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("broken") from error


def _has_package(path: Path) -> bool:
    """Whether a compound file holds an encrypted workbook of the newer kind."""
    mark, rest = "EncryptedPackage".encode("utf-16-le"), b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if mark in rest + piece:
                return True
            rest = piece[-len(mark) :]
    return False


def plain(value: Any) -> Any:
    """A cell as JSON carries it: text, number, truth; days as 2022-03-05."""
    if isinstance(value, str):
        return value.replace("\x00", "")[:TEXT]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        number = float(value)
        if number != number or number in (float("inf"), float("-inf")):
            return ""
        return int(number) if number.is_integer() and abs(number) < 1e15 else float(f"{number:.15g}")
    if isinstance(value, dt.datetime):
        is_day = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def filled(row: list[Any]) -> list[Any]:
    """The row without the empty cells at its end."""
    cells = [plain(value) for value in row]
    while cells and (cells[-1] is None or cells[-1] == "" or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    return cells


def merged_in(sheet: Any) -> list[list[int]]:
    """The merged areas as [first row, first column, last row, last column], counted from 0."""
    with contextlib.suppress(Exception):  # older files do not know
        return [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
    return []


def uses_1904(path: Path) -> bool:
    """Whether the workbook counts its days from 1904."""
    with contextlib.suppress(zipfile.BadZipFile, KeyError, OSError), zipfile.ZipFile(path) as archive:
        return re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None
    return False


def look(path: Path, rows: int, into: TextIO) -> None:
    """A line for each visible sheet: its name and size, its first rows, their merged cells."""
    book, days = opened(path), uses_1904(path)
    shown = [
        number
        for number, one in enumerate(book.sheets_metadata)
        if one.visible == calamine.SheetVisibleEnum.Visible and one.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    for number in shown[:SHEETS]:
        sheet = book.get_sheet_by_index(number)
        first = [filled(row) for row in sheet.to_python(skip_empty_area=False, nrows=rows)]
        merged = [one for one in merged_in(sheet) if one[0] < rows][:2000]
        # the library gives the places of the last ones, counted from 0
        size = {"rows": sheet.total_height + 1, "columns": sheet.total_width + 1}
        line = {"number": number, "name": sheet.name, **size, "first": first, "merged": merged, "date1904": days}
        into.write(json.dumps(line, ensure_ascii=False) + "\n")


def read(path: Path, number: int, into: TextIO) -> None:
    """A line for each row of the sheet; a cell that is merged over several rows stands in each of them."""
    sheet = opened(path).get_sheet_by_index(number)
    down: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in merged_in(sheet):
        if bottom > top and right == left and bottom - top < 1000:
            down.setdefault(top, []).append((left, bottom))
    held: dict[int, tuple[Any, int]] = {}
    for index, row in enumerate(sheet.iter_rows()):
        held = {column: one for column, one in held.items() if one[1] >= index}
        for column, (value, _last) in held.items():
            row[column] = value
        for column, last in down.get(index, ()):
            held[column] = (row[column], last)
        into.write(json.dumps(filled(row), ensure_ascii=False) + "\n")


def main(arguments: list[str]) -> None:
    """`look PATH ROWS` or `read PATH SHEET`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    work, path, number = arguments
    try:
        (look if work == "look" else read)(Path(path), int(number), sys.stdout)
    except Refused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}) + "\n")
    except (calamine.CalamineError, calamine.WorksheetNotFound, MemoryError, OSError, ValueError):
        sys.stdout.write(json.dumps({"refused": "broken"}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
