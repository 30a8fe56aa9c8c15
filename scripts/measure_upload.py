"""Send a large file to a running server as the browser does, and watch the memory of its web processes.

    make run                                                # in another terminal
    .venv/bin/python scripts/measure_upload.py --login g4leader --size-mb 2048

--plain sends one ordinary form instead of pieces; --slow-kb 200 sends so many kB a second; --cut breaks the line
in the middle of every third piece and goes on from what the server says it has. The document is deleted afterwards.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import http.cookiejar
import re
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator

import psutil

PIECE = 8 * 1024 * 1024
BLOCK = 64 * 1024
HEAD = b"%PDF-1.7\n"
FILLER = bytes(range(256)) * (BLOCK // 256)
Headers = dict[str, str]


class Watch:
    """The memory of the web processes on a port, looked at ten times a second."""

    def __init__(self, port: int) -> None:
        self.processes = list(web_processes(port))
        if not self.processes:
            sys.exit(f"No gunicorn of yours listens at port {port}.")
        self.before = self.memory()
        self.peak = self.before
        self.running = True
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def memory(self) -> dict[int, int]:
        """Bytes of each process that are its own or shared, as the system counts them (RSS)."""
        return {process.pid: process.memory_info().rss for process in self.processes}

    def look(self) -> None:
        """Keep the highest figure of each process."""
        while self.running:
            for pid, size in self.memory().items():
                self.peak[pid] = max(self.peak[pid], size)
            time.sleep(0.1)

    def report(self) -> None:
        """Stop looking, and say what was seen."""
        self.running = False
        self.thread.join()
        for pid, before in self.before.items():
            peak = self.peak[pid]
            print(
                f"  process {pid}: {before / 1e6:.0f} MB before, {peak / 1e6:.0f} MB at most, "
                f"{(peak - before) / 1e6:+.0f} MB"
            )


def web_processes(port: int) -> Iterator[psutil.Process]:
    """Gunicorn's master and its workers, by the port on their command line."""
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if "gunicorn" in line and f":{port}" in line:
            yield process


def url_request(url: str, data: bytes | None = None, headers: Headers | None = None) -> urllib.request.Request:
    """A request to a server; nothing but http and https."""
    if not url.startswith(("http://", "https://")):
        sys.exit("The server's address begins with http:// or https://.")
    return urllib.request.Request(url, data, headers or {})  # noqa: S310 - looked at above


class Client:
    """A signed-in person on one server."""

    def __init__(self, server: str, login: str, password: str) -> None:
        self.server = urllib.parse.urlsplit(server)
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        page = self.get("/accounts/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"login": login, "password": password, "csrfmiddlewaretoken": found[1] if found else ""}
        url = f"{server}/accounts/login/"
        self.opener.open(url_request(url, urllib.parse.urlencode(form).encode(), {"Referer": url}))
        if "sessionid" not in self.cookies():
            sys.exit("The login was refused.")

    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    def get(self, path: str) -> str:
        """A page."""
        text: str = self.opener.open(url_request(self.server.geturl() + path)).read().decode()
        return text

    def headers(self) -> Headers:
        """What every request carries."""
        cookies = self.cookies()
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies.get("csrftoken", ""),
            "Referer": self.server.geturl() + "/",
        }

    def ask(self, method: str, path: str, headers: Headers, body: object = None) -> http.client.HTTPResponse:
        """One request over a connection of its own."""
        line = http.client.HTTPConnection(self.server.hostname or "", self.server.port or 80, timeout=600)
        line.request(method, path, body=body, headers=self.headers() | headers)  # type: ignore[arg-type]
        answer = line.getresponse()
        answer.read()
        return answer

    def lead(self) -> str:
        """The id of the first lead in the list."""
        found = re.search(r'href="/leads/([0-9a-f-]{36})/"', self.get("/leads/"))
        return found[1] if found else sys.exit("This person sees no lead.")


def content(start: int, length: int, slow: float) -> Iterator[bytes]:
    """So many bytes of the file from a place on; `slow` is bytes a second, 0 for as fast as it goes."""
    left = length
    while left:
        size = min(BLOCK, left)
        block = FILLER[:size]
        if start == 0:
            block = (HEAD + FILLER)[:size]
        if slow:
            time.sleep(size / slow)
        yield block
        start, left = start + size, left - size


def in_pieces(client: Client, lead: str, size: int, slow: float, cut: bool) -> str:
    """Send by the upload protocol; returns the document's id."""
    tus = {"Tus-Resumable": "1.0.0"}
    pairs = {"filename": "measured.pdf", "lead": lead, "kind": "pitch"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    answer = client.ask("POST", "/documents/uploads/", tus | {"Upload-Length": str(size), "Upload-Metadata": metadata})
    path = answer.headers["Location"]
    if answer.status != 201 or path is None:
        sys.exit(f"The upload was refused: {answer.status}")
    offset = number = cuts = 0
    while offset < size:
        length = min(PIECE, size - offset)
        number += 1
        if cut and number % 3 == 0 and length == PIECE:
            break_off(client, path, offset, length, slow)
            cuts += 1
            offset = settled(client, path, tus)
            continue
        headers = tus | {
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length),
            "Upload-Offset": str(offset),
        }
        answer = client.ask("PATCH", path, headers, content(offset, length, slow))
        if answer.status != 204:
            sys.exit(f"A piece was refused: {answer.status}")
        offset = int(answer.headers["Upload-Offset"])
    if cuts:
        print(f"  the line broke {cuts} times, {number} pieces in all")
    return answer.headers["Document-Id"] or ""


def break_off(client: Client, path: str, offset: int, length: int, slow: float) -> None:
    """Announce a piece, send half of it, and hang up."""
    line = socket.create_connection((client.server.hostname or "", client.server.port or 80))
    headers = client.headers() | {
        "Host": client.server.netloc, "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(length), "Upload-Offset": str(offset),
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode())
    for block in content(offset, length // 2, slow):
        line.sendall(block)
    line.close()


def settled(client: Client, path: str, tus: Headers) -> int:
    """What the server has, once the request that broke off has ended."""
    before = -1
    while True:
        offset = int(client.ask("HEAD", path, tus).headers["Upload-Offset"] or 0)
        if offset == before:
            return offset
        before = offset
        time.sleep(0.2)


def as_form(client: Client, lead: str, size: int, slow: float) -> str:
    """Send one ordinary form; returns the document's id."""
    mark = uuid.uuid4().hex
    fields = {"csrfmiddlewaretoken": client.cookies()["csrftoken"], "token": str(uuid.uuid4()), "kind": "pitch"}
    text = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    before = (
        text + f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="measured.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    after = f"\r\n--{mark}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield before
        yield from content(0, size, slow)
        yield after

    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Content-Length": str(len(before) + size + len(after)),
    }
    answer = client.ask("POST", f"/leads/{lead}/documents/", headers, body())
    if answer.status != 302:
        sys.exit(f"The form was refused: {answer.status}")
    found = re.search(r'href="/documents/([0-9a-f-]{36})/"', client.get(f"/leads/{lead}/documents/"))
    return found[1] if found else ""


def download(client: Client, document: str) -> int:
    """Take the file; returns how many bytes came."""
    url = f"{client.server.geturl()}/documents/{document}/file/"
    taken = 0
    with client.opener.open(url_request(url)) as answer:
        while block := answer.read(BLOCK):
            taken += len(block)
    return taken


def main() -> None:
    """Sign in, send, take, delete; say how long it took and how much memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="http://localhost:8000")
    parser.add_argument("--login", default="g4leader")
    parser.add_argument("--password", default="zhaoshang-demo")
    parser.add_argument("--size-mb", type=int, default=2048)
    parser.add_argument("--plain", action="store_true", help="one ordinary form instead of pieces")
    parser.add_argument("--slow-kb", type=float, default=0, help="kB a second")
    parser.add_argument("--cut", action="store_true", help="break the line in the middle of every third piece")
    given = parser.parse_args()
    client = Client(given.server, given.login, given.password)
    lead, size = client.lead(), given.size_mb * 1024 * 1024
    client.get(f"/leads/{lead}/")
    watch = Watch(client.server.port or 80)
    begun = time.monotonic()
    slow = given.slow_kb * 1000
    document = as_form(client, lead, size, slow) if given.plain else in_pieces(client, lead, size, slow, given.cut)
    print(f"Uploaded {given.size_mb} MB in {time.monotonic() - begun:.1f} s")
    watch.report()
    watch = Watch(client.server.port or 80)
    begun = time.monotonic()
    taken = download(client, document)
    print(f"Downloaded {taken / 1024 / 1024:.0f} MB in {time.monotonic() - begun:.1f} s")
    watch.report()
    client.ask("POST", f"/documents/{document}/delete/", {"Content-Length": "0"})


if __name__ == "__main__":
    main()
