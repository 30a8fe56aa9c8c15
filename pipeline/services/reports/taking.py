"""Taking a report's project sheet out as a file: who may, and a record of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from pipeline.models import Report
from projects.choices import ExportFormat, ListPage
from projects.models import ExportRecord
from teams.access import Capability
from teams.models import User


def record_report_file(*, actor: User, report: Report) -> ExportRecord:
    """Note who takes out a report's spreadsheet, before it leaves; raises PermissionDenied."""
    if not actor.can(Capability.EXPORT, on=report):
        raise PermissionDenied
    stages = report.figures.get("stages", [])
    together: dict[str, Any] = next((row["columns"] for row in stages if row["code"] == ""), {})
    return ExportRecord.objects.create(
        user=actor, page=ListPage.LEADS, format=ExportFormat.XLSX, query=f"report={report.pk}", columns=[],
        rows=together.get("closing", {}).get("n", 0),
    )  # fmt: skip
