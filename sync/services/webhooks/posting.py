"""One POST to an address of somebody else's: no longer, no larger and nowhere else than we say.

The environment's proxies are not asked, redirects are not followed, of the answer a little is read.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sync.services.webhooks.addresses import AddressRefused, Target, find_target

TOTAL_SECONDS = 15.0
MOST_BYTES = 64 * 1024
EXCERPT = 500


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


def post(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = TOTAL_SECONDS) -> Answer:
    """Send it; never raises for whatever the other side does."""
    begun = time.monotonic()
    status, excerpt, error = None, "", ""
    try:
        status, read = _exchange(find_target(url), headers, body, begun + seconds)
        excerpt = read[: EXCERPT * 4].decode(errors="replace").replace("\x00", "")[:EXCERPT]
    except AddressRefused as refusal:
        error = str(refusal)
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        late = time.monotonic() - begun >= seconds
        error = f"No whole answer within {seconds:.0f} s" if late else f"{type(trouble).__name__}: {trouble}"
    return Answer(status, excerpt, error.replace("\x00", "")[:300], int((time.monotonic() - begun) * 1000))


def _exchange(target: Target, headers: Mapping[str, str], body: bytes, until: float) -> tuple[int, bytes]:
    with contextlib.closing(_connected(target, until)) as line, _ended_at(line, until):
        if target.scheme == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        try:
            connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
            named = {"Host": target.authority, "Content-Length": str(len(body)), "Connection": "close", **headers}
            for name, value in named.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            if time.monotonic() >= until:
                raise TimeoutError
            return answer.status, _some_of(answer)
        finally:
            connection.close()


def _some_of(answer: http.client.HTTPResponse) -> bytes:
    """The beginning of the answer; its status counts, whatever becomes of the rest."""
    try:
        return answer.read(MOST_BYTES)
    except http.client.IncompleteRead as error:
        return error.partial
    except (OSError, http.client.HTTPException):
        return b""


def _connected(target: Target, until: float) -> socket.socket:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return socket.create_connection((target.address, target.port), timeout=left)


@contextlib.contextmanager
def _ended_at(line: socket.socket, until: float) -> Iterator[None]:
    """Cut the line when the time is over: a receiver that sends a byte now and then would hold it for hours."""
    same = line.dup()

    def cut() -> None:
        with contextlib.suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(max(until - time.monotonic(), 0), cut)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
        same.close()
