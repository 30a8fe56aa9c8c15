"""Ids as they come in addresses and forms."""

from __future__ import annotations

import uuid
from typing import Any


def as_id(text: Any) -> uuid.UUID | None:
    """The UUID in a text, None where it is none."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def is_id(text: Any) -> bool:
    """Whether the text is a UUID."""
    return as_id(text) is not None
