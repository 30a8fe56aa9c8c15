"""A bar on a terminal; a line for each tenth where the output goes into a file."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30


class Progress:
    """Says how far it is."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.live = stream.isatty()
        self.what, self.total, self.tenth, self.began = "", 0, 0, 0.0

    def begin(self, what: str, total: int) -> None:
        """A new part of the work."""
        self.what, self.total, self.tenth, self.began = what, total, 0, time.monotonic()

    def show(self, done: int) -> None:
        """So much of it is done."""
        tenth = done * 10 // self.total
        if not self.live and tenth == self.tenth:
            return
        self.tenth = tenth
        bar = "#" * (done * WIDTH // self.total)
        line = f"{self.what} {done:,} of {self.total:,} [{bar:<{WIDTH}}] {time.monotonic() - self.began:.0f} s"
        self.stream.write(f"\r{line}" if self.live else f"{line}\n")
        self.stream.flush()

    def end(self) -> None:
        """That part is done."""
        if self.live and self.total:
            self.stream.write("\n")
            self.stream.flush()
