"""What schemathesis cannot draw from the document.

Cursors are opaque, and a made-up one is refused (400). A well-formed one is replaced by one that the server gave for
the same list and order; one that is not well-formed stays and must be refused.

Items of a bulk upsert may be any JSON. A schema could say what no body may hold only by naming itself, and generators
of clients give up there: what is refused anywhere (400) is not drawn within items.
"""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis

CURSOR = re.compile(r"[A-Za-z0-9_-]+")
SINCE = re.compile(r"[A-Za-z0-9_-]+:[A-Za-z0-9]+:[A-Za-z0-9_-]+")
SECONDS = 30
MOST = 2**53


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Put a real cursor in the place of a made-up one, or none where the list has one page."""
    query = case.query or {}
    if is_like(CURSOR, query.get("cursor")):
        same = {name: query[name] for name in ("ordering",) if name in query}
        page = ask(case, {**same, "page_size": 1})
        exchange(query, "cursor", cursor_in(page.get("next")))
    if is_like(SINCE, query.get("since")):
        same = {name: query[name] for name in ("types",) if name in query}
        exchange(query, "since", ask(case, {**same, "limit": 1}).get("cursor"))


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """Whether items of a bulk upsert hold only what a body may hold."""
    return not context.operation.path.endswith("/bulk-upsert/") or may_be_sent(body)


def may_be_sent(value: Any) -> bool:
    """Whether a value has no NUL and no number that a float does not hold exactly."""
    if isinstance(value, dict):
        return all(may_be_sent(key) and may_be_sent(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(may_be_sent, value))
    if isinstance(value, str):
        return "\x00" not in value
    return not isinstance(value, int | float) or -MOST <= value <= MOST


def is_like(pattern: re.Pattern[str], value: Any) -> bool:
    """Whether the document allows the value."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def ask(case: Any, query: dict[str, Any]) -> dict[str, Any]:
    """The first page of the list; nothing where it is refused."""
    headers = {"Authorization": f"Bearer {os.environ['API_KEY']}"}
    address = os.environ["API_URL"] + case.formatted_path
    response = requests.get(address, params=query, headers=headers, timeout=SECONDS)
    found: dict[str, Any] = response.json() if response.status_code == requests.codes.ok else {}
    return found


def cursor_in(address: str | None) -> str | None:
    """The cursor in the address of the next page."""
    return parse_qs(urlsplit(address).query)["cursor"][0] if address else None


def exchange(query: dict[str, Any], name: str, cursor: str | None) -> None:
    """Put the cursor there, or take it out."""
    if cursor:
        query[name] = cursor
    else:
        del query[name]
