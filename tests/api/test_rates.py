"""Limits of use: told on every answer, held for each account, and never in the way where Redis is away."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django_redis import get_redis_connection
from redis.exceptions import ConnectionError as RedisConnectionError

from investcrm.core.api import rates
from tests.api_help import Client, read

LIMIT = re.compile(r'"default";r=([0-9]+);t=([0-9]+)')


@pytest.fixture(autouse=True)
def _fresh(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of another test do not matter, and the window does not end in the middle."""
    connection = get_redis_connection("default")
    for name in connection.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:rate:*"):
        connection.delete(name)
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_013.0)


def left(answer: Any) -> int:
    found = LIMIT.fullmatch(answer["RateLimit"])
    assert found, answer.headers
    return int(found[1])


def test_every_answer_says_what_is_left(centre: SimpleNamespace, settings: Any) -> None:
    settings.API_RATE = 100
    client = Client(centre.wang)
    answers = [
        client.get("/api/v1/leads/"),
        client.get("/api/v1/leads/?x=1"),
        client.get("/api/v1/leads/00000000-0000-7000-8000-000000000000/"),
        client.send("POST", "companies/", {}),
        client.put("/api/v1/leads/", {}),
        client.options("/api/v1/leads/"),
        client.get("/api/v1/leads/", headers={"Accept": "text/csv"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 404, 400, 405, 200, 406]
    assert [left(answer) for answer in answers] == [99, 98, 97, 96, 95, 94, 93]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=100;w=60'}


@pytest.mark.parametrize("path", ["leads/", "schema/", "docs/", "nothing/", "leads/5/"])
def test_without_a_key_the_address_is_counted(centre: SimpleNamespace, path: str) -> None:
    answer = Client().get(f"/api/v1/{path}")
    assert left(answer) == rates.settings.API_RATE - 1


def test_too_many_are_429_until_the_window_ends(
    centre: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = 2
    client = Client(centre.wang)
    client.read("leads/")
    client.read("leads/")
    refused = client.get("/api/v1/leads/")
    assert read(refused, 429)["type"] == "/problems/too-many-requests/"
    assert (refused["Retry-After"], refused["RateLimit"]) == ("47", '"default";r=0;t=47')
    Client(centre.li).read("leads/")
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_061.0)
    client.read("leads/")


def test_bad_keys_are_counted_by_address(centre: SimpleNamespace, settings: Any) -> None:
    settings.API_RATE = 1
    client = Client()
    client.credentials(HTTP_AUTHORIZATION="Bearer 0123456789abcdef0123456789")
    assert [client.get("/api/v1/leads/").status_code for _each in range(2)] == [401, 429]


def test_two_keys_of_an_account_share_its_quota(centre: SimpleNamespace, settings: Any) -> None:
    settings.API_RATE = 1
    Client(centre.wang).read("leads/")
    Client(centre.wang).read("leads/", 429)


def test_nothing_is_done_for_a_request_too_many(centre: SimpleNamespace, settings: Any) -> None:
    settings.API_RATE = 0
    Client(centre.chen).make("companies/", {"name": "Acme"}, 429)


def test_where_redis_is_away_nobody_is_limited(
    centre: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def away(alias: str) -> Any:
        asked.append(alias)
        raise RedisConnectionError("refused")

    settings.API_RATE = 1
    monkeypatch.setattr(rates, "get_redis_connection", away)
    monkeypatch.setattr(rates, "counter", type(rates.counter)())
    client = Client(centre.wang)
    assert [client.get("/api/v1/leads/").status_code for _each in range(3)] == [200, 200, 200]
    assert len(asked) == 1
