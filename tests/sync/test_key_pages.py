"""The pages of keys: what they list, how a key is made and shown once, how it is revoked."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sync.models import ApiKey
from sync.services.keys import issue_key
from teams.models import User
from tests.api_help import Client as ApiClient

SECRET = re.compile(r'id="secret" value="([0-9a-f]{64})"')


@pytest.fixture
def browser(centre: SimpleNamespace) -> Client:
    return signed_in(centre.chen)


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(language="en")
    return client


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def sent(**values: Any) -> dict[str, Any]:
    return {"account": "stats", "role": "observer", "label": "night run", "scopes": ["read"], "days": "30", **values}


def test_a_key_is_shown_once_and_opens_the_api(browser: Client, centre: SimpleNamespace) -> None:
    answer = browser.post(reverse("sync:key_add"), sent(systems="erp，oa", scopes=["read", "write"]))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = SECRET.search(answer.content.decode())
    assert found
    key = ApiKey.objects.get()
    assert (key.label, key.scopes, key.source_systems) == ("night run", ["read", "write"], ["erp", "oa"])
    assert key.created_by == centre.chen
    assert key.expiry is not None
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {found[1]}")
    client.read("leads/")
    page = text_of(browser.get(reverse("sync:key_list")))
    assert "stats" in page
    assert "night run" in page
    assert found[1] not in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"account": ""}, "required"),
        ({"role": ""}, "A new account needs a role."),
        ({"role": "member"}, "name the team"),
        ({"role": "administrator"}, "You cannot give more than you may do yourself."),
        ({"account": "wang", "role": ""}, "You cannot give more than you may do yourself."),
        ({"scopes": ["fly"]}, "fly"),
        ({"scopes": []}, "required"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "many"}, "whole number"),
        ({"systems": "a/b"}, "A source system is named by"),
        ({"account": "no spaces, please"}, "valid username"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_makes_nothing(browser: Client, values: Any, words: str) -> None:
    answer = browser.post(reverse("sync:key_add"), sent(**values))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not ApiKey.objects.exists()
    assert not User.objects.filter(username="stats").exists()


def test_a_second_key_of_an_account_needs_no_role(browser: Client, centre: SimpleNamespace) -> None:
    issue_key(actor=centre.chen, account="stats", role="observer", zone=centre.zone)
    assert '<option value="stats">' in text_of(browser.get(reverse("sync:key_add")))
    assert browser.post(reverse("sync:key_add"), sent(role="", days="")).status_code == 200
    assert list(ApiKey.objects.values_list("expiry", flat=True)) == [None, None]


def test_revoking_asks_first_and_the_row_stays(browser: Client, centre: SimpleNamespace) -> None:
    issued = issue_key(actor=None, account="stats", role="observer", zone=centre.zone)
    address = reverse("sync:key_revoke", args=[issued.key.digest])
    assert "Revoke it" in text_of(browser.get(address))
    assert ApiKey.objects.get().revoked_at is None
    answer = browser.post(address, follow=True)
    assert "Revoked" in text_of(answer)
    first = ApiKey.objects.get().revoked_at
    assert first is not None
    browser.post(address)
    assert ApiKey.objects.get().revoked_at == first
    assert "stats" not in text_of(browser.get(reverse("sync:key_list"), {"state": "usable"}))


def test_a_key_that_may_more_than_the_reader_has_no_button(browser: Client, centre: SimpleNamespace) -> None:
    issued = issue_key(actor=None, account="robot", role="administrator", zone=centre.zone)
    address = reverse("sync:key_revoke", args=[issued.key.digest])
    page = text_of(browser.get(reverse("sync:key_list")))
    assert "robot" in page
    assert address not in page
    assert browser.get(address).status_code == browser.post(address).status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_keys_of_another_zone_are_not_there(browser: Client, centre: SimpleNamespace) -> None:
    issued = issue_key(actor=None, account="far", role="observer", zone=centre.other_zone)
    assert "far" not in re.sub(r"<[^>]*>", "", text_of(browser.get(reverse("sync:key_list"))))
    assert browser.post(reverse("sync:key_revoke", args=[issued.key.digest])).status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_ones_own_key_is_shown_once_and_revoked(centre: SimpleNamespace) -> None:
    browser = signed_in(centre.wang)
    answer = browser.post(reverse("sync:own_keys"), {"label": "my script", "scopes": ["read"], "days": "7"})
    found = SECRET.search(answer.content.decode())
    assert found
    assert found[1] not in text_of(browser.get(reverse("sync:own_keys")))
    key = ApiKey.objects.get()
    assert (key.user, key.created_by) == (centre.wang, centre.wang)
    answer = browser.post(reverse("sync:key_revoke", args=[key.digest]))
    assert answer["Location"] == reverse("sync:own_keys")
    assert ApiKey.objects.get().revoked_at is not None


def test_a_made_up_place_in_the_list_is_its_beginning(browser: Client) -> None:
    assert browser.get(reverse("sync:key_list"), {"cursor": "nowhere"}).status_code == 302


def test_the_number_of_queries_does_not_depend_on_the_rows(browser: Client, centre: SimpleNamespace) -> None:
    counts = []
    for number in (3, 30):
        while ApiKey.objects.count() < number:
            name = f"robot{ApiKey.objects.count()}"
            issue_key(actor=centre.chen, account=name, role="observer", zone=centre.zone)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(reverse("sync:key_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
