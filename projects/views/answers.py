"""How the pages of this app answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from investcrm.core.toasts import with_toast

UNPROCESSABLE = 422
CONFLICT = 409


def dialog_done(text: Any, *events: str) -> HttpResponse:
    """Close the dialog, say what was done, and tell the page what to load again."""
    return with_toast(HttpResponse(status=204), text, events={"closeDialog": True, **dict.fromkeys(events, True)})
