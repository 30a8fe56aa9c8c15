"""Documents that belong to an interaction, a planned visit or a service request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from projects.models import Document, Lead
from projects.services.documents import Place
from teams.access import Capability
from teams.models import User
from visits.models import Attachment, Interaction, PlannedVisit, ServiceRequest

KINDS: dict[str, type[Interaction | PlannedVisit | ServiceRequest]] = {
    "interaction": Interaction,
    "planned_visit": PlannedVisit,
    "service_request": ServiceRequest,
}


@dataclass(frozen=True)
class Holder:
    """A row with attachments, and the place of documents that are uploaded for it (None: it has neither)."""

    of: str
    row: Any
    place: Place | None

    @property
    def attachments(self) -> QuerySet[Attachment]:
        """What is attached to the row."""
        return Attachment.objects.filter(**{self.of: self.row})


def holder_of(actor: User, of: str, row_id: uuid.UUID) -> Holder:
    """The row among those that the actor sees; raises Http404.

    A lead that the actor does not see is no place for their documents: the company of the row is, then.
    """
    if of not in KINDS:
        raise Http404
    rows: Any = KINDS[of].objects
    row = get_object_or_404(rows.visible_to(actor).select_related("zone", "lead", "company"), pk=row_id)
    lead = Lead.objects.visible_to(actor).select_related("zone").filter(pk=row.lead_id).first()
    if lead is not None:
        return Holder(of, row, Place(zone=lead.zone, lead=lead))
    return Holder(of, row, Place(zone=row.zone, company=row.company) if row.company_id else None)


def may_attach(actor: User, holder: Holder) -> bool:
    """Whether the actor may attach documents to the row, and take them off."""
    return holder.place is not None and actor.can(Capability.SHARE_DOCUMENTS, on=holder.place.reach)


def attachable(actor: User, holder: Holder) -> QuerySet[Document]:
    """The documents that may be attached: those of the row's lead, of its company, of the leads that took part."""
    row = holder.row
    near = Q(lead_id=row.lead_id, lead__isnull=False) | Q(company_id=row.company_id, company__isnull=False)
    if isinstance(row, Interaction):
        near |= Q(lead__in=row.parties.filter(lead__isnull=False).values("lead_id"))
    return Document.objects.visible_to(actor).filter(near, zone_id=row.zone_id)


@transaction.atomic
def attach(*, actor: User, of: str, row_id: uuid.UUID, document_id: uuid.UUID) -> Attachment:
    """Attach a document to the row; twice is once. Raises Http404, PermissionDenied."""
    holder = holder_of(actor, of, row_id)
    if not may_attach(actor, holder):
        raise PermissionDenied
    document = get_object_or_404(attachable(actor, holder), pk=document_id)
    return Attachment.objects.get_or_create(document=document, **{of: holder.row})[0]


@transaction.atomic
def detach(*, actor: User, of: str, row_id: uuid.UUID, document_id: uuid.UUID) -> None:
    """Take a document off the row; the document stays. Raises Http404, PermissionDenied."""
    holder = holder_of(actor, of, row_id)
    if not may_attach(actor, holder):
        raise PermissionDenied
    seen = Document.objects.visible_to(actor)
    get_object_or_404(holder.attachments.filter(document__in=seen), document_id=document_id).delete()
