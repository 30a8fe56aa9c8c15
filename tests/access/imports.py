"""Spreadsheets on their way in: Li's import into the zone, its rows checked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from sync.choices import ImportStatus, RowStatus
from sync.models import ImportRow, ImportRun

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("sync:import_result", "POST"): {"format": "csv"},
}

# A leader sees their own imports, who imports for the whole zone all of them; a step further takes the one who began.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
sync:import_list                     GET    login 403    403      200    200      200       200   403     403
sync:import_add                      GET    login 403    403      200    200      200       200   403     403
sync:import_add                      POST   login 403    403      422    422      422       422   403     403
sync:import_run                      GET    login 403    403      200    200      404       200   403     403
sync:import_progress                 GET    login 403    403      204    204      404       204   403     403
sync:import_cancel                   POST   login 403    403      302    302      404       302   403     403
sync:import_table                    POST   login 403    403      302    302      404       302   403     403
sync:import_columns                  POST   login 403    403      302    302      404       302   403     403
sync:import_back                     POST   login 403    403      302    403      404       403   403     403
sync:import_go                       POST   login 403    403      302    403      404       403   403     403
sync:import_decide_all               POST   login 403    403      302    403      404       403   403     403
sync:import_result                   POST   login 403    403      200    200      404       200   403     403
sync:import_decide                   POST   login 403    403      302    403      404       403   403     403
sync:import_fix                      GET    login 403    403      200    403      404       403   403     403
sync:import_fix                      POST   login 403    403      302    403      404       403   403     403
"""


def checked_run(centre: SimpleNamespace, rows: int = 1) -> ImportRun:
    """An import of Li's with so many rows, all in error."""
    headings = ["项目名称", "企业名称"]
    sheet = {"number": 0, "name": "", "rows": rows, "columns": 2, "first": [headings], "merged": [], "date1904": False}
    run = ImportRun.objects.create(
        actor=centre.li, zone=centre.zone, file_name="在谈项目.csv", file="nothing", size=1, sha256="0" * 64,
        layout={"sheets": [sheet], "sheet": 0, "head": [0, 0], "headings": headings, "staged": [0, [0, 0]]},
        mapping={"0": "name", "1": "company"}, options={"updates": True}, status=ImportStatus.CHECKED, rows_total=rows,
    )  # fmt: skip
    reasons = {"1": [{"code": "required"}]}
    ImportRow.objects.bulk_create(
        ImportRow(run=run, number=number, cells=[f"项目{number}", ""], status=RowStatus.ERROR, reasons=reasons)
        for number in range(1, rows + 1)
    )
    return run


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """The rows that these addresses name."""
    return {"run": checked_run(centre)}
