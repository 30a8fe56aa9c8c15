"""Reading people and teams: who belongs where, when, as what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

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


def open_leads_of_team(team: Team) -> Any:
    """The leads that a team has in hand: neither landed nor closed."""
    return cast(Any, team).leads.filter(deleted_at=None).exclude(stage_kind__in=["landed", "closed"])


def teams_of(zone: Zone, day: datetime.date) -> list[Any]:
    """All teams of a zone, those in use first, each with how many people and leads in hand it has. One query."""
    lead = cast(Any, Team._meta.get_field("leads")).related_model
    held = (
        Membership.objects.filter(team_id=OuterRef("id"), deleted_at=None, starts_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        .order_by()
        .values("team_id")
        .annotate(number=Count("user_id", distinct=True))
        .values("number")
    )
    leads = (
        lead.objects.filter(team_id=OuterRef("id"), deleted_at=None)
        .exclude(stage_kind__in=["landed", "closed"])
        .order_by()
        .values("team_id")
        .annotate(number=Count("id"))
        .values("number")
    )
    rows = Team.objects.filter(zone=zone, deleted_at=None).annotate(
        member_count=Coalesce(Subquery(held), 0), lead_count=Coalesce(Subquery(leads), 0)
    )
    return list(rows.order_by(F("dissolved_on").desc(nulls_first=True), "code"))


def manages_installation(user: User) -> bool:
    """Whether somebody may change what holds for all zones: stages and what they require, exchange rates.

    The installation's keeper may, and whoever administers the settings of every zone there is.
    """
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    zones = set(Zone.objects.filter(deleted_at=None).values_list("id", flat=True))
    return bool(zones) and zones <= set(user.zone_ids(Capability.MANAGE_SETTINGS))


def teams_led_alone(user: User, day: datetime.date) -> list[Team]:
    """The teams in use that have no other leader on the day than this one, who leads them today or then."""
    leading = Membership.objects.filter(role=Role.LEADER, deleted_at=None).filter(
        Q(ends_on=None) | Q(ends_on__gte=day)
    )
    others = leading.filter(team_id=OuterRef("id"), starts_on__lte=day, user__is_active=True).exclude(user=user)
    led = Membership.objects.filter(
        team_id=OuterRef("id"), role=Role.LEADER, deleted_at=None, user=user, starts_on__lte=day
    ).filter(Q(ends_on=None) | Q(ends_on__gte=day - datetime.timedelta(days=1)))
    return list(Team.objects.in_use(day).filter(Exists(led)).exclude(Exists(others)).select_related("zone"))
