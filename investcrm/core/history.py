"""History of rows: who changed what, when, from which request. Written by triggers, so that bulk SQL is caught too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory


def tracked(*derived: str) -> Callable[[type[Any]], type[Any]]:
    """A decorator that keeps the history of a model.

    Version and time of change are left out, and so are the `derived` columns: a change of those alone is no event.
    """
    return pghistory.track(exclude=["version", "updated_at", *derived])
