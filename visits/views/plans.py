"""Planned visits: planning one, its page, changing, moving and cancelling it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.dates import parse_day
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from investcrm.core.templatetags.crm import day_full
from projects.choices import StageKind
from projects.models import Company, Lead
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of
from visits.forms.fields import PICK_DAY
from visits.forms.planning import CancelVisitForm, MoveVisitForm, NewVisitForm, VisitForm
from visits.models import PlannedVisit
from visits.selectors.dossier import dossier_of
from visits.selectors.log import zone_of
from visits.selectors.planning import for_lines, moves_of, outcome_of, visit_lines, visits_of_lead
from visits.selectors.rights import may_change_planned_visit, may_prepare_visit
from visits.services.planning import cancel_planned_visit, move_planned_visit, plan_visit, update_planned_visit
from visits.views.answers import show, visit_done

# ---- a new one ----


def _preselected(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the address names: `?lead=`, `?company=`, `?on=`; raises Http404."""
    found: dict[str, Any] = {}
    for name, rows in (
        ("lead", Lead.objects.visible_to(user).select_related("company", "zone")),
        ("company", Company.objects.visible_to(user)),
    ):
        value = request.GET.get(name, "")
        if value:
            row_id = as_id(value)
            row = rows.filter(pk=row_id).first() if row_id else None
            if row is None:
                raise Http404
            found[name] = row
    try:
        found |= {"due_in": PICK_DAY, "planned_on": parse_day(request.GET.get("on", ""))}
    except ValidationError:
        found["due_in"] = ""
    return found


def _zone(request: HttpRequest, user: User, lead: Lead | None) -> Zone:
    """The zone that is planned for: the lead's, else the first where the user may log."""
    if lead is None and request.method == "POST":
        lead_id = as_id(request.POST.get("lead", ""))
        lead = Lead.objects.visible_to(user).select_related("zone").filter(pk=lead_id).first() if lead_id else None
    zone = lead.zone if lead else zone_of(user)
    if zone is None:
        raise PermissionDenied
    return zone


@login_required
@require_http_methods(["GET", "POST"])
def plan_add(request: HttpRequest) -> HttpResponse:
    """Plan a visit; `?lead=`, `?company=`, `?on=` fill the form. It carries the new row's id: two clicks, one row."""
    user = user_of(request)
    if not user.can(Capability.LOG_INTERACTION):
        raise PermissionDenied
    initial = _preselected(request, user) if request.method == "GET" else {}
    lead = initial.get("lead")
    if lead is not None and not user.can(Capability.LOG_INTERACTION, on=lead):
        raise PermissionDenied
    zone = _zone(request, user, lead)
    form = NewVisitForm(sent(request), actor=user, zone=zone, initial={**initial, "token": uuid7()})
    if form.is_valid():
        try:
            visit, is_new = plan_visit(actor=user, **form.arguments())
        except ValidationError as error:
            add_problems(form, error)
        else:
            return visit_done(request, _("Visit planned") if is_new else _("This was planned already."), visit)
    key = f"plan-{lead.pk}" if lead else "plan"
    context = {"form": form, "draft": request.POST.get("draft", key)[:60]}
    return show(request, "visits/plan_add.html", context, status=UNPROCESSABLE if form.is_bound else 200)


# ---- one of them ----


def _visit(user: User, planned_visit_id: uuid.UUID, *, to_change: bool = False) -> PlannedVisit:
    """The visit, if the user sees it; raises Http404, and PermissionDenied where they may not change it."""
    visit = get_object_or_404(for_lines(PlannedVisit.objects.visible_to(user), user), pk=planned_visit_id)
    if to_change and not may_change_planned_visit(user, visit):
        raise PermissionDenied
    return visit


def dossier_context(user: User, visit: PlannedVisit) -> dict[str, Any]:
    """What the checklist shows."""
    entries = dossier_of(visit)
    return {
        "visit": visit,
        "entries": entries,
        "found": sum(entry.check is not None for entry in entries),
        "may_prepare": visit.status != "cancelled" and may_prepare_visit(user, visit),
    }


@login_required
@require_GET
def planned_visit(request: HttpRequest, planned_visit_id: uuid.UUID) -> HttpResponse:
    """All about one planned visit."""
    user = user_of(request)
    visit = _visit(user, planned_visit_id)
    context = {
        **dossier_context(user, visit),
        "line": visit_lines(user, [visit])[0],
        "outcome": outcome_of(user, visit),
        "moves": moves_of(visit),
    }
    return render(request, "visits/planned_visit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def planned_visit_edit(request: HttpRequest, planned_visit_id: uuid.UUID) -> HttpResponse:
    """Change a planned visit; what others changed meanwhile stays, and is shown where both changed the same."""
    user = user_of(request)
    visit = _visit(user, planned_visit_id, to_change=True)
    form = VisitForm(sent(request), zone=visit.zone, row=visit)

    def save(**edit: Any) -> None:
        added, removed = form.staff_changes()
        update_planned_visit(
            actor=user, planned_visit_id=visit.pk, staff_added=added, staff_removed=removed, **edit
        )  # fmt: skip

    status = unsaved(form, visit, save)
    if status is None:
        return visit_done(request, _("Saved"), visit)
    return show(request, "visits/planned_visit_edit.html", {"form": form, "visit": visit}, status=status)


def _change_dialog(
    request: HttpRequest, visit: PlannedVisit, move: MoveVisitForm | None, cancel: CancelVisitForm | None, status: int
) -> HttpResponse:
    context = {
        "visit": visit,
        "line": visit_lines(user_of(request), [visit])[0],
        "move": move or MoveVisitForm(zone=visit.zone, initial={"seen": visit.planned_on}),
        "cancel": cancel or CancelVisitForm(),
    }
    return show(request, "visits/planned_visit_move.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def planned_visit_move(request: HttpRequest, planned_visit_id: uuid.UUID) -> HttpResponse:
    """Put a visit on another day; the dialog also offers to cancel it."""
    user = user_of(request)
    visit = _visit(user, planned_visit_id, to_change=True)
    form = MoveVisitForm(sent(request), zone=visit.zone, initial={"seen": visit.planned_on})
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_valid():
        try:
            visit = move_planned_visit(
                actor=user, planned_visit_id=visit.pk, planned_on=form.day(), seen=form.cleaned_data["seen"]
            )
        except Stale as stale:
            form, status = _moved_meanwhile(request, visit, stale.current["planned_on"]), CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            return visit_done(request, _("Put on %(day)s") % {"day": day_full(visit.planned_on)}, visit)
    return _change_dialog(request, visit, form, None, status)


def _moved_meanwhile(request: HttpRequest, visit: PlannedVisit, day: datetime.date) -> MoveVisitForm:
    """The form again with the mover's choice kept; sent once more, it is on top of the day that holds now."""
    data = request.POST.copy()
    data["seen"] = day.isoformat()
    form = MoveVisitForm(data, zone=visit.zone)
    text = _("Somebody else has just put this visit on %(day)s. Send again to put it on your day.")
    form.add_error(None, ValidationError(text, code="stale", params={"day": day_full(day)}))
    return form


@login_required
@require_http_methods(["GET", "POST"])
def planned_visit_cancel(request: HttpRequest, planned_visit_id: uuid.UUID) -> HttpResponse:
    """Say that a visit will not take place, and why."""
    user = user_of(request)
    visit = _visit(user, planned_visit_id, to_change=True)
    form = CancelVisitForm(sent(request))
    if form.is_valid():
        try:
            reason = form.cleaned_data["cancel_reason"]
            visit = cancel_planned_visit(actor=user, planned_visit_id=visit.pk, reason=reason)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return visit_done(request, _("Visit cancelled"), visit)
    return _change_dialog(request, visit, None, form, UNPROCESSABLE if form.is_bound else 200)


@login_required
@require_GET
def lead_plans(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """The planned visits of a lead, a fragment of its page."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    still, closed = visits_of_lead(user, lead)
    may_plan = lead.stage_kind != StageKind.CLOSED and user.can(Capability.LOG_INTERACTION, on=lead)
    context = {"lead": lead, "open": still, "closed": closed, "may_plan": may_plan}
    return render(request, "visits/lead_plans.html", context)
