"""Every refusal of the API is a problem document with the right status, whatever is thrown at it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint
from django.test import Client, RequestFactory
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from investcrm.core.api import problems
from tests.core.api.throwaway import Item, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.throwaway")]


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Item)


@pytest.fixture
def client() -> APIClient:
    api = APIClient(headers={"Accept-Language": "en"})
    api.force_authenticate(person())
    return api


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert document["type"] == f"/problems/{slug}/"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == response["X-Request-ID"]
    assert "Traceback" not in response.content.decode()
    return document


def post(client: Any, body: Any, **kwargs: Any) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/v1/items/", content, **{"content_type": "application/json", **kwargs})


@pytest.mark.parametrize(
    ("name", "status", "slug"),
    [
        ("django-404", 404, "not-found"),
        ("denied", 403, "forbidden"),
        ("conflict", 409, "conflict"),
        ("stale", 412, "precondition-failed"),
        ("throttled", 429, "too-many-requests"),
        ("rule", 422, "broken-rule"),
        ("bug", 500, "server-error"),
        ("unprintable", 500, "server-error"),
    ],
)
def test_each_exception_has_its_status_and_its_type(client: APIClient, name: str, status: int, slug: str) -> None:
    problem(client.get(f"/api/v1/raise/{name}/"), status, slug)


def test_a_broken_rule_points_at_each_field_also_inside_lists(client: APIClient) -> None:
    document = problem(client.get("/api/v1/raise/rule/"), 422, "broken-rule")
    assert document["errors"] == [
        {"pointer": "#/parties/0/company", "code": "absent", "detail": "No such company."},
        {"pointer": "#", "code": "invalid", "detail": "Both cannot be."},
        {"pointer": "#/a~0b", "code": "invalid", "detail": "Odd."},
    ]
    plain = problem(client.get("/api/v1/raise/rule-plain/"), 422, "broken-rule")
    assert plain["errors"] == [{"pointer": "#", "code": "so", "detail": "Not so."}]


def test_a_conflict_says_where_the_row_is_now_and_a_stale_write_which_version(client: APIClient) -> None:
    moved = problem(client.get("/api/v1/raise/conflict/"), 409, "conflict")
    assert (moved["current"], moved["detail"]) == ("signed", "The lead has moved.")
    assert problem(client.get("/api/v1/raise/stale/"), 412, "precondition-failed")["current_version"] == 7


def test_a_throttled_caller_learns_how_long_to_wait(client: APIClient) -> None:
    assert client.get("/api/v1/raise/throttled/")["Retry-After"] == "13"


def test_a_mistake_of_the_server_is_logged_with_the_request_id_and_told_without_its_text(
    client: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger=problems.__name__):
        response = client.get("/api/v1/raise/bug/", headers={"X-Request-ID": "request-from-client"})
    document = problem(response, 500, "server-error")
    assert document["instance"] == "request-from-client"
    assert b"secret" not in response.content
    assert "request-from-client" in caplog.text
    assert "secret inside" in caplog.text


@pytest.mark.parametrize("sent", ["", "short", "a" * 65, "with space in it", "<script>alert</script>", "new\tline-id"])
def test_an_odd_request_id_is_replaced(client: APIClient, sent: str) -> None:
    response = client.get("/api/v1/items/", headers={"X-Request-ID": sent})
    assert response["X-Request-ID"] != sent
    assert len(response["X-Request-ID"]) == 36


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/none/", "/api/v1/items", "/api/v1/items/5/", "/api/v2/x"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_does_not_exist_is_a_problem_document(client: APIClient, path: str, method: str) -> None:
    problem(getattr(client, method)(path), 404, "not-found")


def test_without_a_key_the_answer_is_401_and_names_the_scheme() -> None:
    response = Client().get("/api/v1/items/")
    problem(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("key", ["", "x", "a" * 64, "a b", "é" * 30, "../../etc/passwd/aaaaaaaa", "\x00" * 20])
def test_a_bad_key_is_401(key: str) -> None:
    response = Client().get("/api/v1/items/", headers={"Authorization": f"Bearer {key}"})
    problem(response, 401, "not-authenticated")


def test_a_body_of_null_is_told_like_any_other_that_is_no_object() -> None:
    api = APIClient(headers={"Accept-Language": "zh-Hans"})
    api.force_authenticate(person())
    (of_null,) = problem(post(api, b"null"), 400, "invalid-request")["errors"]
    (of_list,) = problem(post(api, b"[]"), 400, "invalid-request")["errors"]
    assert of_null == {**of_list, "detail": of_list["detail"].replace("list", "null")}
    assert not of_null["detail"].isascii()


def test_options_names_the_methods_and_says_no_more(client: APIClient) -> None:
    response = client.options("/api/v1/items/")
    assert (response.status_code, response.content) == (200, b"")
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    problem(Client().options("/api/v1/items/"), 401, "not-authenticated")


def test_methods_and_types_that_are_not_offered_are_refused(client: APIClient) -> None:
    response = client.put("/api/v1/items/", {}, format="json")
    problem(response, 405, "method-not-allowed")
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    problem(client.get("/api/v1/items/", headers={"Accept": "text/csv"}), 406, "not-acceptable")
    problem(post(client, b"<x/>", content_type="text/xml"), 415, "unsupported-media-type")
    problem(post(client, b"a=b", content_type="application/x-www-form-urlencoded"), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe{}",
        b'{"name": "\xc3\x28"}',
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b'{"amount": 1e999}',
        b'{"name": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'{"name": "\\ud800"}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"name": 123456789012345678901234567890}',
        b"[" * 1000 + b"]" * 1000,
        b"[" * 100_000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b"[]",
        b"null",
        b"5",
        b'"text"',
        b'{"name": {"a": 1}}',
        b'{"name": ["a"]}',
        b'{"name": "a", "parties": {"a": 1}}',
        b'{"name": "a", "parties": [5]}',
    ],
)
def test_a_body_that_cannot_be_read_or_kept_is_400(client: APIClient, body: bytes) -> None:
    problem(post(client, body), 400, "invalid-request")


def test_a_body_beyond_10_mb_is_413(client: APIClient) -> None:
    problem(post(client, b'"' + b"a" * (10 * 1024 * 1024) + b'"'), 413, "too-large")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=50)
    | st.dictionaries(
        st.sampled_from(["name", "amount", "day", "at", "land_mu", "urgent", "other", "parties", "what"]), json_values
    ).map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
)
def test_no_body_whatever_ends_in_a_mistake_of_the_server(client: APIClient, body: bytes) -> None:
    response = post(client, body)
    assert response.status_code in {201, 400, 422}
    json.loads(response.content)


def test_the_language_follows_accept_language(client: APIClient) -> None:
    english = client.get("/api/v1/none/", headers={"Accept-Language": "en"})
    assert (english["Content-Language"], json.loads(english.content)["title"]) == ("en", "Not found")
    for language in ("zh-Hans", "zh-CN", "fr", ""):
        assert client.get("/api/v1/none/", headers={"Accept-Language": language})["Content-Language"] == "zh-hans"


def test_a_check_of_the_database_is_a_broken_rule_with_its_own_words(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(problems._constraints(), "test_item_amount_positive", (Item, Item._meta.constraints[0]))
    document = problem(post(client, {"name": "a", "amount": "-1.00"}), 422, "broken-rule")
    assert document["errors"] == [{"pointer": "#", "code": "negative", "detail": "An amount cannot be negative."}]


def test_a_unique_constraint_without_words_of_its_own_gets_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as db:
        db.execute("alter table test_api_item add constraint test_item_name unique (name)")
    constraint = UniqueConstraint(fields=["name"], name="test_item_name")
    monkeypatch.setitem(problems._constraints(), "test_item_name", (Item, constraint))
    Item.objects.create(name="same")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Item.objects.create(name="same")
    with override("en"):
        response = problems.problem_from(caught.value, RequestFactory().get("/api/"))
    assert json.loads(response.content)["errors"] == [
        {"pointer": "#/name", "code": "unique", "detail": "This value is taken already."}
    ]


def test_a_constraint_that_no_model_knows_is_a_conflict(client: APIClient) -> None:
    problem(post(client, {"name": "a", "amount": "-1.00"}), 409, "conflict")


def test_a_unique_or_needed_field_that_only_the_database_checked_is_a_broken_rule() -> None:
    Group.objects.create(name="same")
    found = []
    for name in ("same", None):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            Group.objects.create(name=name)
        response = problems.problem_from(caught.value, RequestFactory().get("/api/"))
        assert response.status_code == 422
        found.append(json.loads(response.content)["errors"][0])
    assert [(error["pointer"], error["code"]) for error in found] == [("#/name", "unique"), ("#/name", "required")]


def test_a_value_that_the_database_cannot_hold_is_400(client: APIClient) -> None:
    item = Item.objects.create(name="a")
    response = client.patch(f"/api/v1/items/{item.pk}/", {"amount": "1" * 16 + ".00"}, format="json")
    assert response.status_code == 200
    with pytest.raises(Exception) as caught, transaction.atomic():  # noqa: PT011
        Item.objects.create(name="n" * 21)
    refused = problems.problem_from(caught.value, RequestFactory().get("/api/"))
    assert refused.status_code == 400
