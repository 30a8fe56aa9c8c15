"""How long leads have stood in their stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import WIDE, RowChart, legend
from pipeline.charts.canvas import SMALL, Spec, linear
from pipeline.charts.themes import Theme
from pipeline.charts.values import (
    Number,
    Table,
    Tip,
    Value,
    labelled,
    name_cell,
    number_cell,
    total,
    width_of,
    words,
)

# The first days of the four buckets.
BUCKETS = (0, 31, 61, 91)


def bucket_names() -> tuple[str, str, str, str]:
    """What the buckets are called."""
    return _("0–30 days"), _("31–60 days"), _("61–90 days"), _("over 90 days")


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """A stage with the number of its leads in each bucket, from young to old."""

    name: str
    counts: tuple[Value, Value, Value, Value]
    href: str = ""

    @property
    def total(self) -> Number:
        """All leads of the stage."""
        return total(self.counts)


@dataclass(frozen=True, kw_only=True)
class Ageing(RowChart):
    """A stacked bar a stage."""

    kind: ClassVar[str] = "ageing"
    has_legend: ClassVar[bool] = True
    stages: tuple[AgeingRow, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The stages."""
        return tuple(stage.name for stage in self.stages)

    @property
    def summary(self) -> str:
        """How many are old, and where most of them are."""
        if self.is_empty:
            return _("No data yet.")
        worst = max(self.stages, key=lambda stage: stage.counts[-1].number or 0)
        old = total(stage.counts[-1] for stage in self.stages)
        every = sum((stage.total for stage in self.stages), 0)
        if not old:
            return _("Over 90 days: 0 of %(all)s.") % {"all": words(every)}
        return _("Over 90 days: %(old)s of %(all)s, most in %(stage)s (%(most)s).") % {
            "old": words(old),
            "all": words(every),
            "stage": worst.name,
            "most": words(worst.counts[-1].number),
        }

    def table(self) -> Table:
        """A row a stage, a column a bucket, and the sum."""
        rows = tuple(
            (name_cell(stage.name), *map(number_cell, (*stage.counts, Value(stage.total, stage.href))))
            for stage in self.stages
        )
        return Table((_("Stage"), *bucket_names(), _("Together")), rows)

    def tips(self) -> tuple[Tip, ...]:
        """A stage each."""
        return tuple(
            Tip(
                stage.name,
                tuple(
                    labelled(name, words(value.number))
                    for name, value in zip(bucket_names(), stage.counts, strict=True)
                ),
                stage.href,
            )
            for stage in self.stages
        )

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """Segments beside each other, their numbers in them where there is room."""
        stages = self.stages[: self.rows]
        ends = [words(stage.total) for stage in stages]
        canvas, begin, end = self.frame(theme, width, ends)
        largest = float(max((stage.total for stage in stages), default=0) or 1)
        x = linear("to", 0, largest, begin, end)
        per_lead = (end - begin) / largest
        reached = [0.0] * len(stages)
        for bucket, (colour, writing) in enumerate(zip(theme.ages, theme.on_ages, strict=True)):
            rows: list[Spec] = []
            for slot, stage in enumerate(stages):
                number = float(stage.counts[bucket].number or 0)
                low, reached[slot] = reached[slot], reached[slot] + number
                if number > 0:
                    text = words(stage.counts[bucket].number)
                    fits = number * per_lead >= width_of(text, SMALL) + 6
                    middle = low + number / 2
                    rows.append(
                        {
                            "slot": slot,
                            "from": low,
                            "to": reached[slot],
                            "to_text": middle,
                            "text": text if fits else "",
                        }
                    )
            shape = {"height": 18, "stroke": theme.panel, "strokeWidth": 1}
            canvas.bars(rows, colour, mark=shape, x=x, x2={"field": "from"}, y=self.places())
            written = [{**row, "to": row["to_text"]} for row in rows if row["text"]]
            canvas.texts(written, colour=writing, size=SMALL, align="center", x=x, y=self.places())
        sums = [{"slot": slot, "to": reached[slot], "text": ends[slot]} for slot in range(len(stages))]
        canvas.texts(sums, colour=theme.ink, dx=6, x=x, y=self.places())
        keys = ("0–30", "31–60", "61–90", bucket_names()[-1])
        legend(canvas, [(name, colour, "filled") for name, colour in zip(keys, theme.ages, strict=True)])
        self.cover(canvas)
        return canvas.spec()
