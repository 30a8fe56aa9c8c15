"""A client that follows the feed and keeps a copy, and the comparison of the copy with what its account may see."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.utils import translation

from investcrm.core.api.renderers import dump_json
from sync.selectors.feed import TYPES, Reader
from teams.models import User
from tests.api_help import Client, read


class Copy:
    """Rows by type and id, as the feed told them."""

    def __init__(self, client: Client, *, types: str | None = None, limit: int = 500) -> None:
        self.client, self.limit, self.types = client, limit, types
        self.cursor: str | None = None
        self.rows: dict[tuple[str, str], Any] = {}

    def page(self) -> Any:
        """The next page; the copy is left as it is."""
        query = {"since": self.cursor, "types": self.types, "limit": self.limit}
        return read(self.client.get("/api/v1/changes/", {k: v for k, v in query.items() if v is not None}))

    def take(self, page: Any) -> None:
        """Do what a page says."""
        for change in page["changes"]:
            key = (change["type"], change["id"])
            known = self.rows.get(key)
            if change["op"] == "delete":
                self.rows.pop(key, None)
            else:
                assert known is None or change["version"] >= known.get("version", 1), "an earlier state came later"
                self.rows[key] = change["data"]
        self.cursor = page["cursor"]

    def follow(self) -> int:
        """Read on to the end; returns the number of changes."""
        number = 0
        while True:
            page = self.page()
            self.take(page)
            number += len(page["changes"])
            if not page["has_more"]:
                return number

    def ids(self, name: str) -> set[uuid.UUID]:
        """The ids of the rows of a type."""
        return {uuid.UUID(row_id) for type_, row_id in self.rows if type_ == name}

    def compare(self, user: User) -> None:
        """The copy is what the account may see now, no row more, no row less, none older."""
        compare(self.rows, user, self.types)


def seen_by(user: User, types: str | None = None) -> dict[tuple[str, str], Any]:
    """What an account may see, in the shapes of the feed."""
    reader = Reader(User.objects.get(pk=user.pk))
    found = {}
    for name in types.split(",") if types else TYPES:
        spec = TYPES[name]
        rows = list(spec.values(reader))
        with translation.override("en"):
            shapes = dump_json(spec.shapes(reader, rows) if rows else [])
        for shape in json.loads(shapes):
            found[name, shape["id"]] = shape
    return found


def compare(rows: dict[tuple[str, str], Any], user: User, types: str | None = None) -> None:
    """Raise AssertionError where a copy is not what the account may see."""
    seen = seen_by(user, types)
    assert (rows.keys() - seen.keys(), seen.keys() - rows.keys()) == (set(), set())
    unlike = [(key, rows[key], seen[key]) for key in seen if rows[key] != seen[key]]
    assert unlike[:1] == []
