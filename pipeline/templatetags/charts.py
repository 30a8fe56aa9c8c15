"""Charts in templates. A page that uses them loads css/charts.css and js/charts.js."""

from __future__ import annotations

import logging
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pipeline.charts import Chart
from pipeline.charts.base import NARROW, WIDE
from pipeline.charts.drawing import NotDrawnError
from pipeline.charts.rendering import render_svg

register = template.Library()
logger = logging.getLogger(__name__)


def _picture(chart: Chart, width: int) -> SafeString | None:
    """The picture; none where it cannot be drawn, so that the numbers are still shown."""
    try:
        # Our own renderer's; names within it were escaped when it was written.
        return mark_safe(render_svg(chart, width=width))  # noqa: S308
    except NotDrawnError:
        logger.exception("A chart could not be drawn: %s", chart.kind)
        return None


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart, width: int | None = None, opened: bool = False) -> dict[str, Any]:
    """Draw a chart with its sentence and its table; without a width twice, and the style sheet shows what fits.

    `opened` shows the table at once.
    """
    widths = {"": width} if width else {"wide": WIDE, "narrow": NARROW}
    pictures = [] if chart.is_empty else [(name, _picture(chart, size)) for name, size in widths.items()]
    drawn = [(name, picture) for name, picture in pictures if picture]
    return {
        "chart": chart,
        "pictures": drawn,
        "opened": opened or (bool(pictures) and not drawn),
        "has_legend": getattr(chart, "has_legend", False),
        "table": chart.table(),
    }


@register.inclusion_tag("components/chart_slot.html")
def chart_slot(url: str, kind: str, rows: int = 6, keyed: bool = False) -> dict[str, Any]:
    """Keep the room of a chart that is loaded from `url`: its kind, its rows, and for a ranking whether two series."""
    return {"url": url, "kind": kind, "rows": rows, "keyed": keyed}
