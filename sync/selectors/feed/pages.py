"""A page of the feed: rows as they are now, and a `delete` for those that the reader has no more."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.choices import EntryKind
from projects.models import LedgerEntry
from sync.selectors.feed.collecting import Key, collect
from sync.selectors.feed.cursors import GoneError, Place, read_cursor, sight_of, write_cursor
from sync.selectors.feed.head import Head, read_head
from sync.selectors.feed.types import TYPES, FeedType, Reader

Change = dict[str, Any]
PlaceAfter = Callable[[Change], Place]
# Changes, what gives the place after one of them, the place after all that was looked at, and whether there is more.
Told = tuple[list[Change], PlaceAfter, Place, bool]


@dataclass(frozen=True)
class Page:
    """Some changes, the cursor to go on from, whether there is more already, and what gives the place after one."""

    changes: list[Change]
    cursor: str
    has_more: bool
    place_after: PlaceAfter
    epoch: str
    sight: str

    def cursor_after(self, number: int) -> str:
        """The cursor of a reader who has only so many of the changes."""
        if number >= len(self.changes):
            return self.cursor
        return write_cursor(self.place_after(self.changes[number - 1]), epoch=self.epoch, sight=self.sight)


def read_page(reader: Reader, *, since: str | None, types: Sequence[str], limit: int) -> Page:
    """The changes after the cursor; without one, everything there is and then what changed meanwhile.

    Raises ValidationError for a cursor that is not ours, GoneError for one that must begin anew.
    """
    names = [name for name in TYPES if name in types]
    head = read_head()
    sight = sight_of(reader.user)
    place = Place(head.last, walking=True, types=tuple(names))
    if since is not None:
        place = read_cursor(since, epoch=head.epoch, sight=sight)
        _refuse(place, head, names)
    changes, place_after, place, has_more = (
        _walk(reader, place, limit) if place.walking else _follow(reader, place, names, limit, head.last)
    )
    if not place.walking and not has_more:
        has_more = place.position < head.last
    cursor = write_cursor(place, epoch=head.epoch, sight=sight)
    return Page(changes, cursor, has_more, place_after, head.epoch, sight)


def _refuse(place: Place, head: Head, names: list[str]) -> None:
    if not head.floor <= place.position <= head.last:
        raise GoneError
    if place.walking and place.types != tuple(names):
        raise ValidationError(
            _("This cursor is in the middle of a full sync of other types: go on with those, or begin without it."),
            code="other_types",
        )


def _walk(reader: Reader, place: Place, limit: int) -> Told:
    """All visible rows, type by type, in the order of ids."""
    changes: list[Change] = []

    def after(change: Change) -> Place:
        return Place(place.position, True, change["type"], change["id"], place.types)

    begun = not place.type
    for name in place.types:
        begun = begun or name == place.type
        if not begun:
            continue
        spec = TYPES[name]
        rows = spec.values(reader).order_by("pk")
        if name == place.type and place.row_id is not None:
            rows = rows.filter(pk__gt=place.row_id)
        found = list(rows[: limit - len(changes)])
        changes += upserts(reader, spec, found).values()
        if len(changes) == limit:
            return changes, after, after(changes[-1]), True
    return changes, after, Place(place.position), False


def _follow(reader: Reader, place: Place, names: list[str], limit: int, last: int) -> Told:
    """The latest of each row that changed after the place."""
    found = collect(reader, place, names, limit, last)
    told: dict[Key, Change] = {}
    for name in names:
        ids = [row_id for type_, row_id in found.rows if type_ == name]
        if not ids:
            continue
        spec = TYPES[name]
        present = upserts(reader, spec, list(spec.values(reader).filter(pk__in=ids)))
        gone = [row_id for row_id in ids if row_id not in present and found.rows[name, row_id]]
        told |= {(name, row_id): change for row_id, change in {**present, **_deletes(reader, spec, gone)}.items()}
    keys = [key for key in found.rows if key in told]

    def after(change: Change) -> Place:
        return found.place_after((change["type"], change["id"]))

    return [told[key] for key in keys], after, found.place, found.is_cut


def upserts(reader: Reader, spec: FeedType, rows: list[dict[str, Any]]) -> dict[uuid.UUID, Change]:
    """Rows of `values()` as changes, by their ids."""
    if not rows:
        return {}
    return {
        shape["id"]: {
            "type": spec.name,
            "id": shape["id"],
            "op": "upsert",
            "version": shape.get("version", 1),
            "changed_at": shape[spec.changed_at],
            "data": shape,
        }
        for shape in spec.shapes(reader, rows)
    }


def _deletes(reader: Reader, spec: FeedType, ids: list[uuid.UUID]) -> dict[uuid.UUID, Change]:
    """That rows are not in sight any more; without those of zones that never were."""
    if not ids:
        return {}
    known = _remains(spec, ids)
    found: dict[uuid.UUID, Change] = {}
    for row_id in ids:
        row = known.get(row_id)
        if spec.model is LedgerEntry and row is None:
            continue
        if row is not None and spec.zone == "lead__zone_id" and not reader.may_have_seen(row["lead__zone_id"]):
            continue
        found[row_id] = {
            "type": spec.name,
            "id": row_id,
            "op": "delete",
            "version": row.get("version", 1) if row else None,
            "changed_at": row[spec.changed_at] if row else timezone.now(),
            "data": None,
        }
    return found


def _remains(spec: FeedType, ids: list[uuid.UUID]) -> Mapping[uuid.UUID, dict[str, Any]]:
    """What there still is of rows that are out of sight; entries of the ledger that are no moves never were in it."""
    columns = {"pk", spec.changed_at, *(["version"] if spec.is_versioned else [])}
    if spec.zone and spec.zone != "zone_id":
        columns.add(spec.zone)
    rows = spec.model._base_manager.filter(pk__in=ids)
    if spec.model is LedgerEntry:
        rows = rows.filter(kind__in=[EntryKind.MOVED, EntryKind.CORRECTED])
    return {row["pk"]: row for row in rows.values(*columns)}
