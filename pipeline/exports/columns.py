"""How wide the columns of a printed table are: figures get what they need, texts share the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.charts.values import width_of
from pipeline.papers.blocks import Cell, Kind, Table

Measure = Callable[[str, float], float]

# What is never broken into two lines; it stands to the right where digits are to be compared.
FIGURES: frozenset[Kind] = frozenset({"number", "money", "percent"})
UNBROKEN: frozenset[Kind] = FIGURES | {"day", "light"}
# A column of texts that has this much of the width is broad enough, however long they are.
BROAD = 0.4
# No column takes more than this part of the width for the sake of one long word or figure.
MOST = 0.18
LIGHT = 9.0
# A head of six characters is not broken, nor a column of texts that are short, as teams and names of people are.
SHORT_HEAD = 6.2
SHORT = 0.2
# Where figures would take more than this part of the width, their words may stand below one another.
TIGHT = 0.84
# The same of short texts.
FULL = 0.88
_PIECES = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def widths(table: Table, room: float, size: float, padding: float) -> list[float]:
    """The width of each column in points; together they are `room`."""
    asked = sum(max(column.width, 1) for column in table.columns)
    shares = [max(column.width, 1) * room / asked for column in table.columns]
    lines = [*table.rows, table.total] if table.total else table.rows
    needs = _needs(table, lines, size, padding, room, width_of)
    whole = [max(need, _short(index, table, lines, size, padding, room)) for index, need in enumerate(needs)]
    if sum(whole) <= room * FULL:
        needs = whole
    elif sum(needs) > room * TIGHT:
        needs = _needs(table, lines, size, padding, room, _longest_word)
    if sum(needs) >= room:
        return [need * room / sum(needs) for need in needs]
    wishes = [
        max(need, min(_widest(index, lines, size) + padding, room * (BROAD if column.kind == "text" else MOST)))
        for (index, column), need in zip(enumerate(table.columns), needs, strict=True)
    ]
    if sum(wishes) >= room:
        return _raised(needs, wishes, room)
    return _raised(wishes, [max(share, wish) for share, wish in zip(shares, wishes, strict=True)], room)


def _raised(least: Sequence[float], most: Sequence[float], room: float) -> list[float]:
    """Widths between two bounds that fill the room: each rises by the same part of its way."""
    way = sum(most) - sum(least)
    part = (room - sum(least)) / way if way else 0
    return [low + (high - low) * part for low, high in zip(least, most, strict=True)]


def _widest(index: int, lines: Sequence[Sequence[Cell]], size: float) -> float:
    """What a column would take without a line's end."""
    return max((width_of(line[index].words, size) + LIGHT * bool(line[index].light) for line in lines), default=0.0)


def _short(
    index: int, table: Table, lines: Sequence[Sequence[Cell]], size: float, padding: float, room: float
) -> float:
    """What a column of short texts takes in one line; 0 where they are long."""
    widest = max(_widest(index, lines, size), width_of(table.columns[index].head, size)) + padding
    return widest if table.columns[index].kind == "text" and widest <= room * SHORT else 0.0


def _needs(
    table: Table, lines: Sequence[Sequence[Cell]], size: float, padding: float, room: float, of_figures: Measure
) -> list[float]:
    """What each column takes at the least: the longest word of its head, and of its cells what is not broken."""
    found = []
    for index, column in enumerate(table.columns):
        measure = of_figures if column.kind in UNBROKEN else _longest_piece
        said = {(line[index].words, bool(line[index].light)) for line in lines}
        need = max([_head(column.head, size), *(measure(words, size) + LIGHT * lit for words, lit in said)])
        found.append(min(need + padding, room * MOST))
    return found


def _head(words: str, size: float) -> float:
    """A short head stays in one line, a longer one is broken between words."""
    whole = width_of(words, size)
    return whole if whole <= SHORT_HEAD * size else _longest_piece(words, size)


def _longest_word(words: str, size: float) -> float:
    """The widest of what stands between blanks."""
    return max((width_of(word, size) for word in words.split()), default=0.0)


def _longest_piece(words: str, size: float) -> float:
    """The longest piece of a text that is not broken anywhere: a Latin word, a Chinese character."""
    return max((width_of(piece, size) for piece in _PIECES.findall(words)), default=0.0)
