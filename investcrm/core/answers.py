"""How pages answer: the statuses of a form that is shown again, a dialog that is done, a fragment or a whole page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import with_toast

UNPROCESSABLE = 422
CONFLICT = 409


def dialog_done(text: Any, *events: str, told: dict[str, Any] | None = None, **toast: Any) -> HttpResponse:
    """Close the dialog, say what was done, and tell the page what to load again; `told` are events with a value."""
    told = {"closeDialog": True, **dict.fromkeys(events, True), **(told or {})}
    return with_toast(HttpResponse(status=204), text, events=told, **toast)


def show_in(
    page: str, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The template as a fragment for htmx, else inside the page, which includes it as `fragment`."""
    if is_htmx(request):
        return render(request, template, context, status=status)
    return render(request, page, {**context, "fragment": template}, status=status)
