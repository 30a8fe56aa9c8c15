"""Reading leads with all that hangs on them, a chunk at a time, so that memory stays the same for any number."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from pipeline.services.checking.walks import Entry, Span, Standing

CHUNK = 1000
SNAPSHOT = (
    "zone_id, stage_id, team_id, owner_id, industry_id, acquisition_mode, capital_origin, listing, currency,"
    " total_investment, fixed_asset_investment, registered_capital, agreed_investment"
)
STANDING = (
    "stage_id, stage_kind, stage_entered_on, signed_on, landed_on, closed_on, team_id::text, owner_id::text,"
    " industry_id::text, acquisition_mode, capital_origin, listing, currency, total_investment,"
    " fixed_asset_investment, registered_capital, agreed_investment, deleted_at IS NOT NULL"
)
LEADS = f"""
SELECT id::text, number, zone_id::text, last_progress_on, {STANDING} FROM projects_lead
WHERE zone_id = %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s
"""  # noqa: S608 - the names above, nothing from outside
ENTRIES = f"""
SELECT lead_id::text, id::text, seq, kind, occurred_on, reverses_id::text, increase_amount, increase_currency,
    ROW({SNAPSHOT})::text, zone_id::text, stage_id, team_id::text, owner_id::text, industry_id::text,
    acquisition_mode, capital_origin, listing, currency, total_investment, fixed_asset_investment, registered_capital,
    agreed_investment
FROM projects_ledgerentry WHERE lead_id = ANY(%s) ORDER BY lead_id, seq
"""  # noqa: S608
SPANS = """
SELECT lead_id::text, ordinal, begins_on, ends_on, cause, ended_by, entry_id::text, zone_id::text, stage_id,
    stage_kind, stage_since, signed_on, landed_on, team_id::text, owner_id::text, industry_id::text, acquisition_mode,
    capital_origin, listing, currency, total_investment, fixed_asset_investment, registered_capital, agreed_investment
FROM pipeline_leadspan WHERE lead_id = ANY(%s) ORDER BY lead_id, ordinal
"""
HISTORY = f"""
SELECT pgh_obj_id::text, pgh_label, ROW({SNAPSHOT})::text FROM projects_leadevent
WHERE pgh_obj_id = ANY(%s) ORDER BY pgh_obj_id, pgh_id
"""  # noqa: S608
MILESTONES = """
SELECT lead_id::text, MAX(occurred_on) FROM projects_milestone
WHERE lead_id = ANY(%s) AND deleted_at IS NULL GROUP BY lead_id
"""
INCREASES = """
SELECT lead_id::text, entry_id::text, amount, currency, agreed_on, deleted_at IS NOT NULL
FROM projects_capitalincrease WHERE lead_id = ANY(%s) ORDER BY lead_id, id
"""


class Increase(NamedTuple):
    """An increase of capital as its own table has it."""

    entry: str
    amount: Decimal
    currency: str
    agreed_on: datetime.date
    is_deleted: bool


@dataclass
class Found:
    """A lead as the tables have it."""

    id: str
    number: str
    zone: str
    last_progress_on: datetime.date | None
    standing: Standing
    entries: list[Entry] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    history: list[tuple[str, str]] = field(default_factory=list)
    milestone_on: datetime.date | None = None
    increases: list[Increase] = field(default_factory=list)


def leads_of(zone_id: uuid.UUID) -> Iterator[Found]:
    """Every lead of the zone, deleted ones too, by its id."""
    last = None
    while True:
        rows = _rows(LEADS, [zone_id, last, last, CHUNK])
        if rows:
            yield from _with_all(rows)
        if len(rows) < CHUNK:
            return
        last = rows[-1][0]


def _with_all(rows: list[Any]) -> Iterator[Found]:
    ids = [uuid.UUID(row[0]) for row in rows]
    entries, spans, history, increases = (_by_lead(sql, ids) for sql in (ENTRIES, SPANS, HISTORY, INCREASES))
    milestones = dict(_rows(MILESTONES, [ids]))
    for lead, number, zone, progress, *standing in rows:
        yield Found(
            lead, number, zone, progress, Standing._make(standing),
            entries=[Entry._make(row) for row in entries[lead]],
            spans=[Span._make(row[1:]) for row in spans[lead]],
            history=[row[1:] for row in history[lead]],
            milestone_on=milestones.get(lead),
            increases=[Increase._make(row[1:]) for row in increases[lead]],
        )  # fmt: skip


def _by_lead(sql: str, ids: list[uuid.UUID]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for lead, rows in groupby(_rows(sql, [ids]), itemgetter(0)):
        found[lead] = list(rows)
    return found


def _rows(sql: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
