"""Planning, moving, delegating and cancelling a follow-up."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from projects.models import Lead
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from visits.forms.follow_ups import CancelForm, DelegateForm, MoveForm, PlanForm
from visits.models import FollowUp
from visits.selectors.rights import may_change_follow_up
from visits.services.follow_ups import (
    cancel_follow_up,
    delegate_follow_up,
    give_back_follow_up,
    plan_follow_up,
    reschedule_follow_up,
)
from visits.views.answers import saved, show


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_add(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """Plan the next step of a lead."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone", "company"), pk=lead_id)
    if not user.can(Capability.LOG_INTERACTION, on=lead):
        raise PermissionDenied
    form = PlanForm(sent(request), zone=lead.zone, actor=user)
    if request.method == "POST" and form.is_valid():
        try:
            plan_follow_up(
                actor=user,
                lead_id=lead_id,
                due_on=form.day(),
                note=form.cleaned_data["note"],
                assignee=form.cleaned_data["assignee"],
            )
        except ValidationError as error:
            add_problems(form, error)
        else:
            return saved(request, _("Follow-up planned"), lead_id=lead_id)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return show(request, "visits/follow_up_add.html", {"form": form, "lead": lead}, status=status)


def _follow_up(user: User, follow_up_id: uuid.UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(user).select_related("lead__zone", "lead__company", "assignee", "delegated_by")
    follow_up = get_object_or_404(rows, pk=follow_up_id)
    if not may_change_follow_up(user, follow_up):
        raise PermissionDenied
    return follow_up


def _dialog(request: HttpRequest, follow_up: FollowUp, **shown: forms.Form) -> HttpResponse:
    """The dialog with its three forms; one that was sent and refused comes back with its errors."""
    zone = follow_up.lead.zone
    context = {
        "follow_up": follow_up,
        "lead": follow_up.lead,
        "move": shown.get("move") or MoveForm(zone=zone),
        "delegate": shown.get("delegate") or DelegateForm(zone=zone, present=follow_up.assignee),
        "cancel": shown.get("cancel") or CancelForm(),
        "may_give_back": follow_up.delegated_by_id is not None and follow_up.assignee_id == user_of(request).pk,
    }
    refused = any(form.is_bound for form in shown.values())
    return show(request, "visits/follow_up_change.html", context, status=UNPROCESSABLE if refused else 200)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_reschedule(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Give a follow-up another day; the dialog also offers to give it to a colleague and to cancel it."""
    user = user_of(request)
    follow_up = _follow_up(user, follow_up_id)
    form = MoveForm(sent(request), zone=follow_up.lead.zone)
    if form.is_valid():
        try:
            reschedule_follow_up(
                actor=user,
                follow_up_id=follow_up_id,
                due_on=form.day(),
                snooze_reason=form.cleaned_data["snooze_reason"],
            )
        except ValidationError as error:
            add_problems(form, error)
        else:
            return saved(request, _("Follow-up rescheduled"), lead_id=follow_up.lead_id)
    return _dialog(request, follow_up, move=form)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_delegate(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Give a follow-up to a colleague."""
    user = user_of(request)
    follow_up = _follow_up(user, follow_up_id)
    form = DelegateForm(sent(request), zone=follow_up.lead.zone, present=follow_up.assignee)
    if form.is_valid():
        colleague = form.cleaned_data["assignee"]
        try:
            delegate_follow_up(actor=user, follow_up_id=follow_up_id, assignee=colleague)
        except ValidationError as error:
            add_problems(form, error)
        else:
            text = _("Given to %(name)s") % {"name": colleague}
            return saved(request, text, lead_id=follow_up.lead_id)
    return _dialog(request, follow_up, delegate=form)


@login_required
@require_POST
def follow_up_give_back(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Return a follow-up to whoever gave it."""
    user = user_of(request)
    follow_up = _follow_up(user, follow_up_id)
    try:
        give_back_follow_up(actor=user, follow_up_id=follow_up_id)
    except ValidationError as error:
        form = DelegateForm(request.POST, zone=follow_up.lead.zone, present=follow_up.assignee)
        form.errors.clear()
        add_problems(form, error, at={"assignee": NON_FIELD_ERRORS})
        return _dialog(request, follow_up, delegate=form)
    return saved(request, _("Given back"), lead_id=follow_up.lead_id)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_cancel(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Say that a follow-up will not be done, and why."""
    user = user_of(request)
    follow_up = _follow_up(user, follow_up_id)
    form = CancelForm(sent(request))
    if form.is_valid():
        try:
            cancel_follow_up(actor=user, follow_up_id=follow_up_id, reason=form.cleaned_data["cancel_reason"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            return saved(request, _("Follow-up cancelled"), lead_id=follow_up.lead_id)
    return _dialog(request, follow_up, cancel=form)
