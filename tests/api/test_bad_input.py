"""Whatever is sent to any address of the API has a defined answer, never a 5xx, and changes nothing."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from investcrm.core.api.defaults import MAX_BODY_BYTES
from investcrm.core.models import ChangeRow
from sync.models import ApiKey, Scope, Webhook, WebhookDelivery
from tests.api_help import Client
from tests.test_access_matrix import PAGES, Asker, path_of

JSON = "application/json"
OTHERS = {"source_system": "erp", "external_id": "x-1"}
FORMS = {"api:document-list", "api:document-versions"}


@dataclass(frozen=True)
class Address:
    """An address of the API that takes a body, with rows that there are."""

    name: str
    route: str
    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Api:
    """Every address that takes a body, and a key that may do everything there."""

    def __init__(self, centre: SimpleNamespace) -> None:
        asker = Asker(centre, "admin")
        webhook = Webhook.objects.create(account=centre.gu, url="https://example.org/", types=["lead"])
        delivery = WebhookDelivery.objects.create(webhook=webhook, body=b"{}", changes=0)
        asker.rows |= {"webhook": str(webhook.pk), "webhook-rotate": str(webhook.pk)}
        asker.values |= {"webhook_id": str(webhook.pk), "delivery_id": str(delivery.pk)}
        self.client = Client(centre.gu, scopes=(Scope.ADMIN,), **{"If-Match": "*"})
        self.addresses: list[Address] = []
        for name, route in PAGES.items():
            if not name.startswith("api:"):
                continue
            resource = name.removeprefix("api:").rpartition("-")[0]
            while resource not in asker.rows and "-" in resource:  # what is done with a row has a name after the row's
                resource = resource.rpartition("-")[0]
            pk = asker.rows.get(resource, asker.rows["lead"])
            values = defaultdict(lambda pk=pk: pk, {**OTHERS, **asker.values, "pk": pk})
            path = path_of(route, values)
            offered = self.client.options(path)["Allow"].split(", ")
            self.addresses += [Address(name, route, path, one) for one in offered if one in {"POST", "PUT", "PATCH"}]

    def send(self, to: Address, body: bytes, content_type: str = JSON, **headers: str) -> Any:
        return self.client.generic(to.method, to.path, body, content_type=content_type, headers=headers)

    def json_addresses(self) -> list[Address]:
        return [one for one in self.addresses if one.name not in FORMS]


@pytest.fixture
def api(centre: SimpleNamespace) -> Api:
    found = Api(centre)
    assert len(found.addresses) > 10
    return found


BODIES = {
    "broken UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a lone surrogate": b'{"name": "\\ud800"}',
    "NUL": b'{"name": "a\\u0000b"}',
    "NaN": b'{"total_investment": NaN}',
    "Infinity": b'{"total_investment": Infinity}',
    "a number that no float holds": b'{"duration_minutes": 1e400}',
    "a number beyond 2^53": b'{"duration_minutes": 90071992547409931}',
    "1,000 deep": b"[" * 1000 + b"]" * 1000,
    "1,000 objects deep": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "cut": b'{"name": "x',
    "trailing garbage": b'{"name": "x"} and more',
    "two documents": b'{"name": "x"}{"name": "y"}',
    "no JSON": b"name=x",
    "null": b"null",
    "a text": b'"x"',
    "a number": b"5",
    "a list": b"[]",
    "an unknown field": b'{"no_such_field": 1}',
    "another's field": b'{"__class__": {"a": 1}, "id": "1", "version": 7}',
}


def test_a_body_that_is_none_is_refused_everywhere(api: Api) -> None:
    changes = ChangeRow.objects.count()
    wrong = []
    for to in api.json_addresses():
        for name, body in BODIES.items():
            answer = api.send(to, body)
            if answer.status_code != 400 or answer["Content-Type"] != "application/problem+json":
                wrong.append(f"{to}, {name}: {answer.status_code} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)
    assert ChangeRow.objects.count() == changes


def test_ten_megabytes_are_refused_everywhere(api: Api) -> None:
    wrong = []
    for size, expected in ((MAX_BODY_BYTES, 400), (MAX_BODY_BYTES + 1, 413)):
        body = b'"' + b"a" * (size - 2) + b'"'
        for to in api.json_addresses():
            answer = api.send(to, body)
            if answer.status_code != expected:
                wrong.append(f"{to}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


OTHER_TYPES = [
    ("", b"{}"),
    ("text/plain", b"{}"),
    ("application/xml", b"<a/>"),
    ("nonsense", b"{}"),
    ("application/x-www-form-urlencoded", b"name=x"),
    (MULTIPART_CONTENT, encode_multipart(BOUNDARY, {"name": "x"})),
]


def test_another_content_type_is_415_everywhere(api: Api) -> None:
    wrong = []
    for to in api.json_addresses():
        for content_type, body in OTHER_TYPES:
            answer = api.send(to, body, content_type)
            if answer.status_code != 415:
                wrong.append(f"{to}, {content_type}: {answer.status_code} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)


def test_what_is_no_form_is_refused_where_one_is_asked_for(api: Api) -> None:
    forms = [one for one in api.addresses if one.name in FORMS]
    for to in forms:
        for body in (*BODIES.values(), b"--x\r\n", b"\xff" * 1000):
            for content_type in (JSON, "multipart/form-data; boundary=x", "multipart/form-data"):
                answer = api.send(to, body, content_type)
                assert answer.status_code in {400, 415}, (str(to), content_type, answer.status_code, answer.content)


def days_in(schema: dict[str, Any], parts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of a body that hold a day or a time."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    for name, field in schema.get("properties", {}).items():
        kinds = {one.get("format") for one in (field, *field.get("anyOf", ()), *field.get("oneOf", ()))}
        yield from ((name, str(kind)) for kind in kinds & {"date", "date-time"})


NO_DAYS = ["0000-01-01", "0001-01-01", "1899-12-31", "2026-02-30", "2026-13-01", "20260101", "today", "", 5, True, {}]
NO_TIMES = [
    "0000-01-01T00:00:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01",
    "2026-01-01T25:00:00Z",
    "9999-12-31T23:59:59-23:59",
]


def test_a_day_that_is_none_is_refused_at_its_field_everywhere(api: Api) -> None:
    document: Any = SchemaGenerator().get_schema(public=True)
    parts, tried, wrong = document["components"]["schemas"], 0, []
    for to in api.json_addresses():
        described = next(
            (
                its[to.method.lower()]
                for path, its in document["paths"].items()
                if matches(path, to.path) and to.method.lower() in its
            ),
            {},
        )
        body = described.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
        for name, kind in days_in(body, parts):
            for value in NO_DAYS if kind == "date" else [*NO_DAYS, *NO_TIMES]:
                tried += 1
                answer = api.send(to, json.dumps({name: value}).encode())
                pointers = {one["pointer"] for one in json.loads(answer.content).get("errors", ())}
                if answer.status_code != 400 or f"#/{name}" not in pointers:
                    wrong.append(f"{to} {name}={value!r}: {answer.status_code} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)
    assert tried > 50


def matches(described: str, path: str) -> bool:
    """Whether an address of the document is that of the request."""
    here, there = described.split("/"), path.split("/")
    return len(here) == len(there) and all(a == b or a.startswith("{") for a, b in zip(here, there, strict=True))


ODD_HEADERS = [
    {"Authorization": "Bearer " + "x" * 100_000},
    {"If-Match": '"v1",' * 20_000},
    {"If-Match": "\x7f(((" * 500},
    {"If-None-Match": '"v1",' * 20_000},
    {"Idempotency-Key": "k" * 100_000},
    {"X-Request-ID": "r" * 100_000},
    {"Accept-Language": "xx-" * 50_000},
    {"Accept-Language": "\u00ff;q=nan, *;q=-1"},
    {"Accept": "text/" + "x" * 50_000},
    {"Range": "bytes=" + "0-1," * 20_000},
    {"Cookie": "sessionid=" + "x" * 50_000},
]


def test_a_huge_or_odd_header_has_an_answer_everywhere(api: Api) -> None:
    wrong = []
    for to in api.addresses:
        for headers in ODD_HEADERS:
            for method in (to.method, "GET"):
                answer = api.client.generic(method, to.path, b"{}", content_type=JSON, headers=headers)
                if answer.status_code >= 500:
                    wrong.append(f"{to} as {method}, {list(headers)}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "query", ["x=" + "y" * 50_000, "%00=1", "page_size=%FF", "cursor[]=1&ordering=&&==", "&" * 5000]
)
def test_an_odd_query_has_an_answer_everywhere(api: Api, query: str) -> None:
    for to in api.addresses:
        for method in (to.method, "GET"):
            answer = api.client.generic(method, f"{to.path}?{query}", b"{}", content_type=JSON)
            assert answer.status_code < 500, f"{method} {to.path}"


@pytest.mark.parametrize("state", ["expired", "revoked", "closed", "cut", "none"])
def test_a_key_that_is_not_good_opens_nothing_anywhere(api: Api, centre: SimpleNamespace, state: str) -> None:
    now = timezone.now()
    key, secret = ApiKey.objects.create(user=centre.gu, scopes=["admin"])
    match state:
        case "expired":
            ApiKey.objects.filter(pk=key.pk).update(expiry=now - datetime.timedelta(seconds=1))
        case "revoked":
            ApiKey.objects.filter(pk=key.pk).update(revoked_at=now)
        case "closed":
            type(centre.gu).objects.filter(pk=centre.gu.pk).update(is_active=False)
        case "cut":
            secret = secret[:-1]
    client = Client()
    if state != "none":
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    changes = ChangeRow.objects.count()
    wrong = []
    for to in api.addresses:
        for method in (to.method, "GET", "DELETE"):
            answer = client.generic(method, to.path, b"{}", content_type=JSON)
            if answer.status_code != 401 or answer["WWW-Authenticate"] != "Bearer":
                wrong.append(f"{method} {to.path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert ChangeRow.objects.count() == changes
