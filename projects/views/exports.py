"""Taking lists out as files: leads (the filtered rows, or the chosen ones), companies, contacts, funds; who did so."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems
from investcrm.core.paging import Ordering, page_or_first
from projects.choices import FundStatus
from projects.columns import columns_for_file, lead_row, read_for
from projects.exports.tables import COMPANIES, CONTACTS, FUNDS
from projects.filters import COMPANY_ORDERINGS, LEAD_ORDERINGS
from projects.forms.lists import ExportForm
from projects.models import Contact, ExportRecord, FundArrival, LeadQuerySet
from projects.services.bulk import read_chosen
from projects.services.taking import (
    chosen_leads,
    exportable,
    exportable_contacts,
    exportable_of_leads,
    record_export,
)
from projects.views.companies import companies_of
from projects.views.filtering import ALL, ListState, in_order
from projects.views.lead_lists import lead_state, leads_of_state
from projects.views.taking import Taken, file_of, take_out
from teams.access import Capability
from teams.models import Membership
from teams.requests import user_of


def _leads(request: HttpRequest, state: ListState) -> LeadQuerySet:
    """The chosen rows, else those that the filters leave; raises ValidationError."""
    user = user_of(request)
    rows = request.POST.get("rows", "")
    if rows and "all" not in request.POST:
        return chosen_leads(user, read_chosen(rows))
    if state.unknown:
        raise ValidationError(_("A filter of this list could not be understood. Open the list again."), code="unknown")
    return exportable(user, leads_of_state(state, user))


@login_required
@require_http_methods(["GET", "POST"])
def lead_export(request: HttpRequest) -> HttpResponseBase:
    """A dialog that asks for the kind of file, and the file."""
    if not user_of(request).can(Capability.EXPORT):
        raise PermissionDenied
    state = lead_state(request)
    going = "go" in request.POST
    form = ExportForm(request.POST if going else None)
    try:
        leads = _leads(request, state)
        if going and form.is_valid():
            return _file(request, state, leads, form.cleaned_data["format"])
    except ValidationError as error:
        if not going:
            refusal = {"title": _("Export leads"), "messages_": error.messages}
            return render(request, "projects/_bulk_refused.html", refusal, status=UNPROCESSABLE)
        add_problems(form, error)
    return _ask(request, state, form)


def _ask(request: HttpRequest, state: ListState, form: ExportForm) -> HttpResponseBase:
    """The dialog; a page where the browser has sent the form by itself and no file could be made."""
    rows = "" if "all" in request.POST else request.POST.get("rows", "")
    context = {
        "form": form,
        "rows": rows,
        "number": len(rows.split()),
        "columns": columns_for_file(state.columns),
        "query": state.query,
    }
    template = "projects/lead_export.html" if form.is_bound else "projects/_lead_export.html"
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


def _file(request: HttpRequest, state: ListState, leads: LeadQuerySet, kind: str) -> HttpResponseBase:
    columns = columns_for_file(state.columns)
    record_export(
        actor=user_of(request), rows=leads, format=kind, query=state.own_query, columns=[one.key for one in columns]
    )
    rows = read_for(cast(LeadQuerySet, in_order(state, leads, LEAD_ORDERINGS)), columns)
    return file_of(rows, columns, kind=kind, name=pgettext("name of a file", "leads"), make=lead_row)


@login_required
@require_http_methods(["GET", "POST"])
def company_export(request: HttpRequest) -> HttpResponseBase:
    """The list of companies as it is filtered."""
    state, rows = companies_of(request)
    taken = Taken(COMPANIES, _("Export companies"), lambda: in_order(state, rows, COMPANY_ORDERINGS), state.own_query)
    return take_out(request, taken)


@login_required
@require_http_methods(["GET", "POST"])
def contact_export(request: HttpRequest) -> HttpResponseBase:
    """The contacts of the companies that the filters of their list leave."""
    user = user_of(request)
    state, companies = companies_of(request)

    def rows() -> QuerySet[Contact]:
        seen = exportable_contacts(user, Contact.objects.visible_to(user))
        return seen.filter(company__in=companies).order_by("company__name_key", "company_id", "name", "pk")

    return take_out(request, Taken(CONTACTS, _("Export contacts"), rows, state.own_query))


@login_required
@require_http_methods(["GET", "POST"])
def funds_export(request: HttpRequest) -> HttpResponseBase:
    """Arrivals of funds: those to be verified, or with `?status=` others; `all` for all of them."""
    user = user_of(request)
    status = request.GET.get("status") or FundStatus.ENTERED.value

    def rows() -> QuerySet[FundArrival]:
        found = exportable_of_leads(user, FundArrival.objects.visible_to(user))
        return (found if status == ALL else found.filter(status=status)).order_by("-value_on", "-pk")

    return take_out(request, Taken(FUNDS, _("Export arrivals of funds"), rows, request.GET.urlencode()))


PAGE = 50
EXPORTS: dict[str, Ordering] = {"at": Ordering("at")}


@login_required
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """Who took out what, and when: of the people of the zones whose keys the user manages."""
    user = user_of(request)
    if not user.can(Capability.MANAGE_KEYS):
        raise PermissionDenied
    rows = ExportRecord.objects.select_related("user")
    if not user.is_superuser:
        of_zones = Membership.objects.filter(
            user_id=OuterRef("user_id"), zone_id__in=user.zone_ids(Capability.MANAGE_KEYS), deleted_at=None
        )
        rows = rows.filter(Exists(of_zones))
    page = page_or_first(rows, ordering="-at", allowed=EXPORTS, cursor=request.GET.get("cursor"), page_size=PAGE)
    context = {
        "rows": page.rows,
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
    }
    return render(request, "projects/exports.html", context)
