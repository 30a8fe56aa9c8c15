"""What is already there under a similar name: while somebody types, and once more when they save."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from investcrm.core.ids import as_id
from investcrm.core.text import normalise_company_name
from projects.models import Company
from projects.selectors import SimilarLead, similar_companies, similar_leads
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where

LEAST = 2
LOOK_FIRST = _(
    "Something similar is there already. Look at it first; tick the box below it to enter yours all the same."
)


@dataclass(frozen=True)
class Similar:
    """Companies and leads that may be the same."""

    companies: list[Company] = field(default_factory=list)
    leads: list[SimilarLead] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.companies or self.leads)

    @property
    def key(self) -> str:
        """A mark of exactly these rows: who confirms, confirms what was shown."""
        marks = [str(company.pk) for company in self.companies]
        marks += [str(found.lead.pk if found.lead else found.team and found.team.pk) for found in self.leads]
        return hashlib.sha256("|".join(sorted(marks)).encode()).hexdigest()[:16]


def same_companies(name: str, credit_code: str = "") -> list[Company]:
    """Companies that differ in legal form, region and brackets at most, or have the same credit code."""
    short = normalise_company_name(name) if name.strip() else ""
    return [
        company
        for company in similar_companies(name, credit_code)
        if company.normalised_name == short or (credit_code and company.credit_code == credit_code)
    ]


def before_saving(
    user: User, zone: Zone, *, name: str, company: Company | None, new_company: str, credit_code: str
) -> Similar:
    """What needs a confirmation before a lead is entered: leads of the same company or name, the same new company."""
    companies = [] if company else same_companies(new_company, credit_code)
    ids = [company.pk] if company else [same.pk for same in companies]
    return Similar(companies, similar_leads(user, zone=zone, name=name, companies=ids))


def while_typing(user: User, zone: Zone, *, name: str, company: uuid.UUID | None, new_company: str) -> Similar:
    """What is shown while a lead is typed in."""
    companies = similar_companies(new_company) if len(new_company) >= LEAST and not company else []
    ids = [company] if company else [same.pk for same in companies]
    return Similar(companies, similar_leads(user, zone=zone, name=name, companies=ids) if name or ids else [])


@login_required
@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """A fragment: ?name= and ?company= or ?new_company= of a lead, or with ?of=company the ?name= of a company."""
    user = user_of(request)
    name = request.GET.get("name", "").strip()
    if request.GET.get("of") == "company":
        own = as_id(request.GET.get("not", ""))
        companies = similar_companies(name) if len(name) >= LEAST else []
        found = Similar([company for company in companies if company.pk != own])
    else:
        found = while_typing(
            user,
            chosen_zone(request, zones_where(user, Capability.CREATE_LEAD)),
            name=name,
            company=as_id(request.GET.get("company", "")),
            new_company=request.GET.get("new_company", "").strip(),
        )
    return render(request, "projects/_similar.html", {"found": found})
