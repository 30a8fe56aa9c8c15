"""What a query gives, streamed as PostgreSQL's COPY writes it: in constant memory, with no turn through Python."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

PIECE = 64 * 1024
PIECES_WAITING = 8
# JSON has none of these characters in itself: it writes them escaped. So nothing is quoted, and a row is a line.
AS_IT_IS = r"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02'"
AS_CSV = "FORMAT csv"


def stream_copy(sql: str, values: Sequence[Any], *, form: str, time_zone: str) -> Iterator[bytes]:
    """Pieces of the rows that the query gives, all of one snapshot; times are written in the time zone.

    Whoever stops reading stops the query.
    """
    connection.ensure_connection()
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        zone_before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('timezone', %s, false), set_config('jit', 'off', false)", [time_zone])
    with raw.cursor() as cursor:
        copy = f"COPY ({cursor.mogrify(sql, values).decode()}) TO STDOUT WITH ({form})"
    pipe = _Pipe(raw, copy)
    try:
        yield from pipe.pieces()
    finally:
        pipe.close()
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('timezone', %s, false), set_config('jit', 'on', false)", [zone_before])


class _Pipe:
    """The database writes in a thread of its own; whoever reads waits for it, and it for them."""

    def __init__(self, raw: Any, copy: str) -> None:
        self.raw, self.copy = raw, copy
        self.waiting: queue.Queue[bytes | BaseException | None] = queue.Queue(PIECES_WAITING)
        self.held: list[bytes] = []
        self.size = 0
        self.is_closed = False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def write(self, row: bytes) -> None:
        """What the database says next."""
        if self.is_closed:
            raise BrokenPipeError
        self.held.append(row)
        self.size += len(row)
        if self.size >= PIECE:
            self._pass_on()

    def _pass_on(self) -> None:
        piece, self.held, self.size = b"".join(self.held), [], 0
        self.waiting.put(piece)

    def _run(self) -> None:
        end: BaseException | None = None
        try:
            with self.raw.cursor() as cursor:
                cursor.copy_expert(self.copy, self, PIECE)
            self._pass_on()
        except BaseException as error:  # told where it is read
            end = error
        self.waiting.put(end)

    def pieces(self) -> Iterator[bytes]:
        """All of it; raises what the database raised."""
        self.thread.start()
        while True:
            piece = self.waiting.get()
            if isinstance(piece, BaseException):
                raise piece
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Let the query end, whether it is over or not."""
        self.is_closed = True
        while self.thread.is_alive():
            self.raw.cancel()
            with contextlib.suppress(queue.Empty):
                self.waiting.get(timeout=0.1)
        self.thread.join()
