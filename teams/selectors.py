"""Reading people and teams: who belongs where, when, as what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from teams.access import Capability, Role
from teams.models import Membership, Team, User, UserQuerySet, Zone


def zones_where(user: User, capability: Capability) -> list[Zone]:
    """The zones in which one of the user's roles gives the capability, by code. One query."""
    return [zone for zone in Zone.objects.visible_to(user).order_by("code") if user.can(capability, on=zone)]


def memberships_of(zone: Zone) -> list[Membership]:
    """All memberships of a zone, those of today first, then by name and beginning. One query."""
    return list(
        Membership.objects.filter(zone=zone, deleted_at=None)
        .select_related("user", "team")
        .order_by(F("ends_on").desc(nulls_first=True), "user__name_key", "starts_on")
    )


@dataclass(frozen=True)
class TeamList:
    """A team and who is in it on a day."""

    team: Team
    members: list[Membership]


def teams_with_members(zone: Zone, day: datetime.date) -> list[TeamList]:
    """The teams of a zone in use on the day, with their members. Two queries."""
    held = (
        Membership.objects.filter(zone=zone, team__isnull=False, deleted_at=None, starts_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        .select_related("user")
        .order_by("role", "user__name_key")
    )
    members: dict[Any, list[Membership]] = {}
    for membership in held:
        members.setdefault(membership.team_id, []).append(membership)
    teams = Team.objects.in_use(day).filter(zone=zone).order_by("code")
    return [TeamList(team, members.get(team.id, [])) for team in teams]


def administrators_of(zone: Zone, day: datetime.date) -> UserQuerySet:
    """Active people who administer the zone on the day."""
    held = Membership.objects.filter(
        user_id=OuterRef("id"), zone=zone, role=Role.ADMINISTRATOR, deleted_at=None, starts_on__lte=day
    ).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    return User.objects.filter(Exists(held), is_active=True)
