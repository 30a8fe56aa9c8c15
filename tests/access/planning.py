"""Planned visits, their dossier, the month's plan, the calendar and its private addresses, delegated follow-ups."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from visits.models import CalendarFeed, DossierItem
from visits.services.planning import plan_visit

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("visits:plan_check", "POST"): {"note": "看过年报"},
}

# An address of a calendar belongs to its maker (Wang) alone; a made-up one is nobody's.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
visits:plan_add                      GET    login 200    200      200    200      200       200   403     403
visits:plan_add                      POST   login 422    422      422    422      422       422   403     403
visits:planned_visit                 GET    login 200    404      200    200      404       200   404     200
visits:planned_visit_edit            GET    login 200    404      200    200      404       200   404     403
visits:planned_visit_edit            POST   login 422    404      422    422      404       422   404     403
visits:planned_visit_move            GET    login 200    404      200    200      404       200   404     403
visits:planned_visit_move            POST   login 422    404      422    422      404       422   404     403
visits:planned_visit_cancel          GET    login 200    404      200    200      404       200   404     403
visits:planned_visit_cancel          POST   login 422    404      422    422      404       422   404     403
visits:plan_check                    POST   login 302    404      302    302      404       302   404     403
visits:lead_plans                    GET    login 200    404      200    200      404       200   404     200
visits:month_plan                    GET    login 200    200      200    200      200       200   403     200
visits:calendar                      GET    login 200    200      200    200      200       200   403     200
visits:calendar_feeds                GET    login 200    200      200    200      200       200   403     200
visits:calendar_feeds                POST   login 422    422      422    422      422       422   403     422
visits:feed_revoke                   POST   login 302    404      404    404      404       404   404     404
visits:feed                          GET    404   404    404      404    404      404       404   404     404
visits:follow_up_delegate            GET    login 200    404      200    200      404       200   404     403
visits:follow_up_delegate            POST   login 422    404      422    422      404       422   404     403
visits:follow_up_give_back           POST   login 422    404      422    422      404       422   404     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A visit to the lead that Wang has planned, an item of its dossier, and an address of Wang's."""
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地",
    )  # fmt: skip
    return {
        "planned_visit": visit,
        "dossier_item": DossierItem.objects.filter(zone=None).first(),
        "calendar_feed": CalendarFeed.objects.create(user=centre.wang, token_hash="0" * 64),
    }
