"""Service requests: the list, one with its steps, entering and editing; fragments of other pages."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from projects.models import Company, Lead, Settlement
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where
from visits.forms.requests import RequestFilterForm, RequestForm
from visits.models import Interaction, ServiceRequest
from visits.selectors.requests import (
    DEFAULT_ORDERING,
    OPEN_STATES,
    found_by,
    may_handle,
    open_counts,
    page_of,
    requests_of_company,
    requests_of_lead,
    requests_seen,
)
from visits.services.requests import receive_request, update_request
from visits.views.answers import request_done, show
from visits.views.request_history import history_of, steps_of


def with_params(params: QueryDict, **changed: str | None) -> str:
    """The address's parameters with some set, or taken off; always without the cursor of a page."""
    copy = params.copy()
    for name, value in {"cursor": None, **changed}.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = value
    return f"?{copy.urlencode()}"


def chips_of(form: Any, params: QueryDict, words: dict[str, Any]) -> list[dict[str, Any]]:
    """The filters that are on, each with the address without it; `words` says what a choice or box means."""
    chips = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", [], False) or name == "ordering":
            continue
        field = form.fields[name]
        shown = words.get(name) or (dict(field.choices).get(value, value) if isinstance(value, str) and hasattr(
            field, "choices") else value)  # fmt: skip
        chips.append({"label": field.label, "value": shown, "url": with_params(params, **{name: None})})
    return chips


@login_required
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """What companies ask for, what is due first; the counts above say what is overdue."""
    user = user_of(request)
    form = RequestFilterForm(request.GET, user=user, auto_id="filter_%s")
    rows = found_by(user, **form.chosen())
    ordering = form.cleaned_data.get("ordering") or DEFAULT_ORDERING
    page = page_of(rows, ordering, request.GET.get("cursor"))
    counts = open_counts(user)
    context = {
        "form": form,
        "rows": page.rows,
        "chips": chips_of(form, request.GET, {"overdue": _("yes")}),
        "stats": [
            {
                "label": state.label, "count": counts[state.value], "late": counts[f"late_{state.value}"],
                "url": f"?state={state.value}",
            }
            for state in OPEN_STATES
        ],
        "next_url": with_params(request.GET, cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": with_params(request.GET, cursor=page.previous_cursor) if page.previous_cursor else "",
        "can_log": user.can(Capability.LOG_INTERACTION),
    }  # fmt: skip
    return render(request, "visits/request_list.html", context)


def _seen(user: User, request_id: uuid.UUID) -> ServiceRequest:
    rows = requests_seen(user).select_related(
        "company", "handler", "team", "zone", "lead", "raised_by", "came_from", "created_by", "answered_by",
        "settled_by", "reported_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=request_id)


@login_required
@require_GET
def request_page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """A service request: its steps, what it says, its documents, what was changed."""
    user = user_of(request)
    row = _seen(user, request_id)
    lead = Lead.objects.visible_to(user).filter(pk=row.lead_id).first() if row.lead_id else None
    context = {
        "row": row,
        "lead": lead,
        "steps": steps_of(row),
        "changes": history_of(row),
        "may_handle": may_handle(user, row),
        "is_open": row.reported_at is None and row.withdrawn_at is None,
        "may_log": user.can(Capability.LOG_INTERACTION),
        "crumbs": [{"label": _("Service requests"), "url": reverse("visits:request_list")}, {"label": row.title}],
    }
    return render(request, "visits/request.html", context)


class _About:
    """What a new request is about: named by ?lead=, ?company= or ?came_from= (a logged call or visit)."""

    def __init__(self, request: HttpRequest, user: User) -> None:
        params = request.GET
        self.lead = self._row(Lead.objects.visible_to(user).select_related("zone", "company"), params.get("lead"))
        self.came_from = self._row(
            Interaction.objects.visible_to(user).select_related("zone", "company"), params.get("came_from")
        )
        self.company: Company | None = self._row(Company.objects.visible_to(user), params.get("company"))
        if self.company is None and self.lead is not None:
            self.company = self.lead.company
        if self.company is None and self.came_from is not None:
            self.company = self.came_from.company
        self.zones = zones_where(user, Capability.LOG_INTERACTION)
        if not self.zones:
            raise PermissionDenied
        self.zone = self._zone(request)

    @staticmethod
    def _row(rows: Any, text: str | None) -> Any:
        if not text:
            return None
        row = rows.filter(pk=as_id(text)).first()
        if row is None:
            raise Http404
        return row

    def _zone(self, request: HttpRequest) -> Zone:
        """The lead's or the talk's, else the one in which the company is settled, else the first."""
        fixed = self.lead or self.came_from
        if fixed is not None:
            self.zones = [fixed.zone]
            return fixed.zone
        if self.company is not None and "zone" not in request.GET:
            held = Settlement.objects.filter(company=self.company).values_list("zone_id", flat=True)
            known = [zone for zone in self.zones if zone.pk in set(held)]
            return next(iter(known), self.zones[0])
        return chosen_zone(request, self.zones)


@login_required
@require_http_methods(["GET", "POST"])
def request_add(request: HttpRequest) -> HttpResponse:
    """Enter what a company asks for. The form carries the new row's id, so that two clicks make one request."""
    user = user_of(request)
    about = _About(request, user)
    if not user.can(Capability.LOG_INTERACTION, on=about.zone):
        raise PermissionDenied
    token = as_id(request.POST.get("token", "")) or uuid7()
    zone = about.zone
    if request.method == "POST" and len(about.zones) > 1:
        zone = next((one for one in about.zones if one.code == request.POST.get("zone")), zone)
    initial = {"lead": about.lead.pk if about.lead else None}
    form = RequestForm(
        sent(request), actor=user, zone=zone, zones=about.zones, company=about.company, initial=initial
    )  # fmt: skip
    if request.method == "POST":
        before = ServiceRequest.objects.filter(pk=token, created_by=user).first()
        if before is not None:
            return request_done(request, _("This form had been saved already."), before)
        if form.is_valid():
            try:
                return request_done(request, _("Entered: to be answered"), _receive(user, zone, form, about, token))
            except ValidationError as error:
                add_problems(form, error)
            except IntegrityError:
                # the other one of two clicks was faster
                before = ServiceRequest.objects.filter(pk=token, created_by=user).first()
                if before is None:
                    raise
                return request_done(request, _("This form had been saved already."), before)
    context = {"form": form, "token": token, "company": about.company, "action": request.get_full_path()}
    return show(request, "visits/request_add.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _receive(user: User, zone: Zone, form: RequestForm, about: _About, token: uuid.UUID) -> ServiceRequest:
    typed = form.cleaned_data
    with transaction.atomic():
        return receive_request(
            actor=user, zone=zone, company=about.company or typed["company"], category=typed["category"],
            title=typed["title"], detail=typed["detail"], lead=typed.get("lead"), raised_by=typed.get("raised_by"),
            came_from=about.came_from, handler=typed["handler"], received_at=typed["received_at"],
            answer_due_on=typed["answer_due_on"], settle_due_on=typed["settle_due_on"], request_id=token,
        )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def request_edit(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Correct what was written down; what others changed meanwhile stays."""
    user = user_of(request)
    row = _seen(user, request_id)
    if not may_handle(user, row):
        raise PermissionDenied
    form = RequestForm(sent(request), actor=user, zone=row.zone, row=row)
    status = unsaved(form, row, partial(update_request, actor=user, request_id=row.pk))
    if status is None:
        return request_done(request, _("Saved"), row)
    context = {"form": form, "row": row, "action": request.path}
    return show(request, "visits/request_edit.html", context, status=status)


@login_required
@require_GET
def lead_requests(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A fragment of the lead's page: what its company asked for in it."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    context = {
        "found": requests_of_lead(user, lead),
        "query": f"lead={lead.pk}",
        "all_query": f"company={lead.company_id}&state=all",
        "can_add": user.can(Capability.LOG_INTERACTION, on=lead),
    }
    return render(request, "visits/_requests.html", context)


@login_required
@require_GET
def company_requests(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """A fragment of the company's page: what it asked for, as far as the reader sees it."""
    user = user_of(request)
    company = get_object_or_404(Company.objects.visible_to(user), pk=company_id)
    context = {
        "found": requests_of_company(user, company),
        "query": f"company={company.pk}",
        "all_query": f"company={company.pk}&state=all",
        "can_add": user.can(Capability.LOG_INTERACTION),
    }
    return render(request, "visits/_requests.html", context)
