"""Changing a row that somebody else may change at the same time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import connection, models
from django.http import Http404

from investcrm.core.errors import Stale
from investcrm.core.models import Row

R = TypeVar("R", bound=Row)


def lock_for_change(rows: models.QuerySet[R], row_id: uuid.UUID | int) -> R:
    """The row, locked until the transaction ends; raises Http404 where it is not among the rows.

    Locked alone and read with its relations afterwards: who has waited for the lock sees the row as it is now, but its
    joins as they were before, and a row whose relation was changed meanwhile would drop out of the join.

    Keys never change, so the lock lets others point to the row: a notification of a lead is checked against the lead
    at commit, when its writer holds other locks already.
    """
    row = rows.select_related(None).select_for_update(of=("self",), no_key=True).filter(pk=row_id).first()
    if row is not None and rows.query.select_related:
        row = rows.filter(pk=row_id).first()
    if row is None:
        raise Http404
    return row


def hold(rows: models.QuerySet[Any]) -> None:
    """Keep the rows from being changed until the transaction ends; others may hold them, too.

    For whoever points to a row that must still be in use: read it after this, and whoever retires it waits.
    """
    sql, values = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", values)


def check_version(row: Row, expected_version: int | None) -> None:
    """Raise Stale where the locked row is not of the version that the caller has seen; None is any."""
    if expected_version is not None and expected_version != row.version:
        raise Stale(row.version)


def apply_changes(
    row: Row,
    changes: Mapping[str, Any],
    allowed: frozenset[str],
    *,
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> list[str]:
    """Set the changed fields on the locked row and return their names; nothing is saved.

    `expected_version` (API) refuses any edit since that version. `base` (pages: what the editor saw) refuses only
    where somebody else has changed the same field to something else; the Stale error carries their values.
    Raises Stale; a field that is not allowed is a KeyError.
    """
    check_version(row, expected_version)
    changed, theirs = [], {}
    for name, value in changes.items():
        if name not in allowed:
            raise KeyError(name)
        present = getattr(row, name)
        if present == value:
            continue
        if base is not None and name in base and base[name] != present:
            theirs[name] = present
            continue
        setattr(row, name, value)
        changed.append(name)
    if theirs:
        raise Stale(getattr(row, "version", 0), current=theirs)
    return changed
