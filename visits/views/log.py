"""The log box."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.errors import Conflict
from investcrm.core.ids import as_id
from projects.models import Company, Lead
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from visits.choices import PlanStatus
from visits.forms.log import LogForm, log_form
from visits.forms.parties import PartyForm, numbers_in
from visits.models import PlannedVisit
from visits.services.interactions import log_interaction
from visits.services.parties import MAX_PARTIES
from visits.views.answers import saved, show

_PREFIX = re.compile(r"p[0-9]{1,3}")


def _id(text: str) -> uuid.UUID | None:
    """The id in an address, None for an empty one; raises Http404 for what is none."""
    found = as_id(text)
    if text and found is None:
        raise Http404
    return found


def _lead(request: HttpRequest, user: User) -> Lead | None:
    """The lead that the address names; raises Http404, PermissionDenied."""
    lead_id = _id(request.GET.get("lead", ""))
    if lead_id is None:
        return None
    lead = Lead.objects.visible_to(user).select_related("company", "zone", "team", "stage").filter(pk=lead_id).first()
    if lead is None:
        raise Http404
    if not user.can(Capability.LOG_INTERACTION, on=lead):
        raise PermissionDenied
    return lead


def _visit(request: HttpRequest, user: User) -> PlannedVisit | None:
    """The planned visit that the address names; raises Http404, PermissionDenied."""
    visit_id = _id(request.GET.get("plan", ""))
    if visit_id is None:
        return None
    rows = PlannedVisit.objects.visible_to(user).select_related("zone", "lead__company", "lead__zone", "company")
    visit = rows.filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    if not user.can(Capability.LOG_INTERACTION, on=visit.lead or visit.zone):
        raise PermissionDenied
    if visit.status != PlanStatus.PLANNED:
        raise PermissionDenied(_("This visit is no longer planned."))
    return visit


def _company(request: HttpRequest, user: User) -> Company | None:
    """The company that the address names; raises Http404."""
    company_id = _id(request.GET.get("company", ""))
    company = Company.objects.visible_to(user).filter(pk=company_id).first() if company_id else None
    if company_id and company is None:
        raise Http404
    return company


def _form(user: User, **options: Any) -> LogForm:
    try:
        return log_form(user, **options)
    except LookupError as error:
        raise PermissionDenied from error


@login_required
@require_http_methods(["GET", "POST"])
def log_box(request: HttpRequest) -> HttpResponse:
    """Log a call or visit.

    `?lead=`, `?company=` and `?channel=` preselect, `?done=` and `?plan=` name what is done by it.
    """
    user = user_of(request)
    if not user.can(Capability.LOG_INTERACTION):
        raise PermissionDenied
    if request.method == "POST":
        return _save(request, user)
    form = _form(
        user, lead=_lead(request, user), done=_id(request.GET.get("done", "")), visit=_visit(request, user),
        company=_company(request, user), channel=request.GET.get("channel", ""),
    )  # fmt: skip
    return show(request, "visits/log_box.html", {"form": form})


def _save(request: HttpRequest, user: User) -> HttpResponse:
    data = request.POST.copy()
    if "add_party" in data:
        return _one_more(request, user, data)
    form = _form(user, data=data)
    if form.is_valid():
        try:
            interaction, is_new = log_interaction(actor=user, **form.values())
        except ValidationError as error:
            form.show(error)
        except Conflict as conflict:
            form.add_error(None, ValidationError(conflict.message, code="taken_back"))
            # Sent once more, it is a new entry.
            data["client_token"] = str(uuid.uuid4())
        else:
            undo = reverse("visits:interaction_undo", args=[interaction.pk])
            text = _("Logged") if is_new else _("This was logged already.")
            return saved(request, text, lead_id=interaction.lead_id, undo_url=undo)
    return show(request, "visits/log_box.html", {"form": form}, status=UNPROCESSABLE)


def _one_more(request: HttpRequest, user: User, data: Any) -> HttpResponse:
    """The same form with one more party, for browsers without script; nothing is checked yet."""
    data.appendlist("party", str(max(numbers_in(data), default=0) + 1))
    form = _form(user, data=data)
    form.is_valid()
    for part in (form, *form.parties):
        part.errors.clear()
    return show(request, "visits/log_box.html", {"form": form})


@login_required
@require_GET
def log_party(request: HttpRequest) -> HttpResponse:
    """One more empty party, numbered after those that are there (`?party=1&party=2`)."""
    number = max(numbers_in(request.GET), default=0) + 1
    if number >= MAX_PARTIES:
        raise PermissionDenied(_("An interaction has at most %(count)d parties.") % {"count": MAX_PARTIES})
    form = PartyForm(prefix=f"p{number}", actor=user_of(request))
    return render(request, "visits/_party.html", {"party": form, "with_done": "edit" not in request.GET})


@login_required
@require_GET
def log_context(request: HttpRequest) -> HttpResponse:
    """What goes with the lead or company that was chosen: its contacts, and what it is owed."""
    prefix = request.GET.get("prefix", "")
    if not _PREFIX.fullmatch(prefix):
        raise Http404
    initial = {name: request.GET.get(f"{prefix}-{name}", "") for name in ("lead", "company")}
    form = PartyForm(prefix=prefix, actor=user_of(request), initial=initial)
    return render(request, "visits/_party_context.html", {"party": form, "with_done": "edit" not in request.GET})
