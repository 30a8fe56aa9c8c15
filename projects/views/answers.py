"""What the pages of this app share: errors of services beside their fields, answers to dialogs, zones of the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse

from investcrm.core.toasts import with_toast
from teams.access import Capability
from teams.models import User, Zone

UNPROCESSABLE = 422
CONFLICT = 409


def user_of(request: HttpRequest) -> User:
    """The signed-in user; the views require one."""
    user: Any = request.user
    return user


def add_problems(form: forms.Form, error: ValidationError, *, at: Mapping[str, str] | None = None) -> None:
    """Show what a service refused beside the fields; `at` gives the form's name for a service's field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = (at or {}).get(name, name)
        form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)


def zones_where(user: User, capability: Capability) -> list[Zone]:
    """The zones in which one of the user's roles gives the capability."""
    return [zone for zone in Zone.objects.visible_to(user).order_by("code") if user.can(capability, on=zone)]


def chosen_zone(request: HttpRequest, zones: list[Zone]) -> Zone:
    """The zone named by ?zone=, else the first one; raises PermissionDenied where there is none."""
    if not zones:
        raise PermissionDenied
    code = request.GET.get("zone", "")
    return next((zone for zone in zones if zone.code == code), zones[0])


def dialog_done(text: Any, *events: str) -> HttpResponse:
    """Close the dialog, say what was done, and tell the page what to load again."""
    return with_toast(HttpResponse(status=204), text, events={"closeDialog": True, **dict.fromkeys(events, True)})
