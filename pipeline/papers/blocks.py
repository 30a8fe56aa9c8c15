"""What a report is made of in a reader's language, whatever shows it: page, mail, PDF, spreadsheet.

Texts are plain: whoever shows them escapes them. Numbers come both as the value and as the words to print.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pipeline.charts import Chart

Kind = Literal["text", "number", "money", "day", "percent", "light"]
Value = str | int | Decimal | datetime.date | None


@dataclass(frozen=True)
class Cell:
    """One cell: what is printed, its typed value (for spreadsheets), its list's address ("" without), its light."""

    words: str
    value: Value = None
    url: str = ""
    light: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Column:
    """A column: its head, what its cells hold, how wide it is of 100, whether a phone may leave it out."""

    head: str
    kind: Kind = "text"
    width: int = 10
    minor: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `tone` is plain, note (small), warning."""

    text: str
    tone: Literal["plain", "note", "warning"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table with a head; `total` is its last row. `more` says what was cut off, "" where nothing was.

    `every` is how many rows there are, also those cut off; 0 where none were.
    """

    key: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    more: str = ""
    every: int = 0


@dataclass(frozen=True)
class Picture:
    """A chart; whoever cannot see it reads its summary and table."""

    chart: Chart


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part under a head. `in_mail`: short enough for the mail; the rest stands in page and PDF."""

    key: str
    title: str
    blocks: Sequence[Block]
    in_mail: bool = True


@dataclass(frozen=True)
class Tile:
    """One of the numbers at the top: its name, the number, what stands under it (amount, change)."""

    label: str
    number: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class Paper:
    """A report in words."""

    title: str
    subtitle: str
    # the frame line: edition, cut-off, as of, draft or released by whom
    facts: Sequence[str]
    summary: str
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    comment: str = ""
    comment_by: str = ""
    # what a new edition says it changed
    changes: Sequence[str] = field(default_factory=tuple)
    file_name: str = "report"
