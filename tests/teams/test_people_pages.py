"""The profile page and the people page."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from investcrm.core.models import OutboxMessage
from teams.access import Role
from teams.models import Membership, User
from tests.factories import join, make_user


@pytest.fixture
def page(client: Client, centre: SimpleNamespace) -> Client:
    client.force_login(centre.gu)
    return client


def new_person(centre: SimpleNamespace, **fields: str) -> dict[str, str]:
    return {
        "display_name": "何苗", "username": "he", "email": "he@example.org", "role": "member",
        "team": str(centre.g4.id), "starts_on": "2026-03-01", **fields,
    }  # fmt: skip


def test_the_people_page_shows_roles_days_and_teams(page: Client, centre: SimpleNamespace) -> None:
    text = page.get(reverse("teams:people")).content.decode()
    assert "Wang" in text
    assert centre.g4.name_zh in text
    assert "Qian" not in text
    assert "2020-01-01" in page.get(reverse("teams:person", args=[centre.wang.id])).content.decode()


def test_the_people_page_does_not_ask_more_of_the_database_for_more_people(
    page: Client, centre: SimpleNamespace, django_assert_max_num_queries
) -> None:
    for number in range(30):
        join(make_user(f"p{number}"), Role.MEMBER, centre.zone, centre.g4)
    with django_assert_max_num_queries(10):
        page.get(reverse("teams:people"))


def test_an_administrator_makes_an_account_and_its_owner_sets_a_password(
    page: Client, centre: SimpleNamespace
) -> None:
    answer = page.post(reverse("teams:person_add"), new_person(centre))
    assert answer.status_code == 302
    text = bytes(OutboxMessage.objects.get().body).decode()
    path = re.search(r"/accounts/password/reset/key/[^\s\"<]+", text.replace("=\r\n", ""))
    assert path
    visitor = Client()
    form = visitor.get(path[0], follow=True)
    address = form.redirect_chain[-1][0]
    visitor.post(address, {"password1": "a strong new phrase", "password2": "a strong new phrase"})
    assert User.objects.get(username="he").check_password("a strong new phrase")


def test_what_was_typed_stays_when_an_account_is_refused(page: Client, centre: SimpleNamespace) -> None:
    answer = page.post(reverse("teams:person_add"), new_person(centre, username="wang"))
    assert answer.status_code == 422
    assert "he@example.org" in answer.content.decode()
    assert "username" in answer.context["form"].errors


def test_roles_are_added_and_ended_through_the_pages(page: Client, centre: SimpleNamespace) -> None:
    add = reverse("teams:membership_add", args=[centre.wang.id])
    again = {"role": "member", "team": str(centre.g4.id), "starts_on": "2026-01-01"}
    assert page.post(add, again).status_code == 422
    assert page.post(add, {**again, "team": str(centre.g1.id)}).status_code == 302
    row = Membership.objects.get(user=centre.wang, team=centre.g1)
    end = reverse("teams:membership_end", args=[row.id])
    assert page.post(end, {"ends_on": "2025-01-01"}).status_code == 422
    assert page.post(end, {"ends_on": "2026-02-01"}).status_code == 302
    row.refresh_from_db()
    assert str(row.ends_on) == "2026-02-01"


def test_people_of_another_zone_are_not_found(page: Client, centre: SimpleNamespace) -> None:
    row = Membership.objects.get(user=centre.qian)
    assert page.get(reverse("teams:membership_end", args=[row.id])).status_code == 404
    assert page.get(reverse("teams:membership_add", args=[centre.qian.id])).status_code == 404


def test_a_profile_is_saved_and_its_language_speaks_at_once(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.wang)
    values = {"display_name": "王芳", "email": "w@example.org", "phone": "13912345678", "language": "en"}
    answer = client.post(reverse("teams:profile"), values, follow=True)
    assert 'lang="en"' in answer.content.decode()
    assert User.objects.get(id=centre.wang.id).display_name == "王芳"
    taken = client.post(reverse("teams:profile"), {**values, "email": "li@example.org"})
    assert taken.status_code == 422
    assert "email" in taken.context["form"].errors
