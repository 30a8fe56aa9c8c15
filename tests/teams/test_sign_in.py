"""Signing in: by user name and by e-mail, politely refused where it must be, in one's own language."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from teams.adapter import DEMO_MAIL_DOMAIN
from teams.models import User
from tests.factories import PASSWORD, make_user


@pytest.fixture(autouse=True)
def no_limits_used(db: None) -> None:
    """Limits of other tests are forgotten."""
    cache.clear()


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["wang", "WANG", "wang@example.org", "Wang@Example.org"])
def test_one_signs_in_by_user_name_or_by_address(client: Client, login: str) -> None:
    make_user("wang")
    answer = sign_in(client, login)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("visits:today")
    assert is_signed_in(client)


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(client: Client) -> None:
    make_user("wang")
    known, unknown = sign_in(client, "wang", "wrong"), sign_in(client, "nobody", "wrong")
    assert not is_signed_in(client)
    errors = [list(answer.context["form"].non_field_errors()) for answer in (known, unknown)]
    assert errors[0] == errors[1] != []


def test_after_five_failures_even_the_right_password_must_wait(client: Client) -> None:
    make_user("wang")
    make_user("li")
    for _turn in range(5):
        sign_in(client, "wang", "wrong")
    answer = sign_in(client, "wang")
    assert not is_signed_in(client)
    assert answer.status_code in {200, 429}
    assert "<html" in answer.content.decode()
    assert sign_in(client, "li").status_code == 302  # nobody else is shut out


def test_an_account_that_is_not_active_is_refused(client: Client) -> None:
    make_user("wang", is_active=False)
    sign_in(client, "wang")
    assert not is_signed_in(client)


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    values = {"username": "he", "email": "he@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert "password1" not in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), values)
    assert not User.objects.exists()


def test_the_language_is_remembered_with_the_person_and_not_with_the_browser(client: Client) -> None:
    make_user("wang")
    sign_in(client, "wang")
    page = reverse("teams:profile")
    assert 'lang="zh-hans"' in client.get(page).content.decode()
    client.post(reverse("core:set_language"), {"language": "en", "next": page})
    assert User.objects.get(username="wang").language == "en"
    elsewhere = Client(headers={"Accept-Language": "zh-CN"})
    sign_in(elsewhere, "wang")
    assert 'lang="en"' in elsewhere.get(page).content.decode()


@pytest.mark.parametrize("demo", [True, False])
def test_demonstration_accounts_sign_in_only_in_demonstration_mode(client: Client, settings: Any, demo: bool) -> None:
    settings.DEMO = demo
    make_user("demo-director", email=f"demo-director@{DEMO_MAIL_DOMAIN}")
    sign_in(client, "demo-director")
    assert is_signed_in(client) is demo
