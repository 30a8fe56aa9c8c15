"""One request through a whole WSGI handler, as a server makes it: the application's, or a bare one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings

# What a plain Django page needs to know its reader, and no more.
BARE_MIDDLEWARE = [
    "bench.bare.use_bare_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


class Refused(Exception):  # noqa: N818 - says what came back
    """A measured request was not answered as it should be."""


class Caller:
    """Sends requests of one reader to a handler and takes the answers to their end."""

    def __init__(self, handler: WSGIHandler, headers: Mapping[str, str]) -> None:
        self.handler = handler
        self.headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}

    def get(self, path: str) -> bytes:
        """The body of a page."""
        return self._call("GET", path, b"", 200)

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer to a JSON document that makes a row."""
        return self._call("POST", path, body, 201)

    def send(self, path: str, body: bytes) -> bytes:
        """The body of the answer to a JSON document that asks for work."""
        return self._call("POST", path, body, 200)

    def lines(self, path: str, most: int) -> int:
        """Take lines of a streamed answer until there were so many, and leave; returns their number."""
        answer = self._answer("GET", path, b"", 200)
        count = 0
        try:
            for part in answer:
                count += part.count(b"\n")
                if count >= most:
                    break
        finally:
            answer.close()
        return count

    def _call(self, method: str, path: str, body: bytes, expected: int) -> bytes:
        answer = self._answer(method, path, body, expected)
        try:
            return b"".join(answer)
        finally:
            answer.close()

    def _answer(self, method: str, path: str, body: bytes, expected: int) -> Any:
        where, _mark, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": where, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            **self.headers,
        }  # fmt: skip
        said: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *_error: Any) -> Callable[[bytes], object]:
            said.append(status)
            return lambda _bytes: None

        answer = self.handler(environ, start)
        if not said[0].startswith(str(expected)):
            text = b"".join(answer)
            answer.close()
            raise Refused(f"{method} {path}: {said[0]} {text[:300].decode(errors='replace')}")
        return answer


def app_handler() -> WSGIHandler:
    """The application with all its middleware."""
    return WSGIHandler()


def bare_handler() -> WSGIHandler:
    """The bare views with sessions, authentication and protection against forged requests."""
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
        return WSGIHandler()


class Queries:
    """Counts the statements that go to the database, without the two that hold a transaction."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
            self.count += 1
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Any:
    """Count the statements of a block."""
    queries = Queries()
    with connection.execute_wrapper(queries):
        yield queries
