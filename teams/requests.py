"""What a page's request says of its reader: who it is, and in which zone they work."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from teams.models import User, Zone


def user_of(request: HttpRequest) -> User:
    """The signed-in user of a view that requires one."""
    user: Any = request.user
    return user


def chosen_zone(request: HttpRequest, zones: list[Zone]) -> Zone:
    """The zone named by ?zone=, else the first one; raises PermissionDenied where there is none."""
    if not zones:
        raise PermissionDenied
    code = request.GET.get("zone", "")
    return next((zone for zone in zones if zone.code == code), zones[0])
