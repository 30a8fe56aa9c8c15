"""Where the installation requires a second factor, nothing works before it is set up."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_used() -> None:
    cache.clear()


def code_of(secret: str) -> str:
    """What the app on the phone shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    return client


def test_an_administrator_is_sent_to_set_it_up_and_then_goes_on(centre: SimpleNamespace, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = "administrators"
    client = sign_in(centre.gu)
    set_up = reverse("mfa_activate_totp")
    assert client.get(reverse("projects:lead_list"))["Location"] == set_up
    fragment = client.get(reverse("visits:today"), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, set_up)
    bell = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{set_up}"}
    assert "HX-Redirect" not in client.get(reverse("visits:today"), headers=bell)
    problem = client.get(reverse("api:lead-list"))
    assert (problem.status_code, problem["Content-Type"]) == (403, "application/problem+json")
    assert client.post(reverse("core:set_language"), {"language": "en"}).status_code == 302

    again = client.get(set_up)["Location"]
    client.post(again, {"password": PASSWORD, "next": set_up})
    page = client.get(set_up)
    assert page.status_code == 200
    wrong = client.post(set_up, {"code": "000000"})
    assert wrong.status_code == 200
    secret = page.context["form"].secret
    answer = client.post(set_up, {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 200
    assert client.get(reverse("projects:lead_list")).status_code == 200

    second = sign_in(centre.gu)
    assert "_auth_user_id" not in second.session
    assert second.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert second.get(reverse("projects:lead_list")).status_code == 200


def test_members_need_it_only_where_everybody_does(centre: SimpleNamespace, settings: Any) -> None:
    client = sign_in(centre.wang)
    for required, status in (("nobody", 200), ("administrators", 200), ("everybody", 302)):
        settings.REQUIRE_SECOND_FACTOR = required
        assert client.get(reverse("projects:lead_list")).status_code == status
    assert client.post(reverse("account_logout")).status_code == 302
    assert Client().get(reverse("account_login")).status_code == 200


def test_asking_costs_nothing_where_nobody_needs_it(centre: SimpleNamespace, settings: Any) -> None:
    client = sign_in(centre.gu)
    settings.REQUIRE_SECOND_FACTOR = "nobody"
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("visits:today"))
    assert not any("mfa_authenticator" in query["sql"] for query in queries)


def test_the_administration_site_has_no_sign_in_of_its_own(centre: SimpleNamespace) -> None:
    answer = Client().get(reverse("admin:login"))
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("header", ["x", "Basic Z3U6eA==", "Token abcdefghijklmnop", "bearer", " "])
def test_no_header_makes_a_session_pass_for_a_key(centre: SimpleNamespace, settings: Any, header: str) -> None:
    """The API reads the browser's session where the header is none of its own: that asks for the second factor."""
    settings.REQUIRE_SECOND_FACTOR = "administrators"
    client = sign_in(centre.gu)
    answer = client.get(reverse("api:lead-list"), headers={"Authorization": header})
    assert answer.status_code in (401, 403)
    bad_key = client.get(reverse("api:lead-list"), headers={"Authorization": "Bearer abcdefghijklmnopqrst"})
    assert bad_key.status_code == 401
