"""Uploads that come in pieces and outlive a broken line. The server's half of tus 1.0 rests on these."""

from __future__ import annotations

import datetime
import os
import shutil
import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.errors import Conflict
from investcrm.core.rules import Problems, clean_values
from projects.choices import DocumentKind
from projects.models import Document, DocumentVersion, Upload
from projects.services import parts
from projects.services.documents import (
    NewFile,
    Place,
    add_file,
    document_for_change,
    place_of_company,
    place_of_lead,
)
from projects.services.files import HEAD, check_content, check_name_and_size, clean_name
from projects.services.storing import StorageFailed, storage_errors
from teams.models import User

GIVEN_UP_AFTER = datetime.timedelta(days=2)
# Room that must stay free beside a new upload.
SPARE_BYTES = 64 * 1024 * 1024


def begin_upload(
    *,
    actor: User,
    place: Place,
    name: str,
    size: int,
    kind: str = DocumentKind.OTHER,
    title: str = "",
    note: str = "",
    document: Document | None = None,
) -> Upload:
    """Announce a file; raises ValidationError (name, size, kind) and StorageFailed where it would find no room.

    The place (and the document, for a next version) has been asked for with the actor's rights.
    """
    upload = Upload(
        user=actor,
        zone=place.zone,
        lead=place.lead,
        company=place.company,
        document=document,
        kind=kind,
        title=title.strip(),
        note=note.strip(),
        name=clean_name(name),
        size=size,
    )
    problems = Problems()
    check_name_and_size(upload.name, size, problems)
    clean_values(upload, problems, only={"kind", "title", "note"})
    problems.raise_if_any()
    with storage_errors():
        free = shutil.disk_usage(parts.root()).free
    if free < size + SPARE_BYTES:
        raise StorageFailed
    upload.save(force_insert=True)
    return upload


def own_upload(actor: User, upload_id: uuid.UUID) -> Upload:
    """An upload of the actor whose lead or company they still see and may add to; raises Http404, PermissionDenied.

    Where it is out of sight now, what has come is thrown away.
    """
    rows = Upload.objects.select_related("zone", "lead", "company", "document", "made")
    upload = get_object_or_404(rows, pk=upload_id, user=actor)
    try:
        _place(actor, upload)
    except Http404:
        _discard(upload)
        raise
    return upload


def _place(actor: User, upload: Upload) -> Place:
    if upload.lead_id:
        place = place_of_lead(actor, upload.lead_id)
    elif upload.company_id:
        place = place_of_company(actor, upload.company_id, upload.zone)
    else:
        raise Http404
    if upload.document_id and upload.made_id is None:
        document_for_change(actor, upload.document_id)
    return place


def offset_of(upload: Upload) -> int:
    """How many bytes the sender need not send again.

    The last byte is confirmed only when the document is made of them: where storing failed, sending it again tries
    once more.
    """
    if upload.made_id is not None:
        return upload.size
    return min(parts.size_on_disk(upload.pk), upload.size - 1)


def receive_piece(
    *, actor: User, upload_id: uuid.UUID, offset: int, length: int | None, read: Callable[[int], bytes]
) -> Upload:
    """Take what comes from `read`, at the offset; the last piece makes the document.

    `length` is what the sender announced for this piece, if it did. Raises Http404, PermissionDenied, Busy, Conflict
    (wrong offset), ValidationError (too many bytes, refused content: the upload is gone then), StorageFailed.
    """
    upload = own_upload(actor, upload_id)
    with storage_errors(), parts.held(upload_id) as descriptor:
        upload.refresh_from_db()
        if _is_made(upload):
            return upload
        expected = offset_of(upload)
        if offset != expected:
            raise Conflict({"offset": expected}, _("This piece does not go on where the last one ended."))
        room = upload.size - offset
        if length is not None and length > room:
            raise ValidationError(
                {"file": ValidationError(_("More was sent than the file was said to have."), code="too_many")}
            )
        _write(upload, descriptor, offset, room, read)
        if upload.received == upload.size:
            _finish(actor, upload)
    return upload


def _is_made(upload: Upload) -> bool:
    """Whether it is a document already; the version tells where the upload's own row was not written any more.

    The part may share its bytes with the stored file, so nothing may be written to it from then on.
    """
    if upload.made_id is None:
        version = DocumentVersion.objects.filter(pk=upload.pk).first()
        if version is None:
            return False
        upload.made_id = version.document_id
        upload.save(update_fields=["made"])
    parts.drop(upload.pk)
    return True


def _write(upload: Upload, descriptor: int, offset: int, room: int, read: Callable[[int], bytes]) -> None:
    with storage_errors():
        upload.received = parts.append(descriptor, offset, room, read)
    upload.updated_at = timezone.now()
    upload.save(update_fields=["received", "updated_at"])
    if offset == 0 and upload.received:
        try:
            check_content(upload.name, os.pread(descriptor, HEAD, 0))
        except ValidationError:
            _discard(upload)
            raise


def _finish(actor: User, upload: Upload) -> None:
    """Make the document of the whole file. The version carries the upload's id, so that it is made once."""
    file = NewFile(
        path=parts.path_of(upload.pk),
        name=upload.name,
        size=upload.size,
        kind=upload.kind,
        title=upload.title,
        note=upload.note,
        document=upload.document,
        version_id=upload.pk,
    )
    try:
        upload.made = add_file(actor=actor, place=_place(actor, upload), file=file)
    except (ValidationError, Http404):
        _discard(upload)
        raise
    upload.save(update_fields=["made"])
    parts.drop(upload.pk)


def _discard(upload: Upload) -> None:
    parts.drop(upload.pk)
    Upload.objects.filter(pk=upload.pk).delete()


def give_up(*, actor: User, upload_id: uuid.UUID) -> None:
    """Throw away what has come of an upload; one that became a document stays. Raises Http404."""
    _discard(get_object_or_404(Upload, pk=upload_id, user=actor))


def sweep_uploads() -> int:
    """Throw away uploads that nobody has gone on with, and parts without a row; returns how many."""
    before = timezone.now() - GIVEN_UP_AFTER
    swept = 0
    for upload_id in list(Upload.objects.filter(updated_at__lt=before).values_list("id", flat=True)):
        with transaction.atomic():
            found = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload_id, updated_at__lt=before)
            for upload in found:
                _discard(upload)
                swept += 1
    known = {str(pk) for pk in Upload.objects.values_list("id", flat=True)}
    for path in parts.root().iterdir():
        old = path.stat().st_mtime < before.timestamp()
        if old and parts.SUFFIX in path.name and path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
