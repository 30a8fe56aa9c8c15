"""Spans and tallies: folding what transactions added, and making a zone's anew."""

from __future__ import annotations

from django.db import connection, transaction

from teams.models import Zone

# Any number that no other advisory lock of the application uses.
FOLD_LOCK = 7_210_002

KEY = "zone_id, what, cut, key, day, stage_id, label, currency, rate_on"
SUMS = "n, total_n, total, agreed_n, agreed"

FOLD = f"""
WITH gone AS (
    DELETE FROM pipeline_tallydelta RETURNING *
), changed AS (
    SELECT {KEY}, SUM(n) AS n, SUM(total_n) AS total_n, SUM(total) AS total, SUM(agreed_n) AS agreed_n,
        SUM(agreed) AS agreed
    FROM gone GROUP BY {KEY}
)
INSERT INTO pipeline_tally AS kept ({KEY}, {SUMS}) SELECT {KEY}, {SUMS} FROM changed
ON CONFLICT ({KEY}) DO UPDATE SET n = kept.n + excluded.n, total_n = kept.total_n + excluded.total_n,
    total = kept.total + excluded.total, agreed_n = kept.agreed_n + excluded.agreed_n,
    agreed = kept.agreed + excluded.agreed
"""  # noqa: S608 - the names above, nothing from outside
# What came to nothing is no tally.
CLEAR = """
DELETE FROM pipeline_tally WHERE n = 0 AND total_n = 0 AND agreed_n = 0 AND total = 0 AND agreed = 0
"""


@transaction.atomic
def fold() -> None:
    """Add what is waiting to the tallies, one at a time; whoever reads meanwhile sees each delta once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(FOLD)
        if cursor.rowcount:
            cursor.execute(CLEAR)


@transaction.atomic
def rebuild(zone: Zone) -> None:
    """Make a zone's spans and tallies anew from its ledger.

    Needed after entries were written past their triggers, and after the stages were put in another order (how far a
    lead came depends on it). Writers of the ledger wait meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE projects_ledgerentry IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("SELECT crm_rebuild(%s)", [zone.pk])
        cursor.execute(FOLD)
