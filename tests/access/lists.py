"""Lists: saved views, many rows at once, totals, files, tags."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead, Tag
from projects.services.tags import change_tags
from projects.services.views import save_view

ROWS = "{lead_id}:1"
ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("projects:view_default", "POST"): {"view": ""},
    ("projects:view_save", "POST"): {"name": "", "query": ""},
    ("projects:view_edit", "POST"): {"name": ""},
    ("projects:view_update", "POST"): {"query": "stage=in_talks"},
    ("projects:lead_bulk", "POST"): {"rows": ROWS},
    ("pipeline:lead_bulk_close", "POST"): {"rows": ROWS},
    ("projects:lead_export", "POST"): {"go": "1", "format": "csv"},
}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
projects:lead_totals                 GET    login 200    200      200    200      200       200   200     200
projects:lead_export                 GET    login 200    200      200    200      200       200   403     403
projects:lead_export                 POST   login 200    200      200    200      200       200   403     403
projects:lead_bulk                   POST   login 403    403      200    200      200       200   403     403
pipeline:lead_bulk_close             POST   login 200    200      200    200      200       200   403     403
projects:lead_tags                   GET    login 200    404      200    200      404       200   404     403
projects:lead_tags                   POST   login 204    404      204    204      404       204   404     403
projects:view_save                   GET    login 200    200      200    200      200       200   200     200
projects:view_save                   POST   login 422    422      422    422      422       422   422     422
projects:view_default                POST   login 302    302      302    302      302       302   302     302
projects:view_update                 POST   login 302    404      403    403      404       302   404     403
projects:view_edit                   GET    login 200    404      403    403      404       200   404     403
projects:view_edit                   POST   login 422    404      403    403      404       422   404     403
projects:view_delete                 GET    login 200    404      403    403      404       200   404     403
projects:view_delete                 POST   login 204    404      403    403      404       204   404     403
projects:tag_list                    GET    login 403    403      403    403      403       200   403     403
projects:tag_edit                    GET    login 403    403      403    403      404       200   403     403
projects:tag_edit                    POST   login 403    403      403    403      404       422   403     403
projects:tag_delete                  GET    login 403    403      403    403      404       200   403     403
projects:tag_delete                  POST   login 403    403      403    403      404       204   403     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Wang's view of the team's leads, and a tag of the lead."""
    change_tags(actor=centre.wang, lead_id=lead.pk, add=["重点"])
    view = save_view(actor=centre.wang, page="leads", name="在谈", query="stage=in_talks", team=centre.g4)
    return {"view": view, "tag": Tag.objects.get()}
