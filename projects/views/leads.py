"""A lead's page and its dialogs: delete, milestones; its history."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast
from projects.choices import AFTER_SIGNING, MergeKind, MilestoneKind
from projects.clocks import protected_until
from projects.columns import lead_row, with_tags
from projects.forms.leads import AMOUNT_FIELDS, LeadDeleteForm, MilestoneForm
from projects.models import Lead, LeadQuerySet
from projects.rates import in_cny
from projects.services.leads import delete_lead
from projects.services.milestones import set_milestone
from projects.services.recent import note_visit
from projects.views.answers import to_kept
from projects.views.contacts import contacts_of
from projects.views.facts import fact_groups, gaps, milestone_rows
from projects.views.history import history_of
from teams.access import Capability
from teams.models import User
from teams.requests import user_of


def _for_page(user: User) -> LeadQuerySet:
    """Leads with all that the page shows of the rows around them. One query."""
    return (
        Lead.objects.visible_to(user)
        .for_listing()
        .select_related("referrer_company", "referrer_contact", "registered_company", "created_by")
    )


def _read(user: User, lead_id: uuid.UUID) -> Lead:
    """The lead with each amount in CNY too, as `<amount>_cny`; raises Http404."""
    amounts = {f"{name}_cny": in_cny(name, timezone.localdate()) for name in AMOUNT_FIELDS}
    return get_object_or_404(with_tags(_for_page(user).annotate(**amounts)), pk=lead_id)


def may(user: User, lead: Lead) -> dict[str, bool]:
    """What the user may do with the lead, for the page's buttons."""
    return {
        "edit": user.can(Capability.EDIT_LEAD, on=lead),
        "move": user.can(Capability.MOVE_LEAD, on=lead),
        "delete": user.can(Capability.DELETE_LEAD, on=lead),
        "log": user.can(Capability.LOG_INTERACTION, on=lead),
        "merge": user.can(Capability.MERGE, on=lead),
    }


@login_required
@require_GET
def lead_page(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A lead: where it stands, what comes next, its facts, contacts and all that happened."""
    user = user_of(request)
    try:
        lead = _read(user, lead_id)
    except Http404:
        return to_kept(user, MergeKind.LEAD, lead_id)
    if not is_htmx(request):
        note_visit(user, lead_id=lead.pk)
    context: dict[str, Any] = {
        "lead": lead,
        "row": lead_row(lead),
        "groups": fact_groups(lead),
        "protected": protected_until(
            lead.last_interaction_at,
            lead.created_at,
            lead.stage_kind,
            days=lead.zone.protection_days,
            time_zone=lead.zone.time_zone,
        ),
        "gaps": gaps(lead),
        "milestones": milestone_rows(lead),
        "milestones_open": lead.stage_kind in AFTER_SIGNING,
        "contacts": contacts_of(user, lead.company).filter(zone=lead.zone),
        "may": may(user, lead),
        "crumbs": [{"label": _("Leads"), "url": reverse("projects:lead_list")}, {"label": lead.number}],
        "tabs": [
            {"label": _("Comments"), "url": "#comments"},
            {"label": _("Timeline"), "url": "#timeline"},
            {"label": _("Documents"), "url": "#documents"},
            {"label": _("Contacts"), "url": "#contacts"},
            {"label": _("Facts"), "url": "#facts"},
        ],
    }
    return render(request, "projects/lead.html", context)


@login_required
@require_GET
def lead_history(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A fragment: every change of the lead, newest first."""
    lead = get_object_or_404(Lead.objects.visible_to(user_of(request)), pk=lead_id)
    return render(request, "projects/_history.html", {"changes": history_of(lead)})


@login_required
@require_http_methods(["GET", "POST"])
def lead_delete(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A dialog that asks before a lead is deleted."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    if not user.can(Capability.DELETE_LEAD, on=lead):
        raise PermissionDenied
    form = LeadDeleteForm(request.POST or None)  # an empty POST is no confirmation
    if request.method == "POST" and form.is_valid():
        delete_lead(actor=user, lead_id=lead.pk, note=form.cleaned_data["note"])
        add_toast(request, _("The lead %(number)s was deleted.") % {"number": lead.number})
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("projects:lead_list")})
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_lead_delete.html", {"form": form, "lead": lead}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def milestone_set(request: HttpRequest, lead_id: uuid.UUID, kind: str) -> HttpResponse:
    """A dialog that sets, changes or takes back a milestone."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    if kind not in MilestoneKind.values:
        raise Http404
    if not user.can(Capability.MOVE_LEAD, on=lead):
        raise PermissionDenied
    present = lead.milestones.filter(kind=kind, deleted_at=None).first()
    kept = ("occurred_on", "evidence", "document")
    initial = {name: getattr(present, name) for name in kept} if present else None
    form = MilestoneForm(sent(request), user=user, lead=lead, initial=initial)
    label = str(MilestoneKind(kind).label)
    if request.method == "POST" and form.is_valid():
        clear = "clear" in request.POST
        try:
            set_milestone(
                actor=user,
                lead_id=lead.pk,
                kind=kind,
                occurred_on=None if clear else form.cleaned_data["occurred_on"],
                evidence=form.cleaned_data["evidence"],
                document=form.cleaned_data["document"],
            )
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved: %(name)s") % {"name": label}, "lead-changed")
    context = {"form": form, "lead": lead, "kind": kind, "label": label, "present": present}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_milestone.html", context, status=status)
