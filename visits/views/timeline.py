"""The timeline on a lead's page."""

from __future__ import annotations

import datetime
import uuid
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from projects.choices import StageKind
from projects.models import Lead
from teams.access import Capability
from teams.requests import user_of
from visits.selectors.timeline import owed, timeline


@login_required
@require_GET
def lead_timeline(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """What is owed to the lead and what was done, newest first; `?cursor=` gives an older page's entries alone."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone", "company", "stage"), pk=lead_id)
    cursor = request.GET.get("cursor")
    above = _moment(request.GET.get("above", "")) if cursor else None
    page = timeline(user, lead, cursor, above)
    older = {"cursor": page.next_cursor, "above": page.reaches.isoformat() if page.reaches else ""}
    context = {"lead": lead, "items": page.items, "older": urlencode(older) if page.next_cursor else ""}
    if cursor:
        return render(request, "visits/_timeline_items.html", context)
    can_log = user.can(Capability.LOG_INTERACTION, on=lead)
    context |= {
        "can_log": can_log,
        "can_plan": can_log and lead.stage_kind != StageKind.CLOSED,
        "owed": owed(user, lead),
    }
    return render(request, "visits/timeline.html", context)


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
