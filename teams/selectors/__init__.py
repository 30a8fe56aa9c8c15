"""Reading people and teams: who belongs where, when, as what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from investcrm.core.devices import device_words, is_handheld
from teams.access import Capability, Role
from teams.models import CalendarDay, Membership, Team, User, UserQuerySet, Zone


def overrides_of(zone: Zone) -> dict[datetime.date, bool]:
    """A zone's own days, as `investcrm.core.calendar` takes them. One query."""
    return dict(CalendarDay.objects.filter(zone=zone).values_list("day", "is_working"))


def zones_where(user: User, capability: Capability) -> list[Zone]:
    """The zones in which one of the user's roles gives the capability, by code. One query."""
    return [zone for zone in Zone.objects.visible_to(user).order_by("code") if user.can(capability, on=zone)]


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


@dataclass(frozen=True)
class SignedIn:
    """A device on which somebody is signed in."""

    id: int | None
    device: str
    handheld: bool
    ip: str
    since: datetime.datetime
    last_seen: datetime.datetime
    here: bool


def sessions_of(user: User, session_key: str) -> list[SignedIn]:
    """Where the user is signed in, the present session first, then the one used last. Two queries.

    A session of before a change of password is none any more: its mark no longer fits the account.
    """
    rows = list(cast(Any, user).usersession_set.all())
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    mark = user.get_session_auth_hash()
    live = {one.session_key for one in stored if one.get_decoded().get(HASH_SESSION_KEY) == mark}
    found = [
        SignedIn(
            id=row.pk,
            device=device_words(row.user_agent),
            handheld=is_handheld(row.user_agent),
            ip=row.ip,
            since=row.created_at,
            last_seen=row.last_seen_at,
            here=row.session_key == session_key,
        )
        for row in rows
        if row.session_key in live
    ]
    return sorted(found, key=lambda one: (not one.here, -one.last_seen.timestamp()))


PEOPLE_ORDER = {"name": "name_key"}
PEOPLE_PAGE = 50


def people_of(
    zone: Zone, day: datetime.date, *, search: str = "", role: str = "", team: Team | None = None, state: str = ""
) -> UserQuerySet:
    """The accounts that hold or held a role in the zone, with their roles of the day and their second factor."""
    held = Membership.objects.filter(zone=zone, deleted_at=None)
    today = held.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    wanted = today if role or team else held
    if role:
        wanted = wanted.filter(role=role)
    if team:
        wanted = wanted.filter(team=team)
    rows = User.objects.filter(Exists(wanted.filter(user_id=OuterRef("id"))), is_service_account=False)
    for word in search.split():
        rows = rows.filter(
            Q(display_name__icontains=word) | Q(username__icontains=word) | Q(name_key__icontains=word.lower())
        )
    if state:
        rows = rows.filter(is_active=state == "active")
    roles = Prefetch("memberships", queryset=today.select_related("team").order_by("role"), to_attr="roles_today")
    return rows.prefetch_related(roles, "authenticator_set")


def has_second_factor(user: User) -> bool:
    """Whether somebody signs in with a second factor; no query where it was fetched with the person."""
    return any(one.type == "totp" for one in cast(Any, user).authenticator_set.all())


def teams_led_by(user: User) -> list[Team]:
    """The teams in use that somebody leads today or later."""
    rows = Membership.objects.filter(user=user, role=Role.LEADER, deleted_at=None).select_related("team__zone")
    found = {
        row.team_id: row.team
        for row in rows
        if row.team is not None and (row.ends_on is None or row.ends_on >= row.team.zone.today())
    }
    return [team for team in found.values() if team.is_in_use(team.zone.today())]
