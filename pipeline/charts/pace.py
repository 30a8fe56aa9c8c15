"""Targets: what is reached of each, against the share of time that has passed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import WIDE, RowChart, legend
from pipeline.charts.canvas import Spec, at, linear, pixels
from pipeline.charts.themes import Theme
from pipeline.charts.values import (
    Cell,
    Number,
    Table,
    Tip,
    Value,
    labelled,
    name_cell,
    share_words,
    words,
)

# Bars end here, however much more was reached; the number says it.
MOST = 1.5
ROOMY = 440


@dataclass(frozen=True, slots=True)
class PaceRow:
    """A target: what is reached, the minimum, the share of its time that has passed (0 to 1), its light in words.

    `said` are the words of both numbers, where the row itself holds only their share.
    """

    name: str
    actual: Value
    minimum: Number
    elapsed: Decimal
    state: str = ""
    money: bool = False
    said: tuple[str, str] | None = None

    @property
    def ratio(self) -> Decimal:
        """The share of the minimum that is reached."""
        reached = Decimal(self.actual.number or 0)
        return reached / Decimal(self.minimum) if self.minimum else Decimal(1)

    @property
    def is_reached(self) -> bool:
        """Whether the minimum is met."""
        return self.ratio >= 1

    @property
    def is_behind(self) -> bool:
        """Whether less is reached than time has passed."""
        return self.ratio < min(self.elapsed, Decimal(1))

    @property
    def of_minimum(self) -> str:
        """`3 / 5`."""
        return " / ".join(self.both)

    @property
    def both(self) -> tuple[str, str]:
        """What is reached and the minimum, in words."""
        return self.said or (words(self.actual.number, money=self.money), words(self.minimum, money=self.money))


@dataclass(frozen=True, kw_only=True)
class Pace(RowChart):
    """A bar a target: a track as long as the minimum, what is reached on it, a mark where time stands."""

    kind: ClassVar[str] = "pace"
    has_legend: ClassVar[bool] = True
    targets: tuple[PaceRow, ...]
    # Targets without a bar: the sentence counts them, too.
    others: tuple[PaceRow, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The targets."""
        return tuple(target.name for target in self.targets)

    @property
    def summary(self) -> str:
        """How many are met, and how many are behind."""
        if self.is_empty:
            return _("No data yet.")
        every = (*self.targets, *self.others)
        return _("Reached: %(reached)s of %(all)s; behind the pace: %(behind)s.") % {
            "reached": sum(target.is_reached for target in every),
            "all": len(every),
            "behind": sum(target.is_behind for target in every),
        }

    def table(self) -> Table:
        """Target, actual, minimum, both shares, the light in words."""
        heads = (_("Target"), _("Reached"), _("At least"), _("Share reached"), _("Time passed"), _("Pace"))
        return Table(heads, tuple(self._cells(target) for target in self.targets))

    def _cells(self, target: PaceRow) -> tuple[Cell, ...]:
        state = target.state or (
            _("reached") if target.is_reached else _("behind") if target.is_behind else _("on time")
        )
        return (
            name_cell(target.name),
            Cell(target.both[0], target.actual.href),
            Cell(target.both[1]),
            Cell(share_words(target.ratio, 1)),
            Cell(share_words(min(target.elapsed, Decimal(1)), 1)),
            Cell(state, is_number=False),
        )

    def tips(self) -> tuple[Tip, ...]:
        """A target each."""
        table = self.table()
        return tuple(
            Tip(
                target.name,
                tuple(labelled(head, cell.text) for head, cell in zip(table.heads[1:], row[1:], strict=True)),
                target.actual.href,
            )
            for target, row in zip(self.targets, table.rows, strict=True)
        )

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """Track, bar (outlined where behind), mark of time, numbers at the end."""
        targets = self.targets[: self.rows]
        # On a phone two amounts would leave no room for the bars.
        ends = [target.of_minimum if width >= ROOMY else share_words(target.ratio, 1) for target in targets]
        canvas, begin, end = self.frame(theme, width, ends)
        ratios = [max(0.0, min(float(target.ratio), MOST)) for target in targets]
        x = linear("share", 0, max(1.0, *ratios), begin, end)
        track = [{"slot": slot, "share": 1} for slot in range(len(targets))]
        shape: Spec = {"height": 18, "cornerRadius": 2, "yOffset": self.drop}
        canvas.bars(track, theme.line, mark=shape, x=x, x2=at(begin), y=self.places())
        for behind in (False, True):
            rows = [
                {"slot": slot, "share": ratios[slot]}
                for slot, target in enumerate(targets)
                if target.is_behind is behind and ratios[slot] > 0
            ]
            colour = theme.second if behind else theme.first
            shape = {"height": 8 if not behind else 7, "cornerRadiusEnd": 1, "yOffset": self.drop}
            canvas.bars(rows, colour, outlined=behind, mark=shape, x=x, x2=at(begin), y=self.places())
        marks = [
            {
                "share": min(float(target.elapsed), 1.0),
                "from": self.top + (slot + 1) * self.row - 27,
                "to": self.top + (slot + 1) * self.row - 3,
            }
            for slot, target in enumerate(targets)
        ]
        canvas.rules(marks, theme.panel, thick=4, x=x, y=pixels("from"), y2={"field": "to"})
        canvas.rules(marks, theme.ink, thick=2, x=x, y=pixels("from"), y2={"field": "to"})
        numbers = [{"slot": slot, "text": text} for slot, text in enumerate(ends)]
        canvas.texts(numbers, colour=theme.ink, align="right", dy=self.drop, x=at(width), y=self.places())
        legend(
            canvas,
            [
                (_("reached"), theme.first, "filled"),
                (_("behind"), theme.second, "outlined"),
                (_("time passed"), theme.ink, "mark"),
            ],
        )
        self.cover(canvas)
        return canvas.spec()
