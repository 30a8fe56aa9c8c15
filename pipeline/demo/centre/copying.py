"""Writing many rows at once: COPY with the triggers asleep, and large indexes made after the rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO
from typing import Any

from django.db import connection, models

from pipeline.demo.centre.tables import Table

# From so many leads on it is quicker to make the indexes anew than to keep them.
MANY = 20_000
# For the sorting that indexes, checks and tallies ask for; this transaction's alone.
MEMORY = (("maintenance_work_mem", "1GB"), ("work_mem", "256MB"))


class Writer:
    """Copies rows into the tables in a thread of its own, so that the next ones are made meanwhile."""

    def __init__(self, tables: list[Table]) -> None:
        self.tables = tables
        self.pool = ThreadPoolExecutor(1)
        self.waiting: Future[None] | None = None
        # The thread uses this thread's connection: Django gives each thread one of its own.
        self.link: Any = connection.connection

    def flush(self) -> None:
        """Send what the tables hold; waits for what was sent before."""
        texts = [(table, table.take()) for table in self.tables]
        self.wait()
        self.waiting = self.pool.submit(self._copy, texts)

    def wait(self) -> None:
        """Until everything sent is in the database; raises what went wrong there."""
        if self.waiting is not None:
            self.waiting.result()
            self.waiting = None

    def close(self) -> None:
        """End the thread."""
        self.pool.shutdown(wait=True)

    def _copy(self, texts: list[tuple[Table, str]]) -> None:
        with self.link.cursor() as cursor:
            for table, text in texts:
                if text:
                    columns = ", ".join(f'"{column}"' for column in table.columns)
                    cursor.copy_expert(f'COPY "{table.model._meta.db_table}" ({columns}) FROM STDIN', StringIO(text))


@contextlib.contextmanager
def triggers_asleep() -> Iterator[None]:
    """No history, no change rows, no tallies row by row, and no look-up of each reference, until the end of the block.

    Needs the rights of the private database's owner; the rows' maker answers for their references.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def more_memory() -> None:
    """For this transaction alone."""
    with connection.cursor() as cursor:
        for name, value in MEMORY:
            cursor.execute(f"SET LOCAL {name} = '{value}'")


def take_indexes(tables: list[Table], leads: int) -> list[str]:
    """Drop the indexes that only make reading fast, and return how to make them again.

    None where few rows come, or where the tables hold more rows than will come.
    """
    with connection.cursor() as cursor:
        names = [table.model._meta.db_table for table in tables]
        cursor.execute("SELECT COUNT(*) FROM (SELECT 1 FROM projects_lead LIMIT %s) AS leads", [leads])
        if leads < MANY or cursor.fetchone()[0] >= leads:
            return []
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index AS i"
            " JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid"
            " WHERE t.relname = ANY(%s) AND NOT i.indisunique AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY t.relname, c.relname",
            [names],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def make_index(definition: str) -> None:
    """Make a dropped index again."""
    with connection.cursor() as cursor:
        cursor.execute(definition)


def analyze(written: Iterable[type[models.Model]]) -> None:
    """Let the planner know of the new rows."""
    with connection.cursor() as cursor:
        for model in written:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
