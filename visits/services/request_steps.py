"""The steps of a service request: answered, settled, reported back, withdrawn; and a mistake taken back.

A step may be entered later than it was done, but not before the step before it, and not in the future.
"""

from __future__ import annotations

import datetime
import uuid

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems, clean_values
from teams.models import User
from visits.choices import RequestState
from visits.models import ServiceRequest
from visits.selectors.requests import state_of
from visits.services.requests import done_meanwhile, lock_request, save_request, whole_minute

# Each step with its text; time and person are <step>_at and <step>_by.
TEXTS = {"answered": "answer", "settled": "settlement", "reported": "report"}


def _take_step(
    request: ServiceRequest, step: str, at: datetime.datetime, text: str, actor: User, problems: Problems
) -> list[str]:
    """Write a step on the locked request; returns the columns that it fills."""
    floor, before = {
        "answered": (request.received_at, _("It cannot be answered before it came.")),
        "settled": (request.answered_at, _("It cannot be settled before it was answered.")),
        "reported": (request.settled_at, _("It cannot be reported back before it was settled.")),
    }[step]
    field = f"{step}_at"
    if at > timezone.now():
        problems.add(field, _("This lies in the future."), "future")
    elif floor is not None and at < floor:
        problems.add(field, before, "too_early")
    setattr(request, field, at)
    setattr(request, f"{step}_by", actor)
    setattr(request, TEXTS[step], text.strip())
    clean_values(request, problems, only={TEXTS[step]})
    return [field, f"{step}_by", TEXTS[step]]


@transaction.atomic
def answer_request(
    *,
    actor: User,
    request_id: uuid.UUID,
    answer: str,
    at: datetime.datetime | None = None,
    expected_version: int | None = None,
) -> ServiceRequest:
    """Say what the company was told; raises Http404, PermissionDenied, Stale, ValidationError."""
    request = lock_request(actor, request_id, expected_version)
    if state_of(request) != RequestState.TO_ANSWER:
        raise done_meanwhile(request)
    problems = Problems()
    _require(problems, "answer", answer)
    return save_request(request, _take_step(request, "answered", whole_minute(at), answer, actor, problems), problems)


@transaction.atomic
def settle_request(
    *,
    actor: User,
    request_id: uuid.UUID,
    settlement: str,
    at: datetime.datetime | None = None,
    answer_too: bool = False,
    expected_version: int | None = None,
) -> ServiceRequest:
    """Say how it was settled; from then on the days to report back count.

    One that was never answered needs `answer_too`: the settlement was the answer, at the same time.
    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = lock_request(actor, request_id, expected_version)
    state, moment = state_of(request), whole_minute(at)
    if state not in (RequestState.TO_ANSWER, RequestState.TO_SETTLE):
        raise done_meanwhile(request)
    problems, fields = Problems(), []
    _require(problems, "settlement", settlement)
    if state == RequestState.TO_ANSWER:
        if not answer_too:
            problems.add(
                "answer_too", _("This has not been answered yet. Say that this is the answer, too."), "not_answered"
            )
        fields = _take_step(request, "answered", moment, settlement, actor, problems)
        if "answered_at" in problems.errors:
            problems.errors["settled_at"] = problems.errors.pop("answered_at")
    if "settled_at" not in problems.errors:
        fields += _take_step(request, "settled", moment, settlement, actor, problems)
    if not problems.errors:
        days = datetime.timedelta(days=request.zone.request_report_days)
        request.report_due_on = request.zone.day_of(moment) + days
    return save_request(request, [*fields, "report_due_on"], problems)


@transaction.atomic
def report_request(
    *,
    actor: User,
    request_id: uuid.UUID,
    report: str = "",
    at: datetime.datetime | None = None,
    expected_version: int | None = None,
) -> ServiceRequest:
    """Say that the company was told of the result, and what it said.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = lock_request(actor, request_id, expected_version)
    if state_of(request) != RequestState.TO_REPORT:
        raise done_meanwhile(request)
    problems = Problems()
    return save_request(request, _take_step(request, "reported", whole_minute(at), report, actor, problems), problems)


def _require(problems: Problems, field: str, text: str) -> None:
    if not text.strip():
        problems.add(field, _("Say it in a few words."), "required")


@transaction.atomic
def withdraw_request(
    *, actor: User, request_id: uuid.UUID, reason: str, expected_version: int | None = None
) -> ServiceRequest:
    """Say that the company no longer asks for it, and why; raises as answer_request."""
    request = lock_request(actor, request_id, expected_version)
    if state_of(request) in (RequestState.WITHDRAWN, RequestState.DONE):
        raise done_meanwhile(request)
    problems = Problems()
    if not reason.strip():
        problems.add("withdraw_reason", _("Say why it is withdrawn."), "required")
    request.withdrawn_at, request.withdraw_reason = timezone.now(), reason.strip()
    clean_values(request, problems, only={"withdraw_reason"})
    return save_request(request, ["withdrawn_at", "withdraw_reason"], problems)


@transaction.atomic
def take_back_step(
    *,
    actor: User,
    request_id: uuid.UUID,
    note: str,
    state: str | None = None,
    expected_version: int | None = None,
) -> ServiceRequest:
    """Take the latest step back, for it was a mistake; why is kept in the history of the row.

    `state` is where the request stood for whoever takes it back: somebody else's later step is not taken back.
    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = lock_request(actor, request_id, expected_version)
    present = state_of(request)
    if state is not None and state != present:
        raise done_meanwhile(request)
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why it is taken back."), code="required")})
    if present == RequestState.WITHDRAWN:
        request.withdrawn_at, request.withdraw_reason = None, ""
        fields = ["withdrawn_at", "withdraw_reason"]
    elif present == RequestState.TO_ANSWER:
        raise ValidationError(_("Nothing has been done that could be taken back."), code="nothing")
    else:
        step = {
            RequestState.DONE: "reported",
            RequestState.TO_REPORT: "settled",
            RequestState.TO_SETTLE: "answered",
        }[present]
        fields = [f"{step}_at", f"{step}_by", TEXTS[step]]
        setattr(request, fields[0], None)
        setattr(request, fields[1], None)
        setattr(request, fields[2], "")
        if step == "settled":
            request.report_due_on = None
            fields.append("report_due_on")
    with pghistory.context(note=note.strip()):
        return save_request(request, fields, Problems())
