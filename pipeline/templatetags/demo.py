"""The demonstration logins for the sign-in page; nothing outside demonstration mode."""

from __future__ import annotations

from typing import Any

from django import template

from pipeline.demo.accounts import PASSWORD, logins
from teams.access import Role

register = template.Library()


@register.inclusion_tag("account/demo_hint.html")
def demo_hint() -> dict[str, Any]:
    """The logins by zone, with the password they share."""
    zones: dict[str, list[dict[str, Any]]] = {}
    for login, zone in logins():
        row = {"username": login.username, "role": Role(login.role).label, "team": login.team or ""}
        zones.setdefault(zone.name, []).append(row)
    return {"zones": zones, "password": PASSWORD}
