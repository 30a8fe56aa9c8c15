"""The demonstration logins. Their names are roles: no person of the two real centres is invented."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password

from investcrm.core.text import pinyin_key
from teams.access import ZONE_ROLES, Role
from teams.adapter import DEMO_MAIL_DOMAIN
from teams.models import Membership, Team, User, Zone

# Public on purpose: these accounts exist only where settings.DEMO is on, and are refused everywhere else.
PASSWORD = "zhaoshang-demo"  # noqa: S105
# The first day of the month in which the first centre was reorganised into teams.
SINCE = datetime.date(2022, 2, 1)


class Login(NamedTuple):
    """One demonstration login: a role in a zone or in one of its teams."""

    username: str
    display_name: str
    role: str
    zone: str
    team: str | None = None


LOGINS: tuple[Login, ...] = (
    Login("g4member", "四组专员", Role.MEMBER, "guangling", "G4"),
    Login("g4leader", "四组组长", Role.LEADER, "guangling", "G4"),
    Login("g1member", "一组专员", Role.MEMBER, "guangling", "G1"),
    Login("gl-director", "广陵主任", Role.DIRECTOR, "guangling"),
    Login("gl-admin", "广陵管理员", Role.ADMINISTRATOR, "guangling"),
    Login("gl-contributor", "广陵全员招商", Role.CONTRIBUTOR, "guangling"),
    Login("gl-observer", "广陵观察员", Role.OBSERVER, "guangling"),
    Login("q1member", "投资促进部专员", Role.MEMBER, "qingbaijiang", "Q1"),
    Login("qbj-director", "青白江主任", Role.DIRECTOR, "qingbaijiang"),
    Login("demo-member", "林晓演", Role.MEMBER, "demo", "D1"),
    Login("demo-leader", "陈立示", Role.LEADER, "demo", "D1"),
    Login("demo-director", "周演主任", Role.DIRECTOR, "demo"),
    Login("demo-admin", "演示总管理员", Role.ADMINISTRATOR, "demo"),
)
# Administers every demonstration zone, and so the stages, which hold for all.
OF_ALL_ZONES = "demo-admin"


def logins() -> list[tuple[Login, Zone]]:
    """The logins that are there, with their zones; none outside demonstration mode."""
    if not settings.DEMO:
        return []
    zones = {zone.code: zone for zone in Zone.objects.filter(deleted_at=None)}
    there = set(
        User.objects.filter(username__in=[login.username for login in LOGINS], is_active=True).values_list(
            "username", flat=True
        )
    )
    return [(login, zones[login.zone]) for login in LOGINS if login.username in there and login.zone in zones]


def make_logins(zone: Zone, teams: dict[str, Team], since: datetime.date = SINCE) -> dict[str, User]:
    """Make the logins of a zone, by user name. Accounts of the administrator may use the administration site."""
    password = make_password(PASSWORD)
    made = {}
    for login in LOGINS:
        if login.zone != zone.code and login.username != OF_ALL_ZONES:
            continue
        user = User.objects.filter(username=login.username).first() or User(
            username=login.username,
            display_name=login.display_name,
            name_key=pinyin_key(login.display_name),
            email=f"{login.username}@{DEMO_MAIL_DOMAIN}",
            password=password,
            is_staff=login.role == Role.ADMINISTRATOR,
        )
        user.save()
        team = None if login.role in ZONE_ROLES or login.team is None else teams[login.team]
        Membership.objects.create(user=user, zone=zone, team=team, role=login.role, starts_on=since)
        made[login.username] = user
    return made
