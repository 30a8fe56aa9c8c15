"""Vega-Lite definitions, layer by layer.

Every text is a mark at a place that is computed here: Vega lays nothing out, so the size of a picture is known before
it is drawn and does not hang on the fonts of the machine that draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.charts.themes import FONTS, Theme
from pipeline.charts.values import Tip

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]

SIZE = 12
SMALL = 11


def at(pixels: float) -> Spec:
    """A fixed place."""
    return {"value": round(pixels, 1)}


def pixels(field: str) -> Spec:
    """A place that each row names in pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None, "stack": None}


def band(field: str, count: int, first: float, last: float) -> Spec:
    """`count` equal rooms between two pixels; rows name theirs by its number."""
    scale = {"type": "band", "domain": list(range(count)), "range": [first, last], "padding": 0}
    return {"field": field, "type": "nominal", "scale": scale, "axis": None}


def linear(field: str, low: float, high: float, first: float, last: float) -> Spec:
    """Numbers from `low` to `high` between two pixels."""
    scale = {"type": "linear", "domain": [low, high], "range": [first, last], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None, "stack": None}


class Canvas:
    """A picture of a width and a height in a theme, filled from back to front."""

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        """Begin an empty picture."""
        self.width = width
        self.height = height
        self.theme = theme
        self.layers: list[Spec] = []

    def add(self, mark: Spec, rows: Rows, **encoding: Spec) -> None:
        """Draw a mark for each row (a line: one through all of them)."""
        if rows:
            self.layers.append({"data": {"values": list(rows)}, "mark": {"aria": False, **mark}, "encoding": encoding})

    def bars(self, rows: Rows, colour: str, *, outlined: bool = False, mark: Spec, **encoding: Spec) -> None:
        """Bars; an outlined series differs from a filled one without colour."""
        paint = (
            {"fill": self.theme.panel, "stroke": colour, "strokeWidth": 1.5}
            if outlined
            else {"fill": colour, "stroke": None}
        )
        self.add({"type": "bar", **paint, **mark}, rows, **encoding)

    def texts(
        self,
        rows: Rows,
        *,
        colour: str = "",
        size: float = SIZE,
        align: str = "left",
        dx: float = 0,
        dy: float = 0,
        **encoding: Spec,
    ) -> None:
        """The field `text` of each row, centred on its place from top to bottom."""
        mark = {
            "type": "text",
            "fill": colour or self.theme.soft,
            "fontSize": size,
            "align": align,
            "baseline": "middle",
            "dx": dx,
            "dy": dy,
        }
        self.add(mark, rows, text={"field": "text", "type": "nominal"}, **encoding)

    def rules(
        self, rows: Rows, colour: str = "", *, dash: Sequence[int] = (), thick: float = 1, **encoding: Spec
    ) -> None:
        """Straight lines."""
        mark: Spec = {"type": "rule", "stroke": colour or self.theme.line, "strokeWidth": thick}
        if dash:
            mark["strokeDash"] = list(dash)
        self.add(mark, rows, **encoding)

    def hits(self, tips: Sequence[Tip], **encoding: Spec) -> None:
        """Unseen fields over the picture where one may point, a tip each, in the order of the tips."""
        rows = [{"slot": number, "tip": f"tip:{number}"} for number in range(len(tips))]
        mark = {"type": "bar", "fill": "transparent", "aria": True}
        self.add(mark, rows, description={"field": "tip", "type": "nominal"}, **encoding)

    def spec(self) -> Spec:
        """The whole as a Vega-Lite definition."""
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": self.width,
            "height": self.height,
            "autosize": {"type": "none"},
            "padding": 0,
            "background": None if self.theme.name == "page" else self.theme.panel,
            "layer": self.layers,
            "resolve": {"scale": {"x": "independent", "y": "independent"}},
            "config": {"font": FONTS, "view": {"stroke": None}},
        }
