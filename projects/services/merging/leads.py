"""Merging leads: what hangs on one in this app moves to the other, and its ledger ends with the merge."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems
from projects.choices import EntryKind, MergeKind
from projects.models import (
    CapitalIncrease,
    Comment,
    Document,
    FundArrival,
    Lead,
    LeadTag,
    Merge,
    Milestone,
    Notification,
    RecentItem,
    Upload,
)
from projects.selectors.people import keepers_of
from projects.services.documents import settle_agreement
from projects.services.leads import AMOUNTS, EDITABLE, update_lead
from projects.services.ledger import append_entry, next_seq
from projects.services.merging.pairs import Pair, Seen, changes_of, check_seen, lock_pair, move, packed, record, remove
from projects.services.merging.pairs import replaced_by as values_before
from projects.services.merging.telling import names_before, tell_of_leads
from projects.services.milestones import last_progress_on
from teams.access import Capability
from teams.models import User

# Fields that say something together only.
TOGETHER = (frozenset({"referrer_company", "referrer_contact"}),)


def together(pair: Pair[Lead]) -> list[frozenset[str]]:
    """The fields of which all are taken from one of the leads: amounts, too, where their currencies differ."""
    return [*TOGETHER, AMOUNTS] if pair.kept.currency != pair.gone.currency else list(TOGETHER)


def may_merge_leads(actor: User, one: Lead, other: Lead) -> bool:
    """Whether the user may say that the two are one."""
    return all(actor.can(Capability.MERGE, on=lead) for lead in (one, other))


def lock_leads_to_merge(*, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, seen: Seen | None) -> Pair[Lead]:
    """Both leads, locked; raises Http404, Conflict, PermissionDenied, Stale, ValidationError."""
    rows = Lead.objects.visible_to(actor).select_related("zone", "company", "stage")
    pair = lock_pair(rows, kind=MergeKind.LEAD, kept_id=kept_id, gone_id=gone_id)
    if not may_merge_leads(actor, pair.kept, pair.gone):
        raise PermissionDenied
    problems = Problems()
    if pair.kept.zone_id != pair.gone.zone_id:
        problems.add("__all__", _("The leads belong to two zones, each of which counts its own."), "other_zone")
    problems.raise_if_any()
    check_seen(pair, seen)
    return pair


def check_taken(pair: Pair[Lead], taken: Collection[str]) -> None:
    """What belongs together is taken together; raises ValidationError."""
    problems, chosen = Problems(), set(taken)
    for fields in together(pair):
        differing = {name for name in fields if packed(pair.kept, name) != packed(pair.gone, name)}
        if chosen & differing and not differing <= chosen:
            message = _("These belong together: take all of them from one lead.")
            for name in sorted(differing):
                problems.add(name, message, "together")
    problems.raise_if_any()


def _move_tags(pair: Pair[Lead]) -> int:
    links = LeadTag.objects.filter(lead=pair.gone)
    links.filter(tag_id__in=LeadTag.objects.filter(lead=pair.kept).values("tag_id")).delete()
    return move(links, lead=pair.kept)


def _move_milestones(pair: Pair[Lead]) -> int:
    """One of each kind: where both have it, the kept lead's stays."""
    present = Milestone.objects.filter(lead=pair.kept, deleted_at=None).values("kind")
    rows = Milestone.objects.filter(lead=pair.gone, deleted_at=None).exclude(kind__in=present)
    return move(rows, lead=pair.kept)


def _move_increases(pair: Pair[Lead], actor: User) -> int:
    """An increase belongs to the ledger of its lead: taken back in the one, entered in the other on the same day."""
    increases = list(CapitalIncrease.objects.filter(lead=pair.gone, deleted_at=None).order_by("id"))
    for old in increases:
        for lead, amount in ((pair.gone, -old.amount), (pair.kept, old.amount)):
            entry = append_entry(
                lead, kind=EntryKind.INCREASED, actor=actor, occurred_on=old.agreed_on, seq=next_seq(lead),
                note=old.note, evidence=old.evidence, increase_amount=amount, increase_currency=old.currency,
            )  # fmt: skip
        CapitalIncrease.objects.create(
            lead=pair.kept, amount=old.amount, currency=old.currency, agreed_on=old.agreed_on, evidence=old.evidence,
            document_id=old.document_id, note=old.note, entered_by_id=old.entered_by_id, entry=entry,
        )  # fmt: skip
        remove(old)
    return len(increases)


def move_recent(rows: QuerySet[RecentItem], to: QuerySet[RecentItem], **target: object) -> None:
    """What people opened last; who opened both has opened the kept one."""
    rows.filter(user_id__in=to.values("user_id")).delete()
    move(rows, **target)


def move_parts_of_lead(pair: Pair[Lead], actor: User) -> dict[str, int]:
    """Move what hangs on the lead that goes, but for calls and visits; says how many of what.

    What was deleted before stays with it, as its history.
    """
    kept, gone = pair.kept, pair.gone
    moved = {
        "documents": move(Document.objects.filter(lead=gone, deleted_at=None), lead=kept),
        "funds": move(FundArrival.objects.filter(lead=gone, deleted_at=None), lead=kept),
        "increases": _move_increases(pair, actor),
        "milestones": _move_milestones(pair),
        "comments": move(Comment.objects.filter(lead=gone, deleted_at=None), lead=kept),
        "tags": _move_tags(pair),
    }
    move(Upload.objects.filter(lead=gone), lead=kept)
    move(Notification.objects.filter(lead=gone), lead=kept)
    move_recent(RecentItem.objects.filter(lead=gone), RecentItem.objects.filter(lead=kept), lead=kept)
    return moved


def finish_leads(pair: Pair[Lead], *, actor: User, taken: Collection[str], moved: dict[str, int]) -> Merge:
    """Give the kept lead the values taken, end the other one's ledger, and write the merge down.

    The kept lead's stage stays what it is. Raises ValidationError, PermissionDenied.
    """
    check_taken(pair, taken)
    keepers, names = [*keepers_of(pair.kept), *keepers_of(pair.gone)], names_before(pair)
    changes = changes_of(pair, taken, EDITABLE)
    replaced = values_before(pair, changes)
    if changes:
        pair.kept = update_lead(actor=actor, lead_id=pair.kept.pk, changes=changes, note=f"← {pair.gone.number}")
    settle_agreement(pair.kept)
    for lead in (pair.kept, pair.gone):
        day = last_progress_on(lead)
        if day != lead.last_progress_on:
            lead.last_progress_on = day
            lead.save_changes(["last_progress_on"])
    remove(pair.gone)
    append_entry(
        pair.gone, kind=EntryKind.MERGED, actor=actor, occurred_on=pair.gone.zone.today(),
        note=f"→ {pair.kept.number}", seq=next_seq(pair.gone),
    )  # fmt: skip
    merge = record(pair, kind=MergeKind.LEAD, actor=actor, replaced=replaced, moved=moved)
    tell_of_leads(pair, keepers, merge, names)
    return merge
