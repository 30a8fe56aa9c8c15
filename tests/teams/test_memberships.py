"""Accounts and memberships: who may make them, what is refused, and that history stays."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from investcrm.core.models import OutboxMessage
from teams.access import Role
from teams.models import Membership, User
from teams.services.memberships import add_membership, end_membership
from teams.services.people import make_account
from teams.services.profile import update_profile
from tests.factories import make_team, make_user


def codes(error: pytest.ExceptionInfo[ValidationError], field: str) -> list[str]:
    return [part.code for part in error.value.error_dict[field]]


def account(centre: SimpleNamespace, **fields) -> User:
    values = {
        "actor": centre.gu, "zone": centre.zone, "username": "he", "display_name": "何苗", "email": "he@example.org",
        "role": Role.MEMBER, "team": centre.g4,
    }  # fmt: skip
    return make_account(**{**values, **fields})


def test_an_administrator_gives_a_role_from_today_on(centre: SimpleNamespace) -> None:
    user = make_user("he")
    membership = add_membership(actor=centre.gu, user=user, zone=centre.zone, role=Role.MEMBER, team=centre.g4)
    assert (membership.starts_on, membership.ends_on) == (centre.zone.today(), None)
    assert [grant.team_id for grant in user.grants] == [centre.g4.id]


@pytest.mark.parametrize("name", ["wang", "li", "chen", "bao", "sun", "qian"])
def test_nobody_but_the_zones_administrator_manages_people(centre: SimpleNamespace, name: str) -> None:
    actor = getattr(centre, name)
    membership = Membership.objects.get(user=centre.wang)
    with pytest.raises(PermissionDenied):
        add_membership(actor=actor, user=centre.wang, zone=centre.zone, role=Role.DIRECTOR)
    with pytest.raises(PermissionDenied):
        account(centre, actor=actor)
    with pytest.raises((PermissionDenied, Http404)):
        end_membership(actor=actor, membership_id=membership.id)


def test_the_same_role_twice_at_a_time_is_refused_with_a_sentence(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError) as error:
        add_membership(actor=centre.gu, user=centre.wang, zone=centre.zone, role=Role.MEMBER, team=centre.g4)
    assert codes(error, "starts_on") == ["membership_no_overlap"]
    assert error.value.message_dict["starts_on"][0]


@pytest.mark.parametrize(
    ("role", "with_team", "code"),
    [
        (Role.MEMBER, False, "membership_role_needs_team"),
        (Role.LEADER, False, "membership_role_needs_team"),
        (Role.DIRECTOR, True, "membership_role_of_zone"),
        (Role.ADMINISTRATOR, True, "membership_role_of_zone"),
    ],
)
def test_a_role_belongs_to_a_team_or_to_the_zone(
    centre: SimpleNamespace, role: str, with_team: bool, code: str
) -> None:
    with pytest.raises(ValidationError) as error:
        add_membership(
            actor=centre.gu, user=make_user("he"), zone=centre.zone, role=role, team=centre.g4 if with_team else None
        )
    assert codes(error, "team") == [code]


def test_a_team_of_another_zone_or_a_dissolved_one_is_refused(centre: SimpleNamespace) -> None:
    elsewhere = make_team(centre.other_zone, "Q1")
    gone = make_team(centre.zone, "G9", dissolved_on=datetime.date(2022, 2, 1))
    for team, code in ((elsewhere, "other_zone"), (gone, "dissolved")):
        with pytest.raises(ValidationError) as error:
            add_membership(actor=centre.gu, user=make_user(code), zone=centre.zone, role=Role.MEMBER, team=team)
        assert codes(error, "team") == [code]


def test_days_out_of_order_and_absurd_days_are_refused(centre: SimpleNamespace) -> None:
    user, day = make_user("he"), datetime.date(2026, 3, 1)
    for starts_on, ends_on, field in (
        (day, day - datetime.timedelta(days=1), "ends_on"),
        (datetime.date(2199, 1, 1), None, "starts_on"),
    ):
        with pytest.raises(ValidationError) as error:
            add_membership(
                actor=centre.gu, user=user, zone=centre.zone, role=Role.OBSERVER, starts_on=starts_on, ends_on=ends_on
            )
        assert field in error.value.error_dict


def test_a_reorganisation_keeps_history(centre: SimpleNamespace) -> None:
    old = Membership.objects.get(user=centre.wang)
    today = centre.zone.today()
    yesterday = today - datetime.timedelta(days=1)
    end_membership(actor=centre.gu, membership_id=old.id, ends_on=yesterday)
    add_membership(actor=centre.gu, user=centre.wang, zone=centre.zone, role=Role.MEMBER, team=centre.g1)
    rows = Membership.objects.filter(user=centre.wang).order_by("starts_on").values_list("team", "ends_on")
    assert list(rows) == [(centre.g4.id, yesterday), (centre.g1.id, None)]
    assert [grant.team_id for grant in User.objects.get(id=centre.wang.id).grants] == [centre.g1.id]


def test_a_membership_ends_once_and_not_before_it_began(centre: SimpleNamespace) -> None:
    membership = Membership.objects.get(user=centre.wang)
    with pytest.raises(ValidationError) as error:
        end_membership(actor=centre.gu, membership_id=membership.id, ends_on=datetime.date(2019, 1, 1))
    assert codes(error, "ends_on") == ["membership_dates_in_order"]
    end_membership(actor=centre.gu, membership_id=membership.id, ends_on=datetime.date(2022, 1, 1))
    with pytest.raises(ValidationError) as error:
        end_membership(actor=centre.gu, membership_id=membership.id)
    assert codes(error, "ends_on") == ["ended"]


def test_a_new_account_gets_its_link_by_mail_and_no_password(centre: SimpleNamespace) -> None:
    user = account(centre, language="zh-hans")
    assert not user.has_usable_password()
    assert user.name_key == "he miao"
    mail = OutboxMessage.objects.get()
    assert mail.recipients == ["he@example.org"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "WANG"}, "username"),
        ({"email": "Wang@example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"display_name": " "}, "display_name"),
        ({"username": "has space"}, "username"),
        ({"role": Role.DIRECTOR}, "team"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_the_field(
    centre: SimpleNamespace, fields: dict[str, str], field: str
) -> None:
    before = User.objects.count()
    with pytest.raises(ValidationError) as error:
        account(centre, **fields)
    assert field in error.value.error_dict
    assert (User.objects.count(), OutboxMessage.objects.count()) == (before, 0)


def test_a_person_changes_their_own_profile_but_not_their_rights(centre: SimpleNamespace) -> None:
    update_profile(actor=centre.wang, changes={"display_name": "王芳", "phone": "139", "email": "", "language": "en"})
    user = User.objects.get(id=centre.wang.id)
    assert (str(user), user.phone, user.email, user.language) == ("王芳", "139", None, "en")
    with pytest.raises(KeyError):
        update_profile(actor=centre.wang, changes={"is_staff": True})
    with pytest.raises(ValidationError) as error:
        update_profile(actor=centre.wang, changes={"email": "LI@example.org"})
    assert "email" in error.value.error_dict
