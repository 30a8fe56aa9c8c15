"""What htmx asks for."""

from __future__ import annotations

from django.http import HttpRequest


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, so that a fragment is the answer and not a whole page."""
    return request.headers.get("HX-Request") == "true"
