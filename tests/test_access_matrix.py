"""Every address of the URL configuration, asked by everybody: tables (tests/access) say what each role gets.

An address without a row fails here, so that nothing is added without saying who may reach it. The administration
site is for staff, which none of these people is; what staff sees there is tests/teams/test_admin.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import access
from tests.factories import make_lead

# A lead of team G4 that Wang (member) entered is asked for. Zhao is in another team, Qian directs another zone, Bao
# only reports leads, Sun only reads.
ROLES = {
    "anon": None, "member": "wang", "outsider": "zhao", "leader": "li", "director": "chen", "elsewhere": "qian",
    "admin": "gu", "contrib": "bao", "observer": "sun",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """No password is asked for here, and no role meets the limits that another has used up."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# main first: the others build on its rows
AREAS = [
    import_module(f"tests.access.{name}")
    for name in sorted(
        (found.name for found in iter_modules(access.__path__)), key=lambda name: (name != "main", name)
    )
]
ASKED_WITH = {key: value for area in AREAS for key, value in area.ASKED_WITH.items()}


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """What the tables expect, by address and method."""
    found = {}
    for area in AREAS:
        head, *lines = (line.split() for line in area.TABLE.strip().splitlines())
        found |= {(line[0], line[1]): dict(zip(head[2:], line[2:], strict=True)) for line in lines}
    return found


def addresses(patterns: list[Any] | None = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Each address of the configuration: its full name (its route where it has none) and its route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield (space + pattern.name if pattern.name else route), route


def methods_of(name: str) -> tuple[str, ...]:
    return ("GET", "POST", "PUT", "PATCH", "DELETE") if name.startswith("api:") else ("GET", "POST")


def is_admin(route: str) -> bool:
    return route.startswith("admin/")


PAGES = {name: route for name, route in addresses() if not is_admin(route)}


def path_of(route: str, values: dict[str, str]) -> str:
    """The route as a path, its parameters filled in."""
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], route) if "(?P" not in route else route
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: values[match[1]], text)
    return "/" + text.replace("^", "").replace("$", "")


class Asker:
    """Asks addresses as one role, always of the same rows."""

    def __init__(self, centre: SimpleNamespace, role: str) -> None:
        self.client = Client(raise_request_exception=False)
        if ROLES[role]:
            self.client.force_login(getattr(centre, str(ROLES[role])))
        lead = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry)
        ids = {"lead": lead}
        for area in AREAS:
            ids |= area.make(centre, lead)
        self.rows = {name: str(row.pk) for name, row in ids.items()}
        self.values = {f"{name}_id": pk for name, pk in self.rows.items()} | {
            "stage": "in_talks", "kind": "registered", "slug": "not-found", "rest": "nowhere", "key": "nokey",
            "uidb36": "nobody", "object_id": self.rows["lead"], "content_type_id": "1", "app_label": "projects",
            "url": "nowhere", "of": "interaction", "token": "made-up", "action": "assign", "page": "leads",
            "picture": "trend", "part": "silent", "listed": "red", "report_kind": "weekly", "first_day": "2026-03-02",
            "number": "1", "source_system": "erp", "external_id": "K-1", "column": "0", "merge_kind": "lead",
        }  # fmt: skip

    def ask(self, name: str, route: str, method: str) -> str:
        """The status, or `login`; whatever the request changed is taken back."""
        resource = name.removeprefix("api:").rpartition("-")[0]
        path = path_of(route, {**self.values, "pk": self.rows.get(resource, self.rows["lead"])})
        data = {key: text.format(**self.values) for key, text in ASKED_WITH.get((name, method), {}).items()}
        cookies = dict(self.client.cookies)
        point = transaction.savepoint()
        try:
            if name.startswith("api:") and method != "GET":
                answer = self.client.generic(method, path, json.dumps(data), "application/json")
            else:
                answer = getattr(self.client, method.lower())(path, data)
        finally:
            transaction.savepoint_rollback(point)
            self.client.cookies.clear()
            self.client.cookies.update(cookies)
        to = answer.headers.get("Location", "")
        return "login" if to.startswith(("/accounts/login/", "/admin/login/")) else str(answer.status_code)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {name for name, _method in rows()}
    new = set(PAGES) - known
    assert not new, f"Say in tests/access who may reach these addresses: {sorted(new)}"
    gone = known - set(PAGES)
    assert not gone, f"These rows of tests/access have no address any more: {sorted(gone)}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role: str, centre: SimpleNamespace) -> None:
    asker = Asker(centre, role)
    wrong = []
    for (name, method), expected in rows().items():
        if name in PAGES and (status := asker.ask(name, PAGES[name], method)) != expected[role]:
            wrong.append(f"{name} {method}: {status} instead of {expected[role]}")
    assert not wrong, "\n".join(wrong)


def test_a_method_without_a_row_is_refused(centre: SimpleNamespace) -> None:
    asker = Asker(centre, "admin")
    listed = rows()
    wrong = []
    for name, route in PAGES.items():
        for method in methods_of(name):
            if (name, method) not in listed and (status := asker.ask(name, route, method)) != "405":
                wrong.append(f"{name} {method}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_the_administration_site_is_closed_to_who_is_not_staff(role: str, centre: SimpleNamespace) -> None:
    asker = Asker(centre, role)
    for name, route in addresses():
        if is_admin(route) and name not in {"admin:login", "admin:logout"}:
            assert asker.ask(name, route, "GET") == "login", route
