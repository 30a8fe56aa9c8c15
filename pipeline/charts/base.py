"""What every chart can do, and the frame of those that draw a row for each thing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from pipeline.charts.canvas import SIZE, Canvas, Spec, at, band
from pipeline.charts.themes import Theme
from pipeline.charts.values import Table, Tip, cut, widest

WIDE = 560
NARROW = 340
WIDTHS = (300, 1200)
ROW = 30
LEGEND = 26
FOOT = 6
# A picture of more rows is no picture; its table has them all.
MOST_ROWS = 20
# A row whose name stands over its bar.
ROOMY_ROW = 44
# The names take no more than this part of the width.
NAMES = 0.36
GAP = 10
# What a key takes besides its words.
KEY = 30


@dataclass(frozen=True, kw_only=True)
class Chart(ABC):
    """The data of a chart under a title, from plain values."""

    kind: ClassVar[str]
    title: str

    @property
    @abstractmethod
    def summary(self) -> str:
        """What the picture says, in a sentence."""

    @property
    @abstractmethod
    def is_empty(self) -> bool:
        """Whether there is nothing to draw; zeros are something."""

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many rows the picture has; its height hangs on them alone."""

    @property
    @abstractmethod
    def height(self) -> int:
        """How high the picture is, whatever its width."""

    @abstractmethod
    def table(self) -> Table:
        """Every number of the picture."""

    @abstractmethod
    def tips(self) -> tuple[Tip, ...]:
        """What is said where one points, in reading order."""

    @abstractmethod
    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """The Vega-Lite definition."""


@dataclass(frozen=True, kw_only=True)
class RowChart(Chart):
    """A chart of horizontal rows: a name, a bar, a number. `roomy`: long names stand over the bars, uncut."""

    has_legend: ClassVar[bool] = False
    roomy: bool = False

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """What the rows are called."""

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return not self.names

    @property
    def rows(self) -> int:
        """The rows that are drawn."""
        return min(len(self.names), MOST_ROWS)

    @property
    def top(self) -> int:
        """Where the rows begin."""
        return LEGEND if self.has_legend else 0

    @property
    def row(self) -> int:
        """How high a row is."""
        return ROOMY_ROW if self.roomy else ROW

    @property
    def height(self) -> int:
        """A row each, and the legend."""
        return self.top + self.rows * self.row + FOOT

    def places(self) -> Spec:
        """The rooms of the rows."""
        return band("slot", self.rows, self.top, self.top + self.rows * self.row)

    @property
    def drop(self) -> float:
        """How far below the middle of its row a bar lies."""
        return (self.row - ROW) / 2

    def frame(self, theme: Theme, width: int, ends: list[str]) -> tuple[Canvas, float, float]:
        """A canvas with the names and, at its end, a column of texts; and where bars begin and end between them."""
        canvas = Canvas(width, self.height, theme)
        names = self.names[: self.rows]
        room = width + GAP if self.roomy else min(widest(names, SIZE) + GAP, width * NAMES)
        rows = [{"slot": slot, "text": cut(name, room - GAP, SIZE)} for slot, name in enumerate(names)]
        canvas.texts(rows, colour=theme.ink, x=at(0), y=self.places(), dy=-ROW / 2 + 3 if self.roomy else 0)
        end = width - widest(ends, SIZE) - GAP
        return canvas, 0 if self.roomy else room, end

    def cover(self, canvas: Canvas) -> None:
        """Lay the fields for pointing over the rows."""
        canvas.hits(self.tips()[: self.rows], x=at(0), x2=at(canvas.width), y=self.places())


def legend(canvas: Canvas, entries: list[tuple[str, str, str]]) -> None:
    """A line of keys: (words, colour, shape), shapes being filled, outlined, dash and mark."""
    theme = canvas.theme
    spare = canvas.width - sum(KEY + widest([text], SIZE) for text, _colour, _shape in entries)
    room = canvas.width / max(len(entries), 1) - KEY
    left = 0.0
    for text, colour, shape in entries:
        short = text if spare >= 0 else cut(text, room, SIZE)
        middle = at(9)
        if shape in ("filled", "outlined"):
            box = {"type": "square", "size": 90, "filled": True, "opacity": 1}
            paint = (
                {"fill": colour} if shape == "filled" else {"fill": theme.panel, "stroke": colour, "strokeWidth": 1.5}
            )
            canvas.add({**box, **paint}, [{}], x=at(left + 6), y=middle)
        elif shape == "dash":
            canvas.rules([{}], colour, dash=(4, 3), thick=1.5, x=at(left), x2=at(left + 14), y=middle)
        else:
            canvas.rules([{}], colour, thick=2, x=at(left + 6), y=at(3), y2=at(15))
        canvas.texts([{"text": short}], x=at(left + (18 if shape == "dash" else 15)), y=middle)
        left += KEY + widest([short], SIZE)
