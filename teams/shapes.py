"""The read shapes of zones, teams and people. Values in, plain dict out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from investcrm.core.external_ids import external_shape, with_external
from investcrm.core.language import pick
from teams.models import Team, User

Values = Mapping[str, Any]

ZONE_COLUMNS: tuple[str, ...] = (
    "id", "code", "name_zh", "name_en", "centre_zh", "centre_en", "city", "region_code", "time_zone",
    "is_generated", "version", "created_at", "updated_at",
)  # fmt: skip
TEAM_COLUMNS: tuple[str, ...] = (
    "id", "zone__code", "code", "name_zh", "name_en", "starts_on", "dissolved_on", "version", "created_at",
    "updated_at", "external",
)  # fmt: skip
USER_COLUMNS: tuple[str, ...] = ("id", "username", "display_name", "is_active", "is_service_account", "external")


def team_rows(teams: QuerySet[Team], systems: Sequence[str] = ()) -> QuerySet[Team]:
    """Teams for `values(*TEAM_COLUMNS)`; `systems` are those of the caller's key."""
    return with_external(teams, "team", systems)


def user_rows(people: QuerySet[User], systems: Sequence[str] = ()) -> QuerySet[User]:
    """People for `values(*USER_COLUMNS)`."""
    return with_external(people, "user", systems)


def zone_shape(row: Values) -> dict[str, Any]:
    """A zone as the API gives it."""
    return {**row, "name": pick(row["name_zh"], row["name_en"])}


def team_shape(row: Values) -> dict[str, Any]:
    """A team as the API gives it."""
    return {
        "id": row["id"],
        "zone": row["zone__code"],
        "name": pick(row["name_zh"], row["name_en"]),
        **{name: row[name] for name in TEAM_COLUMNS[2:-1]},
        **external_shape(row["external"]),
    }


def user_shape(row: Values) -> dict[str, Any]:
    """A colleague as the API gives them: no more than pages show to colleagues."""
    return {**{name: row[name] for name in USER_COLUMNS[:-1]}, **external_shape(row["external"])}
