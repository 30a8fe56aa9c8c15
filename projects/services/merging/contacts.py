"""Merging contacts of one company."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from projects.choices import MergeKind
from projects.models import Contact, DocumentDispatch, Lead, Merge
from projects.services.companies import CONTACT_FIELDS, update_contact
from projects.services.merging.pairs import Pair, Seen, changes_of, check_seen, lock_pair, move, record, remove
from projects.services.merging.pairs import replaced_by as values_before
from teams.access import Capability
from teams.models import User


def may_merge_contacts(actor: User, one: Contact, other: Contact) -> bool:
    """Whether the user may say that the two are one."""
    return all(actor.can(Capability.MERGE, on=contact.zone) for contact in (one, other))


def lock_contacts_to_merge(*, actor: User, kept_id: uuid.UUID, gone_id: uuid.UUID, seen: Seen | None) -> Pair[Contact]:
    """Both contacts, locked after the leads that they referred; raises Http404, PermissionDenied, ValidationError.

    Also Conflict and Stale.
    """
    leads = Lead.objects.filter(referrer_contact_id__in=[kept_id, gone_id]).order_by("id")
    list(leads.select_for_update(no_key=True, of=("self",)).values_list("id"))
    rows = Contact.objects.visible_to(actor).select_related("zone", "company")
    pair = lock_pair(rows, kind=MergeKind.CONTACT, kept_id=kept_id, gone_id=gone_id)
    if not may_merge_contacts(actor, pair.kept, pair.gone):
        raise PermissionDenied
    if (pair.kept.zone_id, pair.kept.company_id) != (pair.gone.zone_id, pair.gone.company_id):
        message = _("These contacts belong to two companies. If the companies are one, merge them first.")
        raise ValidationError(message, code="other_company")
    check_seen(pair, seen)
    return pair


def move_parts_of_contact(pair: Pair[Contact]) -> dict[str, int]:
    """Move what names the contact that goes, but for calls, visits and requests."""
    return {
        "leads": move(Lead.objects.filter(referrer_contact=pair.gone), referrer_contact=pair.kept),
        "dispatches": move(DocumentDispatch.objects.filter(contact=pair.gone), contact=pair.kept),
    }


def finish_contacts(pair: Pair[Contact], *, actor: User, taken: Collection[str], moved: dict[str, int]) -> Merge:
    """Give the kept contact the values taken, and write the merge down; raises ValidationError, PermissionDenied."""
    changes = changes_of(pair, taken, CONTACT_FIELDS)
    replaced = values_before(pair, changes)
    if changes:
        pair.kept = update_contact(actor=actor, contact_id=pair.kept.pk, changes=changes)
    remove(pair.gone)
    return record(pair, kind=MergeKind.CONTACT, actor=actor, replaced=replaced, moved=moved)
