"""Merging companies, leads and contacts with all that was said, planned and asked for.

Nothing is merged by itself: somebody has compared the two, and says which row stays and whose values it has (`taken`:
fields whose values come from the row that goes). `seen` is what they looked at, field by field; what was changed since
is Stale. All rows are locked in the order of all: leads, what hangs on them, companies and how they are looked after.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.choices import MergeKind
from projects.models import Company, Contact, Lead, Merge
from projects.selectors.merges import merged_into
from projects.services.merging.companies import (
    check_may_merge_companies,
    finish_companies,
    leads_with,
    lock_companies_to_merge,
    move_leads_of_company,
    move_parts_of_company,
    move_settlements,
    zones_that_know,
)
from projects.services.merging.contacts import finish_contacts, lock_contacts_to_merge, move_parts_of_contact
from projects.services.merging.leads import check_taken, finish_leads, lock_leads_to_merge, move_parts_of_lead
from projects.services.merging.pairs import Pair, Seen, move
from projects.services.merging.telling import people_of_company
from teams.models import User
from visits.models import FollowUp, Interaction, InteractionParty, PlannedVisit, ServiceRequest
from visits.services.clocks import refresh_clocks

# Whoever began to write before a merge has ended long before this.
LATE = datetime.timedelta(hours=1)


def zones_of_companies(company_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The zones that know one of the companies: by its leads and contacts, or by what was said, planned or asked."""
    ids = list(company_ids)
    zones = zones_that_know(ids)
    met = Interaction.objects.filter(parties__company_id__in=ids)
    of_company = {"company_id__in": ids}
    for rows in (met, PlannedVisit.objects.filter(**of_company), ServiceRequest.objects.filter(**of_company)):
        zones |= set(rows.order_by().values_list("zone_id", flat=True).distinct())
    return zones


@transaction.atomic
def merge_leads(
    *, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, taken: Collection[str] = (), seen: Seen | None = None
) -> Merge:
    """Make one lead of two of a zone; the kept one's stage stays what it is.

    Raises Http404, PermissionDenied, Stale, Conflict, ValidationError.
    """
    pair = lock_leads_to_merge(actor=actor, kept_id=kept_id, gone_id=gone_id, seen=seen)
    check_taken(pair, taken)
    live: dict[str, Any] = {"lead": pair.gone, "deleted_at": None}
    moved = {
        "follow_ups": move(FollowUp.objects.filter(**live), lead=pair.kept),
        "planned_visits": move(PlannedVisit.objects.filter(**live), lead=pair.kept),
        "service_requests": move(ServiceRequest.objects.filter(**live), lead=pair.kept),
    }
    moved |= move_parts_of_lead(pair, actor)
    moved["interactions"] = _move_parties("lead", pair)
    refresh_clocks([pair.kept.pk, pair.gone.pk])
    for lead in (pair.kept, pair.gone):
        lead.refresh_from_db(fields=["version", "updated_at", "last_interaction_at", "next_follow_up_on"])
    return finish_leads(pair, actor=actor, taken=taken, moved=moved)


@transaction.atomic
def merge_companies(
    *, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, taken: Collection[str] = (), seen: Seen | None = None
) -> Merge:
    """Make one company of two, in all zones that know them; raises as merge_leads does.

    Whoever does it may merge in each of these zones: a company is shared, and a zone's leads are its own.
    """
    pair, leads = lock_companies_to_merge(actor=actor, kept_id=kept_id, gone_id=gone_id, seen=seen)
    check_may_merge_companies(actor, zones_of_companies([kept_id, gone_id]))
    people = people_of_company(pair.gone)
    moved = move_all_of_company(pair)
    moved["leads"] = move_leads_of_company(pair, leads)
    moved["settlements"] = move_settlements(pair)
    return finish_companies(pair, actor=actor, taken=taken, moved=moved, people=people)


def move_all_of_company(pair: Pair[Company]) -> dict[str, int]:
    """Move what hangs on the company that goes, but for its leads and how it is looked after."""
    of_gone = {"company": pair.gone}
    return {
        **move_parts_of_company(pair),
        "planned_visits": move(PlannedVisit.objects.filter(**of_gone), company=pair.kept),
        "service_requests": move(ServiceRequest.objects.filter(**of_gone), company=pair.kept),
        "interactions": _move_parties("company", pair),
    }


@transaction.atomic
def merge_contacts(
    *, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, taken: Collection[str] = (), seen: Seen | None = None
) -> Merge:
    """Make one contact of two of a company; raises as merge_leads does."""
    pair = lock_contacts_to_merge(actor=actor, kept_id=kept_id, gone_id=gone_id, seen=seen)
    moved = move_all_of_contact(pair)
    return finish_contacts(pair, actor=actor, taken=taken, moved=moved)


def move_all_of_contact(pair: Pair[Contact]) -> dict[str, int]:
    """Move what names the contact that goes."""
    return {
        **move_parts_of_contact(pair),
        "service_requests": move(ServiceRequest.objects.filter(raised_by=pair.gone), raised_by=pair.kept),
        "interactions": _move_contact(pair),
    }


def _move_contact(pair: Pair[Contact]) -> int:
    """Let the kept contact have been met where the other one was."""
    parties = InteractionParty.objects.filter(contacts=pair.gone)
    ids = _lock_interactions(parties)
    for party in list(parties):
        party.contacts.add(pair.kept)
        party.contacts.remove(pair.gone)
    _touch(ids)
    return len(ids)


def _lock_interactions(parties: QuerySet[InteractionParty]) -> list[uuid.UUID]:
    """The interactions of the parties, locked in the order of their ids."""
    rows = Interaction.objects.filter(id__in=parties.values("interaction_id")).order_by("id")
    return list(rows.select_for_update(no_key=True).values_list("id", flat=True))


def _touch(interaction_ids: Collection[uuid.UUID]) -> None:
    """Parties stand in another table: the row itself changes too, or nobody would hear of it."""
    Interaction.objects.filter(id__in=interaction_ids).update(updated_at=timezone.now())


def _move_parties(key: str, pair: Pair[Any]) -> int:
    """Let the kept lead or company have taken part where the other one did; once, where both did.

    Calls and visits that were taken back stay as they were.
    """
    parties = InteractionParty.objects.filter(**{key: pair.gone}, interaction__deleted_at=None)
    named = Interaction.objects.filter(**{key: pair.gone}, deleted_at=None)
    ids = set(_lock_interactions(parties)) | set(named.values_list("id", flat=True))
    for mine, other in _met_twice(key, pair, ids):
        first, second = sorted((mine, other), key=lambda party: party.position)
        first.contacts.add(*second.contacts.all())
        first.outcome = "\n".join(dict.fromkeys(text for text in (first.outcome, second.outcome) if text))
        setattr(first, key, pair.kept)
        second.delete()
        first.save(update_fields=[key, "outcome"])
    move(InteractionParty.objects.filter(**{key: pair.gone}, interaction_id__in=ids), **{key: pair.kept})
    Interaction.objects.filter(id__in=ids, **{key: pair.gone}).update(**{key: pair.kept})
    _touch(ids)
    return len(ids)


def _met_twice(
    key: str, pair: Pair[Any], ids: Collection[uuid.UUID]
) -> list[tuple[InteractionParty, InteractionParty]]:
    """The parties where both took part in an interaction; of companies, where they stand for the same lead or none."""
    rows = InteractionParty.objects.filter(interaction_id__in=ids).filter(
        Q(**{key: pair.kept}) | Q(**{key: pair.gone})
    )
    kept: dict[Any, InteractionParty] = {}
    gone: list[InteractionParty] = []
    for row in rows.order_by("interaction_id", "position"):
        place = (row.interaction_id, None if key == "lead" else row.lead_id)
        if getattr(row, f"{key}_id") == pair.kept.pk:
            kept.setdefault(place, row)
        else:
            gone.append(row)
    found = []
    for row in gone:
        mine = kept.pop((row.interaction_id, None if key == "lead" else row.lead_id), None)
        if mine is not None:
            found.append((mine, row))
    return found


def follow_merges(since: datetime.timedelta = LATE) -> int:
    """Move what was written for a company or contact while it was being merged; says how many rows.

    Whoever has chosen a company and saves after it was merged is not stopped: what they saved follows the merge here.
    """
    merges = Merge.objects.filter(at__gte=timezone.now() - since).exclude(kind=MergeKind.LEAD).order_by("at")
    return sum(_follow(merge) for merge in merges)


@transaction.atomic
def _follow(merge: Merge) -> int:
    kept_id = merged_into(merge.kind, merge.gone_id)
    if merge.kind == MergeKind.CONTACT:
        contacts = Contact.objects.in_bulk([kept_id, merge.gone_id])
        return sum(move_all_of_contact(Pair(contacts[kept_id], contacts[merge.gone_id])).values())
    rows = Lead.objects.filter(leads_with([merge.gone_id])).order_by("id")
    leads = list(rows.select_for_update(no_key=True, of=("self",)))
    companies = Company.objects.in_bulk([kept_id, merge.gone_id])
    pair = Pair(companies[kept_id], companies[merge.gone_id])
    moved = sum(move_all_of_company(pair).values()) + move_leads_of_company(pair, leads)
    return moved + move_settlements(pair)
