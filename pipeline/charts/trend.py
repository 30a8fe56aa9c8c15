"""What happened month by month: how many as bars, how much as a line below, the year before beside both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from django.utils.translation import gettext as _

from pipeline.charts.base import LEGEND, WIDE, Chart, legend
from pipeline.charts.canvas import SMALL, Canvas, Spec, at, band, linear
from pipeline.charts.themes import Theme
from pipeline.charts.values import (
    Cell,
    Slot,
    Table,
    Tip,
    Value,
    ceiling,
    floor,
    labelled,
    money_unit,
    name_cell,
    number_cell,
    sentences,
    tick_words,
    ticks,
    total,
    widest,
    width_of,
    words,
)

HEIGHT = 280
FOOT = 24
HEAD = 20
BETWEEN = 14


@dataclass(frozen=True, slots=True)
class TrendSeries:
    """Counts a period, amounts in CNY if there are any, and both a year before, where they are known."""

    name: str
    counts: tuple[Value, ...]
    amounts: tuple[Value, ...] = ()
    counts_before: tuple[Value, ...] = ()
    amounts_before: tuple[Value, ...] = ()

    def columns(self) -> tuple[tuple[Value, ...], ...]:
        """All that is not left out."""
        return tuple(
            column for column in (self.counts, self.counts_before, self.amounts, self.amounts_before) if column
        )

    def links(self, slot: int) -> list[str]:
        """The lists behind a period."""
        return [column[slot].href for column in self.columns()]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A part of the picture: where it begins and ends, its round numbers, its unit's power of ten."""

    top: float
    bottom: float
    ticks: list[float]
    power: int
    title: str

    def y(self, field: str = "number") -> Spec:
        """Its axis."""
        return linear(field, self.ticks[0], self.ticks[-1], self.bottom, self.top)

    def words(self) -> list[str]:
        """Its numbers as written on the axis."""
        return [tick_words(tick, self.power) for tick in self.ticks]


@dataclass(frozen=True, kw_only=True)
class Trend(Chart):
    """One series or two over periods; a period that has not come yet holds values without numbers."""

    kind: ClassVar[str] = "trend"
    periods: tuple[Slot, ...]
    series: tuple[TrendSeries, ...]
    count_name: str
    amount_name: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if len(self.series) not in (1, 2):
            raise ValueError("A trend has one series or two.")
        if any(len(column) != len(self.periods) for series in self.series for column in series.columns()):
            raise ValueError("A trend has a value for every period.")

    @property
    def is_empty(self) -> bool:
        """Whether there are no periods."""
        return not self.periods

    @property
    def rows(self) -> int:
        """None: its height is always the same."""
        return 0

    @property
    def height(self) -> int:
        """Always the same."""
        return HEIGHT

    @property
    def summary(self) -> str:
        """The sum of each series, and its best period."""
        if self.is_empty:
            return _("No data yet.")
        return sentences(self._said(series) for series in self.series)

    def _said(self, series: TrendSeries) -> str:
        every = total(series.counts)
        if not every:
            return _("%(series)s: 0 in all.") % {"series": series.name}
        best = max(range(len(self.periods)), key=lambda slot: series.counts[slot].number or 0)
        return _("%(series)s: %(all)s in all, most in %(period)s (%(most)s).") % {
            "series": series.name,
            "all": words(every),
            "period": self.periods[best].full,
            "most": words(series.counts[best].number),
        }

    def _heads(self, series: TrendSeries) -> list[str]:
        """The names of the columns that the series has."""
        heads = [series.name]
        if series.counts_before:
            heads.append(_("%(series)s, a year before") % {"series": series.name})
        if series.amounts:
            heads.append(labelled(series.name, self.amount_name))
        if series.amounts_before:
            heads.append(_("%(series)s, a year before") % {"series": labelled(series.name, self.amount_name)})
        return heads

    def _cells(self, series: TrendSeries, slot: int) -> list[Cell]:
        counted = [column for column in (series.counts, series.counts_before) if column]
        paid = [column for column in (series.amounts, series.amounts_before) if column]
        return [
            *(number_cell(column[slot]) for column in counted),
            *(number_cell(column[slot], money=True) for column in paid),
        ]

    def table(self) -> Table:
        """A row a period."""
        heads = (_("Period"), *(head for series in self.series for head in self._heads(series)))
        rows = tuple(
            (name_cell(period.full), *(cell for series in self.series for cell in self._cells(series, slot)))
            for slot, period in enumerate(self.periods)
        )
        return Table(heads, rows)

    def tips(self) -> tuple[Tip, ...]:
        """A period each, a line a series."""
        return tuple(
            Tip(
                period.full,
                tuple(self._line(series, slot) for series in self.series),
                next((href for series in self.series for href in series.links(slot) if href), ""),
            )
            for slot, period in enumerate(self.periods)
        )

    def _line(self, series: TrendSeries, slot: int) -> str:
        """`Signed: 3 · CNY 300 million (a year before: 2 · CNY 200 million)`."""
        now = _together(series.counts, series.amounts, slot)
        before = _together(series.counts_before, series.amounts_before, slot)
        if before:
            now = _("%(now)s (a year before: %(before)s)") % {"now": now, "before": before}
        return labelled(series.name, now)

    def _has_amounts(self) -> bool:
        return any(series.amounts for series in self.series)

    def _has_before(self) -> bool:
        return any(series.counts_before or series.amounts_before for series in self.series)

    def _panels(self) -> list[_Panel]:
        """Counts above, amounts below; counts alone have the whole height."""
        top = LEGEND if len(self.series) > 1 or self._has_before() else 0
        counts = ceiling(v.number for series in self.series for v in (*series.counts, *series.counts_before))
        if not self._has_amounts():
            return [_Panel(top + HEAD, HEIGHT - FOOT, ticks(counts, 4, whole=True), 0, self.count_name)]
        room = (HEIGHT - FOOT - top - 2 * HEAD - BETWEEN) / 2
        first = _Panel(top + HEAD, top + HEAD + room, ticks(counts, 3, whole=True), 0, self.count_name)
        paid = [v.number for series in self.series for v in (*series.amounts, *series.amounts_before)]
        low, high = floor(paid), ceiling(paid)
        unit = money_unit(max(high, -low))
        steps = ticks(high, 3, whole=False, smallest=low) if high > low else [0.0, 10.0**unit.power]
        title = labelled(self.amount_name, unit.name)
        return [
            first,
            _Panel(HEIGHT - FOOT - room, HEIGHT - FOOT, steps, unit.power, title),
        ]

    def spec(self, theme: Theme, width: int = WIDE) -> Spec:
        """Both panels over one axis of time."""
        canvas = Canvas(width, HEIGHT, theme)
        panels = self._panels()
        left = widest([text for panel in panels for text in panel.words()], SMALL) + 8
        x = band("slot", len(self.periods), left, width)
        room = (width - left) / max(len(self.periods), 1)
        for panel in panels:
            self._axis(canvas, panel, left)
        self._labels(canvas, x, room)
        self._bars(canvas, panels[0], x, room)
        if self._has_amounts():
            self._lines(canvas, panels[1], x)
        self._legend(canvas)
        canvas.hits(self.tips(), x=x, y=at(panels[0].top - 4), y2=at(HEIGHT - FOOT))
        return canvas.spec()

    def _axis(self, canvas: Canvas, panel: _Panel, left: float) -> None:
        rows = [{"number": tick, "text": text} for tick, text in zip(panel.ticks, panel.words(), strict=True)]
        canvas.rules([row for row in rows if row["number"]], x=at(left), x2=at(canvas.width), y=panel.y())
        canvas.rules(
            [row for row in rows if not row["number"]],
            canvas.theme.before,
            x=at(left),
            x2=at(canvas.width),
            y=panel.y(),
        )
        canvas.texts(rows, size=SMALL, align="right", x=at(left - 6), y=panel.y())
        canvas.texts([{"text": panel.title}], size=SMALL, x=at(0), y=at(panel.top - HEAD + 6))

    def _labels(self, canvas: Canvas, x: Spec, room: float) -> None:
        """The periods below; where they are too many, every second, third…"""
        widths = [width_of(period.short, SMALL) + 5 for period in self.periods]
        step = next((step for step in range(1, len(widths)) if _fit(widths[::step], room * step)), len(widths) or 1)
        rows = [{"slot": slot, "text": period.short} for slot, period in enumerate(self.periods) if slot % step == 0]
        canvas.texts(rows, size=SMALL, align="center", x=x, y=at(HEIGHT - FOOT + 13))

    def _bars(self, canvas: Canvas, panel: _Panel, x: Spec, room: float) -> None:
        theme = canvas.theme
        many = len(self.series)
        thick = max(2.0, min(18.0, (room - 4) / many - 2))
        longest = widest([words(value.number) for series in self.series for value in series.counts], SMALL)
        for number, (series, colour) in enumerate(zip(self.series, (theme.first, theme.second), strict=False)):
            shift = (number - (many - 1) / 2) * (thick + 2)
            rows = _rows(series.counts)
            shape = {"width": thick, "xOffset": shift, "cornerRadiusEnd": 2}
            drawn = [row for row in rows if row["number"] > 0]
            canvas.bars(drawn, colour, outlined=number == 1, mark=shape, x=x, y=panel.y(), y2=at(panel.bottom))
            before = _rows(series.counts_before)
            for paint, height in ((theme.panel, 4), (theme.before, 2)):
                tick = {"type": "tick", "orient": "horizontal", "width": thick + 4, "xOffset": shift}
                canvas.add({**tick, "thickness": height, "color": paint}, before, x=x, y=panel.y())
            if many == 1 and not series.counts_before and longest + 4 <= room:
                canvas.texts(drawn, colour=theme.ink, size=SMALL, align="center", dy=-8, x=x, y=panel.y())

    def _lines(self, canvas: Canvas, panel: _Panel, x: Spec) -> None:
        theme = canvas.theme
        for number, (series, colour) in enumerate(zip(self.series, (theme.first, theme.second), strict=False)):
            pale = {"type": "line", "stroke": colour, "strokeWidth": 1.25, "strokeDash": [3, 3], "opacity": 0.6}
            canvas.add(pale, _rows(series.amounts_before), x=x, y=panel.y())
            rows = _rows(series.amounts)
            canvas.add({"type": "line", "stroke": colour, "strokeWidth": 2}, rows, x=x, y=panel.y())
            fill, shape = ((colour, "circle"), (theme.panel, "square"))[number]
            dot = {"type": "point", "shape": shape, "size": 34, "fill": fill, "stroke": colour, "strokeWidth": 1.5}
            canvas.add({**dot, "opacity": 1}, rows, x=x, y=panel.y())

    def _legend(self, canvas: Canvas) -> None:
        theme = canvas.theme
        shapes = ((theme.first, "filled"), (theme.second, "outlined"))
        entries = [(series.name, *shape) for series, shape in zip(self.series, shapes, strict=False)]
        if self._has_before():
            entries.append((_("a year before"), theme.before, "dash"))
        if len(entries) > 1:
            legend(canvas, entries)


def _together(counts: Sequence[Value], amounts: Sequence[Value], slot: int) -> str:
    """Count and amount of a period, as far as there are any."""
    said = [words(counts[slot].number)] if counts else []
    return " · ".join([*said, words(amounts[slot].number, money=True)] if amounts else said)


def _fit(widths: Sequence[float], room: float) -> bool:
    """Whether texts of these widths, centred `room` apart, leave each other free."""
    return all((one + other) / 2 <= room for one, other in pairwise(widths))


def _rows(values: Sequence[Value]) -> list[Spec]:
    """The known values with their places."""
    return [
        {"slot": slot, "number": float(value.number), "text": words(value.number)}
        for slot, value in enumerate(values)
        if value.number is not None
    ]
