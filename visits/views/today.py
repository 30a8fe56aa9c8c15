"""The start page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from investcrm.core.htmx import is_htmx
from teams.access import Capability
from teams.requests import user_of
from visits.selectors.today import OWN, REPORTED, TEAM, ZONE, reported_leads, scopes_of, today_of_user

SCOPE_NAMES = {OWN: _("Mine"), TEAM: _("My team"), ZONE: _("The zone")}


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is overdue, due, coming, silent; `?scope=` own, team or zone, as far as the role goes; `?all` every row."""
    user = user_of(request)
    scopes = scopes_of(user)
    wanted = request.GET.get("scope", "")
    scope = wanted if wanted in scopes else (scopes[0] if scopes else "")
    context: dict[str, Any] = {
        "scope": scope,
        "all": "all" in request.GET,
        "can_log": user.can(Capability.LOG_INTERACTION),
        "can_create": user.can(Capability.CREATE_LEAD),
        "can_assign": user.can(Capability.ASSIGN_LEAD),
        "tabs": [
            {"label": SCOPE_NAMES[code], "url": f"?scope={code}", "here": code == scope}
            for code in scopes
            if len(scopes) > 1
        ],
    }
    if scope == REPORTED:
        context["reported"] = reported_leads(user)
    elif scope:
        context["today"] = today_of_user(user, scope, show_all="all" in request.GET)
    return render(request, "visits/_today.html" if is_htmx(request) else "visits/today.html", context)
