"""Entering and editing a lead."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast
from projects.forms.leads import LeadForm
from projects.models import Lead
from projects.services.companies import create_company
from projects.services.leads import create_lead, update_lead
from projects.views.answers import unsaved
from projects.views.similar import LOOK_FIRST, Similar, before_saving
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where


def _preselected(request: HttpRequest, zone: Zone) -> dict[str, Any]:
    """The company of ?company=, and the user's own team and name; who has no team gives leads to others."""
    user = user_of(request)
    own_teams = [grant.team_id for grant in user.grants if grant.zone_id == zone.id and grant.team_id]
    team = next(iter(own_teams), None)
    return {"company": as_id(request.GET.get("company", "")), "team": team, "owner": user.pk if team else None}


def _saved_before(user: User, token: uuid.UUID) -> Lead | None:
    return Lead.objects.filter(pk=token, created_by=user).first()


def _enter(form: LeadForm, user: User, zone: Zone, token: uuid.UUID) -> Lead:
    """The company, where it is new, and the lead: both or none. The token is the lead's id."""
    values = form.values
    with transaction.atomic():
        if values.get("company") is None:
            try:
                values["company"] = create_company(
                    actor=user, name=form.cleaned_data["new_company"],
                    credit_code=form.cleaned_data["new_credit_code"] or None,
                )  # fmt: skip
            except ValidationError as error:
                at = {"name": "new_company", "credit_code": "new_credit_code"}
                raise ValidationError({at.get(name, name): e for name, e in error.error_dict.items()}) from error
        return create_lead(actor=user, zone=zone, lead_id=token, opening=form.opening, **values)


def _to_confirm(form: LeadForm, user: User, zone: Zone) -> Similar | None:
    """What must be confirmed before entering; None where nothing is similar, or where exactly that was confirmed."""
    typed = form.cleaned_data
    found = before_saving(
        user, zone, name=typed["name"], company=typed.get("company"), new_company=typed.get("new_company") or "",
        credit_code=typed.get("new_credit_code") or "",
    )  # fmt: skip
    return found if found and form.data.get("confirmed") != found.key else None


@login_required
@require_http_methods(["GET", "POST"])
def lead_create(request: HttpRequest) -> HttpResponse:
    """Enter a lead. The form carries the new lead's id, so that two clicks make one lead."""
    user = user_of(request)
    zones = zones_where(user, Capability.CREATE_LEAD)
    zone = chosen_zone(request, zones)
    token = as_id(request.POST.get("token", "")) or uuid7()
    found: Similar | None = None
    if request.method == "POST":
        form = LeadForm(request.POST, user=user, zone=zone)
        if lead := _saved_before(user, token):
            return _saved(request, lead, again=True)
        if form.is_valid():
            found = _to_confirm(form, user, zone)
            # the other one of two clicks may have entered what is similar now
            if found and (lead := _saved_before(user, token)):
                return _saved(request, lead, again=True)
            if found is None:
                try:
                    return _saved(request, _enter(form, user, zone, token))
                except ValidationError as error:
                    add_problems(form, error, at={"opening": "opening_on"})
                except IntegrityError:
                    # the other one of two clicks was faster
                    if lead := _saved_before(user, token):
                        return _saved(request, lead, again=True)
                    if not Lead.objects.filter(pk=token).exists():
                        raise
                    token = uuid7()
                    form.add_error(None, ValidationError(_("This was not saved. Please send it once more.")))
            else:
                form.add_error(None, ValidationError(LOOK_FIRST, code="similar"))
    else:
        form = LeadForm(initial=_preselected(request, zone), user=user, zone=zone)
    context = {"form": form, "zone": zone, "zones": zones, "token": token, "found": found}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/lead_create.html", context, status=status)


def _saved(request: HttpRequest, lead: Lead, *, again: bool = False) -> HttpResponse:
    add_toast(request, _("This form had been saved already.") if again else _("Saved."))
    return redirect("projects:lead", lead_id=lead.pk)


@login_required
@require_http_methods(["GET", "POST"])
def lead_edit(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """Edit a lead; what others changed meanwhile stays, and is shown where both changed the same."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone", "company", "stage"), pk=lead_id)
    if not user.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied
    form = LeadForm(sent(request), user=user, zone=lead.zone, row=lead)
    status = unsaved(form, lead, partial(update_lead, actor=user, lead_id=lead.pk))
    if status is None:
        return _saved(request, lead)
    return render(request, "projects/lead_edit.html", {"form": form, "lead": lead}, status=status)
