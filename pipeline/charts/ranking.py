"""Categories side by side: industries, ways of winning leads, the work of each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import FOOT, WIDE, RowChart, legend
from pipeline.charts.canvas import SIZE, SMALL, Spec, at, linear
from pipeline.charts.themes import Theme
from pipeline.charts.values import (
    Table,
    Tip,
    Value,
    ceiling,
    labelled,
    name_cell,
    number_cell,
    sentences,
    total,
    words,
)


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A category with a value for each series."""

    name: str
    values: tuple[Value, ...]
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Ranking(RowChart):
    """Categories in the order given, with one series or two of the same unit."""

    kind: ClassVar[str] = "ranking"
    head: str
    series: tuple[str, ...]
    entries: tuple[RankingRow, ...]
    money: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if len(self.series) not in (1, 2) or any(len(entry.values) != len(self.series) for entry in self.entries):
            raise ValueError("A ranking has one series or two, and a value of each in every row.")

    @property
    def has_legend(self) -> bool:  # type: ignore[override]
        """Two series need their names."""
        return len(self.series) > 1

    @property
    def names(self) -> tuple[str, ...]:
        """The categories."""
        return tuple(entry.name for entry in self.entries)

    @property
    def summary(self) -> str:
        """Who has the most of each series."""
        if self.is_empty:
            return _("No data yet.")
        said = []
        for number, name in enumerate(self.series):
            most = max(self.entries, key=lambda entry: entry.values[number].number or 0)
            said.append(
                _("%(series)s: %(all)s in all, most with %(name)s (%(most)s).")
                % {
                    "series": name,
                    "all": words(total(entry.values[number] for entry in self.entries), money=self.money),
                    "name": most.name,
                    "most": words(most.values[number].number, money=self.money),
                }
            )
        return sentences(said)

    def table(self) -> Table:
        """A row a category, a column a series."""
        rows = tuple(
            (name_cell(entry.name, entry.href), *(number_cell(value, money=self.money) for value in entry.values))
            for entry in self.entries
        )
        return Table((self.head, *self.series), rows)

    def tips(self) -> tuple[Tip, ...]:
        """A category each."""
        return tuple(
            Tip(
                entry.name,
                tuple(
                    labelled(name, words(value.number, money=self.money))
                    for name, value in zip(self.series, entry.values, strict=True)
                ),
                entry.href or entry.values[0].href,
            )
            for entry in self.entries
        )

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """A bar a series; the second one is outlined."""
        entries = self.entries[: self.rows]
        ends = [words(value.number, money=self.money) for entry in entries for value in entry.values]
        canvas, begin, end = self.frame(theme, width, ends)
        largest = ceiling(value.number for entry in entries for value in entry.values) or 1.0
        x = linear("number", 0, largest, begin, end)
        two = len(self.series) > 1
        for number, colour in enumerate((theme.first, theme.second)[: len(self.series)]):
            rows = [
                {"slot": slot, "number": max(float(value.number), 0), "text": words(value.number, money=self.money)}
                for slot, value in enumerate(entry.values[number] for entry in entries)
                if value.number is not None
            ]
            shift = (-6.5, 6.5)[number] if two else 0
            shape = {"height": 10 if two else 16, "cornerRadiusEnd": 2, "yOffset": shift}
            canvas.bars(rows, colour, outlined=number == 1, mark=shape, x=x, x2=at(begin), y=self.places())
            size = SMALL if two else SIZE
            canvas.texts(rows, colour=theme.ink, dx=6, dy=shift, x=x, y=self.places(), size=size)
        canvas.rules([{}], x=at(begin), y=at(self.top), y2=at(self.height - FOOT))
        if two:
            legend(canvas, [(self.series[0], theme.first, "filled"), (self.series[1], theme.second, "outlined")])
        self.cover(canvas)
        return canvas.spec()
