"""Telling whoever handles a service request that the next step is due: 事事有回应、件件有着落、凡事有交代."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import islice

from django.db.models import Q

from projects.choices import NotificationKind
from projects.models import Lead, Notification
from projects.services.notifications import notify
from teams.models import Zone
from visits.models import ServiceRequest

TOLD_BEFORE = datetime.timedelta(days=1)
BATCH = 500


def tell_due_requests() -> int:
    """Tell of every open request whose next step is due by tomorrow and of which its handler was not told yet.

    May run at any time, late, and twice at once: each is told once of each step and day. Returns how many.
    """
    return sum(_tell_zone(zone) for zone in Zone.objects.filter(deleted_at=None))


def _tell_zone(zone: Zone) -> int:
    day = zone.today() + TOLD_BEFORE
    due = (
        Q(answered_at=None, answer_due_on__lte=day)
        | Q(answered_at__isnull=False, settled_at=None, settle_due_on__lte=day)
        | Q(settled_at__isnull=False, report_due_on__lte=day)
    )
    rows = ServiceRequest.objects.filter(due, zone=zone, deleted_at=None).open().select_related("handler", "lead")
    requests = rows.order_by("id").iterator(chunk_size=BATCH)
    told = 0
    while batch := list(islice(requests, BATCH)):
        told += sum(_tell(request) for request in _untold(batch))
    return told


def _step(request: ServiceRequest) -> tuple[str, datetime.date]:
    """What comes next, and by when."""
    if request.answered_at is None:
        return "answer", request.answer_due_on
    if request.settled_at is None or request.report_due_on is None:
        return "settle", request.settle_due_on
    return "report", request.report_due_on


def _key(request: ServiceRequest) -> str:
    step, due_on = _step(request)
    return f"request:{request.id}:{step}:{due_on.isoformat()}"


def _untold(requests: list[ServiceRequest]) -> Iterator[ServiceRequest]:
    """Those whose handler was not told yet of the present step. One query."""
    keys = [_key(request) for request in requests]
    handlers = [request.handler_id for request in requests]
    told = set(Notification.objects.filter(user__in=handlers, key__in=keys).values_list("user_id", "key"))
    return (request for request in requests if (request.handler_id, _key(request)) not in told)


def _tell(request: ServiceRequest) -> bool:
    step, due_on = _step(request)
    lead = request.lead
    if lead is not None and not Lead.objects.visible_to(request.handler).filter(id=lead.id).exists():
        # Whoever handles a request sees it, the lead it belongs to perhaps not.
        lead = None
    data = {
        "what": "service_request", "id": str(request.id), "label": request.title, "due_on": due_on.isoformat(),
        "step": step,
    }  # fmt: skip
    kind = NotificationKind.ANSWER_DUE
    return bool(notify(to=[request.handler], kind=kind, key=_key(request), lead=lead, data=data))
