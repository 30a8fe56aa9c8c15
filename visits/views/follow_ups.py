"""Planning, moving and cancelling a follow-up."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from investcrm.core.forms import add_problems, sent
from projects.models import Lead
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from visits.forms.follow_ups import CancelForm, DayForm, PlanForm
from visits.models import FollowUp
from visits.selectors.rights import may_change_follow_up
from visits.services.follow_ups import cancel_follow_up, plan_follow_up, reschedule_follow_up
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
    status = 422 if request.method == "POST" else 200
    return show(request, "visits/follow_up_add.html", {"form": form, "lead": lead}, status=status)


def _follow_up(user: User, follow_up_id: uuid.UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(user).select_related("lead__zone", "lead__company", "assignee")
    follow_up = get_object_or_404(rows, pk=follow_up_id)
    if not may_change_follow_up(user, follow_up):
        raise PermissionDenied
    return follow_up


def _dialog(
    request: HttpRequest, follow_up: FollowUp, move: DayForm, cancel: CancelForm, *, refused: bool
) -> HttpResponse:
    context = {"follow_up": follow_up, "lead": follow_up.lead, "move": move, "cancel": cancel}
    return show(request, "visits/follow_up_change.html", context, status=422 if refused else 200)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_reschedule(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Give a follow-up another day; the dialog also offers to cancel it."""
    user = user_of(request)
    follow_up = _follow_up(user, follow_up_id)
    form = DayForm(sent(request), zone=follow_up.lead.zone)
    if form.is_valid():
        try:
            reschedule_follow_up(actor=user, follow_up_id=follow_up_id, due_on=form.day())
        except ValidationError as error:
            add_problems(form, error)
        else:
            return saved(request, _("Follow-up rescheduled"), lead_id=follow_up.lead_id)
    return _dialog(request, follow_up, form, CancelForm(), refused=form.is_bound)


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
    return _dialog(request, follow_up, DayForm(zone=follow_up.lead.zone), form, refused=form.is_bound)
