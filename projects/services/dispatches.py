"""Who sent which version of a document to whom."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.models import Contact, Document, DocumentDispatch, DocumentVersion
from projects.services.documents import document_for_change, may_manage
from teams.models import User


def contacts_for(actor: User, document: Document) -> list[Contact]:
    """The contacts to whom the document may have gone: those of its company, in its zone, by name. One query."""
    company = document.lead.company if document.lead else document.company
    rows = Contact.objects.visible_to(actor).filter(company=company, zone_id=document.zone_id)
    return list(rows.order_by("name"))


@transaction.atomic
def note_dispatch(
    *,
    actor: User,
    version_id: uuid.UUID,
    recipient: str,
    way: str,
    sent_on: datetime.date,
    contact: Contact | None = None,
    note: str = "",
    dispatch_id: uuid.UUID | None = None,
) -> DocumentDispatch:
    """Note that the actor sent a version to a contact, or to whoever is named.

    `dispatch_id` is the new note's id, for a form that may be sent twice. Raises Http404, PermissionDenied,
    ValidationError.
    """
    version = get_object_or_404(DocumentVersion, pk=version_id)
    document = document_for_change(actor, version.document_id)
    there = DocumentDispatch.objects.filter(pk=dispatch_id, sent_by=actor).first() if dispatch_id else None
    if there is not None:
        return there
    dispatch = DocumentDispatch(
        version_sent=version,
        recipient=recipient.strip() or (contact.name if contact else ""),
        contact=contact,
        way=way,
        sent_on=sent_on,
        note=note.strip(),
        sent_by=actor,
    )
    if dispatch_id is not None:
        dispatch.id = dispatch_id
    problems = Problems()
    clean_values(dispatch, problems)
    if not dispatch.recipient:
        problems.errors.pop("recipient", None)
        problems.add("recipient", _("Say to whom it was sent."), "required")
    if contact is not None and contact not in contacts_for(actor, document):
        problems.add("contact", _("This contact does not belong to the company."), "other_company")
    try:
        check_day(sent_on, future_years=0, today=document.zone.today())
    except ValidationError as error:
        problems.errors.setdefault("sent_on", []).append(error)
    problems.raise_if_any()
    dispatch.save(force_insert=True)
    return dispatch


@transaction.atomic
def take_back_dispatch(*, actor: User, dispatch_id: uuid.UUID) -> DocumentDispatch:
    """Take a note back: one's own, or any of a document that one manages. Raises Http404, PermissionDenied."""
    rows = DocumentDispatch.objects.filter(
        deleted_at=None, version_sent__document__in=Document.objects.visible_to(actor)
    )
    dispatch = lock_for_change(rows, dispatch_id)
    document = document_for_change(actor, dispatch.version_sent.document_id)
    if dispatch.sent_by_id != actor.pk and not may_manage(actor, document):
        raise PermissionDenied
    dispatch.deleted_at = timezone.now()
    dispatch.save_changes(["deleted_at"])
    return dispatch
