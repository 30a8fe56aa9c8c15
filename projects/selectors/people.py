"""Whom a lead concerns."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from investcrm.core.text import fold
from projects.models import Lead
from teams.access import GRANTS, Capability, Role
from teams.models import Membership, Team, User

COLLEAGUES_SHOWN = 8
# Whoever has more colleagues than this around one lead types more of a name.
COLLEAGUES_READ = 2000


def people_who_see(lead: Lead) -> QuerySet[User]:
    """Active people who see the lead today: the other way round of `Lead.objects.visible_to`."""
    today = lead.zone.today()
    of_zone = [role for role, grants in GRANTS.items() if Capability.VIEW in grants]
    reporting = [role for role, grants in GRANTS.items() if Capability.VIEW_OWN in grants]
    held = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        Q(team=None) | Q(team__deleted_at=None),
        user_id=OuterRef("id"),
        zone_id=lead.zone_id,
        zone__deleted_at=None,
        deleted_at=None,
        starts_on__lte=today,
    )
    reach = Q(team=None) if lead.team_id is None else Q(team=None) | Q(team_id=lead.team_id)
    sees = Q(Exists(held.filter(reach, role__in=of_zone))) | Q(is_superuser=True)
    entered = [*reporting, *(of_zone if lead.team_id is None else [])]
    sees |= Q(Exists(held.filter(role__in=entered)), id=lead.created_by_id)
    return User.objects.filter(sees, is_active=True, is_service_account=False)


def keepers_of(lead: Lead) -> list[User]:
    """Whoever is told of a lead: its owner; where it has none, the leaders of its team."""
    if lead.owner is not None:
        return [lead.owner]
    return leaders_of(lead.team, lead.zone.today()) if lead.team is not None else []


def leaders_of(team: Team, day: datetime.date) -> list[User]:
    """The people who lead the team on the day."""
    held = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        user_id=OuterRef("id"),
        team=team,
        role=Role.LEADER,
        deleted_at=None,
        starts_on__lte=day,
    )
    return list(User.objects.filter(Exists(held), is_active=True, is_service_account=False))


def colleagues_named(lead: Lead, query: str, *, besides: User) -> list[User]:
    """People who see the lead and whose name, user name, pinyin or initials begin with the query. One query."""
    asked = fold(query).replace(" ", "")
    people = people_who_see(lead).exclude(id=besides.id).order_by("name_key", "id")[:COLLEAGUES_READ]
    return [user for user in people if _is_called(user, asked)][:COLLEAGUES_SHOWN]


def _is_called(user: User, asked: str) -> bool:
    syllables = user.name_key.split(" ")
    ways = (fold(str(user)), user.username.lower(), "".join(syllables), "".join(part[:1] for part in syllables))
    return any(way.replace(" ", "").startswith(asked) for way in ways)
