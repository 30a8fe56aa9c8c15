"""Telling whoever handles a service request that the next step is due: 事事有回应、件件有着落、凡事有交代."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from projects.choices import NotificationKind
from projects.models import Lead, Notification
from projects.services.notifications import notify
from visits.choices import RequestState
from visits.models import ServiceRequest
from visits.selectors.requests import DUE_SOON, due_on_of, state_of, with_state

# The step that a notification names, for each state in which one is owed.
STEPS = {RequestState.TO_ANSWER: "answer", RequestState.TO_SETTLE: "settle", RequestState.TO_REPORT: "report"}
BATCH = 500


def tell_due_requests() -> int:
    """Tell of every open request whose next step is due by tomorrow and of which its handler was not told yet.

    May run at any time, late, and twice at once: each is told once of each step and day. Returns how many.
    """
    rows = ServiceRequest.objects.filter(deleted_at=None, zone__deleted_at=None).open()
    due = with_state(rows).filter(DUE_SOON).select_related("handler", "lead")
    requests = due.order_by("id").iterator(chunk_size=BATCH)
    told = 0
    while batch := list(islice(requests, BATCH)):
        told += sum(_tell(request) for request in _untold(batch))
    return told


def _step(request: ServiceRequest) -> tuple[str, str]:
    """What comes next, and by when."""
    due_on = due_on_of(request)
    return STEPS[state_of(request)], due_on.isoformat() if due_on else ""


def _key(request: ServiceRequest) -> str:
    step, due_on = _step(request)
    return f"request:{request.id}:{step}:{due_on}"


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
        "what": "service_request", "id": str(request.id), "label": request.title, "due_on": due_on, "step": step,
    }  # fmt: skip
    kind = NotificationKind.ANSWER_DUE
    return bool(notify(to=[request.handler], kind=kind, key=_key(request), lead=lead, data=data))
