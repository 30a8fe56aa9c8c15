"""When a key was used last: to the minute, written by the worker, so that no answer waits for it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from knox.models import get_token_model

from investcrm.core.background import enqueue

NOTED_EVERY = datetime.timedelta(minutes=1)
MOST_REMEMBERED = 10_000

# The minute in which this process last had a key's use noted: not each request of the minute queues a task.
_noted: dict[str, int] = {}


def has_been_used(key: Any, now: datetime.datetime) -> None:
    """Have it noted that a key is in use, once a minute."""
    minute = int(now.timestamp() // 60)
    if _noted.get(key.digest) == minute or (key.last_used_at and now - key.last_used_at < NOTED_EVERY):
        return
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()
    _noted[key.digest] = minute
    enqueue("core.note_key_use", digest=key.digest, used_at=now.isoformat())


def note_use(digest: str, used_at: datetime.datetime) -> bool:
    """Write when the key was used, unless that was written less than a minute ago; tells whether it was written."""
    long_ago = Q(last_used_at=None) | Q(last_used_at__lte=used_at - NOTED_EVERY)
    return bool(get_token_model().objects.filter(long_ago, digest=digest).update(last_used_at=used_at))
