"""Charts become pictures, by vl-convert: SVG for the page and for PDF, PNG for mails.

What was drawn is kept in the cache under the hash of its definition; without the cache it is drawn again.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar
from xml.etree import ElementTree

import orjson
from django.core.cache import cache

from investcrm.core.fonts import folders
from pipeline.charts.base import WIDE, Chart
from pipeline.charts.canvas import Spec
from pipeline.charts.drawing import painter
from pipeline.charts.themes import LIGHT, PAGE, Theme
from pipeline.charts.values import Tip

# To be raised when the same definition is drawn otherwise than before.
EDITION = 4
DRAWN_BY = version("vl-convert-python")
KEPT_SECONDS = 24 * 3600
SVG = "{http://www.w3.org/2000/svg}"
PLACE = frozenset({"d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox", "transform"})
PAINT = frozenset({"opacity", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity"})
KEPT = PLACE | PAINT | {"text-anchor", "font-size"}
_TIP = re.compile(r"tip:(\d+)")
_LONG = re.compile(r"\d+\.\d{2,}")

T = TypeVar("T")
_drawing = threading.Lock()


def render_svg(chart: Chart, theme: Theme = PAGE, width: int = WIDE) -> str:
    """The picture as SVG. In the theme of the page: to be set into HTML, painted by css/charts.css, with its tips."""
    spec = chart.spec(theme, width)
    tips = chart.tips() if theme.name == "page" else ()

    def draw() -> str:
        svg = painter.draw("svg", spec, fonts=folders()).decode()
        return for_the_page(svg, tips) if theme.name == "page" else svg

    return str(_kept(_key("svg", spec, [[tip.title, *tip.lines, tip.href] for tip in tips]), draw))


def render_png(chart: Chart, scale: float = 2, theme: Theme = LIGHT, width: int = WIDE) -> bytes:
    """The picture as PNG, for a mail; `scale` 2 is sharp on a phone."""
    spec = chart.spec(theme, width)

    def draw() -> bytes:
        return painter.draw("png", spec, scale=scale, fonts=folders())

    return bytes(_kept(_key("png", spec, scale), draw))


def _kept(key: str, draw: Callable[[], T]) -> T:
    """What is in the cache, else what is drawn now. Of several who want the same, one draws."""
    found: T | None = cache.get(key)
    if found is None:
        with _drawing:
            found = cache.get(key)
            if found is None:
                found = draw()
                cache.set(key, found, KEPT_SECONDS)
    return found


def _key(kind: str, spec: Spec, more: object) -> str:
    """Different where the picture would be; fonts count too, for those that carry letters of their own."""
    told = [EDITION, DRAWN_BY, folders(), spec, more]
    return f"chart:{kind}:{hashlib.sha256(orjson.dumps(told)).hexdigest()}"


def for_the_page(svg: str, tips: tuple[Tip, ...]) -> str:
    """The picture without what the page's own rules give (fonts, roles, styles), and with the words of its tips."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own renderer wrote it
    _clean(root, tips)
    root.set("class", "chart-svg")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    root.set("preserveAspectRatio", "xMinYMid meet")
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def _clean(element: ElementTree.Element, tips: tuple[Tip, ...]) -> None:
    element.tag = element.tag.removeprefix(SVG)
    pointed = _TIP.fullmatch(element.get("aria-label", ""))
    element.attrib = {
        name: _LONG.sub(_shorter, value) if name in ("d", "transform") else value
        for name, value in element.attrib.items()
        if name in KEPT
    }
    if pointed:
        _tell(element, tips[int(pointed[1])])
    for child in list(element):
        _clean(child, tips)
        is_empty = child.tag == "g" and not len(child)
        is_seen = not {"fill", "stroke", "data-tip"}.isdisjoint(child.attrib)
        if is_empty or (child.tag == "path" and not is_seen):
            element.remove(child)


def _shorter(number: re.Match[str]) -> str:
    """A tenth of a pixel is exact enough."""
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _tell(element: ElementTree.Element, tip: Tip) -> None:
    """A field for pointing carries its words, and the list that it opens."""
    element.set("class", "chart-hit")
    element.set("data-tip", "\n".join((tip.title, *tip.lines)))
    if tip.href:
        element.set("data-href", tip.href)
