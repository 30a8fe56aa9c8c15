"""Taking deleted rows back into use: another system still has them and says so again."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.errors import Conflict, Stale
from investcrm.core.models import Row
from projects.choices import EntryKind
from projects.models import Company, Contact, Lead
from projects.services.ledger import append_entry, next_seq
from teams.access import Capability
from teams.models import User

R = TypeVar("R", bound=Row)


def bring_back(row: R, visible: Any, expected_version: int | None) -> R:
    """Take a locked deleted row back into use; raises Http404 where the actor would not see it, Stale."""
    type(row)._default_manager.filter(pk=row.pk).update(deleted_at=None)
    if not visible.filter(pk=row.pk).exists():
        raise Http404
    if expected_version is not None and expected_version != row.version:
        raise Stale(row.version)
    row.refresh_from_db(fields=["version", "updated_at", "deleted_at"])
    return row


@transaction.atomic
def revive_lead(*, actor: User, lead_id: uuid.UUID, expected_version: int | None = None, note: str = "") -> Lead:
    """Take back the deletion of a lead: by the ledger it never was.

    Raises Http404, PermissionDenied, Stale, and Conflict for a lead that was merged into another one.
    """
    lead = lock_for_change(Lead.objects.filter(deleted_at__isnull=False).select_related("zone"), lead_id)
    bring_back(lead, Lead.objects.visible_to(actor), expected_version)
    if not actor.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied
    ended = lead.entries.filter(kind__in=[EntryKind.DELETED, EntryKind.MERGED]).order_by("-seq").first()
    if ended is None or ended.kind == EntryKind.MERGED:
        raise Conflict("merged", _("This lead was merged into another one."))
    append_entry(
        lead,
        kind=EntryKind.CORRECTED,
        actor=actor,
        occurred_on=lead.zone.today(),
        note=note,
        seq=next_seq(lead),
        reverses=ended,
    )
    return lead


@transaction.atomic
def revive_company(*, actor: User, company_id: uuid.UUID, expected_version: int | None = None) -> Company:
    """Take a deleted company back into use; raises Http404, PermissionDenied, Stale."""
    company = lock_for_change(Company.objects.filter(deleted_at__isnull=False), company_id)
    bring_back(company, Company.objects.visible_to(actor), expected_version)
    if not actor.can(Capability.EDIT_LEAD):
        raise PermissionDenied
    return company


@transaction.atomic
def revive_contact(*, actor: User, contact_id: uuid.UUID, expected_version: int | None = None) -> Contact:
    """Take a deleted contact back into use; raises Http404, PermissionDenied, Stale."""
    contact = lock_for_change(Contact.objects.filter(deleted_at__isnull=False).select_related("zone"), contact_id)
    bring_back(contact, Contact.objects.visible_to(actor), expected_version)
    if not actor.can(Capability.EDIT_LEAD, on=contact.zone):
        raise PermissionDenied
    return contact
