"""From what there was to what there is, cause by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import ROW, WIDE, RowChart
from pipeline.charts.canvas import Canvas, Spec, at, linear, pixels
from pipeline.charts.themes import Theme
from pipeline.charts.values import Number, Table, Tip, Value, name_cell, number_cell, words

BAR = 16
# Below this part of the whole, steps would be too thin to see: the bars then begin above zero, and show it by a gap.
THIN = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """A cause and what it added, or took away."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class _Bar:
    """A row of the picture: from where to where, and whether it is a balance."""

    name: str
    value: Value
    low: float
    high: float
    is_total: bool

    @property
    def kind(self) -> str:
        """A balance, a step up or down, or a cause that changed nothing."""
        if self.is_total:
            return "total"
        return "none" if self.high == self.low else "up" if self.high > self.low else "down"


@dataclass(frozen=True, kw_only=True)
class Waterfall(RowChart):
    """An opening, steps, and a closing that is their sum."""

    kind: ClassVar[str] = "waterfall"
    opening: Step
    steps: tuple[Step, ...]
    closing: Step
    money: bool = False

    def __post_init__(self) -> None:
        """Refuse a bridge that does not reach the other side."""
        if sum((step.value.number or 0 for step in self.steps), self.opening.value.number or 0) != (
            self.closing.value.number or 0
        ):
            raise ValueError("Opening and steps do not add up to the closing.")

    @property
    def names(self) -> tuple[str, ...]:
        """Opening, causes, closing."""
        return (self.opening.name, *(step.name for step in self.steps), self.closing.name)

    @property
    def rows(self) -> int:
        """All of them: a bridge has no missing piece."""
        return len(self.names)

    @property
    def summary(self) -> str:
        """From, to, and what came and went."""
        numbers = [step.value.number or 0 for step in self.steps]
        return _("From %(opening)s to %(closing)s: %(up)s in, %(down)s out.") % {
            "opening": words(self.opening.value.number or 0, money=self.money),
            "closing": words(self.closing.value.number or 0, money=self.money),
            "up": words(sum((number for number in numbers if number > 0), 0), money=self.money),
            "down": words(-sum((number for number in numbers if number < 0), 0), money=self.money),
        }

    def table(self) -> Table:
        """A row a step; steps carry their sign."""
        ends = [(step, False) for step in (self.opening, self.closing)]
        ordered = [ends[0], *((step, True) for step in self.steps), ends[1]]
        rows = tuple(
            (name_cell(step.name), number_cell(step.value, money=self.money, sign=sign)) for step, sign in ordered
        )
        return Table((_("Cause"), _("Amount") if self.money else _("Count")), rows)

    def tips(self) -> tuple[Tip, ...]:
        """A step each."""
        values = (self.opening.value, *(step.value for step in self.steps), self.closing.value)
        return tuple(
            Tip(row[0].text, (row[1].text,), value.href) for row, value in zip(self.table().rows, values, strict=True)
        )

    def _bars(self) -> list[_Bar]:
        level: Number = self.opening.value.number or 0
        bars = [_Bar(self.opening.name, self.opening.value, 0, float(level), is_total=True)]
        for step in self.steps:
            after = level + (step.value.number or 0)
            bars.append(_Bar(step.name, step.value, float(level), float(after), is_total=False))
            level = after
        return [*bars, _Bar(self.closing.name, self.closing.value, 0, float(level), is_total=True)]

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """Floating bars, a thin line from the end of each to the next."""
        bars = self._bars()
        ends = [words(bar.value.number or 0, money=self.money, sign=not bar.is_total) for bar in bars]
        canvas, begin, end = self.frame(theme, width, ends)
        levels = [bar.high for bar in bars]
        low, high = _range(levels)
        x = linear("high", low, high, begin, end)
        rows = [
            {
                "slot": slot,
                "low": max(bar.low, low) if bar.is_total else bar.low,
                "high": bar.high,
                "text": ends[slot],
                "right": max(bar.low, bar.high),
            }
            for slot, bar in enumerate(bars)
        ]
        kinds: dict[str, list[Spec]] = {"total": [], "up": [], "down": [], "none": []}
        for bar, row in zip(bars, rows, strict=True):
            kinds[bar.kind].append(row)
        self._links(canvas, levels, x)
        nothing = [
            {**row, "from": row["slot"] * ROW + (ROW - BAR) / 2, "to": row["slot"] * ROW + (ROW + BAR) / 2}
            for row in kinds["none"]
        ]
        canvas.rules(nothing, theme.before, x=x, y=pixels("from"), y2={"field": "to"})
        paint = {"total": theme.total, "up": theme.first, "down": theme.second}
        for kind, colour in paint.items():
            x2 = {"field": "low"}
            outlined = kind == "down"
            canvas.bars(kinds[kind], colour, outlined=outlined, mark={"height": BAR}, x=x, x2=x2, y=self.places())
        if low > 0:
            breaks = [{"from": row["slot"] * ROW + 4, "to": (row["slot"] + 1) * ROW - 4} for row in kinds["total"]]
            canvas.rules(
                breaks, theme.panel, thick=4, x=at(begin + 18), x2=at(begin + 12), y=pixels("from"), y2={"field": "to"}
            )
        right = linear("right", low, high, begin, end)
        canvas.texts(rows, colour=theme.ink, dx=6, x=right, y=self.places())
        self.cover(canvas)
        return canvas.spec()

    def _links(self, canvas: Canvas, levels: list[float], x: Spec) -> None:
        links = [
            {"high": level, "from": slot * ROW + (ROW + BAR) / 2, "to": (slot + 1) * ROW + (ROW - BAR) / 2}
            for slot, level in enumerate(levels[:-1])
        ]
        canvas.rules(links, canvas.theme.before, x=x, y=pixels("from"), y2={"field": "to"})


def _range(levels: list[float]) -> tuple[float, float]:
    """Where the axis begins and ends."""
    low, high = min(levels), max(levels)
    if low <= 0:
        return min(low, 0.0), max(high, 1.0 if low == 0 else 0.0)
    span = high - low
    if span == 0 or span >= high * THIN:
        return 0.0, high
    return low - span, high
