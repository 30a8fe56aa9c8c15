"""Zones, teams and people: read through the API, changed by administrators on the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet

from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import ReadOnlyResource
from investcrm.core.paging import Ordering
from teams.api.serializers import TeamSerializer, UserSerializer, ZoneSerializer
from teams.filters import TeamFilter
from teams.models import Team, User, Zone
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


class TeamViewSet(ReadOnlyResource):
    """The teams of the caller's zones, also those that were dissolved."""

    model = Team
    noun = "Team"
    columns = TEAM_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "code": Ordering("code")}
    default_ordering = "created_at"
    filterset_class = TeamFilter
    answer_serializer = TeamSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Teams of the caller's zones."""
        return team_rows(Team.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A team."""
        return team_shape(row)


class UserViewSet(ReadOnlyResource):
    """The people (and service accounts) of the caller's zones."""

    model = User
    noun = "User"
    columns = USER_COLUMNS
    orderings: ClassVar = {"created_at": Ordering("date_joined"), "username": Ordering("username")}
    default_ordering = "created_at"
    answer_serializer = UserSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Colleagues."""
        return user_rows(User.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A colleague."""
        return user_shape(row)
