"""Positions of changes: complete by construction, whatever the order in which transactions end (DESIGN section 4).

Triggers write change rows without a position. One sequencer at a time, under an advisory lock, gives positions to
those that are committed. What was known at a moment is what had a position then.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations import RunSQL
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.models import FeedMark

# Any number that no other advisory lock of the application uses.
SEQUENCER_LOCK = 7_210_001


def give_positions() -> int:
    """Give positions to the changes that are committed; returns the last position, 0 where nothing ever changed.

    Inside a transaction its own changes are given positions too, and nobody else gives any until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm_give_positions(%s)", [SEQUENCER_LOCK])
        return int(cursor.fetchone()[0])


def position_at(moment: datetime.datetime) -> int:
    """The last position that could be seen at the moment; the answer never changes afterwards.

    Raises ValidationError for a moment that has not come yet.
    """
    give_positions()
    if moment > min(timezone.now(), _clock()):
        raise ValidationError(_("That moment has not come yet: nothing can be known of it."), code="future")
    found = FeedMark.objects.filter(at__lte=moment).aggregate(last=Max("position"))
    return found["last"] or 0


def _clock() -> datetime.datetime:
    """The time of the database, which marks are told by: it may be behind this machine's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime.datetime = cursor.fetchone()[0]
        return moment


def note_changes_of(tables: Mapping[str, str], *, fans_out: Mapping[str, Sequence[str]] | None = None) -> RunSQL:
    """A migration's operation: each change of these tables' rows writes a change row of the kind given.

    A history table may stand for its model's: then the change row says which row of the history it is. Where one of a
    table's columns in `fans_out` changes, the change row says that others may see what hangs on the row.
    """
    make: list[Any] = []
    drop: list[Any] = []
    for table, kind in tables.items():
        name = f"note_change_of_{table}"
        columns = "".join(f", '{column}'" for column in (fans_out or {}).get(table, ()))
        make.append(
            f"CREATE OR REPLACE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION crm_note_change('{kind}'{columns})"
        )
        drop.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    return RunSQL(make, drop)
