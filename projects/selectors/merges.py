"""What was merged into what."""

from __future__ import annotations

import uuid

from django.db import connection

from projects.models import Merge

# The row at the end of a chain (A into B, B into C); each row is gone once at most, so a chain cannot run in a circle.
LAST = """
WITH RECURSIVE chain AS (
    SELECT kept_id, 1 AS step FROM projects_merge WHERE kind = %(kind)s AND gone_id = %(id)s
    UNION ALL
    SELECT m.kept_id, chain.step + 1
    FROM chain JOIN projects_merge m ON m.kind = %(kind)s AND m.gone_id = chain.kept_id
)
SELECT kept_id FROM chain ORDER BY step DESC LIMIT 1
"""


def merged_into(kind: str, row_id: uuid.UUID) -> uuid.UUID | None:
    """The row that the merged one leads to, at the end of the chain; None where it was never merged. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, {"kind": kind, "id": row_id})
        found = cursor.fetchone()
    return found[0] if found else None


def merges_into(kind: str, row_id: uuid.UUID) -> list[Merge]:
    """What was merged into the row itself, oldest first. One query."""
    return list(Merge.objects.filter(kind=kind, kept_id=row_id).select_related("actor").order_by("at", "id"))
