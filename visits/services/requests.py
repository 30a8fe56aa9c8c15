"""Service requests (诉求): received, answered, settled, reported back (事事有回应、件件有着落、凡事有交代).

Times are whole minutes, as people give them; a step may be entered later than it was done, but not before the step
before it, and not in the future.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import MIN_DAY, check_day
from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.choices import NotificationKind
from projects.models import Company, Contact, Lead
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import Membership, User, Zone
from visits.choices import RequestState
from visits.models import Interaction, ServiceRequest
from visits.selectors.requests import due_on_of, may_handle, state_of

EDITABLE = frozenset(
    {"category", "title", "detail", "received_at", "raised_by", "lead", "answer_due_on", "settle_due_on"}
)
# How many years ahead a promised day may lie.
YEARS_AHEAD = 3


def whole_minute(moment: datetime.datetime | None) -> datetime.datetime:
    """The moment, or now, in whole minutes."""
    return (moment or timezone.now()).replace(second=0, microsecond=0)


def due_days(zone: Zone, received_on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Until when a request of that day is to be answered and settled, by the zone's settings."""
    return (
        received_on + datetime.timedelta(days=zone.request_answer_days),
        received_on + datetime.timedelta(days=zone.request_settle_days),
    )


def _check_received(moment: datetime.datetime) -> None:
    """A moment that was, and that a calendar can count from; raises ValidationError.

    Checked before anything is computed from it: what lies near the ends of all years cannot be moved by a day.
    """
    if moment > timezone.now():
        raise ValidationError({"received_at": ValidationError(_("This lies in the future."), code="future")})
    if moment.year < MIN_DAY.year:
        message = _("This date is too far back: not before %(day)s.") % {"day": MIN_DAY.isoformat()}
        raise ValidationError({"received_at": ValidationError(message, code="too_early")})


def _check(request: ServiceRequest, actor: User, problems: Problems, only: set[str] | None = None) -> None:
    """Rules of what is written on a request; `only` limits the check to those fields."""
    clean_values(request, problems, only=only)
    received, zone = request.received_at, request.zone
    received_on = zone.day_of(received)
    if request.answered_at is not None and request.answered_at < received:
        problems.add("received_at", _("It was answered before that."), "after_answer")
    for field in ("answer_due_on", "settle_due_on"):
        day: datetime.date = getattr(request, field)
        try:
            check_day(day, future_years=YEARS_AHEAD, today=zone.today(), earliest=received_on)
        except ValidationError as error:
            if error.code == "too_early":
                error = ValidationError(_("Not before the request came."), code="before_it_came")
            problems.errors.setdefault(field, []).append(error)
    if request.settle_due_on < request.answer_due_on:
        problems.add("settle_due_on", _("It cannot be settled before it is answered."), "before_answer")
    contact = request.raised_by if only is None or "raised_by" in only else None
    if contact is not None and (contact.company_id, contact.zone_id) != (request.company_id, request.zone_id):
        problems.add("raised_by", _("This contact belongs to another company."), "other_company")
    if only is None or "lead" in only:
        _check_lead(request, actor, problems)


def _check_lead(request: ServiceRequest, actor: User, problems: Problems) -> None:
    if request.lead_id is None:
        return
    lead = Lead.objects.visible_to(actor).filter(pk=request.lead_id, zone_id=request.zone_id).first()
    if lead is None:
        problems.add("lead", _("You do not see this lead, or it is gone."), "gone")
    elif request.company_id not in (lead.company_id, lead.registered_company_id):
        problems.add("lead", _("This lead belongs to another company."), "other_company")


def _check_handler(handler: User, zone: Zone, problems: Problems) -> None:
    if not User.objects.working_in(zone, zone.today()).filter(id=handler.id).exists():
        problems.add("handler", _("This person does not work in the zone."), "not_in_zone")


def _team_id_of(handler: User, zone: Zone) -> uuid.UUID | None:
    """The team of the zone that the person is in today; the first of several."""
    day = zone.today()
    held = Membership.objects.filter(user=handler, zone=zone, team__isnull=False, deleted_at=None, starts_on__lte=day)
    return held.exclude(ends_on__lt=day).order_by("starts_on", "id").values_list("team_id", flat=True).first()


def _tell(request: ServiceRequest, actor: User) -> None:
    """Whoever handles it is told, unless they took it themselves."""
    due_on = due_on_of(request)
    notify(
        to=[request.handler], kind=NotificationKind.ASSIGNED,
        key=f"request:{request.id}:{request.handler_id}:{request.version}", actor=actor,
        data={
            "what": "service_request", "id": str(request.id), "label": request.title,
            "due_on": due_on.isoformat() if due_on else "",
        },
    )  # fmt: skip


@transaction.atomic
def receive_request(
    *,
    actor: User,
    zone: Zone,
    company: Company,
    category: str,
    title: str,
    detail: str = "",
    lead: Lead | None = None,
    raised_by: Contact | None = None,
    came_from: Interaction | None = None,
    handler: User | None = None,
    received_at: datetime.datetime | None = None,
    answer_due_on: datetime.date | None = None,
    settle_due_on: datetime.date | None = None,
    request_id: uuid.UUID | None = None,
) -> ServiceRequest:
    """Enter what a company asks for; the due days come from the zone's settings unless given.

    `request_id` is the new row's id, for a form that may be sent twice: the second one is an IntegrityError.
    Raises PermissionDenied, ValidationError.
    """
    if not actor.can(Capability.LOG_INTERACTION, on=zone):
        raise PermissionDenied
    handler = handler or actor
    moment = whole_minute(received_at)
    _check_received(moment)
    answer_by, settle_by = due_days(zone, zone.day_of(moment))
    answer_by = answer_due_on or answer_by
    request = ServiceRequest(
        zone=zone, company=company, lead=lead, category=category, title=title.strip(), detail=detail.strip(),
        received_at=moment, raised_by=raised_by, came_from=came_from, handler=handler,
        answer_due_on=answer_by, settle_due_on=settle_due_on or max(answer_by, settle_by), created_by=actor,
        team_id=_team_id_of(handler, zone),
    )  # fmt: skip
    if request_id is not None:
        request.id = request_id
    problems = Problems()
    _check(request, actor, problems)
    _check_handler(handler, zone, problems)
    if came_from is not None and not Interaction.objects.visible_to(actor).filter(pk=came_from.pk).exists():
        problems.add("came_from", _("You do not see this entry, or it is gone."), "gone")
    problems.raise_if_any()
    request.save(force_insert=True)
    _tell(request, actor)
    return request


def lock_request(actor: User, request_id: uuid.UUID, expected_version: int | None = None) -> ServiceRequest:
    """The request, locked; raises Http404, PermissionDenied, Stale."""
    rows = ServiceRequest.objects.visible_to(actor).select_related(
        "zone", "company", "handler", "lead", "raised_by", "answered_by", "settled_by", "reported_by"
    )
    request = lock_for_change(rows, request_id)
    if not may_handle(actor, request):
        raise PermissionDenied(_("A colleague handles this request."))
    check_version(request, expected_version)
    return request


def done_meanwhile(request: ServiceRequest) -> ValidationError:
    """What to say where the step is done already, or another one is due."""
    state = state_of(request)
    names = {
        RequestState.WITHDRAWN: _("This request has been withdrawn."),
        RequestState.DONE: _("%(name)s has reported this back already."),
        RequestState.TO_REPORT: _("%(name)s has settled this already."),
        RequestState.TO_SETTLE: _("%(name)s has answered this already."),
        RequestState.TO_ANSWER: _("This has not been answered yet."),
    }
    last = request.reported_by or request.settled_by or request.answered_by
    return ValidationError(names[state], code="meanwhile", params={"name": last})


def save_request(request: ServiceRequest, fields: list[str], problems: Problems) -> ServiceRequest:
    """Write the columns of the locked request unless something is wrong with them; raises ValidationError."""
    problems.raise_if_any()
    at = {
        "request_answered_after_it_came": "answered_at",
        "request_settled_after_answer": "settled_at",
        "request_reported_after_settling": "reported_at",
    }
    with integrity_errors_as_rules(ServiceRequest, **at), transaction.atomic():
        request.save_changes(fields)
    return request


@transaction.atomic
def hand_over_request(
    *, actor: User, request_id: uuid.UUID, handler: User, expected_version: int | None = None
) -> ServiceRequest:
    """Give an open request to a colleague, and with it to their team.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = lock_request(actor, request_id, expected_version)
    if state_of(request) in (RequestState.WITHDRAWN, RequestState.DONE):
        raise done_meanwhile(request)
    problems = Problems()
    _check_handler(handler, request.zone, problems)
    if handler.id == request.handler_id:
        problems.add("handler", _("They handle it already."), "same")
    problems.raise_if_any()
    request.handler = handler
    request.team_id = _team_id_of(handler, request.zone) or request.team_id
    save_request(request, ["handler", "team"], problems)
    _tell(request, actor)
    return request


@transaction.atomic
def update_request(
    *,
    actor: User,
    request_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> ServiceRequest:
    """Change what was written down; raises Http404, PermissionDenied, Stale, ValidationError.

    `base` and `expected_version` are those of core.editing.apply_changes.
    """
    request = lock_request(actor, request_id)
    changed = apply_changes(request, changes, EDITABLE, base=base, expected_version=expected_version)
    if changed:
        problems = Problems()
        if "received_at" in changed:
            request.received_at = whole_minute(request.received_at)
            _check_received(request.received_at)
        _check(request, actor, problems, set(changed))
        save_request(request, changed, problems)
    return request
