"""Accounts, as administrators keep them: changed by two at once, closed, opened, freed of a lost phone."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.urls import reverse

from investcrm.core.errors import Stale
from investcrm.core.models import OutboxMessage
from teams.access import Role
from teams.models import Membership, User
from teams.services.memberships import add_membership, end_membership, update_membership
from teams.services.people import (
    activate_account,
    deactivate_account,
    make_account,
    remove_second_factor,
    resend_invitation,
    update_person,
)
from teams.services.sessions import note_session_seen
from teams.services.teams import add_team, update_team
from teams.services.zones import update_zone
from tests.factories import PASSWORD, join, make_lead, make_user

DAY = datetime.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_used() -> None:
    cache.clear()


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def signed_in(user: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def codes(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return {name: [one.code for one in errors] for name, errors in error.value.error_dict.items()}


def test_two_administrators_who_edit_one_person_lose_nothing(centre: SimpleNamespace) -> None:
    seen = {"display_name": "Wang", "phone": "", "email": "wang@example.org"}
    update_person(actor=centre.gu, user_id=centre.wang.pk, changes={"phone": "139 1234 5678"}, base=seen)
    update_person(actor=centre.gu, user_id=centre.wang.pk, changes={"display_name": "王芳"}, base=seen)
    wang = again(centre.wang)
    assert (str(wang), wang.phone, wang.name_key) == ("王芳", "139 1234 5678", "wang fang")
    with pytest.raises(Stale) as stale:
        update_person(actor=centre.gu, user_id=centre.wang.pk, changes={"display_name": "王方"}, base=seen)
    assert stale.value.current == {"display_name": "王芳"}


def test_the_page_shows_both_values_where_two_changed_the_same(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.gu)
    address = reverse("teams:person_edit", args=[centre.wang.pk])
    base = client.get(address).context["form"].initial["base"]
    User.objects.filter(pk=centre.wang.pk).update(display_name="王芳")
    values = {"display_name": "王方", "email": "wang@example.org", "phone": "", "base": base}
    answer = client.post(address, values)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "王芳" in text
    assert "王方" in text
    form = answer.context["form"]
    again_values = {**values, "base": form["base"].value(), "conflicting": form["conflicting"].value()}
    assert client.post(address, {**again_values, "keep-display_name": "mine"}).status_code == 302
    assert str(again(centre.wang)) == "王方"


def test_a_closed_account_is_signed_out_everywhere_and_can_be_opened_again(centre: SimpleNamespace) -> None:
    browser = signed_in(centre.wang)
    deactivate_account(actor=centre.gu, user_id=centre.wang.pk)
    assert browser.get(reverse("teams:profile")).status_code == 302
    assert not UserSession.objects.filter(user=centre.wang).exists()
    activate_account(actor=centre.gu, user_id=centre.wang.pk)
    assert again(centre.wang).is_active
    assert browser.get(reverse("teams:profile")).status_code == 302


def test_nobody_closes_their_own_account_or_a_zones_last_administrator(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError) as error:
        deactivate_account(actor=centre.gu, user_id=centre.gu.pk)
    assert error.value.code == "oneself"
    boss = User.objects.create_superuser("boss", PASSWORD, display_name="Boss")
    with pytest.raises(ValidationError) as error:
        deactivate_account(actor=boss, user_id=centre.gu.pk)
    assert error.value.code == "last_administrator"
    membership = Membership.objects.get(user=centre.gu)
    with pytest.raises(ValidationError) as error:
        end_membership(actor=centre.gu, membership_id=membership.pk)
    assert codes(error) == {"ends_on": ["last_administrator"]}
    assert again(centre.gu).is_active


@pytest.mark.parametrize("name", ["wang", "li", "chen", "qian"])
def test_only_who_manages_people_touches_an_account(centre: SimpleNamespace, name: str) -> None:
    actor = getattr(centre, name)
    for service in (deactivate_account, activate_account, resend_invitation, remove_second_factor):
        with pytest.raises((PermissionDenied, Http404)):
            service(actor=actor, user_id=centre.zhao.pk)
    with pytest.raises((PermissionDenied, Http404)):
        update_person(actor=actor, user_id=centre.zhao.pk, changes={"email": "stolen@example.org"})
    assert again(centre.zhao).email == "zhao@example.org"


def test_an_account_of_two_zones_and_the_keepers_are_out_of_one_administrators_hands(centre: SimpleNamespace) -> None:
    join(centre.zhao, Role.DIRECTOR, centre.other_zone)
    boss = User.objects.create_superuser("boss", PASSWORD, display_name="Boss", email="boss@example.org")
    join(boss, Role.OBSERVER, centre.zone)
    for person in (centre.zhao, boss):
        with pytest.raises(PermissionDenied):
            update_person(actor=centre.gu, user_id=person.pk, changes={"email": "gu2@example.org"})
        with pytest.raises(PermissionDenied):
            remove_second_factor(actor=centre.gu, user_id=person.pk)


def test_a_lost_phone_is_taken_off_with_a_mail_and_the_sessions_end(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        remove_second_factor(actor=centre.gu, user_id=centre.wang.pk)
    browser = signed_in(centre.wang)
    Authenticator.objects.create(user=centre.wang, type="totp", data={"secret": "x"})
    remove_second_factor(actor=centre.gu, user_id=centre.wang.pk)
    assert not Authenticator.objects.exists()
    assert OutboxMessage.objects.get().recipients == ["wang@example.org"]
    assert browser.get(reverse("teams:profile")).status_code == 302


def test_an_invitation_goes_out_again_until_the_first_sign_in(centre: SimpleNamespace) -> None:
    resend_invitation(actor=centre.gu, user_id=centre.wang.pk)
    assert OutboxMessage.objects.count() == 1
    signed_in(centre.wang)
    with pytest.raises(ValidationError):
        resend_invitation(actor=centre.gu, user_id=centre.wang.pk)
    assert OutboxMessage.objects.count() == 1


def test_an_invitation_to_an_address_that_exists_is_refused_beside_it(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError) as error:
        make_account(
            actor=centre.gu, zone=centre.zone, username="he", display_name="何苗", email="WANG@example.org",
            role=Role.OBSERVER,
        )  # fmt: skip
    assert list(error.value.error_dict) == ["email"]
    assert not User.objects.filter(username="he").exists()


def test_days_of_a_role_are_corrected_and_never_overlap(centre: SimpleNamespace) -> None:
    old = Membership.objects.get(user=centre.wang)
    update_membership(actor=centre.gu, membership_id=old.pk, changes={"ends_on": datetime.date(2024, 1, 31)})
    later = add_membership(
        actor=centre.gu, user=centre.wang, zone=centre.zone, team=centre.g4, role=Role.MEMBER,
        starts_on=datetime.date(2025, 1, 1),
    )  # fmt: skip
    for changes, field, code in (
        ({"starts_on": datetime.date(2024, 1, 31)}, "starts_on", "membership_no_overlap"),
        ({"ends_on": datetime.date(2024, 12, 31)}, "ends_on", "membership_dates_in_order"),
    ):
        with pytest.raises(ValidationError) as error:
            update_membership(actor=centre.gu, membership_id=later.pk, changes=changes)
        assert codes(error) == {field: [code]}


def test_a_team_is_dissolved_only_when_it_is_empty(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, team=centre.g1)
    with pytest.raises(ValidationError) as error:
        update_team(actor=centre.gu, team_id=centre.g1.pk, changes={"dissolved_on": today + DAY})
    assert codes(error) == {"dissolved_on": ["has_members", "has_leads"]}
    end_membership(actor=centre.gu, membership_id=Membership.objects.get(user=centre.zhao).pk, ends_on=today)
    type(lead).objects.filter(pk=lead.pk).update(team=centre.g4)
    update_team(actor=centre.gu, team_id=centre.g1.pk, changes={"dissolved_on": today + DAY})
    with pytest.raises(ValidationError) as error:
        add_membership(actor=centre.gu, user=centre.zhao, zone=centre.zone, team=centre.g1, role=Role.LEADER)
    assert codes(error) == {"team": ["dissolved"]}


def test_a_team_is_founded_once_and_by_administrators_only(centre: SimpleNamespace) -> None:
    add_team(actor=centre.gu, zone=centre.zone, code="G9", name_zh="招商九组")
    with pytest.raises(ValidationError) as error:
        add_team(actor=centre.gu, zone=centre.zone, code="G9", name_zh="又一个")
    assert codes(error) == {"code": ["unique"]}
    for actor in (centre.chen, centre.qian):
        with pytest.raises(PermissionDenied):
            add_team(actor=actor, zone=centre.zone, code="G8", name_zh="招商八组")


def test_a_zones_limits_stay_in_order_and_two_editors_keep_both_changes(centre: SimpleNamespace) -> None:
    seen = {"idle_yellow_days": 60, "care_visit_days": 90}
    update_zone(actor=centre.gu, zone_id=centre.zone.pk, changes={"care_visit_days": 60}, base=seen)
    update_zone(actor=centre.gu, zone_id=centre.zone.pk, changes={"idle_yellow_days": 30}, base=seen)
    centre.zone.refresh_from_db()
    assert (centre.zone.care_visit_days, centre.zone.idle_yellow_days) == (60, 30)
    for changes, field in (
        ({"idle_yellow_days": 100}, "idle_red_days"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"care_visit_days": 0}, "care_visit_days"),
    ):
        with pytest.raises(ValidationError) as error:
            update_zone(actor=centre.gu, zone_id=centre.zone.pk, changes=changes)
        assert list(error.value.error_dict) == [field]
    with pytest.raises(PermissionDenied):
        update_zone(actor=centre.chen, zone_id=centre.zone.pk, changes={"city": "别处"})


def test_devices_are_listed_in_words_and_signed_out_one_by_one_or_all(centre: SimpleNamespace) -> None:
    wechat = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"
    here, phone, third = signed_in(centre.wang), signed_in(centre.wang, user_agent=wechat), signed_in(centre.wang)
    rows = here.get(reverse("usersessions_list")).context["rows"]
    assert [row.here for row in rows] == [True, False, False]
    row = next(row for row in rows if row.handheld)
    assert "Android" in row.device
    other = signed_in(centre.li)
    assert other.post(reverse("teams:session_end", args=[row.id])).status_code == 404
    assert here.post(reverse("teams:session_end", args=[row.id])).status_code == 302
    assert phone.get(reverse("teams:profile")).status_code == 302
    assert third.get(reverse("teams:profile")).status_code == 200
    here.post(reverse("teams:sessions_end_others"))
    assert third.get(reverse("teams:profile")).status_code == 302
    assert here.get(reverse("teams:profile")).status_code == 200


def test_a_new_password_ends_the_other_sessions(centre: SimpleNamespace) -> None:
    here, there = signed_in(centre.wang), signed_in(centre.wang)
    new = "quite another phrase"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get(reverse("teams:profile")).status_code == 200
    assert there.get(reverse("teams:profile")).status_code == 302
    assert len(here.get(reverse("usersessions_list")).context["rows"]) == 1


def test_last_use_is_noted_later_and_never_revives_a_session(centre: SimpleNamespace) -> None:
    signed_in(centre.wang)
    row = UserSession.objects.get()
    later = row.last_seen_at + datetime.timedelta(hours=1)
    note_session_seen(session_key=row.session_key, user_agent="Firefox", ip="10.0.0.7", seen_at=later)
    row.refresh_from_db()
    assert (row.last_seen_at, row.ip) == (later, "10.0.0.7")
    note_session_seen(session_key="gone", user_agent="", ip=None, seen_at=later)
    assert UserSession.objects.count() == 1


def test_the_list_of_devices_and_the_list_of_people_cost_the_same_for_many(
    client: Client, centre: SimpleNamespace, django_assert_max_num_queries
) -> None:
    client.force_login(centre.gu)
    for number in range(30):
        join(make_user(f"p{number}"), Role.MEMBER, centre.zone, centre.g4)
        UserSession.objects.create(user=centre.gu, session_key=f"key{number}", ip="10.0.0.1", user_agent="Firefox")
    for name, most in (
        ("teams:people", 12), ("usersessions_list", 8), ("teams:team_list", 8), ("projects:industry_list", 8),
        ("projects:stage_list", 8), ("teams:administration", 8),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name)).status_code == 200


def test_times_follow_the_readers_time_zone(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.wang)
    values = {
        "display_name": "Wang", "email": "wang@example.org", "phone": "", "language": "en",
        "time_zone": "America/New_York",
    }  # fmt: skip
    assert client.post(reverse("teams:profile"), values).status_code == 302
    assert again(centre.wang).time_zone == "America/New_York"
    signed = signed_in(centre.gu)
    User.objects.filter(pk=centre.gu.pk).update(
        time_zone="America/New_York", last_login="2026-01-05T20:00+08:00", language="en"
    )
    text = signed.get(reverse("teams:person", args=[centre.gu.pk])).content.decode()
    assert "07:00" in text
    assert client.post(reverse("teams:profile"), {**values, "time_zone": "Mars/Olympus"}).status_code == 422
