"""Duplicates, merging, lists as files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from tests.factories import make_lead

GO = {"go": "1", "format": "csv"}
ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("projects:company_export", "POST"): GO,
    ("projects:contact_export", "POST"): GO,
    ("projects:funds_export", "POST"): GO,
    ("visits:interaction_export", "POST"): GO,
    ("visits:follow_up_export", "POST"): GO,
    ("visits:plan_export", "POST"): GO,
    ("visits:request_export", "POST"): GO,
    ("visits:merge", "POST"): {"apart": "1"},
}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
projects:duplicates                  GET    login 403    403      403    200      200       200   403     403
projects:same_as                     GET    login 403    404      403    200      404       200   404     403
visits:merge                         GET    login 403    403      403    200      404       200   403     403
visits:merge                         POST   login 403    403      403    302      404       302   403     403
projects:exports                     GET    login 403    403      403    200      200       200   403     403
projects:company_export              GET    login 200    200      200    200      200       200   403     403
projects:company_export              POST   login 200    200      200    200      200       200   403     403
projects:contact_export              GET    login 200    200      200    200      200       200   403     403
projects:contact_export              POST   login 200    200      200    200      200       200   403     403
projects:funds_export                GET    login 200    200      200    200      200       200   403     403
projects:funds_export                POST   login 200    200      200    200      200       200   403     403
visits:interaction_export            GET    login 200    200      200    200      200       200   403     403
visits:interaction_export            POST   login 200    200      200    200      200       200   403     403
visits:follow_up_export              GET    login 200    200      200    200      200       200   403     403
visits:follow_up_export              POST   login 200    200      200    200      200       200   403     403
visits:plan_export                   GET    login 200    200      200    200      200       200   403     403
visits:plan_export                   POST   login 200    200      200    200      200       200   403     403
visits:request_export                GET    login 200    200      200    200      200       200   403     403
visits:request_export                POST   login 200    200      200    200      200       200   403     403
pipeline:figure_export               GET    login 400    400      400    400      400       400   404     400
pipeline:figure_export               POST   login 400    400      400    400      400       400   404     400
pipeline:activity_export             GET    login 400    400      400    400      400       400   404     400
pipeline:activity_export             POST   login 400    400      400    400      400       400   404     400
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Another lead of the team that may be the same."""
    other = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang, company=lead.company)
    return {"one": lead, "first": lead, "second": other}
