"""Finding companies and leads: by a word, under a similar name, by what one opened last."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TypeVar, cast

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Q, QuerySet

from investcrm.core.credit_code import normalise_credit_code
from investcrm.core.text import bigrams, normalise_company_name, search_terms
from projects.models import Company, Lead, RecentItem
from projects.models.companies import Bigrams
from teams.models import Team, User, Zone

R = TypeVar("R", bound=models.Model)
SIMILAR_SHOWN = 8


def search(rows: QuerySet[R], query: str) -> QuerySet[R]:
    """The rows whose search_text has every word of the query, in characters, pinyin or initials.

    Words of three characters and more use the trigram index, words of two the index of pairs. A query without a
    usable word finds nothing.
    """
    terms = search_terms(query)
    if not terms:
        return rows.none()
    for term in terms:
        if len(term) == 2:
            found = rows.alias(pairs=Bigrams("search_text")).filter(pairs__contains=bigrams(term))
        else:
            found = rows.filter(search_text__contains=term)
        rows = cast(QuerySet[R], found)
    return rows


def similar_companies(name: str, credit_code: str = "") -> list[Company]:
    """Companies that may be the same one: same credit code, or a similar name without its legal form and region."""
    normalised = normalise_company_name(name)
    same = Q(pk__in=[])
    if normalised:
        same |= Q(normalised_name__trigram_similar=normalised) | Q(normalised_name=normalised)
    if len(normalised) >= 2:
        same |= Q(normalised_name__contains=normalised)
    code = normalise_credit_code(credit_code)
    if code:
        same |= Q(credit_code=code)
    return list(
        Company.objects.filter(deleted_at=None)
        .filter(same)
        .annotate(likeness=TrigramSimilarity("normalised_name", normalised))
        .order_by("-likeness", "name")[:SIMILAR_SHOWN]
    )


@dataclass(frozen=True)
class SimilarLead:
    """A lead that may be the same project. One that the user may not see says only which team to ask."""

    lead: Lead | None
    zone: Zone
    team: Team | None


def similar_leads(user: User, *, zone: Zone, name: str, companies: list[uuid.UUID]) -> list[SimilarLead]:
    """Live leads of the zone for the same companies or with a similar name, also those that the user may not see."""
    found = list(
        Lead.objects.filter(deleted_at=None, zone=zone)
        .filter(Q(company_id__in=companies) | Q(name=name.strip()))
        .select_related("company", "team", "zone", "stage", "owner")
        .order_by("-created_at")[:SIMILAR_SHOWN]
    )
    visible = set(
        Lead.objects.visible_to(user).filter(id__in=[lead.id for lead in found]).values_list("id", flat=True)
    )
    return [SimilarLead(lead if lead.id in visible else None, lead.zone, lead.team) for lead in found]


def recent_items(user: User, limit: int) -> list[Lead | Company]:
    """The leads and companies that the user opened last and still sees, the latest first. Three queries."""
    seen = list(RecentItem.objects.filter(user=user).order_by("-viewed_at", "-id")[:limit])
    leads = Lead.objects.visible_to(user).select_related("company", "stage", "team")
    found: dict[uuid.UUID | None, Lead | Company] = {
        **leads.in_bulk([item.lead_id for item in seen if item.lead_id]),
        **Company.objects.visible_to(user).in_bulk([item.company_id for item in seen if item.company_id]),
    }
    rows = [found.get(item.lead_id or item.company_id) for item in seen]
    return [row for row in rows if row is not None]
