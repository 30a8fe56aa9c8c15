"""Short messages to the reader ("Saved", "Moved to signed"), with an undo button where there is something to undo."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str

UNDO_MARK = "undo:"


def add_toast(request: HttpRequest, text: Any, *, undo_url: str = "", level: int = messages.SUCCESS) -> None:
    """Show a toast on the next whole page; with `undo_url` it has an Undo button that posts there, for ten seconds."""
    messages.add_message(request, level, text, extra_tags=f"{UNDO_MARK}{undo_url}" if undo_url else "")


def undo_url_of(message: Message) -> str:
    """Return where a message's undo button posts to, "" if it has none."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO_MARK) if tags.startswith(UNDO_MARK) else ""


def with_toast(
    response: HttpResponse,
    text: Any,
    *,
    undo_url: str = "",
    link: tuple[str, Any] | None = None,
    level: str = "success",
    events: dict[str, Any] | None = None,
) -> HttpResponse:
    """Add a toast (level: success, info, warning, danger) and other browser events to the answer of an htmx request.

    `link` is an address and its words. Known events are `closeDialog` (true) and whatever a page listens for with
    `hx-trigger="name from:body"`.
    """
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    known.update(events or {})
    known["toast"] = {"text": force_str(text), "level": level, "undo_url": undo_url}
    if link is not None:
        known["toast"] |= {"url": link[0], "link": force_str(link[1])}
    response.headers["HX-Trigger"] = json.dumps(known)
    return response
