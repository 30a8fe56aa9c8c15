"""What a report tells, drawn from the ledger as of one moment, and its project sheet in the storage."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File
from django.utils import timezone

from investcrm.core.changes import give_positions
from investcrm.core.moments import one_moment
from pipeline.exports.sheet_file import write_sheet
from pipeline.models import Report, ReportQuerySet
from pipeline.selectors.periods import Period
from pipeline.selectors.reports.building import build
from pipeline.selectors.reports.duties import PERIODS
from pipeline.selectors.reports.sheet import sheet_rows
from pipeline.selectors.scopes import Scope
from projects.models.documents import document_storage
from projects.services.storing import forget, storage_errors


@dataclass(frozen=True)
class Subject:
    """What a report is about: of whom, which period, when it was due."""

    scope: Scope
    kind: str
    period: Period
    cutoff_at: datetime.datetime
    as_of: datetime.date


@dataclass(frozen=True)
class Drawing:
    """What a report tells, and up to which position of the change feed it was known."""

    figures: dict[str, Any]
    known: int
    made_at: datetime.datetime


def subject_of(report: Report) -> Subject:
    """What a report that is there is about."""
    scope = Scope(report.zone, team=report.team)
    period = Period(PERIODS[report.kind], report.first_day, report.last_day)
    return Subject(scope, report.kind, period, report.cutoff_at, report.as_of)


def editions_of(report: Report) -> ReportQuerySet:
    """All editions of what the report is about."""
    return Report.objects.filter(
        zone=report.zone_id, team=report.team_id, kind=report.kind, first_day=report.first_day
    )


def draw(subject: Subject) -> Drawing:
    """The figures, as known now."""
    known = give_positions()
    with one_moment():
        return _figures(subject, known)


@contextlib.contextmanager
def drawn_with_sheet(subject: Subject) -> Iterator[tuple[Drawing, IO[bytes]]]:
    """The figures and the project sheet, both of one moment; the sheet's file ends with the block."""
    known = give_positions()
    with one_moment():
        drawing = _figures(subject, known)
        file = write_sheet(sheet_rows(subject.scope, subject.period, as_of=subject.as_of, known=known))
    with file:
        yield drawing, file


def _figures(subject: Subject, known: int) -> Drawing:
    figures = build(
        subject.scope, subject.kind, subject.period, as_of=subject.as_of, known=known, cutoff_at=subject.cutoff_at
    )
    return Drawing(dict(figures), known, timezone.now())


@contextlib.contextmanager
def stored(file: IO[bytes], zone_id: uuid.UUID, report_id: uuid.UUID) -> Iterator[str]:
    """Keep a sheet in the storage and give its name there; whatever fails in the block takes it out again.

    To be put around the transaction, so that one that fails leaves no file. Raises StorageFailed.
    """
    with storage_errors():
        file.seek(0)
        name = document_storage().save(f"{zone_id}/reports/{report_id}", File(file))
    try:
        yield name
    except BaseException:
        forget(name)
        raise
