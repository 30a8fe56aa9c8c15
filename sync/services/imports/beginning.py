"""Taking a file in: what it is by its name, size and first bytes; where it is kept; who may see the import."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.spreadsheets.files import is_text
from projects.models.documents import document_storage
from projects.services import parts
from projects.services.files import HEAD, check_content, clean_name, ending_of
from projects.services.storing import sha256_of, storage_errors
from sync.choices import ImportStatus, ImportTarget
from sync.models.imports import ImportRun
from sync.selectors.imports.words import say_refused
from teams.access import Capability
from teams.models import User, Zone

ENDINGS = ("xlsx", "xls", "csv")
MAX_BYTES = 50 * 1024 * 1024
SOURCE_LENGTH = 100
AT_WORK = (ImportStatus.READING, ImportStatus.CHECKING, ImportStatus.RUNNING)
OVER = (ImportStatus.DONE, ImportStatus.CANCELLED, ImportStatus.FAILED)


def _refuse(message: Any, code: str, **params: Any) -> None:
    raise ValidationError({"file": ValidationError(message, code=code, params=params)})


def check_file(name: str, size: int, head: bytes) -> None:
    """Refuse what is no spreadsheet, before anything is kept; raises ValidationError at `file`."""
    ending = ending_of(name)
    if ending not in ENDINGS:
        _refuse(_("Choose a file that ends with .xlsx, .xls or .csv."), "ending")
    if size <= 0:
        _refuse(_("The file is empty."), "empty")
    if size > MAX_BYTES:
        _refuse(_("The file is larger than %(limit)d MB."), "too_large", limit=MAX_BYTES // 1024 // 1024)
    if is_text(head) != (ending == "csv"):
        lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower()
        code = "markup" if lowered.startswith((b"<", b"mime-version")) else "no_workbook"
        _refuse(say_refused("not_text" if ending == "csv" else code, {}), "content")
    check_content(name, head)


def start_import(*, actor: User, zone: Zone, file: UploadedFile, target: str, source: str = "") -> ImportRun:
    """Keep the file and have it read; raises PermissionDenied, ValidationError, StorageFailed."""
    if not actor.can(Capability.IMPORT, on=zone):
        raise PermissionDenied
    if target not in ImportTarget.values:
        raise ValidationError({"target": ValidationError(_("Choose what the rows are."), code="invalid")})
    name = clean_name(file.name or "")
    file.seek(0)
    check_file(name, file.size or 0, file.read(HEAD))
    run = ImportRun(
        actor=actor, zone=zone, target=target, source=" ".join(source.split())[:SOURCE_LENGTH], file_name=name,
        size=file.size or 0,
    )  # fmt: skip
    with written(file) as path:
        run.sha256 = sha256_of(path)
        with storage_errors(), path.open("rb") as content:
            run.file = document_storage().save(f"imports/{run.pk}", File(content))
    with transaction.atomic():
        run.save(force_insert=True)
        enqueue("sync.work_on_import", run_id=str(run.pk))
    return run


@contextmanager
def written(file: Any) -> Iterator[Path]:
    """The bytes of a file as one on this machine, for as long as the block lasts."""
    with tempfile.NamedTemporaryFile(dir=parts.root(), suffix=parts.SUFFIX) as copy:
        file.seek(0)
        while piece := file.read(1024 * 1024):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def stored(run: ImportRun) -> Iterator[Path]:
    """The run's file on this machine, for as long as the block lasts; raises StorageFailed."""
    with storage_errors(), document_storage().open(run.file, "rb") as file, written(file) as path:
        yield path


def earlier_import(run: ImportRun) -> ImportRun | None:
    """The latest import of the very same file into the zone that was carried out, or is being."""
    rows = ImportRun.objects.filter(zone=run.zone_id, sha256=run.sha256, target=run.target).exclude(pk=run.pk)
    return rows.filter(status__in=[ImportStatus.DONE, ImportStatus.RUNNING]).order_by("-created_at").first()


def imports_of(user: User) -> Any:
    """The imports that somebody sees: their own, and all of a zone for whose whole they may import."""
    rows = ImportRun.objects.select_related("zone", "actor")
    if user.is_superuser:
        return rows
    own = rows.filter(actor=user, zone_id__in=user.zone_ids_with(Capability.IMPORT))
    return own | rows.filter(zone_id__in=user.zone_ids(Capability.IMPORT))


def import_for(user: User, run_id: uuid.UUID) -> ImportRun:
    """An import that somebody sees; raises PermissionDenied for who imports nowhere, Http404."""
    if not user.can(Capability.IMPORT):
        raise PermissionDenied
    run = imports_of(user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def lock_import(user: User, run_id: uuid.UUID) -> ImportRun:
    """One's own import, locked until the transaction ends; of somebody else's it is a PermissionDenied."""
    run = import_for(user, run_id)
    if run.actor_id != user.pk:
        raise PermissionDenied(_("Only whoever began this import goes on with it."))
    return ImportRun.objects.select_for_update(of=("self",)).select_related("zone", "actor").get(pk=run_id)


def refuse_run(run: ImportRun, code: str, params: dict[str, Any]) -> None:
    """Say that the file is not read, and why."""
    run.status = ImportStatus.FAILED
    run.error = json.dumps({"code": code, "params": params})[:500]
