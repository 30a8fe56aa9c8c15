"""A receiver of webhooks: a real HTTP server on this machine that does what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook as Verifier

Answer = Callable[[BaseHTTPRequestHandler], None]


def answering(status: int, body: bytes = b"ok", **headers: str) -> Answer:
    """An answer at once."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


class Receiver:
    """What was received, in its order; `answer` is what it says. `keeps`: it keeps its lines open."""

    def __init__(self, port: int = 0, *, keeps: bool = False) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answer: Answer = answering(200)
        self.over = threading.Event()
        self.lines = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1" if keeps else "HTTP/1.0"

            def setup(self) -> None:
                super().setup()
                receiver.lines += 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                try:
                    receiver.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *arguments: Any) -> None:
                """Nothing is said."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook?from=crm"

    def stop(self) -> None:
        """Listen no more."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def verified(self, secret: str) -> list[Any]:
        """What was received, each signature checked by the published library."""
        return [Verifier(secret).verify(body, headers) for headers, body in self.received]

    def names(self) -> list[str]:
        """The names of the leads that were told, in their order."""
        return [change["data"]["name"] for _headers, body in self.received for change in json.loads(body)["changes"]]
