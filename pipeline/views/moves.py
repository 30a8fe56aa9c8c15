"""Moving a lead and correcting its latest move, in dialogs; its way through the stages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Conflict
from investcrm.core.forms import add_problems
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast, with_toast
from pipeline.forms.moves import CorrectForm, MoveForm
from pipeline.selectors.stages import NextStage, latest_move, next_stages, stage_history
from pipeline.services.moves import correct_move, move_lead
from pipeline.steps import steps_of
from projects.choices import StageKind
from projects.models import Lead, LedgerEntry
from teams.access import Capability
from teams.models import User
from teams.requests import user_of

# Posted by the parts of the dialog that only change what it shows, and by a card that was dropped.
CHOOSE, DIRECT = "choose", "direct"
# Never shown again as typed values.
UNTYPED = frozenset({CHOOSE, DIRECT, "csrfmiddlewaretoken", "to_stage", "from_stage"})


def _lead(user: User, lead_id: uuid.UUID) -> Lead:
    rows = Lead.objects.visible_to(user).select_related("zone", "stage", "company", "registered_company")
    return get_object_or_404(rows, id=lead_id)


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {name: value for name, value in request.POST.items() if name not in UNTYPED}


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """The dialog that moves a lead: first the stage, then what is missing for it."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    if not user.can(Capability.MOVE_LEAD, on=lead):
        raise PermissionDenied
    if request.method == "GET":
        return _move_dialog(request, lead, request.GET.get("to", ""), {})
    to_stage = request.POST.get("to_stage", "")
    seen = request.POST.get("from_stage") or lead.stage_id
    if seen != lead.stage_id:
        return _moved_meanwhile(request, lead, seen, to_stage)
    if CHOOSE in request.POST:
        return _move_dialog(request, lead, to_stage, _typed(request))
    steps = next_stages(lead, user)
    step = next((step for step in steps if step.stage.code == to_stage), None)
    if step is None:
        error = _("The lead is in this stage already.") if to_stage == lead.stage_id else _("There is no such stage.")
        return _choose_dialog(request, lead, steps, error=error)
    if DIRECT in request.POST:
        if step.missing or step.goes_back:
            return _move_dialog(request, lead, to_stage, {}, steps)
        data = {"to_stage": to_stage, "from_stage": seen, "occurred_on": lead.zone.today().isoformat()}
    else:
        data = request.POST.dict()
    return _try_move(request, lead, steps, step, MoveForm(data, lead=lead, step=step, actor=user))


def _try_move(
    request: HttpRequest, lead: Lead, steps: list[NextStage], step: NextStage, form: MoveForm
) -> HttpResponse:
    user = user_of(request)
    if form.is_valid():
        try:
            entry = move_lead(
                actor=user,
                lead_id=lead.id,
                to_stage=step.stage.code,
                occurred_on=form.day(),
                note=form.cleaned_data["note"],
                evidence=form.cleaned_data["evidence"],
                fields=form.move_fields(),
                from_stage=form.cleaned_data["from_stage"],
            )
        except Conflict:
            return _moved_meanwhile(request, _lead(user, lead.id), form.cleaned_data["from_stage"], step.stage.code)
        except ValidationError as error:
            add_problems(form, error)
        else:
            text = _("%(lead)s: moved to “%(stage)s”.") % {"lead": lead, "stage": step.stage.name}
            return _done(request, lead, text, entry)
    return _form_dialog(request, lead, steps, step, form, status=UNPROCESSABLE)


def _done(request: HttpRequest, lead: Lead, text: str, entry: LedgerEntry) -> HttpResponse:
    """Close the dialog, say what happened, and tell the page which columns have changed."""
    url = reverse("projects:lead", args=[lead.id])
    if not is_htmx(request):
        add_toast(request, text)
        return redirect(url)
    events = {"closeDialog": True} | _changed(lead, str(entry.from_stage_id), entry.stage_id)
    return with_toast(HttpResponse(status=204), text, link=(url, _("Open the lead")), events=events)


def _changed(lead: Lead, *stages: str) -> dict[str, Any]:
    """The events that refresh what shows the lead: its page, and the columns it left and entered."""
    return {"lead-changed": {"lead": str(lead.id), "moved": True}} | {f"column-{stage}": True for stage in stages}


def _move_dialog(
    request: HttpRequest, lead: Lead, to_stage: str, typed: Mapping[str, Any], steps: list[NextStage] | None = None
) -> HttpResponse:
    """The dialog for a stage, with what was typed so far; without one, the stages to choose from."""
    user = user_of(request)
    steps = steps or next_stages(lead, user)
    step = next((step for step in steps if step.stage.code == to_stage), None)
    if step is None:
        return _choose_dialog(request, lead, steps)
    return _form_dialog(request, lead, steps, step, MoveForm(lead=lead, step=step, actor=user, initial=typed))


def _choose_dialog(request: HttpRequest, lead: Lead, steps: list[NextStage], error: str = "") -> HttpResponse:
    context = {"lead": lead, "steps": steps, "error": error}
    return render(request, "pipeline/move_choose.html", context, status=UNPROCESSABLE if error else 200)


def _form_dialog(
    request: HttpRequest, lead: Lead, steps: list[NextStage], step: NextStage, form: MoveForm, status: int = 200
) -> HttpResponse:
    context = {"lead": lead, "steps": steps, "step": step, "form": form}
    return render(request, "pipeline/move.html", context, status=status)


def _moved_meanwhile(request: HttpRequest, lead: Lead, seen: str, to_stage: str) -> HttpResponse:
    """Say where the lead is now, who moved it, and offer to go on from there with what was typed."""
    last = stage_history(lead)[-1].entry
    context = {
        "lead": lead,
        "last": last if last.stage_id == lead.stage_id else None,
        "to_stage": to_stage,
        "is_there": to_stage == lead.stage_id,
        "typed": _typed(request),
    }
    response = render(request, "pipeline/move_conflict.html", context, status=CONFLICT)
    return _with_events(response, _changed(lead, seen, lead.stage_id))


def _with_events(response: HttpResponse, events: Mapping[str, Any]) -> HttpResponse:
    response.headers["HX-Trigger"] = json.dumps(dict(events))
    return response


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """The dialog that reverses the latest move; nothing is erased."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    if not user.can(Capability.CORRECT_MOVE, on=lead):
        raise PermissionDenied
    last = latest_move(lead)
    if request.method == "GET":
        form = CorrectForm(initial={"entry": last.id if last else None}, auto_id="correct_%s")
        return _correct_dialog(request, lead, last, form)
    form = CorrectForm(request.POST, auto_id="correct_%s")
    if form.is_valid():
        try:
            entry = correct_move(
                actor=user, lead_id=lead.id, entry_id=form.cleaned_data["entry"], note=form.cleaned_data["note"]
            )
        except Conflict as conflict:
            return _correct_dialog(request, lead, last, form, conflict=conflict.message, status=CONFLICT)
        except ValidationError as error:
            add_problems(form, error)
        else:
            text = _("%(lead)s: the move was corrected; it is in “%(stage)s” again.") % {
                "lead": lead,
                "stage": entry.stage.name,
            }
            return _done(request, lead, text, entry)
    return _correct_dialog(request, lead, last, form, status=UNPROCESSABLE)


def _correct_dialog(
    request: HttpRequest,
    lead: Lead,
    last: LedgerEntry | None,
    form: CorrectForm,
    *,
    conflict: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    context = {"lead": lead, "last": last, "form": form, "conflict": conflict}
    return render(request, "pipeline/correct.html", context, status=status)


@login_required
@require_GET
def stepper(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A lead's stages: passed, present, next with what is still missing."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    history = stage_history(lead)
    ahead = next_stages(lead, user)
    following = next(
        (step for step in ahead if step.stage.position > lead.stage.position and step.stage.kind != StageKind.CLOSED),
        None,
    )
    context = {
        "lead": lead,
        "steps": steps_of(lead, [step.stage for step in ahead], history),
        "next": following,
        "history": history,
        "can_move": user.can(Capability.MOVE_LEAD, on=lead),
        "can_correct": latest_move(lead) is not None and user.can(Capability.CORRECT_MOVE, on=lead),
        "can_log": user.can(Capability.LOG_INTERACTION, on=lead),
    }
    return render(request, "pipeline/stepper.html", context)


@login_required
@require_GET
def lead_moves(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """The moves and corrections of a lead."""
    user = user_of(request)
    return render(request, "pipeline/_moves.html", {"history": stage_history(_lead(user, lead_id))})
