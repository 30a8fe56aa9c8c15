"""The spans as they were known at a position: those of leads whose ledger has nothing later stay as they are.

A single question reads them as a common table expression. Whoever asks many of one zone and position puts them aside
first: in a table that lives as long as the transaction, with indexes and statistics, read by all questions after it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

COLUMNS = (
    "lead_id, ordinal, begins_on, ends_on, cause, ended_by, zone_id, stage_id, stage_kind, stage_since, signed_on,"
    " landed_on, team_id, owner_id, industry_id, acquisition_mode, capital_origin, listing, currency,"
    " total_investment, registered_capital, agreed_investment"
)
KNOWN = f"""
WITH later AS (
    SELECT DISTINCT e.lead_id FROM core_changerow c JOIN projects_ledgerentry e ON e.id = c.row_id
    WHERE c.kind = 'ledger_entry' AND (c.position > %(known)s OR c.position IS NULL) AND e.zone_id = %(zone)s
), spans AS (
    SELECT {COLUMNS} FROM pipeline_leadspan s
    WHERE zone_id = %(zone)s AND NOT EXISTS (SELECT 1 FROM later WHERE later.lead_id = s.lead_id)
    UNION ALL
    SELECT {COLUMNS} FROM crm_spans_at(ARRAY(SELECT lead_id FROM later), %(known)s)
),
"""  # noqa: S608 - the text above
ASIDE = "WITH spans AS NOT MATERIALIZED (SELECT * FROM pg_temp.known_spans), "
PUT_ASIDE = (
    f"CREATE TEMPORARY TABLE known_spans ON COMMIT DROP AS {KNOWN.rstrip().removesuffix(',')} SELECT * FROM spans"  # noqa: S608
)
INDEXES = (
    "CREATE INDEX ON pg_temp.known_spans (lead_id, ordinal)",
    "CREATE INDEX ON pg_temp.known_spans (begins_on)",
    "CREATE INDEX ON pg_temp.known_spans (ends_on)",
    # what plans are chosen by; of the other columns it would take longer than what follows
    "ANALYZE pg_temp.known_spans (lead_id, ordinal, begins_on, ends_on, zone_id, stage_kind, stage_id, team_id)",
)

_put_aside: ContextVar[tuple[uuid.UUID, int] | None] = ContextVar("spans_put_aside", default=None)


def with_spans(zone_id: uuid.UUID, known: int | None) -> str:
    """`WITH spans AS …,` as known at the position; `WITH ` alone for what is known now."""
    if known is None:
        return "WITH "
    return ASIDE if _put_aside.get() == (zone_id, known) else KNOWN


@contextmanager
def spans_put_aside(zone_id: uuid.UUID, known: int) -> Iterator[None]:
    """Read the zone's spans of the position once for all questions within. Not to be nested."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(PUT_ASIDE, {"zone": zone_id, "known": known})
            for statement in INDEXES:
                cursor.execute(statement)
        token = _put_aside.set((zone_id, known))
        try:
            yield
        finally:
            _put_aside.reset(token)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE pg_temp.known_spans")
