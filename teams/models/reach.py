"""What a person sees of the rows of a zone: the parts that every `visible_to` is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from teams.access import Capability

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def _signed_in(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def live_for(rows: Rows, user: Any) -> Rows:
    """The rows that are not deleted; none for anonymous and for a closed account."""
    live = rows.filter(deleted_at=None)
    return live if _signed_in(user) else live.none()


def seen_by(rows: Rows, user: Any, within: Callable[[], Q]) -> Rows:
    """The live rows within what the user sees; a superuser sees all.

    `within` is asked only of somebody who is signed in: anonymous holds no roles to ask for.
    """
    live = live_for(rows, user)
    return live if user.is_superuser or not _signed_in(user) else live.filter(within())


def covered(user: Any, capability: Capability, path: str = "") -> Q:
    """Rows of the zones and teams over which the user's roles give the capability; who asks lets a superuser through.

    `path` leads to the row that has zone and team, such as `lead__`.
    """
    return Q(**{f"{path}zone_id__in": user.zone_ids(capability)}) | Q(
        **{f"{path}team_id__in": user.team_ids(capability)}
    )


def in_reach(user: Any, *, own: Q) -> Q:
    """Rows of the zones and teams that the user's roles cover, and `own` ones of a zone in which they hold a role."""
    return covered(user, Capability.VIEW) | own & Q(zone_id__in=user.role_zone_ids)
