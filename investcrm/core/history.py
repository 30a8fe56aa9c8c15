"""History of rows: who changed what, when, from which request. Written by triggers, so that bulk SQL is caught too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory


def tracked(*derived: str, deletes: bool = False) -> Callable[[type[Any]], type[Any]]:
    """A decorator that keeps the history of a model.

    Version and time of change are left out, and so are the `derived` columns: a change of those alone is no event.
    `deletes`: rows of this model are really deleted, and that is an event, too.
    """
    trackers = [pghistory.InsertEvent(), pghistory.UpdateEvent(), *([pghistory.DeleteEvent()] if deletes else [])]
    return pghistory.track(*trackers, exclude=["version", "updated_at", *derived])
