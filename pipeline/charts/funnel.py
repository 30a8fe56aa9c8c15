"""How far the leads of a cohort came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import FOOT, WIDE, RowChart
from pipeline.charts.canvas import Spec, at, linear
from pipeline.charts.themes import Theme
from pipeline.charts.values import (
    Cell,
    Number,
    Table,
    Tip,
    Value,
    labelled,
    name_cell,
    number_cell,
    share_words,
    words,
)


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """A stage, and how many of the cohort ever reached it."""

    name: str
    reached: Value


@dataclass(frozen=True, kw_only=True)
class Funnel(RowChart):
    """The stages in their order, each with the share of the cohort that reached it."""

    kind: ClassVar[str] = "funnel"
    cohort: int
    stages: tuple[FunnelStage, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The stages."""
        return tuple(stage.name for stage in self.stages)

    @property
    def summary(self) -> str:
        """How many came to the last stage."""
        if self.is_empty:
            return _("No data yet.")
        last = self.stages[-1]
        return _("%(stage)s: reached by %(part)s of %(all)s (%(share)s).") % {
            "stage": last.name,
            "part": words(last.reached.number),
            "all": words(self.cohort),
            "share": share_words(last.reached.number or 0, self.cohort),
        }

    def table(self) -> Table:
        """Stage, number, share of the cohort, share of the stage before."""
        heads = (_("Stage"), _("Reached it"), _("Share of all"), _("Share of the stage before"))
        before: Number = 0
        rows: list[tuple[Cell, ...]] = []
        for stage in self.stages:
            count = stage.reached.number or 0
            shares = (Cell(share_words(count, self.cohort)), Cell(share_words(count, before)))
            rows.append((name_cell(stage.name), number_cell(stage.reached), *shares))
            before = count
        return Table(heads, tuple(rows))

    def tips(self) -> tuple[Tip, ...]:
        """A stage each."""
        table = self.table()
        return tuple(
            Tip(
                stage.name,
                tuple(labelled(head, cell.text) for head, cell in zip(table.heads[1:], row[1:], strict=True)),
                stage.reached.href,
            )
            for stage, row in zip(self.stages, table.rows, strict=True)
        )

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """Bars from the left, number and share behind them."""
        counts = [stage.reached.number or 0 for stage in self.stages[: self.rows]]
        ends = [f"{words(count)} · {share_words(count, self.cohort)}" for count in counts]
        canvas, begin, end = self.frame(theme, width, ends)
        x = linear("count", 0, max(self.cohort, *map(float, counts), 1), begin, end)
        rows = [{"slot": slot, "count": float(count), "text": ends[slot]} for slot, count in enumerate(counts)]
        shape = {"height": 16, "cornerRadiusEnd": 2}
        canvas.rules([{}], x=at(begin), y=at(self.top), y2=at(self.height - FOOT))
        canvas.bars(rows, theme.first, mark=shape, x=x, x2=at(begin), y=self.places())
        canvas.texts(rows, colour=theme.ink, dx=6, x=x, y=self.places())
        self.cover(canvas)
        return canvas.spec()
