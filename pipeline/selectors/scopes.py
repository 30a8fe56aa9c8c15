"""Of whom figures are asked: a whole centre, one of its teams, or a person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from teams.access import Capability, Role
from teams.models import Membership, Team, User, Zone


@dataclass(frozen=True)
class Scope:
    """A zone, or in it a team or a person. What a team or person had at a time counts, whoever has it now."""

    zone: Zone
    team: Team | None = None
    person: User | None = None

    @property
    def name(self) -> str:
        """The name in the active language."""
        return str(self.person or self.team or self.zone)

    @property
    def code(self) -> str:
        """As addresses write it: the zone's id, `team-` or `person-` with theirs."""
        if self.person is not None:
            return f"person-{self.person.pk}-{self.zone.pk}"
        return f"team-{self.team.pk}" if self.team is not None else str(self.zone.pk)

    @property
    def cut(self) -> tuple[str, str]:
        """The tallies' column that limits to it, and its value."""
        if self.person is not None:
            return "owner", str(self.person.pk)
        return ("team", str(self.team.pk)) if self.team is not None else ("zone", "")


def scopes_of(user: User) -> list[Scope]:
    """What the user may ask figures of, what they start with first. Two queries.

    Who sees a whole zone: it, and each of its teams. Who leads a team: the team, then their own. Other members: their
    own, then their team. Whoever only reports leads: nothing.
    """
    every = user.is_superuser
    zones = Zone.objects.filter(deleted_at=None)
    whole = list(zones if every else zones.filter(id__in=user.zone_ids(Capability.VIEW)))
    teams = list(
        (
            Team.objects.filter(deleted_at=None, zone__in=whole)
            | Team.objects.filter(deleted_at=None, id__in=user.team_ids(Capability.VIEW))
        ).select_related("zone")
    )
    found = [Scope(zone) for zone in whole]
    own_teams = [team for team in teams if team.zone not in whole]
    led = {grant.team_id for grant in user.grants if grant.role == Role.LEADER}
    own = [Scope(team.zone, person=user) for team in own_teams if _works_in(user, team)]
    found += [Scope(team.zone, team=team) for team in own_teams if team.pk in led]
    found += list({scope.zone.pk: scope for scope in own}.values())
    found += [Scope(team.zone, team=team) for team in own_teams if team.pk not in led]
    return found + [Scope(team.zone, team=team) for team in teams if team.zone in whole]


def _works_in(user: User, team: Team) -> bool:
    return any(grant.team_id == team.pk and grant.role in (Role.MEMBER, Role.LEADER) for grant in user.grants)


def read_scope(user: User, code: str, scopes: Sequence[Scope] | None = None) -> Scope:
    """The scope that an address names, else what the user starts with; raises Http404 for one that is not theirs.

    Whoever sees a zone may ask for each of its people, whoever sees a team for those who are in it today. `scopes` are
    what `scopes_of` said, where that is in hand.
    """
    scopes = scopes_of(user) if scopes is None else scopes
    if not scopes:
        raise Http404
    if not code:
        return scopes[0]
    for scope in scopes:
        if scope.code == code:
            return scope
    return _person(scopes, code)


def may_ask(user: User, scope: Scope) -> bool:
    """Whether the user may ask figures of the scope: where not, no number links to its list."""
    try:
        read_scope(user, scope.code)
    except Http404:
        return False
    return True


def _person(scopes: Sequence[Scope], code: str) -> Scope:
    try:
        word, rest = code.split("-", 1)
        person_id, zone_id = uuid.UUID(rest[:36]), uuid.UUID(rest[37:])
    except ValueError as error:
        raise Http404 from error
    zone = next((scope.zone for scope in scopes if scope.zone.pk == zone_id and scope.person is None), None)
    whole = any(scope.zone.pk == zone_id and scope.team is None and scope.person is None for scope in scopes)
    teams = [scope.team for scope in scopes if scope.team is not None and scope.zone.pk == zone_id]
    held = Membership.objects.filter(zone_id=zone_id, deleted_at=None)
    if not whole and zone is not None:
        # who has left the team works for others now: that is theirs to see
        today = zone.today()
        held = held.filter(Q(ends_on=None) | Q(ends_on__gte=today), team__in=teams, starts_on__lte=today)
    people = User.objects.filter(pk__in=held.values("user_id"))
    person = people.filter(pk=person_id).first() if word == "person" and zone is not None else None
    if person is None or zone is None:
        raise Http404
    return Scope(zone, person=person)
