"""The search box of every page: leads, companies, contacts; interactions come by a fragment of their own app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from investcrm.core.htmx import is_htmx
from investcrm.core.text import search_terms
from projects.models import Company, Contact, Lead
from projects.selectors import recent_items, search
from teams.models import User
from teams.requests import user_of

SHOWN = 5
RECENT_SHOWN = 8
MAX_LENGTH = 100


@dataclass(frozen=True)
class Hit:
    """One row that was found."""

    text: str
    note: str
    url: str
    icon: str


@dataclass(frozen=True)
class Group:
    """The first rows of one kind; `all_url` where the list shows more."""

    name: str
    title: str
    hits: list[Hit]
    all_url: str = ""


def _line(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _lead_hit(lead: Lead) -> Hit:
    note = _line(lead.number, lead.company, lead.stage.name, lead.team)
    return Hit(str(lead), note, reverse("projects:lead", args=[lead.pk]), "list-ul")


def _company_hit(company: Company) -> Hit:
    note = _line(company.get_kind_display(), company.credit_code)
    return Hit(str(company), note, reverse("projects:company", args=[company.pk]), "buildings")


def _contact_hit(contact: Contact) -> Hit:
    url = reverse("projects:company", args=[contact.company_id]) + "#contacts"
    return Hit(str(contact), _line(contact.company, contact.position, contact.phone), url, "person")


def _first(rows: QuerySet[Any], query: str) -> tuple[list[Any], bool]:
    """The rows entered last that the query finds, and whether there are more."""
    found = list(search(rows, query).order_by("-created_at", "-id")[: SHOWN + 1])
    return found[:SHOWN], len(found) > SHOWN


def _found(user: User, query: str) -> list[Group]:
    """One query a group."""
    leads, more_leads = _first(Lead.objects.visible_to(user).select_related("company", "stage", "team"), query)
    companies, more_companies = _first(Company.objects.visible_to(user), query)
    contacts, _more = _first(Contact.objects.visible_to(user).select_related("company"), query)
    asked = "?" + urlencode({"search": query})
    groups = [
        Group(
            "leads", _("Leads"), [_lead_hit(lead) for lead in leads],
            reverse("projects:lead_list") + asked if more_leads else "",
        ),
        Group(
            "companies", _("Companies"), [_company_hit(company) for company in companies],
            reverse("projects:company_list") + asked if more_companies else "",
        ),
        Group("contacts", _("Contacts"), [_contact_hit(contact) for contact in contacts]),
    ]  # fmt: skip
    return [group for group in groups if group.hits]


def _recent(user: User) -> list[Group]:
    hits = [
        _lead_hit(row) if isinstance(row, Lead) else _company_hit(row) for row in recent_items(user, RECENT_SHOWN)
    ]  # fmt: skip
    return [Group("recent", _("Opened lately"), hits)] if hits else []


@login_required
@require_GET
def search_all(request: HttpRequest) -> HttpResponse:
    """What a query finds, grouped; without one what was opened lately. A fragment for the dialog, else a page."""
    user = user_of(request)
    query = request.GET.get("q", "").strip()[:MAX_LENGTH]
    asked = bool(search_terms(query))
    context = {
        "query": query,
        "asked": asked,
        "groups": _found(user, query) if asked else _recent(user),
        "params": urlencode({"q": query}),
    }
    template = "projects/_search.html" if is_htmx(request) else "projects/search.html"
    return render(request, template, context)
