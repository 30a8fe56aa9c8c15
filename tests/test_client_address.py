"""Behind proxies a request has its client's address, and nobody can choose one."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from investcrm.core.middleware import ClientAddressMiddleware
from tests.api_help import Client

PROXY = "10.0.0.2"


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "203.0.113.7", PROXY),
        (1, None, PROXY),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7,10.0.0.9", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "203.0.113.7, <b>", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_what_ones_own_outermost_proxy_was_asked_from(
    settings: Any, proxies: int, said: str | None, address: str
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": said} if said is not None else {}
    )
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddressMiddleware(answer)(request)
    assert seen == [address]


@pytest.mark.django_db
def test_callers_without_a_key_behind_one_proxy_have_limits_of_their_own(settings: Any) -> None:
    settings.PROXIES, settings.API_RATE = 1, 1
    client = Client(None)

    def ask(address: str) -> int:
        headers = {"X-Forwarded-For": f"192.0.2.99, {address}"}
        return int(client.get("/api/v1/leads/", headers=headers, REMOTE_ADDR=PROXY).status_code)

    assert [ask("203.0.113.7"), ask("203.0.113.7"), ask("203.0.113.8")] == [401, 429, 401]
