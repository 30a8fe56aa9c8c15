"""Throwing away change rows that nobody can ask for any more."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from sync.selectors.feed.head import kept_for
from sync.selectors.feed.types import FEED_ONLY_KINDS

AT_ONCE = 20_000
# Never the last one: the next position is counted from it.
PRUNE = """
DELETE FROM core_changerow WHERE id IN (
    SELECT id FROM core_changerow
    WHERE position <= (SELECT position FROM core_feedmark WHERE at < %s ORDER BY at DESC LIMIT 1)
        AND position < (SELECT MAX(position) FROM core_changerow) AND kind = ANY (%s)
    LIMIT %s
)
"""


def prune_changes() -> int:
    """Delete what only the feed reads and no cursor reaches; returns how many rows."""
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(PRUNE, [timezone.now() - kept_for(), list(FEED_ONLY_KINDS), AT_ONCE])
            deleted += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                return deleted
