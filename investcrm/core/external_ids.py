"""What other systems call our rows: one id for each row and system, found by (kind, system, id).

Two clients that send the same new id at once make one row: each claims the id before it makes the row, and the
database lets the second one wait for the first.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.models import ExternalId

MAX_LENGTH = 200
SYSTEM_PATTERN = r"[A-Za-z0-9._-]{1,40}"
ID_PATTERN = r"[^/\x00-\x1f\x7f-\x9f]{1,200}"
SYSTEM, ID = re.compile(SYSTEM_PATTERN), re.compile(ID_PATTERN)
# Clients take such a step out of an address before they send it.
DOTS = frozenset({".", ".."})

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")


def is_system(text: str) -> bool:
    """Whether the text can name a source system."""
    return bool(SYSTEM.fullmatch(text)) and text not in DOTS


def is_external_id(text: str) -> bool:
    """Whether the text can be an id in another system, and so a step of an address."""
    return bool(ID.fullmatch(text)) and text not in DOTS


def kind_of(model: type[models.Model]) -> str:
    """Under which kind the external ids of a table stand."""
    return model._meta.model_name or ""


def row_ids_of(kind: str, system: str, external_ids: Iterable[str]) -> dict[str, uuid.UUID]:
    """The rows behind the ids of one system; those that nobody knows are left out. One query."""
    found = ExternalId.objects.filter(kind=kind, source_system=system, external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "row_id"))


def rows_behind(kind: str, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], uuid.UUID]:
    """The rows behind (system, id), of several systems at once. One query, none for no pair."""
    by_system: dict[str, list[str]] = {}
    for system, external_id in pairs:
        by_system.setdefault(system, []).append(external_id)
    if not by_system:
        return {}
    wanted = Q()
    for system, ids in by_system.items():
        wanted |= Q(source_system=system, external_id__in=ids)
    found = ExternalId.objects.filter(wanted, kind=kind)
    return {
        (system, external_id): row_id
        for system, external_id, row_id in found.values_list("source_system", "external_id", "row_id")
    }


@dataclass
class Claimed:
    """The rows of some external ids: of the `new` ones, the id that the row will have."""

    rows: dict[str, uuid.UUID] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)


def claim(kind: str, system: str, external_ids: Iterable[str]) -> Claimed:
    """Find the rows of these ids, and take those that nobody has; within a transaction.

    Whoever claims the same new id meanwhile waits until this transaction ends, and finds its row. All claim in the
    order of the ids, so that two who send the same many wait for each other in one direction only.
    """
    ids = set(external_ids)
    found = Claimed(row_ids_of(kind, system, ids))
    missing = sorted(ids - found.rows.keys())
    if not missing:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_externalid (kind, source_system, row_id, external_id, created_at)"
            " SELECT %s, %s, row_id, external_id, now() FROM unnest(%s::uuid[], %s::text[]) AS t (row_id, external_id)"
            " ON CONFLICT (kind, source_system, external_id) DO NOTHING RETURNING external_id, row_id",
            [kind, system, [str(uuid7()) for _one in missing], missing],
        )
        taken = {external_id: uuid.UUID(str(row_id)) for external_id, row_id in cursor.fetchall()}
    found.rows |= taken
    found.new = set(taken)
    if len(taken) < len(missing):
        # somebody was first while this one waited
        found.rows |= row_ids_of(kind, system, set(missing) - taken.keys())
    return found


def release(kind: str, system: str, external_ids: Iterable[str]) -> None:
    """Give claimed ids back: their rows were not made after all."""
    ExternalId.objects.filter(kind=kind, source_system=system, external_id__in=list(external_ids)).delete()


def point_to(kind: str, system: str, external_id: str, row_id: uuid.UUID) -> None:
    """Let a claimed id mean this row; raises ValidationError where the row has another id of the system."""
    others = ExternalId.objects.filter(kind=kind, source_system=system, row_id=row_id)
    if others.exclude(external_id=external_id).exists():
        message = _("This row is known to the source system by another id already.")
        raise ValidationError({"external_id": ValidationError(message, code="other_external_id")})
    ExternalId.objects.filter(kind=kind, source_system=system, external_id=external_id).update(row_id=row_id)


def point_all(kind: str, system: str, rows: Mapping[str, uuid.UUID]) -> None:
    """Let claimed ids mean these rows, which were just made. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_externalid AS known SET row_id = made.row_id"
            " FROM unnest(%s::uuid[], %s::text[]) AS made (row_id, external_id)"
            " WHERE kind = %s AND source_system = %s AND known.external_id = made.external_id",
            [[str(row_id) for row_id in rows.values()], list(rows), kind, system],
        )


def remember(kind: str, row_id: uuid.UUID, system: str, external_id: str) -> bool:
    """Let the row be known to the system by this id, in place of any other; returns whether that is new.

    Raises ValidationError where another row has the id.
    """
    return call_it(kind, row_id, system, external_id, claim(kind, system, [external_id]))


def call_it(
    kind: str, row_id: uuid.UUID, system: str, external_id: str, claimed: Claimed, *, is_free: bool = False
) -> bool:
    """The same, of an id that was claimed before the row was locked; `is_free`: nobody needs it where it is."""
    if external_id not in claimed.new:
        if claimed.rows[external_id] == row_id:
            return False
        if not is_free:
            raise taken()
    mine = ExternalId.objects.filter(kind=kind, source_system=system)
    mine.filter(row_id=row_id).delete()
    mine.filter(external_id=external_id).update(row_id=row_id)
    return True


def taken() -> ValidationError:
    """That an external id means another row."""
    return ValidationError({"external_id": ValidationError(_("Another row has this external id."), code="taken")})


def forget(kind: str, row_id: uuid.UUID, system: str) -> bool:
    """Let the row be unknown to the system; returns whether it was known."""
    deleted, _by_table = ExternalId.objects.filter(kind=kind, source_system=system, row_id=row_id).delete()
    return bool(deleted)


def move_external_ids(kind: str, from_id: uuid.UUID, to_id: uuid.UUID) -> int:
    """Let the ids of one row mean another one, into which it was merged; returns how many moved.

    Of a system that knows both, the kept row keeps its id; the other id stays with the row that is gone, and whoever
    looks for it follows the merge.
    """
    known = ExternalId.objects.filter(kind=kind, row_id=to_id).values("source_system")
    return ExternalId.objects.filter(kind=kind, row_id=from_id).exclude(source_system__in=known).update(row_id=to_id)


def with_external(rows: Rows, kind: str, systems: Sequence[str] = ()) -> Rows:
    """The rows with `external`, the id that their shape tells: of the first of the systems, else the first made."""
    own = ExternalId.objects.filter(kind=kind, row_id=OuterRef("id"))
    if systems:
        first = Case(When(source_system=systems[0], then=Value(0)), default=Value(1))
        own = own.order_by(first, "id")
    else:
        own = own.order_by("id")
    pair = own.values(pair=JSONObject(system="source_system", id="external_id"))[:1]
    return rows.annotate(external=Subquery(pair))


def external_shape(pair: dict[str, str] | None) -> dict[str, str | None]:
    """The two fields of a shape."""
    return {"source_system": pair and pair["system"], "external_id": pair and pair["id"]}  # type: ignore[dict-item]


def known_as(rows: Rows, kind: str, *, systems: Sequence[str] = (), external_id: str = "") -> Rows:
    """The rows that one of the systems knows (none named: any system), or that have the external id."""
    known = ExternalId.objects.filter(kind=kind)
    if systems:
        known = known.filter(source_system__in=list(systems))
    if external_id:
        return rows.filter(pk__in=known.filter(external_id=external_id).values("row_id"))
    return rows.filter(Exists(known.filter(row_id=OuterRef("pk"))))
