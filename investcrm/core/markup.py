"""For the few places that write HTML in Python, since a page repeats them hundreds of times."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse

NO_ID = uuid.UUID(int=0)


def text(value: Any) -> str:
    """The words of any value, escaped for HTML and for attributes in double quotes."""
    return html.escape(str(value))


def addresses(view_name: str) -> Callable[[uuid.UUID], str]:
    """How rows are addressed by a view that takes their id alone; the pattern is looked up once."""
    before, after = reverse(view_name, args=[NO_ID]).split(str(NO_ID))
    return lambda row_id: f"{before}{row_id}{after}"
