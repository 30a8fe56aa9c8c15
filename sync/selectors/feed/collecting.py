"""Which rows the change rows after a place speak of, with what hangs on leads whose sight changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from sync.selectors.feed.cursors import Place
from sync.selectors.feed.hanging import HANGING, SEEN_WITH_A_NEW_LEAD, hanging_on
from sync.selectors.feed.types import TYPE_OF_KIND, TYPES, Reader
from teams.access import Capability

Key = tuple[str, uuid.UUID]
# Leads whose hanging rows are read at a time.
LEADS_AT_ONCE = 50
# The place of a row that is told itself, and nothing yet of what hangs on it.
NOTHING_OF_IT = uuid.UUID(int=0)
# Who saw a row and who sees it is only compared: as text, since making ids of six columns takes longer than the query.
CHANGES = """
SELECT position, kind, row_id, fans_out, old_zone_id::text, old_team_id::text, old_created_by_id::text,
    zone_id::text, team_id::text, created_by_id::text
FROM core_changerow
WHERE position > %(after)s AND (kind = ANY(%(kinds)s) OR %(with_fans)s AND kind = 'lead' AND fans_out)
ORDER BY position LIMIT %(limit)s
"""


class ChangeRow(NamedTuple):
    """A change row: which row of which kind it speaks of, and whose it was before and is after the change."""

    position: int
    kind: str
    row_id: uuid.UUID
    fans_out: bool
    old_zone: str | None
    old_team: str | None
    old_created_by: str | None
    zone: str | None
    team: str | None
    created_by: str | None


@dataclass
class Collected:
    """The rows to tell, each with whether its going out of sight must be told; and the place after all of them."""

    place: Place
    is_cut: bool = False
    rows: dict[Key, bool] = field(default_factory=dict)
    changes: dict[Key, ChangeRow] = field(default_factory=dict)

    def place_after(self, key: Key) -> Place:
        """The place of a reader who has the rows up to this one."""
        return _place_after(key, self.changes[key])


class Sight:
    """Whether a lead of a zone and team, entered by somebody, can be in the reader's sight."""

    def __init__(self, reader: Reader) -> None:
        user = reader.user
        self.reader = reader
        self.user_id = str(user.pk)
        self.zones = frozenset(map(str, reader.zones))
        self.whole_zones = frozenset(map(str, user.zone_ids(Capability.VIEW)))
        self.teams = frozenset(map(str, user.team_ids(Capability.VIEW)))

    def sees(self, zone: str | None, team: str | None, created_by: str | None) -> bool:
        """A little more than what is seen: of what they entered themselves, their role may tell it all the same."""
        if self.reader.user.is_superuser:
            return True
        return zone in self.zones and (zone in self.whole_zones or team in self.teams or created_by == self.user_id)

    def may_have_seen(self, zone: str | None) -> bool:
        """Whether rows of the zone can ever have been in sight."""
        return self.reader.user.is_superuser or zone in self.zones

    def of_change(self, row: ChangeRow) -> bool:
        """Whether the lead could be seen before the change, or can be after it."""
        return self.sees(row.old_zone, row.old_team, row.old_created_by) or self.sees(
            row.zone, row.team, row.created_by
        )


def collect(reader: Reader, place: Place, types: Sequence[str], limit: int, last: int) -> Collected:
    """The rows of up to `limit` changes after the place. `last`: the last position given before."""
    hanging = [name for name in types if name in HANGING]
    kinds = [kind for name in types for kind in TYPES[name].kinds]
    asked: dict[str, Any] = {
        "after": place.position - 1 if place.row_id else place.position,
        "kinds": kinds,
        "with_fans": bool(hanging) and "lead" not in types,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, asked)
        rows = [ChangeRow._make(row) for row in cursor.fetchall()]
    sight = Sight(reader)
    fans = _Fans(rows, sight, hanging)
    found = Collected(place)
    for row in rows:
        resumed = place if place.row_id and row.position == place.position else None
        told: Key | None = None
        for key, may_leave in _told(row, sight, fans, types, resumed):
            if len(found.rows) >= limit and key not in found.rows:
                found.is_cut = True
                if told is not None:
                    found.place = _place_after(told, row)
                return found
            found.rows[key] = found.rows.get(key, False) or may_leave
            found.changes.setdefault(key, row)
            told = key
        found.place = Place(row.position)
    if len(rows) == limit:
        found.is_cut = True
    else:
        found.place = Place(max(found.place.position, last))
    return found


def _place_after(key: Key, row: ChangeRow) -> Place:
    """The place of a reader who has the row of the key, and nothing that comes later of the change."""
    name, row_id = key
    if key != (TYPE_OF_KIND[row.kind], row.row_id):
        return Place(row.position, type=name, row_id=row_id)
    return Place(row.position, row_id=NOTHING_OF_IT) if name == "lead" else Place(row.position)


def _told(
    row: ChangeRow, sight: Sight, fans: _Fans, types: Sequence[str], resumed: Place | None
) -> Iterator[tuple[Key, bool]]:
    """The row of a change, and what hangs on it; of a change that is told in part, the rest."""
    name = TYPE_OF_KIND[row.kind]
    if resumed is None and name in types:
        yield (name, row.row_id), _may_leave(name, row, sight)
    done = _order((resumed.type, resumed.row_id)) if resumed and resumed.type else None
    for key in fans.of(row):
        if done is None or _order(key) > done:
            yield key, True


def _order(key: Any) -> tuple[int, uuid.UUID]:
    return list(HANGING).index(key[0]), key[1]


def _may_leave(name: str, row: ChangeRow, sight: Sight) -> bool:
    if name == "lead":
        return sight.of_change(row)
    spec = TYPES[name]
    if spec.zone == "zone_id" and spec.leaves_alone:
        return any(map(sight.may_have_seen, filter(None, (row.old_zone, row.zone))))
    return spec.leaves_alone


class _Fans:
    """What hangs on the leads whose change rows fan out, read for some of them at a time and only when asked."""

    def __init__(self, rows: Sequence[ChangeRow], sight: Sight, types: Sequence[str]) -> None:
        self.sight = sight
        self.types = sorted(types, key=list(HANGING).index)
        self.waiting = list(dict.fromkeys(row.row_id for row in rows if self._types_of(row)))
        self.found: dict[uuid.UUID, dict[str, list[uuid.UUID]]] = {}

    def _types_of(self, row: ChangeRow) -> list[str]:
        if not (row.fans_out and self.types and self.sight.of_change(row)):
            return []
        if row.old_zone is not None:
            return self.types
        if self.sight.reader.user.is_superuser or row.zone in self.sight.whole_zones:
            return []
        return [name for name in self.types if name in SEEN_WITH_A_NEW_LEAD]

    def of(self, row: ChangeRow) -> Iterator[Key]:
        """In the order of types and ids."""
        types = self._types_of(row)
        if types and row.row_id not in self.found:
            now, self.waiting = self.waiting[:LEADS_AT_ONCE], self.waiting[LEADS_AT_ONCE:]
            self.found |= hanging_on(now, self.types)
        for name in types:
            for row_id in self.found[row.row_id].get(name, ()):
                yield name, row_id
