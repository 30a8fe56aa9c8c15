"""Rows of leads and of their ledger, many in one statement.

The values go as one JSON document, which PostgreSQL reads as rows of the table: a plain statement, so that the history
knows who did it (COPY would not carry that).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from uuid6 import uuid7

from projects.models import Lead, LedgerEntry


def next_numbers(count: int) -> list[int]:
    """So many numbers for new leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('projects_lead_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def insert_leads(leads: Sequence[Lead]) -> None:
    """Write new leads whole."""
    columns = _columns(Lead)
    rows = [{column: getattr(lead, attname) for column, attname in columns.items()} for lead in leads]
    _insert(Lead, rows)


def update_leads(leads: Sequence[Lead], names: Iterable[str]) -> dict[uuid.UUID, int]:
    """Write these fields of leads that are locked; returns their versions after that."""
    wanted = set(names)
    columns = {str(field.column): field.attname for field in Lead._meta.concrete_fields if field.name in wanted}
    rows = [{"id": lead.pk, **{column: getattr(lead, name) for column, name in columns.items()}} for lead in leads]
    set_to = ", ".join(f'"{column}" = new."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE projects_lead AS lead SET {set_to}"  # noqa: S608 - columns of the model
            " FROM json_populate_recordset(NULL::projects_lead, %s::json) AS new WHERE lead.id = new.id"
            " RETURNING lead.id, lead.version",
            [_json(rows)],
        )
        return {uuid.UUID(str(pk)): version for pk, version in cursor.fetchall()}


def entry_row(lead: Lead, *, kind: str, seq: int, **fields: Any) -> dict[str, Any]:
    """An entry of the ledger, with a snapshot of the lead as it is in hand."""
    return {
        "id": uuid7(),
        "lead_id": lead.pk,
        "seq": seq,
        "kind": kind,
        "recorded_at": timezone.now(),
        "note": "",
        "evidence": "",
        "increase_currency": "",
        **{name: getattr(lead, name) for name in LedgerEntry.SNAPSHOT},
        **fields,
    }


def insert_entries(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries of the ledger; one statement, so that the spans of all leads are made at once."""
    _insert(LedgerEntry, rows)


@cache
def _columns(model: type[Model]) -> dict[str, str]:
    """The attribute of each column."""
    return {str(field.column): field.attname for field in model._meta.concrete_fields}


def _insert(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in _columns(model))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names})'  # noqa: S608 - columns of the model
            f' SELECT {names} FROM json_populate_recordset(NULL::"{table}", %s::json)',
            [_json(rows)],
        )


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: Any) -> str:
    """Decimals as they are; ids of other classes as text."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
