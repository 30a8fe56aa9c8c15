"""Service requests: where each stands, what is due when, what is overdue. All rules of it are here.

A request is answered, then settled, then reported back; the day that counts is that of the next step. Days are those
of the zone's calendar; a step is overdue on the first day after its day.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Case, CharField, Count, DateField, F, Q, Value, When

from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from projects.models import Company, Lead
from projects.selectors import search
from teams.access import Capability
from teams.models import User
from visits.choices import RequestState
from visits.models import ServiceRequest
from visits.models.aftercare import ServiceRequestQuerySet
from visits.selectors.days import days_until

PAGE = 30
# What is due so soon belongs to today's work: a request that came today is to be answered tomorrow.
SOON_DAYS = 1
OPEN_STATES = (RequestState.TO_ANSWER, RequestState.TO_SETTLE, RequestState.TO_REPORT)
OVERDUE = Q(due_in__lt=0)
DUE_SOON = Q(due_in__lte=SOON_DAYS)
SHOWN = 20
ORDERINGS: dict[str, Ordering] = {"received_at": Ordering("received_at"), "due_on": Ordering("due_on", nullable=True)}
DEFAULT_ORDERING = "due_on"


def state_by_steps(*, withdrawn: Any, reported: Any, settled: Any, answered: Any) -> RequestState:
    """Where a request stands whose steps were taken at these moments; None for a step not taken."""
    if withdrawn is not None:
        return RequestState.WITHDRAWN
    if reported is not None:
        return RequestState.DONE
    if settled is not None:
        return RequestState.TO_REPORT
    if answered is not None:
        return RequestState.TO_SETTLE
    return RequestState.TO_ANSWER


def state_of(request: ServiceRequest) -> RequestState:
    """Where a request in hand stands; the same as the column `state` of `with_state`."""
    return state_by_steps(
        withdrawn=request.withdrawn_at,
        reported=request.reported_at,
        settled=request.settled_at,
        answered=request.answered_at,
    )


def due_on_of(request: ServiceRequest) -> datetime.date | None:
    """The day of the next step of a request in hand; None where nothing is owed any more."""
    days = {
        RequestState.TO_ANSWER: request.answer_due_on,
        RequestState.TO_SETTLE: request.settle_due_on,
        RequestState.TO_REPORT: request.report_due_on,
    }
    return days.get(state_of(request))


def with_state(rows: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """With `state`, `due_on` (the day of the next step) and `due_in` (days, negative when overdue)."""
    state = Case(
        When(withdrawn_at__isnull=False, then=Value(RequestState.WITHDRAWN.value)),
        When(reported_at__isnull=False, then=Value(RequestState.DONE.value)),
        When(settled_at__isnull=False, then=Value(RequestState.TO_REPORT.value)),
        When(answered_at__isnull=False, then=Value(RequestState.TO_SETTLE.value)),
        default=Value(RequestState.TO_ANSWER.value),
        output_field=CharField(),
    )
    due_on = Case(
        When(Q(withdrawn_at__isnull=False) | Q(reported_at__isnull=False), then=Value(None)),
        When(settled_at__isnull=False, then=F("report_due_on")),
        When(answered_at__isnull=False, then=F("settle_due_on")),
        default=F("answer_due_on"),
        output_field=DateField(),
    )
    found = rows.annotate(state=state, due_on=due_on).annotate(due_in=days_until(F("due_on"), "zone__time_zone"))
    return cast(ServiceRequestQuerySet, found)


def requests_seen(user: User) -> ServiceRequestQuerySet:
    """The visible requests with all that a row shows."""
    return with_state(ServiceRequest.objects.visible_to(user)).select_related("company", "handler", "team", "zone")


def found_by(
    user: User,
    *,
    state: str = "",
    overdue: bool = False,
    mine: bool = False,
    category: str = "",
    team: Any = None,
    company: Company | None = None,
    handler: User | None = None,
    query: str = "",
) -> ServiceRequestQuerySet:
    """The visible requests that match; `state` "open" is whatever is still owed."""
    rows = requests_seen(user)
    if state == "open":
        rows = rows.open()
    elif state:
        rows = rows.filter(Q(state=state))
    if overdue:
        rows = rows.open().filter(OVERDUE)
    if mine:
        rows = rows.filter(handler=user)
    if category:
        rows = rows.filter(category=category)
    if team is not None:
        rows = rows.filter(team=team)
    if company is not None:
        rows = rows.filter(company=company)
    if handler is not None:
        rows = rows.filter(handler=handler)
    if query.strip():
        companies = search(Company.objects.filter(deleted_at=None), query).values("id")
        rows = rows.filter(Q(title__icontains=query.strip()) | Q(company__in=companies))
    return rows


def page_of(rows: ServiceRequestQuerySet, ordering: str, cursor: str | None) -> KeysetPage:
    """A page; a cursor that cannot be read starts from the beginning."""
    return page_or_first(rows, ordering=ordering, allowed=ORDERINGS, cursor=cursor, page_size=PAGE)


def open_counts(user: User) -> dict[str, int]:
    """How many visible requests wait for each step, and how many of them are overdue. One query."""
    counts: dict[str, Any] = {state.value: Count("id", filter=Q(state=state)) for state in OPEN_STATES}
    late = {f"late_{state.value}": Count("id", filter=Q(state=state) & OVERDUE) for state in OPEN_STATES}
    rows = with_state(ServiceRequest.objects.visible_to(user).open())
    return rows.aggregate(**counts, **late)


def requests_due(user: User, *, own: bool, teams: Sequence[uuid.UUID] | None = None) -> ServiceRequestQuerySet:
    """Open requests that are overdue or due today or tomorrow, the longest overdue first.

    Those that the user handles, those of some teams, or all that the user sees.
    """
    rows = requests_seen(user).open().filter(DUE_SOON)
    if own:
        rows = rows.filter(handler=user)
    elif teams is not None:
        rows = rows.filter(team_id__in=teams)
    return rows.order_by(F("due_on").asc(), "id")


@dataclass(frozen=True)
class Requests:
    """The requests beside a lead or of a company: what is open first, then the latest; and whether there are more."""

    rows: list[ServiceRequest]
    more: bool


def _first(rows: ServiceRequestQuerySet) -> Requests:
    found = list(rows.order_by(F("due_on").asc(nulls_last=True), "-received_at", "-id")[: SHOWN + 1])
    return Requests(found[:SHOWN], len(found) > SHOWN)


def requests_of_lead(user: User, lead: Lead) -> Requests:
    """The visible requests of a lead. One query."""
    return _first(requests_seen(user).filter(lead=lead))


def requests_of_company(user: User, company: Company) -> Requests:
    """The visible requests of a company. One query."""
    return _first(requests_seen(user).filter(company=company))


def may_handle(user: User, request: ServiceRequest) -> bool:
    """Whether the user may answer, settle, edit, hand on: their own one, or a colleague's. Its zone comes with it."""
    if user.id in (request.handler_id, request.created_by_id):
        return user.can(Capability.LOG_INTERACTION, on=request.zone)
    return user.can(Capability.EDIT_ANY_INTERACTION, on=request)
