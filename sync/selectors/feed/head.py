"""Where the feed stands: of which database it is, the last position, and from which position on it is kept."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from investcrm.core.changes import give_positions
from sync.selectors.feed.cursors import Place, sight_of, write_cursor

# A database that was restored, to an earlier moment or from a dump, has another timeline or other oids. The last
# position is good without a look at the sequencer's lock where nothing waits for one: what has none is not committed.
# What waits is asked for in the order of its index: with statistics made while much waited, the whole table is read
# where "is there any" is asked.
HEAD = """
SELECT (SELECT system_identifier FROM pg_control_system()), (SELECT timeline_id FROM pg_control_checkpoint()),
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'core_changerow'::regclass::oid,
    (SELECT id FROM core_changerow WHERE position IS NULL ORDER BY id LIMIT 1) IS NOT NULL,
    (SELECT COALESCE(MAX(position), 0) FROM core_changerow),
    (SELECT position FROM core_feedmark WHERE at < %s ORDER BY at DESC, position DESC LIMIT 1)
"""


@dataclass(frozen=True)
class Head:
    """The database's identity, the last position given, and the first that a cursor may still have."""

    epoch: str
    last: int
    floor: int


def read_head() -> Head:
    """Where the feed stands; whatever is committed by now has a position afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [timezone.now() - kept_for()])
        system, timeline, database, table, some_wait, last, floor = cursor.fetchone()
    identity = hashlib.blake2b(f"{system} {timeline} {database} {table}".encode(), digest_size=9).hexdigest()
    return Head(identity, give_positions() if some_wait else last, floor or 0)


def kept_for() -> datetime.timedelta:
    """How long a cursor stays good."""
    return datetime.timedelta(days=settings.FEED_KEPT_DAYS)


def now_place(user: Any) -> str:
    """The cursor of a reader who has all that there is, and wants what comes."""
    head = read_head()
    return write_cursor(Place(head.last), epoch=head.epoch, sight=sight_of(user))
