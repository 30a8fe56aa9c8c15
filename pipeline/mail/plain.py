"""A paper as plain text: tables are aligned where they fit, else lists; a Chinese character takes two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import pgettext

from pipeline.papers.blocks import Block, Bullets, Paragraph, Picture, Table

WIDTH = 76
# Tables may be a little wider than sentences, which read worse the longer their lines are.
MOST = 84
GAP = "  "
RIGHT = frozenset({"number", "money", "percent"})
# A word, or one character of a script without spaces, each with the marks that may not begin a line.
_TOKENS = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef][，。；：、）》”’！？]*")


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """A text in lines of at most 76 columns."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, is_empty = indent if first is None or lines else first, True
        for token in _TOKENS.findall(paragraph):
            if not is_empty and width_of(line) + width_of(token.rstrip()) > WIDTH:
                lines.append(line.rstrip())
                line, is_empty = indent, True
            if is_empty and token.isspace():
                continue
            line, is_empty = line + (" " if token.isspace() else token), False
        lines.append(line.rstrip())
    return lines


def block_lines(block: Block) -> list[str]:
    """A block as lines."""
    if isinstance(block, Paragraph):
        return wrapped(block.text)
    if isinstance(block, Bullets):
        return [line for item in block.items for line in wrapped(item, "  ", "- ")]
    if isinstance(block, Picture):
        return wrapped(f"{block.chart.title}{pgettext('label', ': ')}{block.chart.summary}")
    return table_lines(block)


def table_lines(table: Table) -> list[str]:
    """A table, aligned if it fits."""
    heads = [column.head for column in table.columns]
    every = [[cell.words for cell in row] for row in [*table.rows, *([table.total] if table.total else [])]]
    widths = [max(width_of(row[place]) for row in [heads, *every]) for place in range(len(heads))]
    lines = any("\n" in words for row in every for words in row)
    if not lines and sum(widths) + len(GAP) * (len(widths) - 1) <= MOST:
        found = list(_aligned(table, [heads, *every], widths))
    else:
        found = [line for row in every for line in _item(heads, row)]
    return [*found, *wrapped(table.more)] if table.more else found


def _aligned(table: Table, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for place, row in enumerate(rows):
        cells = [
            _padded(words, width, right=column.kind in RIGHT)
            for words, width, column in zip(row, widths, table.columns, strict=True)
        ]
        yield GAP.join(cells).rstrip()
        if place == 0:
            yield GAP.join("-" * width for width in widths)


def _padded(words: str, width: int, *, right: bool) -> str:
    space = " " * (width - width_of(words))
    return space + words if right else words + space


def _item(heads: Sequence[str], row: Sequence[str]) -> Iterable[str]:
    """A row that has no room in a line: its first cell, and what the others say below."""
    colon = pgettext("label", ": ")
    told = [f"{head}{colon}{words}" for head, words in zip(heads[1:], row[1:], strict=True) if words]
    yield from wrapped(row[0].replace("\n", " "), "  ", "- ")
    if any("\n" in words for words in row[1:]):
        for one in told:
            yield from wrapped(one, "    ", "  ")
    else:
        yield from wrapped(pgettext("list", "; ").join(told), "  ", "  ")
