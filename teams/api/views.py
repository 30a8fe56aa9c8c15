"""Zones and people, which are read only, and teams, which administrators change."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.etags import refuse_other_tag
from investcrm.core.api.systems import systems_of
from investcrm.core.api.upserts import take_known_as
from investcrm.core.api.views import CreateMixin, ReadOnlyResource, UpdateMixin
from investcrm.core.paging import Ordering
from teams.api.references import References
from teams.api.serializers import UserChangeSerializer, UserSerializer, ZoneSerializer
from teams.api.team_serializers import TeamChangeSerializer, TeamSerializer, TeamWriteSerializer
from teams.filters import TeamFilter
from teams.models import Team, User, Zone
from teams.services.known_as import know_person_as
from teams.services.teams import add_team, update_team
from teams.shapes import (
    TEAM_COLUMNS,
    USER_COLUMNS,
    ZONE_COLUMNS,
    team_rows,
    team_shape,
    user_rows,
    user_shape,
    zone_shape,
)


class ZoneViewSet(ReadOnlyResource):
    """The zones in which the caller holds a role."""

    model = Zone
    noun = "Zone"
    columns = ZONE_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "code": Ordering("code")}
    default_ordering = "created_at"
    answer_serializer = ZoneSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Zones of the caller's roles."""
        return Zone.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A zone."""
        return zone_shape(row)


class TeamViewSet(CreateMixin, UpdateMixin, ReadOnlyResource):
    """The teams of the caller's zones, also those that were dissolved."""

    model = Team
    noun = "Team"
    columns = TEAM_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "code": Ordering("code")}
    default_ordering = "created_at"
    filterset_class = TeamFilter
    answer_serializer = TeamSerializer
    write_serializer = TeamWriteSerializer
    change_serializer = TeamChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Teams of the caller's zones."""
        return team_rows(Team.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A team."""
        return team_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Found a team in the zone named, or in the caller's only one."""
        references = References(self.actor)
        zone: Any = references.place({"zone": data["zone"]} if "zone" in data else {})[0]
        references.raise_if_any()
        return add_team(actor=self.actor, **{**data, "zone": zone})

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Rename a team, or dissolve it from a day on."""
        update_team(actor=self.actor, team_id=pk, changes=data, expected_version=expected_version)


class UserViewSet(UpdateMixin, ReadOnlyResource):
    """The people (and service accounts) of the caller's zones. Only what another system calls them is written here."""

    model = User
    noun = "User"
    columns = USER_COLUMNS
    orderings: ClassVar = {"created_at": Ordering("date_joined"), "username": Ordering("username")}
    default_ordering = "created_at"
    answer_serializer = UserSerializer
    change_serializer = UserChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Colleagues."""
        return user_rows(User.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A colleague."""
        return user_shape(row)

    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Held against If-Match by the digest that is the tag: people have no version."""
        self.refuse_unknown_parameters()
        refuse_other_tag(request, self.entity_tag(self.read(pk)))
        pair = take_known_as(request, self.written(UserChangeSerializer))
        know_person_as(actor=self.actor, user_id=pk, known_as=pair)
        return self.answer(self.read(pk))
