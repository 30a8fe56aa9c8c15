"""Merging companies, which zones share: whoever merges them may do so in each zone that knows one of the two."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import MergeKind
from projects.models import Company, Contact, Document, Lead, Merge, RecentItem, Settlement, Upload
from projects.services.companies import COMPANY_FIELDS, lead_search_text, update_company
from projects.services.merging.leads import move_recent
from projects.services.merging.pairs import Pair, Seen, changes_of, check_seen, lock_pair, move, record, remove
from projects.services.merging.pairs import replaced_by as values_before
from projects.services.merging.telling import names_before, tell_of_companies
from teams.access import Capability
from teams.models import User, Zone

COMPANY_KEYS = ("company", "referrer_company", "registered_company")


def leads_with(company_ids: Iterable[uuid.UUID]) -> Q:
    """Leads in which one of the companies stands."""
    ids = list(company_ids)
    return Q(company_id__in=ids) | Q(referrer_company_id__in=ids) | Q(registered_company_id__in=ids)


def zones_that_know(company_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The zones with a lead, contact, document or settlement of these companies, deleted ones too. Four queries."""
    ids = list(company_ids)
    zones = set(Lead.objects.filter(leads_with(ids)).order_by().values_list("zone_id", flat=True).distinct())
    for model in (Contact, Document, Settlement):
        rows = model._default_manager.filter(company_id__in=ids).order_by()
        zones |= set(rows.values_list("zone_id", flat=True).distinct())
    return zones


def zones_in_the_way(actor: User, zone_ids: Iterable[uuid.UUID]) -> list[Zone]:
    """Those of the zones in which the user may not merge; one query where there are any."""
    if actor.is_superuser:
        return []
    foreign = set(zone_ids) - set(actor.zone_ids(Capability.MERGE))
    return list(Zone.objects.filter(pk__in=foreign).order_by("code")) if foreign else []


def check_may_merge_companies(actor: User, zone_ids: Iterable[uuid.UUID]) -> None:
    """Raises PermissionDenied unless the user may merge in all the zones; a company that none knows is anybody's."""
    if not actor.can(Capability.MERGE):
        raise PermissionDenied
    if zones_in_the_way(actor, zone_ids):
        raise PermissionDenied(_("Another zone knows one of these companies; only an administrator of all may merge."))


def lock_companies_to_merge(
    *, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, seen: Seen | None
) -> tuple[Pair[Company], list[Lead]]:
    """Their leads and both companies, locked in the order of all; raises Http404, Conflict, Stale, ValidationError."""
    rows = Lead.objects.filter(leads_with([kept_id, gone_id])).order_by("id")
    leads = list(rows.select_for_update(no_key=True, of=("self",)))
    pair = lock_pair(Company.objects.visible_to(actor), kind=MergeKind.COMPANY, kept_id=kept_id, gone_id=gone_id)
    check_seen(pair, seen)
    return pair, leads


def move_parts_of_company(pair: Pair[Company]) -> dict[str, int]:
    """Move what hangs on the company that goes, but for leads, calls and visits; deleted rows too."""
    kept, gone = pair.kept, pair.gone
    moved = {
        "contacts": move(Contact.objects.filter(company=gone), company=kept),
        "documents": move(Document.objects.filter(company=gone), company=kept),
    }
    move(Upload.objects.filter(company=gone), company=kept)
    move_recent(RecentItem.objects.filter(company=gone), RecentItem.objects.filter(company=kept), company=kept)
    return moved


def move_leads_of_company(pair: Pair[Company], leads: Iterable[Lead]) -> int:
    """The leads stand for the kept company, and are found by its name; deleted ones too, for they can be revived."""
    changed = []
    for lead in leads:
        names = [name for name in COMPANY_KEYS if getattr(lead, f"{name}_id") == pair.gone.pk]
        for name in names:
            setattr(lead, name, pair.kept)
        if "company" in names:
            lead.search_text = lead_search_text(lead)
        if names:
            changed.append(lead)
    Lead.objects.bulk_update(changed, [*COMPANY_KEYS, "search_text"], batch_size=500)
    return sum(lead.deleted_at is None for lead in changed)


def move_settlements(pair: Pair[Company]) -> int:
    """How the company is looked after, zone by zone; where both are, the kept one's row takes what it lacks."""
    rows = Settlement.objects.filter(company__in=[pair.kept, pair.gone]).order_by("id")
    found = list(rows.select_for_update(no_key=True))
    present = {row.zone_id: row for row in found if row.company_id == pair.kept.pk}
    going = [row for row in found if row.company_id == pair.gone.pk]
    for row in going:
        mine = present.get(row.zone_id)
        if mine is None:
            Settlement.objects.filter(pk=row.pk).update(company=pair.kept)
            continue
        days = [day for day in (mine.since, row.since) if day is not None]
        mine.since = min(days, default=None)
        mine.visit_every_days = mine.visit_every_days or row.visit_every_days
        mine.owner_id = mine.owner_id or row.owner_id
        remarks = dict.fromkeys(text for text in (mine.remarks, row.remarks) if text)
        mine.remarks = " · ".join(remarks)[:500]
        row.delete()
        mine.save_changes(["since", "visit_every_days", "owner", "remarks"])
    return len(going)


def finish_companies(
    pair: Pair[Company], *, actor: User, taken: Collection[str], moved: dict[str, int], people: Iterable[User]
) -> Merge:
    """Give the kept company the values taken, and write the merge down; raises ValidationError, PermissionDenied.

    The credit code of the one that goes is free: it is the kept one's, or was wrong. Its history keeps it.
    """
    names = names_before(pair)
    changes = changes_of(pair, taken, COMPANY_FIELDS)
    replaced = values_before(pair, changes)
    pair.gone.credit_code = None
    pair.gone.save_changes(["credit_code"])
    remove(pair.gone)
    if changes:
        pair.kept = update_company(actor=actor, company_id=pair.kept.pk, changes=changes)
    merge = record(pair, kind=MergeKind.COMPANY, actor=actor, replaced=replaced, moved=moved)
    tell_of_companies(pair, people, merge, names)
    return merge
