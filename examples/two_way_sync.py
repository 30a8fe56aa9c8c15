#!/usr/bin/env python3
"""Keeps a copy of the leads and companies that a key may see in a SQLite file, and sends in what was changed there.

    INVESTCRM_KEY=… python examples/two_way_sync.py copy.db http://localhost:8000/api/v1 --system statistics

It needs Python alone. It may be killed at any point and started again: what arrives is stored in one transaction with
the place in the feed, and what goes out goes by the external id, so that sending it twice changes nothing.

Another program writes what it wants to send into the table `outgoing`:

    INSERT INTO outgoing (type, external_id, fields) VALUES ('company', 'C-17', '{"name": "Nordlicht GmbH"}');

It is sent with the version that the copy had, so that nobody's later edit is overwritten: what was refused stays there
with its `error`. Set `error` to NULL to send it once more.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    type TEXT, id TEXT, external_id TEXT, version INTEGER, data TEXT, round INTEGER, PRIMARY KEY (type, id)
);
CREATE INDEX IF NOT EXISTS rows_external ON rows (type, external_id);
CREATE TABLE IF NOT EXISTS outgoing (
    number INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, external_id TEXT NOT NULL, fields TEXT NOT NULL,
    error TEXT
);
-- one row: where we are in the feed, and which full sync the rows belong to
CREATE TABLE IF NOT EXISTS place (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), cursor TEXT, round INTEGER);
INSERT OR IGNORE INTO place VALUES (1, NULL, 1);
"""
# Companies first: a lead refers to its company.
TYPES = {"company": "companies", "lead": "leads"}
PAGE = 1000
BATCH = 200
ATTEMPTS = 8


class RefusedError(Exception):
    """An answer that trying again does not change: `status`, and the problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title', '')} {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


class Client:
    """The few calls that a sync needs; waits and tries again where the server asks for it or is away."""

    def __init__(self, base: str, key: str) -> None:
        self.base = base.rstrip("/")
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer. Raises RefusedError; OSError where the server stays away."""
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(ATTEMPTS):
            request = urllib.request.Request(f"{self.base}{path}", data, self.headers, method=method)  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = json.loads(error.read() or b"{}")
                if error.code not in (429, 503) or attempt + 1 == ATTEMPTS:
                    raise RefusedError(error.code, problem) from error
                wait = float(error.headers.get("Retry-After") or 2**attempt)
            except OSError:
                if attempt + 1 == ATTEMPTS:
                    raise
                wait = 2.0**attempt
            time.sleep(min(wait, 60))
        raise AssertionError("unreachable")


class Copy:
    """The SQLite file."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)

    def place(self) -> tuple[str | None, int]:
        """The cursor, and the number of the full sync."""
        row: tuple[str | None, int] = self.db.execute("SELECT cursor, round FROM place").fetchone()
        return row

    def take(self, page: dict[str, Any], system: str) -> None:
        """Store a page of changes and the place behind it, both or neither."""
        with self.transaction():
            _cursor, number = self.place()
            for change in page["changes"]:
                if change["op"] == "delete":
                    self.db.execute("DELETE FROM rows WHERE type = ? AND id = ?", (change["type"], change["id"]))
                    continue
                data = change["data"]
                external = data.get("external_id") if data.get("source_system") == system else None
                self.db.execute(
                    "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?)",
                    (change["type"], change["id"], external, change["version"], json.dumps(data), number),
                )
            self.db.execute("UPDATE place SET cursor = ?", (page["cursor"],))
            if not page["has_more"]:
                # After a full sync, what it did not bring is not there any more.
                self.db.execute("DELETE FROM rows WHERE round < ?", (number,))

    def start_again(self) -> None:
        """The cursor is no longer good: the next page begins a new full sync; the copy stays usable meanwhile."""
        self.db.execute("UPDATE place SET cursor = NULL, round = round + 1")

    def waiting(self, kind: str) -> list[tuple[int, str, dict[str, Any]]]:
        """What is to be sent next: number, external id and fields, with the version that the copy has."""
        found = self.db.execute(
            "SELECT o.number, o.external_id, o.fields, r.version FROM outgoing o"
            " LEFT JOIN rows r ON r.type = o.type AND r.external_id = o.external_id"
            # One change of a row at a time: the next one waits until the feed has brought the version after it.
            " WHERE o.number IN"
            " (SELECT MIN(number) FROM outgoing WHERE type = ? AND error IS NULL GROUP BY external_id)"
            " ORDER BY o.number LIMIT ?",
            (kind, BATCH),
        )
        return [
            (number, external, {**json.loads(fields), **({} if version is None else {"version": version})})
            for number, external, fields, version in found
        ]

    def sent(self, results: Iterator[tuple[int, dict[str, Any]]]) -> None:
        """Forget what was taken; keep what was refused, with the reason."""
        with self.transaction():
            for number, result in results:
                if result["status"] == "error":
                    error = json.dumps(result["errors"])
                    self.db.execute("UPDATE outgoing SET error = ? WHERE number = ?", (error, number))
                else:
                    self.db.execute("DELETE FROM outgoing WHERE number = ?", (number,))

    def transaction(self) -> sqlite3.Connection:
        """All of it or nothing, also where the power fails."""
        self.db.execute("BEGIN IMMEDIATE")
        return self.db


def pull(client: Client, copy: Copy, system: str) -> int:
    """Take in all changes that there are; returns their number."""
    count = 0
    while True:
        cursor, _round = copy.place()
        query = {"types": ",".join(TYPES), "limit": PAGE, **({"since": cursor} if cursor else {})}
        try:
            page = client.call("GET", f"/changes/?{urlencode(query)}")
        except RefusedError as refusal:
            if refusal.status != 410:
                raise
            copy.start_again()
            continue
        copy.take(page, system)
        count += len(page["changes"])
        if not page["has_more"]:
            return count


def push(client: Client, copy: Copy, system: str) -> int:
    """Send one change of each row that waits; returns how many were sent."""
    count = 0
    for kind, path in TYPES.items():
        batch = copy.waiting(kind)
        if not batch:
            continue
        items = [{**fields, "external_id": external} for _number, external, fields in batch]
        answer = client.call("POST", f"/{path}/bulk-upsert/", {"source_system": system, "items": items})
        numbers = [number for number, _external, _fields in batch]
        copy.sent(iter(zip(numbers, answer["results"], strict=True)))
        count += len(batch)
    return count


def sync(client: Client, copy: Copy, system: str) -> tuple[int, int]:
    """Take in and send until nothing is left to send; returns both numbers."""
    taken, given = pull(client, copy, system), 0
    while sent := push(client, copy, system):
        given += sent
        taken += pull(client, copy, system)
    return taken, given


def main() -> None:
    """Sync once, or every so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the SQLite file; made if it is not there")
    parser.add_argument("api", help="such as http://localhost:8000/api/v1")
    parser.add_argument("--system", required=True, help="what the other system calls itself: the source_system")
    parser.add_argument("--every", type=float, help="seconds between two runs; without it, one run")
    options = parser.parse_args()
    client, copy = Client(options.api, os.environ["INVESTCRM_KEY"]), Copy(options.file)
    while True:
        taken, given = sync(client, copy, options.system)
        sys.stdout.write(f"{taken} changes taken in, {given} sent\n")
        sys.stdout.flush()
        if options.every is None:
            return
        time.sleep(options.every)


if __name__ == "__main__":
    main()
