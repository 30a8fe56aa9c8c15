"""Documents: where they belong, storing a file as a document or as its next version, editing, deleting."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.choices import DocumentKind
from projects.models import Company, Document, DocumentVersion, Lead
from projects.models.documents import document_storage, stored_name
from projects.services.files import HEAD, check_content, check_name_and_size, clean_name, content_type_of
from projects.services.storing import for_storage, forget, sha256_of, storage_errors
from teams.access import Capability
from teams.models import User, Zone

EDITABLE = frozenset({"title", "kind", "note"})


@dataclass(frozen=True)
class Place:
    """What a document hangs on: a lead, or a company as one zone knows it."""

    zone: Zone
    lead: Lead | None = None
    company: Company | None = None

    @property
    def reach(self) -> Lead | Zone:
        """The row that the capability is asked for."""
        return self.lead or self.zone


def place_of_lead(actor: User, lead_id: uuid.UUID, *, to_change: bool = True) -> Place:
    """The lead as a place for documents; raises Http404, PermissionDenied."""
    lead = get_object_or_404(Lead.objects.visible_to(actor).select_related("zone", "company"), pk=lead_id)
    return _checked(actor, Place(zone=lead.zone, lead=lead), to_change)


def place_of_company(actor: User, company_id: uuid.UUID, zone: Zone, *, to_change: bool = True) -> Place:
    """The company in one of the actor's zones; raises Http404, PermissionDenied."""
    company = get_object_or_404(Company.objects.visible_to(actor), pk=company_id)
    return _checked(actor, Place(zone=zone, company=company), to_change)


def place_of_document(actor: User, document: Document, *, to_change: bool = True) -> Place:
    """Where a document hangs that the actor sees; raises PermissionDenied."""
    return _checked(actor, Place(zone=document.zone, lead=document.lead, company=document.company), to_change)


def _checked(actor: User, place: Place, to_change: bool) -> Place:
    if to_change and not actor.can(Capability.SHARE_DOCUMENTS, on=place.reach):
        raise PermissionDenied
    return place


def may_manage(actor: User, document: Document) -> bool:
    """Whether the actor may delete the document and see who took it: its own uploader, and who looks after all."""
    place = Place(zone=document.zone, lead=document.lead, company=document.company)
    own = document.created_by_id == actor.id
    return actor.can(Capability.SHARE_DOCUMENTS if own else Capability.EDIT_ANY_INTERACTION, on=place.reach)


@dataclass(frozen=True)
class NewFile:
    """A file that has come in whole, on this machine; `document` is set for its next version.

    `version_id` makes sending twice harmless: the second one finds the version there.
    """

    path: Path
    name: str
    size: int
    kind: str = DocumentKind.OTHER
    title: str = ""
    note: str = ""
    document: Document | None = None
    version_id: uuid.UUID | None = None


def add_file(*, actor: User, place: Place, file: NewFile) -> Document:
    """Store a file as a new document of the place, or as the next version of its document.

    The bytes are stored first and outside the transaction, which a large file would hold open for minutes; whatever
    fails afterwards takes them out again. Raises Http404, PermissionDenied, ValidationError, StorageFailed.
    """
    name = clean_name(file.name)
    problems = Problems()
    check_name_and_size(name, file.size, problems)
    problems.raise_if_any()
    with storage_errors(), file.path.open("rb") as opened:
        head = opened.read(HEAD)
    check_content(name, head)
    version = DocumentVersion(
        id=file.version_id or uuid7(),
        document=file.document or Document(zone=place.zone, lead=place.lead, company=place.company),
        name=name,
        size=file.size,
        content_type=content_type_of(name),
        uploaded_by=actor,
    )
    there = DocumentVersion.objects.filter(pk=version.pk, uploaded_by=actor).select_related("document").first()
    if there is not None:
        return there.document
    with storage_errors():
        version.sha256 = sha256_of(file.path)
        with for_storage(file.path) as content:
            version.file.name = document_storage().save(stored_name(version, name), content)
    try:
        return _enter(actor, place, file, version)
    except BaseException:
        forget(version.file.name)
        raise


@transaction.atomic
def _enter(actor: User, place: Place, file: NewFile, version: DocumentVersion) -> Document:
    """The rows of a stored file; what it hangs on is asked for again, for it may have gone out of sight meanwhile."""
    lead = lock_for_change(Lead.objects.visible_to(actor), place.lead.pk) if place.lead else None
    if place.company is not None:
        get_object_or_404(Company.objects.visible_to(actor), pk=place.company.pk)
    _checked(actor, place if lead is None else Place(zone=place.zone, lead=lead), to_change=True)
    if file.document is not None:
        document = lock_for_change(Document.objects.visible_to(actor), file.document.pk)
    else:
        document = version.document
        document.kind, document.title, document.note = file.kind, title_for(file), file.note.strip()
        document.created_by = actor
        problems = Problems()
        clean_values(document, problems)
        problems.raise_if_any()
        document.save(force_insert=True)
    version.document = document
    version.number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version.save(force_insert=True)
    document.current = version
    document.save_changes(["current"])
    if lead is not None:
        settle_agreement(lead)
    return document


def title_for(file: NewFile) -> str:
    """The title that was typed, else the file's name without its ending."""
    name = clean_name(file.name)
    return file.title.strip() or (name.rpartition(".")[0] or name)


def settle_agreement(lead: Lead) -> None:
    """Let the locked lead point to an agreement among its documents: the present one, else the first that is left."""
    live = lead.documents.filter(deleted_at=None, kind=DocumentKind.AGREEMENT).order_by("created_at", "id")
    ids = list(live.values_list("id", flat=True))
    if lead.agreement_document_id in ids or (lead.agreement_document_id is None and not ids):
        return
    lead.agreement_document_id = ids[0] if ids else None
    lead.save_changes(["agreement_document"])


def _locked(actor: User, document_id: uuid.UUID) -> tuple[Document, Lead | None]:
    """The document and its lead, locked in the order that all keep; raises Http404."""
    rows = Document.objects.visible_to(actor).select_related("zone", "lead", "company")
    lead_id = rows.filter(pk=document_id).values_list("lead_id", flat=True).first()
    lead = lock_for_change(Lead.objects.visible_to(actor), lead_id) if lead_id else None
    return lock_for_change(rows, document_id), lead


@transaction.atomic
def update_document(
    *,
    actor: User,
    document_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Document:
    """Change title, kind or note; raises Http404, PermissionDenied, Stale, ValidationError."""
    document, lead = _locked(actor, document_id)
    place_of_document(actor, document)
    changed = apply_changes(document, changes, EDITABLE, base=base, expected_version=expected_version)
    if not changed:
        return document
    problems = Problems()
    clean_values(document, problems, only=set(changed))
    if not document.title.strip():
        problems.errors.pop("title", None)
        problems.add("title", _("A document needs a title."), "required")
    problems.raise_if_any()
    document.save_changes(changed)
    if lead is not None and "kind" in changed:
        settle_agreement(lead)
    return document


@transaction.atomic
def delete_document(*, actor: User, document_id: uuid.UUID, expected_version: int | None = None) -> Document:
    """Delete a document softly, its files stay; raises Http404, PermissionDenied, Stale."""
    document, lead = _locked(actor, document_id)
    if not may_manage(actor, document):
        raise PermissionDenied
    check_version(document, expected_version)
    document.deleted_at = timezone.now()
    document.save_changes(["deleted_at"])
    if lead is not None:
        settle_agreement(lead)
    return document


def document_for_change(actor: User, document_id: uuid.UUID) -> Document:
    """A document to which the actor may add; raises Http404, PermissionDenied."""
    rows = Document.objects.visible_to(actor).select_related("zone", "lead__company", "company", "current")
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise Http404
    place_of_document(actor, document)
    return document
