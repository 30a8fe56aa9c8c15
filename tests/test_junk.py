"""Junk sent to every own address: whatever comes in, the answer is a page or a refusal, never a server error.

Each form that a page shows is sent as it stands, and then with one field after the other turned to junk, so that junk
gets past the checks before it. Addresses without a form get the names that forms and filters use anywhere.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.test_access_matrix import PAGES, Asker, path_of

JUNK = (
    "", " ", "\x00", "a\x00b", "\ud800", "x" * 10_000, "-1", "0", "99999999999999999999", "1e999", "NaN", "１２３",
    "😀" * 50, "\u202eabc", "0000-01-01", "0001-01-01", "9999-12-31", "2026-02-30", "9999-12-31T23:59",
    "0001-01-01T00:00", "25:99", "00000000-0000-0000-0000-000000000000", "not-a-uuid", "../../x", "<script>", "%",
    "'; drop table", "[]", '{"a":1}', "null", "true", "在谈", "-0.001", "1,5", "²", "\n\n", "a" * 300, "2026-W60",
    "13-2026",
)  # fmt: skip
# Names that addresses read without a form of theirs showing them.
NAMES = (
    "q", "cursor", "view", "view_id", "page", "sort", "order", "columns", "on", "month", "year", "week", "scope",
    "lead", "company", "team", "owner", "stage", "industry", "tag", "tags", "ids", "rows", "chosen", "format",
    "action", "next", "id", "kind", "status", "state", "zone", "base", "version", "text", "name", "from", "to",
    "since", "until",
)  # fmt: skip
# Signing out ends the walk; junk sent to the API is tests/api and tests/core/api.
LEFT_OUT = {"account_logout", "logout"}


class Forms(HTMLParser):
    """The forms of a page: where each is sent, how, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self.fields: dict[str, list[str]] | None = None
        self.select = ""
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            to = given.get("hx-post") or given.get("action") or ""
            self.fields = {}
            method = "POST" if "hx-post" in given else given.get("method", "get").upper()
            self.forms.append((method, to, self.fields))
        if self.fields is None:
            return
        name = given.get("name", "")
        if tag == "select":
            self.select = name
            self.fields.setdefault(name, [])
        elif tag == "option" and self.select and given.get("value"):
            chosen = self.fields[self.select]
            if "selected" in given or not chosen:
                self.fields[self.select] = [given["value"]]
        elif tag == "textarea" and name:
            self.area = name
            self.fields.setdefault(name, [""])
        elif tag in {"input", "button"} and name and name != "csrfmiddlewaretoken":
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.fields.setdefault(name, []).append(given.get("value", ""))
            else:
                self.fields.setdefault(name, [])

    def handle_data(self, data: str) -> None:
        if self.area and self.fields is not None:
            self.fields[self.area] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.fields = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def forms_of(answer: Any) -> list[tuple[str, str, dict[str, list[str]]]]:
    """The forms of an answer, none where it is no page."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return []
    parser = Forms()
    parser.feed(answer.content.decode())
    return parser.forms


class Walk:
    """Sends junk as one person and keeps what answered with a server error."""

    def __init__(self, centre: SimpleNamespace, role: str) -> None:
        self.asker = Asker(centre, role)
        self.client: Client = self.asker.client
        self.broken: dict[str, str] = {}
        self.turn = 0
        self.sent: set[tuple[str, str, frozenset[str]]] = set()

    def junk(self) -> str:
        """The next piece of junk."""
        self.turn += 1
        return JUNK[self.turn * 7 % len(JUNK)]

    def ask(self, method: str, path: str, data: dict[str, list[str]], **headers: str) -> Any:
        """Ask, note a server error, take back what it changed."""
        body = urlencode(data, doseq=True, errors="surrogatepass")
        cookies = dict(self.client.cookies)
        point = transaction.savepoint()
        try:
            answer: Any
            if method == "GET":
                answer = self.client.get(path, QUERY_STRING=body, headers=headers)
            else:
                answer = self.client.generic(
                    method, path, body, content_type="application/x-www-form-urlencoded", headers=headers
                )
            if answer.streaming:
                b"".join(answer.streaming_content)
        finally:
            transaction.savepoint_rollback(point)
            self.client.cookies.clear()
            self.client.cookies.update(cookies)
        if answer.status_code >= 500:
            self.broken.setdefault(f"{method} {path}", f"{answer.status_code} {str(data)[:300]}")
        return answer

    def walk(self, name: str, route: str) -> None:
        """Everything that is sent to one address."""
        asker = self.asker
        resource = name.removeprefix("api:").rpartition("-")[0]
        path = path_of(route, {**asker.values, "pk": asker.rows.get(resource, asker.rows["lead"])})
        page = self.ask("GET", path, {})
        self.ask("GET", path, {field: [self.junk(), self.junk()] for field in NAMES})
        self.ask("POST", path, {field: [self.junk()] for field in NAMES})
        for method, to, fields in forms_of(page):
            target = to.split("?")[0] or path
            if not target.startswith("/") or "logout" in target:
                continue
            key = (method, resolve(target).view_name, frozenset(fields))
            if key in self.sent:
                continue
            self.sent.add(key)
            if method == "POST" or target != path:
                self.ask(method, target, fields)
            for field in fields if method == "POST" else ():
                self.ask(method, target, {**fields, field: [self.junk()]})
            self.ask(method, target, {field: [*values, self.junk()] for field, values in fields.items()})


@pytest.fixture
def quick(settings: Any) -> None:
    """No limit of attempts is met on the way."""
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.usefixtures("quick")
def test_no_junk_breaks_an_address(centre: SimpleNamespace) -> None:
    """The administrator reaches whatever a director does, and the pages of administration."""
    walk = Walk(centre, "admin")
    for name, route in PAGES.items():
        if name not in LEFT_OUT and not name.startswith("api:"):
            walk.walk(name, route)
    assert not walk.broken, json.dumps(walk.broken, indent=1, ensure_ascii=False)
