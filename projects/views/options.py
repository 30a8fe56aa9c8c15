"""Choices for the pickers, as JSON: {"results": [{"value", "text", "note"}]}."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from investcrm.core.ids import as_id
from investcrm.core.text import fold, search_terms
from projects.models import Company, Contact, Lead
from projects.selectors import recent_items, search
from teams.requests import user_of

SHOWN = 20
RECENT = 60


def _found(rows: QuerySet[Any], query: str, recent: Callable[[], Iterable[Any]]) -> list[Any]:
    """The rows that a query finds; without one the recent ones, with one character those that have it."""
    if search_terms(query):
        return list(search(rows, query)[:SHOWN])
    letter = fold(query).strip()
    return [row for row in recent() if letter in row.search_text][:SHOWN]


def _answer(rows: list[Any], note: Callable[[Any], str]) -> HttpResponse:
    return JsonResponse({"results": [{"value": str(row.pk), "text": str(row), "note": note(row)} for row in rows]})


def _lead_note(lead: Lead) -> str:
    return " · ".join(part for part in (lead.number, str(lead.company), str(lead.stage)) if part)


@login_required
@require_GET
def lead_options(request: HttpRequest) -> HttpResponse:
    """Leads the user may see; where nothing is typed those opened last, then one's own that moved last."""
    user = user_of(request)
    leads = Lead.objects.visible_to(user).select_related("company", "stage").order_by("-updated_at")

    def recent() -> Iterable[Lead]:
        own = [row for row in recent_items(user, RECENT) if isinstance(row, Lead)]
        opened = [lead.pk for lead in own]
        own += leads.filter(Q(owner=user) | Q(created_by=user)).exclude(pk__in=opened)[:RECENT]
        if len(own) < SHOWN:
            own += list(leads.exclude(pk__in=[lead.pk for lead in own])[: RECENT - len(own)])
        return own

    return _answer(_found(leads, request.GET.get("q", ""), recent), _lead_note)


@login_required
@require_GET
def company_options(request: HttpRequest) -> HttpResponse:
    """Companies; those entered last where nothing is typed."""
    companies = Company.objects.visible_to(user_of(request)).order_by("-created_at")
    found = _found(companies, request.GET.get("q", ""), lambda: companies[:RECENT])
    return _answer(found, lambda company: company.credit_code or company.get_kind_display())


@login_required
@require_GET
def contact_options(request: HttpRequest) -> HttpResponse:
    """Contacts the user may see, of one company where ?company= names it."""
    contacts = Contact.objects.visible_to(user_of(request)).select_related("company").order_by("-updated_at")
    company = as_id(request.GET.get("company", ""))
    if company is not None:
        contacts = contacts.filter(company_id=company)
    found = _found(contacts, request.GET.get("q", ""), lambda: contacts[:RECENT])
    return _answer(found, lambda contact: " · ".join(filter(None, (str(contact.company), contact.position))))
