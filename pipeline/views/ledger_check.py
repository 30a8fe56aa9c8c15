"""The checks of the ledger: when, of how many leads, and where its figures differ from it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pipeline.selectors.checking import last_checks, sentences
from pipeline.selectors.scopes import scopes_of
from teams.requests import chosen_zone, user_of


@login_required
@require_GET
def ledger_check(request: HttpRequest) -> HttpResponse:
    """The last checks of a zone, and the differences that the very last one found."""
    zones = [scope.zone for scope in scopes_of(user_of(request)) if scope.team is None and scope.person is None]
    zone = chosen_zone(request, zones)
    checks = last_checks(zone)
    latest = checks[0] if checks else None
    context = {
        "zone": zone,
        "tabs": [{"label": one.name, "url": f"?zone={one.code}", "here": one == zone} for one in zones],
        "checks": checks,
        "latest": latest,
        "differences": sentences(latest) if latest else [],
        "left_out": latest.difference_count - len(latest.differences) if latest else 0,
    }
    return render(request, "pipeline/ledger_check.html", context)
