"""What a person looked at lately."""

from __future__ import annotations

import uuid

from django.db import connection
from django.utils import timezone

from teams.models import User

KEPT = 30

# One statement: the visit is noted, and what is older than the last thirty goes. It does not see its own row yet, so
# one less is kept of the others; rows that another page of the same person is just writing are left to that one.
_SQL = """
WITH noted AS (
    INSERT INTO projects_recentitem (user_id, lead_id, company_id, viewed_at)
    VALUES (%(user)s, %(lead)s, %(company)s, %(now)s)
    ON CONFLICT (user_id, {column}) DO UPDATE SET viewed_at = EXCLUDED.viewed_at
)
DELETE FROM projects_recentitem WHERE id IN (
    SELECT id FROM projects_recentitem WHERE user_id = %(user)s AND {column} IS DISTINCT FROM %(row)s
    ORDER BY viewed_at DESC, id DESC OFFSET %(others)s
)
"""


def note_visit(user: User, *, lead_id: uuid.UUID | None = None, company_id: uuid.UUID | None = None) -> None:
    """Note that a lead's or a company's page was opened; only the last thirty are kept."""
    column = "lead_id" if lead_id is not None else "company_id"
    values = {
        "user": user.id, "lead": lead_id, "company": company_id, "row": lead_id or company_id, "now": timezone.now(),
        "others": KEPT - 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(column=column), values)
