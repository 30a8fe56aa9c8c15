"""How the pages of this app answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of a form; 422 where something in it is wrong, 409 where somebody else was faster."""
    status = 200
    if form.errors:
        status = CONFLICT if getattr(form, "met", None) else UNPROCESSABLE
    return render(request, template, {"form": form, **context}, status=status)


def at_zone(view_name: str, zone: Zone) -> str:
    """The address of an administration page, in a zone."""
    return f"{reverse(view_name)}?zone={zone.code}"


def administered(request: HttpRequest, capability: Capability) -> tuple[User, Zone, list[Zone]]:
    """The reader, the zone that they look at, and all in which they have the capability; PermissionDenied if none."""
    user = user_of(request)
    zones = zones_where(user, capability)
    return user, chosen_zone(request, zones), zones


def zone_tabs(view_name: str, zone: Zone, zones: list[Zone]) -> list[dict[str, Any]]:
    """The switch between the zones that one administers; empty where there is one."""
    tabs = [{"label": one.name, "url": at_zone(view_name, one), "here": one == zone} for one in zones]
    return tabs if len(tabs) > 1 else []
