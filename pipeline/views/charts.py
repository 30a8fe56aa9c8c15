"""How a chart is answered by itself, so that a page does not wait for its pictures."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from investcrm.core.answers import show_in
from investcrm.core.htmx import is_htmx
from pipeline.charts import Chart
from pipeline.charts.base import WIDTHS

# Widths are rounded down to these steps, so that few different pictures are drawn.
STEP = 20


def width_asked(request: HttpRequest) -> int | None:
    """The room that the page has for the picture, as its script says; none where it does not."""
    text = request.headers.get("Chart-Width", "")
    if not text.isascii() or not text.isdigit() or len(text) > len("1000"):
        return None
    least, most = WIDTHS
    return max(least, min(int(text) // STEP * STEP, most))


def chart_fragment(request: HttpRequest, chart: Chart) -> HttpResponse:
    """The chart for htmx, as wide as its room; for anybody else a page with the table open.

    The browser keeps it for this reader, and asks each time whether it still holds.
    """
    whole_page = not is_htmx(request)
    context = {"chart": chart, "width": width_asked(request), "opened": whole_page}
    response = show_in("pipeline/chart_page.html", request, "pipeline/_chart.html", context)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request", "Chart-Width", "Cookie", "Accept-Language"))
    if whole_page:
        return response
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
