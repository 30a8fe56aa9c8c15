"""Scans of signed letters: checked and stored as documents are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.rules import Problems
from pipeline.models.targets import LetterScan, TargetLetter, scan_name
from pipeline.services.targets import lock_letter
from projects.models.documents import document_storage
from projects.services.files import (
    HEAD,
    check_content,
    check_name_and_size,
    clean_name,
    content_type_of,
)
from projects.services.storing import for_storage, forget, sha256_of, storage_errors
from teams.access import Capability
from teams.models import User

# A scan is a picture or a PDF: what shows the signatures.
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".ofd")


@dataclass(frozen=True)
class NewScan:
    """A file that has come in whole, on this machine; `scan_id` makes sending twice harmless."""

    path: Path
    name: str
    size: int
    scan_id: uuid.UUID | None = None


def check_scan(scan: NewScan) -> None:
    """Refuse what is no scan, by name, size and first bytes; raises ValidationError (field `file`), StorageFailed."""
    name = clean_name(scan.name)
    problems = Problems()
    if not name.lower().endswith(ENDINGS):
        problems.add("file", _("A scan is a PDF, an OFD file or a picture."), "no_scan")
    check_name_and_size(name, scan.size, problems)
    problems.raise_if_any()
    with storage_errors(), scan.path.open("rb") as opened:
        head = opened.read(HEAD)
    check_content(name, head)


def add_scan(*, actor: User, letter_id: uuid.UUID, scan: NewScan) -> LetterScan:
    """Store a scan of a letter; the newest one is shown, those before it stay.

    The bytes are stored before the transaction, and forgotten again where it fails. Raises Http404, PermissionDenied,
    ValidationError, StorageFailed.
    """
    check_scan(scan)
    before = LetterScan.objects.filter(pk=scan.scan_id, letter_id=letter_id).first() if scan.scan_id else None
    if before is not None and actor.can(Capability.MANAGE_TARGETS, on=before.letter.zone):
        return before
    letter = TargetLetter.objects.visible_to(actor).filter(pk=letter_id).first()
    name = clean_name(scan.name)
    row = LetterScan(
        id=scan.scan_id or uuid7(), letter=letter or TargetLetter(pk=letter_id), name=name, size=scan.size,
        content_type=content_type_of(name), uploaded_by=actor,
    )  # fmt: skip
    if letter is not None:
        with storage_errors():
            row.sha256 = sha256_of(scan.path)
            with for_storage(scan.path) as content:
                row.file.name = document_storage().save(scan_name(row, name), content)
    try:
        entered = _enter(actor, letter_id, row)
        if entered is not row and row.file.name:
            forget(row.file.name)
        return entered
    except BaseException:
        if row.file.name:
            forget(row.file.name)
        raise


@transaction.atomic
def _enter(actor: User, letter_id: uuid.UUID, row: LetterScan) -> LetterScan:
    row.letter = lock_letter(actor, letter_id)
    if not row.file.name:
        raise ValidationError(_("This was not saved. Please send it once more."), code="not_stored")
    there = LetterScan.objects.filter(pk=row.pk).first()
    if there is not None and there.letter_id != letter_id:
        raise ValidationError(_("This was not saved. Please send it once more."), code="id_taken")
    if there is not None:
        return there
    row.save(force_insert=True)
    return row
