"""Rows for tests, made through the services with sensible defaults, and the people the tests tell of."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

from projects.models import Company, Industry, Lead, Stage
from projects.services.companies import create_company
from projects.services.leads import Opening, create_lead
from teams.access import Role
from teams.models import Membership, Team, User, Zone
from visits.models import Interaction
from visits.services.interactions import log_interaction
from visits.services.parties import Party

PASSWORD = "a long test password"
LONG_AGO = datetime.date(2020, 1, 1)


def make_user(username: str, **fields: Any) -> User:
    """A person with the tests' password."""
    fields.setdefault("display_name", username.title())
    fields.setdefault("email", f"{username}@example.org")
    return User.objects.create_user(username, PASSWORD, **fields)


def make_zone(code: str = "guangling", **fields: Any) -> Zone:
    """A zone."""
    fields.setdefault("name_zh", "广陵经济开发区")
    fields.setdefault("name_en", "Guangling Economic Development Zone")
    return Zone.objects.create(code=code, **fields)


def make_team(zone: Zone, code: str = "G4", **fields: Any) -> Team:
    """A team of the zone."""
    fields.setdefault("name_zh", f"招商{code}组")
    fields.setdefault("name_en", f"Team {code}")
    return Team.objects.create(zone=zone, code=code, **fields)


def join(user: User, role: str, zone: Zone, team: Team | None = None, **fields: Any) -> Membership:
    """Give the user a role since long ago."""
    fields.setdefault("starts_on", LONG_AGO)
    user.__dict__.pop("grants", None)
    return Membership.objects.create(user=user, role=role, zone=zone, team=team, **fields)


def make_industry(zone: Zone, code: str = "auto-parts", **fields: Any) -> Industry:
    """An industry of the zone."""
    fields.setdefault("name_zh", "汽车零部件")
    fields.setdefault("name_en", "Automotive parts")
    return Industry.objects.create(zone=zone, code=code, **fields)


def make_company(actor: User, name: str = "苏州精工粉末冶金有限公司", **fields: Any) -> Company:
    """A company entered by the actor."""
    return create_company(actor=actor, name=name, **fields)


def make_lead(actor: User, zone: Zone, *, stage: str | None = None, **fields: Any) -> Lead:
    """A lead entered by the actor (who may record history if a stage is given)."""
    fields.setdefault("name", "粉末冶金汽车零部件项目")
    if "company" not in fields:
        fields["company"] = Company.objects.order_by("created_at").first() or make_company(actor)
    if stage is not None:
        fields["opening"] = Opening(Stage.objects.get(code=stage), fields.pop("on", None))
    return create_lead(actor=actor, zone=zone, **fields)


def log(actor: User, lead: Lead, channel: str = "phone", **fields: Any) -> Interaction:
    """An interaction of the actor with the lead."""
    return log_interaction(actor=actor, zone=lead.zone, channel=channel, parties=[Party(lead=lead)], **fields)[0]


def make_centre() -> SimpleNamespace:
    """A small centre and its people.

    Wang (member of team G4), Li (leader of G4), Zhao (member of team G1: the outsider to G4's leads),
    Chen (director), Gu (administrator), Bao (contributor), Sun (observer), and Qian (director of another zone).
    """
    zone = make_zone()
    g1, g4 = make_team(zone, "G1"), make_team(zone, "G4")
    other_zone = make_zone("qingbaijiang", name_zh="青白江区欧洲产业城", name_en="European Industrial City")
    people = {
        "wang": (Role.MEMBER, zone, g4),
        "li": (Role.LEADER, zone, g4),
        "zhao": (Role.MEMBER, zone, g1),
        "chen": (Role.DIRECTOR, zone, None),
        "gu": (Role.ADMINISTRATOR, zone, None),
        "bao": (Role.CONTRIBUTOR, zone, None),
        "sun": (Role.OBSERVER, zone, None),
        "qian": (Role.DIRECTOR, other_zone, None),
    }
    centre = SimpleNamespace(zone=zone, other_zone=other_zone, g1=g1, g4=g4, industry=make_industry(zone))
    for name, (role, in_zone, team) in people.items():
        user = make_user(name)
        join(user, role, in_zone, team)
        setattr(centre, name, user)
    return centre
