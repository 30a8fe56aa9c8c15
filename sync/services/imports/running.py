"""The work of imports in the background: reading, checking, writing, in slices that may be cut off at any point."""

from __future__ import annotations

import datetime
import logging
import time
import uuid
from collections.abc import Callable

import pghistory
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from investcrm.core.background import enqueue
from investcrm.core.errors import Conflict
from investcrm.core.locks import alone
from investcrm.core.spreadsheets.files import SheetRefused
from projects.services.storing import StorageFailed, forget
from sync.choices import ImportStatus, RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.words import reason
from sync.services.imports.beginning import AT_WORK, OVER, import_for, lock_import, refuse_run
from sync.services.imports.checking import check_batch, judge_of, write_verdicts
from sync.services.imports.judging import Verdict
from sync.services.imports.layout import look
from sync.services.imports.staging import is_staged, stage
from sync.services.imports.writing import TO_DO, write_rows
from teams.access import Capability
from teams.models import User

logger = logging.getLogger(__name__)

BATCH = 200
# One slice of a long import; other work comes in between.
SLICE_SECONDS = 40
# An import of which nothing was heard for so long is taken up again.
QUIET = datetime.timedelta(seconds=90)
# So long the rows of an import can be read again.
KEPT = datetime.timedelta(days=90)
FORGOTTEN_AT_ONCE = 20
# Two who wait for each other's rows: the database ends one of them, which tries again.
ATTEMPTS = 5
_WRITING = "imports: writing"


@transaction.atomic
def run_import(*, actor: User, run_id: uuid.UUID) -> ImportRun:
    """Give the go-ahead; raises Conflict where it was given, or the rows are not checked."""
    run = lock_import(actor, run_id)
    if run.status != ImportStatus.CHECKED:
        raise Conflict(run.status)
    todo = ImportRow.objects.filter(run=run, status__in=TO_DO).count()
    run.status, run.rows_total, run.rows_done, run.at_row = ImportStatus.RUNNING, todo, 0, 0
    run.started_at = run.updated_at = timezone.now()
    run.cancel_asked = False
    run.save(update_fields=["status", "rows_total", "rows_done", "at_row", "started_at", "updated_at", "cancel_asked"])
    enqueue("sync.work_on_import", run_id=str(run.pk))
    return run


@transaction.atomic
def cancel_import(*, actor: User, run_id: uuid.UUID) -> ImportRun:
    """End an import; the rows that are imported stay. Who imports for the whole zone may end anybody's."""
    import_for(actor, run_id)
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("zone", "actor").get(pk=run_id)
    if run.status in OVER:
        raise Conflict(run.status)
    if run.status in AT_WORK and run.status != ImportStatus.READING:
        run.cancel_asked = True
    else:
        run.status, run.finished_at = ImportStatus.CANCELLED, timezone.now()
    run.save(update_fields=["cancel_asked", "status", "finished_at"])
    enqueue("sync.work_on_import", run_id=str(run.pk))
    return run


def work_on(run_id: uuid.UUID) -> bool:
    """Work on an import for a while; returns whether more is to be done. Nothing where somebody else works on it."""
    with alone(f"import {run_id}") as is_mine:
        if not is_mine:
            return False
        run = ImportRun.objects.select_related("zone", "actor").filter(pk=run_id).first()
        if run is None or run.status not in AT_WORK:
            return False
        until = time.monotonic() + SLICE_SECONDS
        try:
            step = _prepared(run)
            more = step is not None
            while step is not None and more and time.monotonic() < until:
                more = _tried(step, run_id)
        except (SheetRefused, StorageFailed) as refused:
            _fail(run_id, refused)
            return False
    return more


def continue_imports() -> int:
    """Take up again what was cut off; returns how many."""
    waiting = ImportRun.objects.filter(status__in=AT_WORK, updated_at__lt=timezone.now() - QUIET)
    found = list(waiting.values_list("pk", flat=True)[:100])
    for run_id in found:
        enqueue("sync.work_on_import", run_id=str(run_id))
    return len(found)


def forget_imports() -> int:
    """Delete the rows and the file of imports that nobody has touched for long; what became of each stays noted."""
    old = ImportRun.objects.exclude(file="").filter(updated_at__lt=timezone.now() - KEPT)
    found = list(old.exclude(status__in=AT_WORK)[:FORGOTTEN_AT_ONCE])
    for run in found:
        with transaction.atomic():
            ImportRow.objects.filter(run=run).delete()
            forget(run.file)
            run.file, run.layout = "", {}
            if run.status not in OVER:
                run.status = ImportStatus.CANCELLED
            run.save(update_fields=["file", "layout", "status"])
    return len(found)


def _prepared(run: ImportRun) -> Callable[[uuid.UUID], bool] | None:
    """What is to be done again and again; what is done once is done here."""
    if run.status == ImportStatus.READING:
        look(run)
        run.updated_at = timezone.now()
        # ended meanwhile, it stays ended
        fields = {name: getattr(run, name) for name in ("layout", "mapping", "options", "status", "updated_at")}
        ImportRun.objects.filter(pk=run.pk, status=ImportStatus.READING).update(**fields)
        return None
    if run.status == ImportStatus.CHECKING:
        if not is_staged(run):
            stage(run)
        return check_batch
    return write_batch


def _tried(step: Callable[[uuid.UUID], bool], run_id: uuid.UUID) -> bool:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return step(run_id)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
            logger.warning("An import waits for somebody who waits for it; it tries again.")
    return False


def _fail(run_id: uuid.UUID, refused: SheetRefused | StorageFailed) -> None:
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if isinstance(refused, SheetRefused):
            refuse_run(run, refused.code, refused.params)
        else:
            refuse_run(run, "gone", {})
        run.finished_at = timezone.now()
        run.save(update_fields=["status", "error", "finished_at"])


def write_batch(run_id: uuid.UUID) -> bool:
    """Import the next rows; returns whether there are more. A batch that fails is written row by row."""
    try:
        return _write_batch(run_id, BATCH)
    except OperationalError:
        raise
    except Exception:
        logger.exception("A batch of import %s failed; its rows are written one by one.", run_id)
    for _row in range(BATCH):
        try:
            if not _write_batch(run_id, 1):
                return False
        except OperationalError:
            raise
        except Exception:
            logger.exception("A row of import %s failed.", run_id)
            _leave_out_next(run_id)
    return True


def _next_rows(run: ImportRun, number: int) -> list[ImportRow]:
    rows = ImportRow.objects.filter(run=run, number__gt=run.at_row, status__in=TO_DO, imported_at=None)
    return list(rows.order_by("number")[:number])


@transaction.atomic
def _write_batch(run_id: uuid.UUID, size: int) -> bool:
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("zone", "actor").get(pk=run_id)
    if run.status != ImportStatus.RUNNING:
        return False
    if run.cancel_asked or not run.actor.can(Capability.IMPORT, on=run.zone):
        if not run.cancel_asked:
            refuse_run(run, "not_allowed", {})
        run.status, run.finished_at = ImportStatus.CANCELLED, timezone.now()
        run.save(update_fields=["status", "error", "finished_at"])
        return False
    rows = _next_rows(run, size)
    if rows:
        with connection.cursor() as cursor:
            # Imports write one after the other: what one makes, the next one finds.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_WRITING])
        with pghistory.context(user=str(run.actor_id), url=f"/imports/{run.pk}/"):
            write_rows(run, judge_of(run), rows)
        run.at_row = rows[-1].number
        run.rows_done += len(rows)
    if len(rows) < size:
        run.status, run.finished_at = ImportStatus.DONE, timezone.now()
    run.updated_at = timezone.now()
    run.save(update_fields=["status", "rows_done", "at_row", "updated_at", "finished_at"])
    return run.status == ImportStatus.RUNNING


@transaction.atomic
def _leave_out_next(run_id: uuid.UUID) -> None:
    """Mark the next row as one that could not be written, so that the others go on."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    for row in _next_rows(run, 1):
        write_verdicts([row], {row.number: Verdict(RowStatus.ERROR, reasons={"": [reason("wrong")]})})
        run.at_row, run.rows_done = row.number, run.rows_done + 1
        run.save(update_fields=["at_row", "rows_done"])
