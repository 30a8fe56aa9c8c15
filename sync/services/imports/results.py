"""What became of the rows, as a file: who takes it out is recorded."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import ExportedList, ExportFormat
from projects.models import ExportRecord
from projects.services.taking import XLSX_LIMIT
from sync.models.imports import ImportRow, ImportRun
from teams.models import User

FORMATS = (ExportFormat.XLSX, ExportFormat.CSV)


@transaction.atomic
def record_result(*, actor: User, run: ImportRun, format: str, left_out: bool) -> ExportRecord:  # noqa: A002
    """Note who takes the result out, before it leaves; raises ValidationError."""
    rows = rows_of_result(run, left_out).count()
    if format not in FORMATS:
        raise ValidationError(_("Choose XLSX or CSV."), code="invalid")
    if format == ExportFormat.XLSX and rows > XLSX_LIMIT:
        message = _("A spreadsheet takes at most %(limit)s rows, not %(number)s. Take CSV.")
        params = {"limit": f"{XLSX_LIMIT:,}", "number": f"{rows:,}"}
        raise ValidationError(message, code="too_many", params=params)
    return ExportRecord.objects.create(
        user=actor, page=ExportedList.IMPORT, format=format, query=f"import={run.pk}",
        columns=list(run.layout.get("headings", [])), rows=rows,
    )  # fmt: skip


def rows_of_result(run: ImportRun, left_out: bool) -> QuerySet[ImportRow]:
    """All rows of the run in their order, or those that were not imported."""
    rows = ImportRow.objects.filter(run=run).order_by("number")
    return rows.filter(imported_at=None).exclude(status="unchanged") if left_out else rows
