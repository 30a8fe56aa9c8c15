"""POSTs to an address of somebody else's: no longer, no larger and nowhere else than we say.

The environment's proxies are not asked, redirects are not followed, of the answer a little is read. A line is kept
open for the next POST; it leads to the address that was checked when it was opened.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sync.services.webhooks.addresses import AddressRefused, Target, find_target

TOTAL_SECONDS = 15.0
MOST_BYTES = 64 * 1024
EXCERPT = 500
HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
# Linux only: acknowledge at once what arrives. A receiver that sends its answer in two pieces waits for it in between.
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


@dataclass(frozen=True)
class Answer:
    """What came of it: a status, or what went wrong."""

    status: int | None
    excerpt: str
    error: str
    milliseconds: int

    @property
    def is_good(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


class Line:
    """The way to a receiver, kept open from one POST to the next where the receiver keeps it, too."""

    def __init__(self) -> None:
        self.url = ""
        self.target: Target | None = None
        self.line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def post(self, url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = TOTAL_SECONDS) -> Answer:
        """Send it; never raises for whatever the other side does."""
        begun = time.monotonic()
        status, excerpt, error = None, "", ""
        try:
            status, read = self._exchange(url, headers, body, begun + seconds)
            excerpt = read[: EXCERPT * 4].decode(errors="replace").replace("\x00", "")[:EXCERPT]
        except AddressRefused as refusal:
            error = str(refusal)
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            late = time.monotonic() - begun >= seconds
            error = f"No whole answer within {seconds:.0f} s" if late else f"{type(trouble).__name__}: {trouble}"
        return Answer(status, excerpt, error.replace("\x00", "")[:300], int((time.monotonic() - begun) * 1000))

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes, until: float) -> tuple[int, bytes]:
        if self._is_open_to(url):
            # The receiver may hang up just now, as it may at any time between two POSTs: that is no failure yet.
            with contextlib.suppress(*HUNG_UP):
                return self._ask(headers, body, until)
        self._open(url, until)
        return self._ask(headers, body, until)

    def _is_open_to(self, url: str) -> bool:
        """Whether the line leads there and nothing came over it unasked, such as its end."""
        if self.line is None or url != self.url:
            return False
        waiting = select.poll()
        waiting.register(self.line, select.POLLIN)
        return not waiting.poll(0)

    def _open(self, url: str, until: float) -> None:
        self.close()
        self.url, self.target = url, find_target(url)
        line = _connected(self.target, until)
        if self.target.scheme == "https":
            with contextlib.ExitStack() as failing:
                failing.callback(line.close)
                # the time that is left is for the whole handshake
                line.settimeout(_left(until))
                line = _trust().wrap_socket(line, server_hostname=self.target.host)
                failing.pop_all()
        self.line = line

    def _ask(self, headers: Mapping[str, str], body: bytes, until: float) -> tuple[int, bytes]:
        """One POST over the open line, which stays open only after a whole answer."""
        if self.line is None or self.target is None:
            raise http.client.NotConnected
        connection = http.client.HTTPConnection(self.target.host, self.target.port)
        timed: Any = _Timed(self.line, until)
        connection.sock, is_kept = timed, False
        try:
            named = {"Host": self.target.authority, "Content-Length": str(len(body)), **headers}
            connection.putrequest("POST", self.target.path, skip_host=True, skip_accept_encoding=True)
            for name, value in named.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            read = _some_of(answer)
            is_kept = answer.isclosed() and not answer.will_close
            return answer.status, read
        finally:
            if not is_kept:
                self.close()


class _Timed:
    """A line as http.client wants it, whose every step has only the time that is left for all of them."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until

    def sendall(self, data: bytes) -> None:
        """Send it."""
        self.line.settimeout(_left(self.until))
        self.line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What the receiver answers."""
        if QUICKACK is not None:
            self.line.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        return io.BufferedReader(_Answered(self))

    def close(self) -> None:
        """The line is its keeper's to close."""


class _Answered(io.RawIOBase):
    """The bytes that come in."""

    def __init__(self, timed: _Timed) -> None:
        super().__init__()
        self.timed = timed

    def readable(self) -> bool:
        """They can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some more of them: a receiver that sends a byte now and then does not hold the line for hours."""
        self.timed.line.settimeout(_left(self.timed.until))
        return self.timed.line.recv_into(buffer)


def post(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = TOTAL_SECONDS) -> Answer:
    """Send one thing over a line of its own; never raises for whatever the other side does."""
    with Line() as line:
        return line.post(url, headers, body, seconds=seconds)


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates that are trusted, read once a process."""
    return ssl.create_default_context()


def _some_of(answer: http.client.HTTPResponse) -> bytes:
    """The beginning of the answer; its status counts, whatever becomes of the rest."""
    try:
        return answer.read(MOST_BYTES)
    except http.client.IncompleteRead as error:
        return error.partial
    except (OSError, http.client.HTTPException):
        return b""


def _connected(target: Target, until: float) -> socket.socket:
    line = socket.create_connection((target.address, target.port), timeout=_left(until))
    # the head and the body of a request are two pieces
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
