"""Taking a report's project sheet out as a file: who may, and a record of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from pipeline.models import Report
from pipeline.papers.frozen import whole
from projects.choices import ExportFormat, ListPage
from projects.models import ExportRecord
from teams.access import Capability
from teams.models import User

# What the number of rows has room for; damaged figures may tell anything.
MOST_ROWS = 2**31 - 1


def record_report_file(*, actor: User, report: Report) -> ExportRecord:
    """Note who takes out a report's spreadsheet, before it leaves; raises PermissionDenied."""
    if not actor.can(Capability.EXPORT, on=report):
        raise PermissionDenied
    stages = whole(report.figures)["stages"]
    ends = [row["columns"]["closing"]["n"] for row in stages if row["code"] == "" and "closing" in row["columns"]]
    return ExportRecord.objects.create(
        user=actor, page=ListPage.LEADS, format=ExportFormat.XLSX, query=f"report={report.pk}", columns=[],
        rows=min(max(*ends, 0, 0), MOST_ROWS),
    )  # fmt: skip
