"""The dialogs that answer, settle, report back, withdraw, hand on a service request, or take its latest step back."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from teams.models import User
from teams.requests import user_of
from visits.choices import RequestState
from visits.forms.requests import AnswerForm, HandOnForm, ReportForm, SettleForm, TakeBackForm, WithdrawForm
from visits.models import ServiceRequest
from visits.selectors.requests import may_handle, requests_seen, state_of
from visits.services.request_steps import (
    answer_request,
    report_request,
    settle_request,
    take_back_step,
    withdraw_request,
)
from visits.services.requests import hand_over_request
from visits.views.answers import request_done, show

SETTLED = pgettext_lazy("request", "Settled")


@dataclass(frozen=True)
class Words:
    """What a step's dialog is called, what its button says, and what is said when it is done."""

    title: Any
    button: Any
    done: Any
    kind: str = "primary"


def _row(user: User, request_id: uuid.UUID) -> ServiceRequest:
    row = get_object_or_404(requests_seen(user), pk=request_id)
    if not may_handle(user, row):
        raise PermissionDenied
    return row


def _step(
    request: HttpRequest, user: User, row: ServiceRequest, form: forms.Form, words: Words, act: Callable[..., object]
) -> HttpResponse:
    """The dialog, or what it did: `act` gets what was typed."""
    if form.is_valid():
        try:
            act(actor=user, request_id=row.pk, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return request_done(request, words.done, row)
    context = {"form": form, "row": row, "words": words, "action": request.path}
    return show(request, "visits/request_step.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _in_zone(form: forms.Form, row: ServiceRequest, name: str) -> forms.Form:
    """The form with its time by the clock of the zone."""
    form.fields[name].zone_info = zoneinfo.ZoneInfo(row.zone.time_zone)  # type: ignore[attr-defined]
    return form


@login_required
@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say what the company was told."""
    user = user_of(request)
    row = _row(user, request_id)
    words = Words(_("Answer"), pgettext_lazy("verb", "Answer"), _("Answered"))

    def act(*, answered_at: Any, **typed: Any) -> None:
        answer_request(at=answered_at, **typed)

    return _step(request, user, row, _in_zone(AnswerForm(sent(request)), row, "answered_at"), words, act)


@login_required
@require_http_methods(["GET", "POST"])
def request_settle(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say how it was settled; where it was never answered, the same form says so."""
    user = user_of(request)
    row = _row(user, request_id)
    form = SettleForm(sent(request))
    if state_of(row) != RequestState.TO_ANSWER:
        del form.fields["answer_too"]
    words = Words(_("Settle"), _("Settle"), SETTLED)

    def act(*, settled_at: Any, **typed: Any) -> None:
        settle_request(at=settled_at, **typed)

    return _step(request, user, row, _in_zone(form, row, "settled_at"), words, act)


@login_required
@require_http_methods(["GET", "POST"])
def request_report(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say that the company was told of the result."""
    user = user_of(request)
    row = _row(user, request_id)
    words = Words(_("Report back"), _("Report back"), _("Reported back"))

    def act(*, reported_at: Any, **typed: Any) -> None:
        report_request(at=reported_at, **typed)

    return _step(request, user, row, _in_zone(ReportForm(sent(request)), row, "reported_at"), words, act)


@login_required
@require_http_methods(["GET", "POST"])
def request_withdraw(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say that it is no longer asked for."""
    user = user_of(request)
    row = _row(user, request_id)
    words = Words(_("Withdraw the request"), _("Withdraw"), _("Withdrawn"), kind="danger")

    def act(*, withdraw_reason: str, **typed: Any) -> None:
        withdraw_request(reason=withdraw_reason, **typed)

    return _step(request, user, row, WithdrawForm(sent(request)), words, act)


@login_required
@require_http_methods(["GET", "POST"])
def request_take_back(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Take the latest step back."""
    user = user_of(request)
    row = _row(user, request_id)
    words = Words(_("Take back the latest step"), _("Take back"), _("Taken back"), kind="danger")
    form = TakeBackForm(sent(request), initial={"state": state_of(row)})
    return _step(request, user, row, form, words, take_back_step)


@login_required
@require_http_methods(["GET", "POST"])
def request_hand_on(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Give it to a colleague."""
    user = user_of(request)
    row = _row(user, request_id)
    words = Words(_("Hand to a colleague"), _("Hand on"), _("Handed on"))
    return _step(request, user, row, HandOnForm(sent(request), row=row), words, hand_over_request)
