"""The painter, a process beside each process that draws: started with its first picture, again after it has died."""

from __future__ import annotations

import atexit
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import orjson

from pipeline.charts.canvas import Spec

# The first picture takes a second, on a busy machine several.
PATIENCE_SECONDS = 30
# Before each message, there and here: success, length. (Importing the program would bring the engine along.)
HEAD = struct.Struct(">?Q")
PROGRAM = Path(__file__).with_name("painter.py")


class NotDrawnError(Exception):
    """There is no picture; whoever asked shows the numbers."""


class Painter:
    """One picture at a time, whoever asks; other threads of the process go on meanwhile."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._of = 0

    def draw(self, kind: str, spec: Spec, *, scale: float = 1, fonts: Sequence[str] = ()) -> bytes:
        """The picture, as svg or png; `fonts` are folders."""
        asked = orjson.dumps({"kind": kind, "spec": orjson.dumps(spec).decode(), "scale": scale, "fonts": list(fonts)})
        with self._turn:
            try:
                good, answer = self._exchange(asked)
            except (OSError, EOFError) as error:
                self.stop()
                raise NotDrawnError(f"The painter gave no answer: {error}") from error
        if not good:
            raise NotDrawnError(answer.decode())
        return answer

    def stop(self) -> None:
        """End the process; the next picture starts another."""
        process, self._process = self._process, None
        if process is not None and self._of == os.getpid():
            process.kill()
            process.wait()

    def _exchange(self, asked: bytes) -> tuple[bool, bytes]:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(HEAD.pack(True, len(asked)) + asked)
        process.stdin.flush()
        until = time.monotonic() + PATIENCE_SECONDS
        good, length = HEAD.unpack(_read(process.stdout.fileno(), HEAD.size, until))
        return good, _read(process.stdout.fileno(), length, until)

    def _running(self) -> subprocess.Popen[bytes]:
        """The process; a child that was forked from this one does not share it."""
        if self._process is None or self._of != os.getpid() or self._process.poll() is not None:
            # -P: the modules beside the program are none of its own. A session of its own: Ctrl-C is not for it.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            self._of = os.getpid()
        return self._process


def _read(source: int, length: int, until: float) -> bytes:
    """So many bytes, in time."""
    parts: list[bytes] = []
    while length:
        ready, _writable, _failed = select.select([source], [], [], max(until - time.monotonic(), 0))
        if not ready:
            raise TimeoutError("too slow")
        part = os.read(source, min(length, 1 << 16))
        if not part:
            raise EOFError("it has ended")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


painter = Painter()
atexit.register(painter.stop)
