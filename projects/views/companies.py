"""Companies: list, page, entering and editing, settled in the zone."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.credit_code import credit_code_warnings
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast
from investcrm.core.words import in_words
from projects.choices import ListPage, MergeKind
from projects.columns import lead_row
from projects.filters import COMPANY_ORDERINGS, CompanyFilter
from projects.forms.companies import CompanyForm, SettledForm
from projects.forms.listing import CompanyFilterForm
from projects.models import Company, Lead, Settlement
from projects.services.companies import create_company, set_settled, update_company
from projects.services.recent import note_visit
from projects.views.answers import to_kept, unsaved
from projects.views.contacts import contacts_of
from projects.views.filtering import (
    ALL,
    ListState,
    filtered,
    heads,
    list_context,
    read_page,
    read_state,
    row_words,
)
from projects.views.similar import LOOK_FIRST, Similar, same_companies
from projects.views.view_bar import bar_context, default_view_of, view_bar
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of

NEWEST = "-created_at"
# The leads of one company that its page shows; the rest is a filtered list.
LEADS_SHOWN = 30
COLUMNS: list[tuple[str, Any, str]] = [
    ("name", gettext_lazy("Company"), ""),
    ("", gettext_lazy("Unified social credit code"), ""),
    ("", gettext_lazy("Kind"), ""),
    ("", gettext_lazy("Country"), ""),
    ("", gettext_lazy("Settled in"), ""),
    ("created_at", gettext_lazy("Entered"), ""),
]
FACTS = ("name_en", "kind", "country", "region_code", "address", "profile")


def companies_of(request: HttpRequest) -> tuple[ListState, QuerySet[Company]]:
    """What the address of the list says, and the companies that it leaves."""
    user = user_of(request)
    words = {"settled_in": row_words(Zone.objects.visible_to(user), "code")}
    state = read_state(request, CompanyFilter, words=words, default_ordering=NEWEST, orderings=COMPANY_ORDERINGS)
    return state, filtered(state, CompanyFilter, Company.objects.visible_to(user))


@login_required
@require_GET
def company_list(request: HttpRequest) -> HttpResponse:
    """The companies, filtered, sorted, page by page."""
    user = user_of(request)
    if (opened := default_view_of(request, user, ListPage.COMPANIES)) is not None:
        return opened
    zones = Zone.objects.visible_to(user)
    state, found = companies_of(request)
    settled = Prefetch("settlements", Settlement.objects.filter(zone__in=zones).select_related("zone"))
    rows = found.prefetch_related(settled)
    page = read_page(request, state, rows, COMPANY_ORDERINGS)
    bar = view_bar(request, user, ListPage.COMPANIES, understood=state.own_query, unknown=state.unknown)
    if bar.has_default and not state.view:
        state.view = ALL
    initial = {name: values[0] for name, values in state.values.items()}
    context = {
        **list_context(state, page),
        **bar_context(bar),
        "heads": heads(state, COLUMNS),
        "rows": page.rows,
        "form": CompanyFilterForm(initial=initial, user=user),
        "may_create": user.can(Capability.CREATE_LEAD),
        "may_merge": user.can(Capability.MERGE),
        "may_export": user.can(Capability.EXPORT),
    }
    return render(request, "projects/company_list.html", context)


def _facts(company: Company) -> list[dict[str, Any]]:
    rows = [
        {"label": Company._meta.get_field(name).verbose_name, "value": in_words(  # type: ignore[union-attr]
            Company._meta.get_field(name), getattr(company, name))}  # type: ignore[arg-type]
        for name in FACTS
    ]  # fmt: skip
    if company.website:
        link = format_html('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>', company.website)
        rows.append({"label": _("Website"), "value": link})
    return [row for row in rows if row["value"]]


def _settled(user: User, company: Company) -> list[dict[str, Any]]:
    """Whether the company is settled in each of the user's zones, and whether the user may say so."""
    since = {row.zone_id: row for row in company.settlements.all()}
    return [
        {"zone": zone, "settled": zone.pk in since, "may": user.can(Capability.EDIT_LEAD, on=zone)}
        for zone in Zone.objects.visible_to(user)
    ]


@login_required
@require_GET
def company_page(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """A company: what is known, its leads as far as the user may see them, its contacts."""
    user = user_of(request)
    company = Company.objects.visible_to(user).filter(pk=company_id).first()
    if company is None:
        return to_kept(user, MergeKind.COMPANY, company_id)
    if not is_htmx(request):
        note_visit(user, company_id=company.pk)
    part = Q(company=company) | Q(registered_company=company) | Q(referrer_company=company)
    leads = Lead.objects.visible_to(user).filter(part).for_listing().order_by("-created_at")[: LEADS_SHOWN + 1]
    rows = [lead_row(lead) for lead in leads]
    context = {
        "company": company,
        "facts": _facts(company),
        "warnings": credit_code_warnings(company.credit_code or ""),
        "rows": rows[:LEADS_SHOWN],
        "more_leads": len(rows) > LEADS_SHOWN,
        "contacts": contacts_of(user, company),
        "settled": _settled(user, company),
        "may": {
            "edit": user.can(Capability.EDIT_LEAD),
            "create": user.can(Capability.CREATE_LEAD),
            "merge": user.can(Capability.MERGE),
        },
        "crumbs": [{"label": _("Companies"), "url": reverse("projects:company_list")}, {"label": str(company)}],
    }
    return render(request, "projects/company.html", context)


def _saved(request: HttpRequest, company: Company) -> HttpResponse:
    add_toast(request, _("Saved."))
    return redirect("projects:company", company_id=company.pk)


@login_required
@require_http_methods(["GET", "POST"])
def company_create(request: HttpRequest) -> HttpResponse:
    """Enter a company; one that seems to be there already needs a confirmation."""
    user = user_of(request)
    if not user.can(Capability.CREATE_LEAD):
        raise PermissionDenied
    form = CompanyForm(sent(request), initial={"name": request.GET.get("name")})
    found: Similar | None = None
    if request.method == "POST" and form.is_valid():
        found = Similar(same_companies(form.cleaned_data["name"], form.cleaned_data["credit_code"] or ""))
        if found and request.POST.get("confirmed") != found.key:
            form.add_error(None, ValidationError(LOOK_FIRST, code="similar"))
        else:
            try:
                return _saved(request, create_company(actor=user, **form.values))
            except ValidationError as error:
                add_problems(form, error)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/company_form.html", {"form": form, "found": found}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def company_edit(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """Edit a company; the same care for what others changed meanwhile as with leads."""
    user = user_of(request)
    company = get_object_or_404(Company.objects.visible_to(user), pk=company_id)
    if not user.can(Capability.EDIT_LEAD):
        raise PermissionDenied
    form = CompanyForm(sent(request), row=company)
    status = unsaved(form, company, partial(update_company, actor=user, company_id=company.pk))
    if status is None:
        return _saved(request, company)
    return render(request, "projects/company_form.html", {"form": form, "company": company}, status=status)


@login_required
@require_POST
def company_settled(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """Say that the company is settled in a zone of the user, or is not."""
    user = user_of(request)
    form = SettledForm(request.POST)
    if not form.is_valid():
        raise Http404
    zone = get_object_or_404(Zone.objects.visible_to(user), code=form.cleaned_data["zone"])
    set_settled(actor=user, company_id=company_id, zone=zone, settled=form.cleaned_data["settled"])
    add_toast(request, _("Saved."))
    return redirect("projects:company", company_id=company_id)
