"""The contract's resources besides leads, companies and interactions, and its numbers."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from projects.services.funds import enter_funds
from projects.services.increases import record_increase
from tests.factories import make_lead
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("api:follow-up-list", "POST"): {"lead": "{lead_id}", "due_on": "2099-01-01"},
    ("api:follow-up-cancel", "POST"): {"cancel_reason": "不再需要"},
    ("api:planned-visit-list", "POST"): {
        "lead": "{lead_id}", "channel": "visit", "planned_on": "2099-01-01", "expected_result": "谈定",
    },
    ("api:planned-visit-cancel", "POST"): {"cancel_reason": "客户改期"},
    ("api:service-request-list", "POST"): {
        "company": "{company_id}", "category": "land", "title": "x", "zone": "guangling",
    },
    ("api:service-request-answer", "POST"): {"answer": "已答"},
    ("api:service-request-settle", "POST"): {"settlement": "已办"},
    ("api:service-request-withdraw", "POST"): {"withdraw_reason": "撤回"},
    ("api:service-request-hand-over", "POST"): {"handler": "li"},
    ("api:service-request-take-back", "POST"): {"note": "写错"},
    ("api:fund-arrival-list", "POST"): {
        "lead": "{fund-arrival-lead_id}", "kind": "funds_in_place", "amount": "5.00", "value_on": "2026-03-05",
        "evidence": "x",
    },
    ("api:fund-arrival-detail", "PATCH"): {"amount": "6.00"},
    ("api:fund-arrival-reject", "POST"): {"check_note": "不符"},
    ("api:capital-increase-list", "POST"): {
        "lead": "{fund-arrival-lead_id}", "amount": "5.00", "agreed_on": "2026-03-05",
    },
    ("api:capital-increase-take-back", "POST"): {"note": "写错"},
    ("api:target-list", "POST"): {"letter": "{letter_id}", "metric": "visits", "minimum": "5.00"},
    ("api:report-file", "GET"): {"format": "html"},
    ("api:industry-list", "POST"): {"code": "steel", "name_zh": "钢", "zone": "guangling"},
    ("api:team-list", "POST"): {"code": "G9", "name_zh": "九组", "zone": "guangling"},
    ("api:pipeline-flow", "GET"): {"from": "2026-01-01", "to": "2026-01-31"},
}  # fmt: skip

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
api:follow-up-list                   GET    401   200    200      200    200      200       200   200     200
api:follow-up-list                   POST   401   422    422      422    422      422       422   422     403
api:follow-up-count                  GET    401   200    200      200    200      200       200   200     200
api:follow-up-detail                 GET    401   200    404      200    200      404       200   404     200
api:follow-up-detail                 PATCH  401   200    404      200    200      404       200   404     403
api:follow-up-cancel                 POST   401   200    404      200    200      404       200   404     403
api:follow-up-give-back              POST   401   422    404      422    422      404       422   404     403
api:planned-visit-list               GET    401   200    200      200    200      200       200   200     200
api:planned-visit-list               POST   401   422    422      422    422      422       422   422     403
api:planned-visit-count              GET    401   200    200      200    200      200       200   200     200
api:planned-visit-detail             GET    401   200    404      200    200      404       200   404     200
api:planned-visit-detail             PATCH  401   200    404      200    200      404       200   404     403
api:planned-visit-cancel             POST   401   200    404      200    200      404       200   404     403
api:service-request-list             GET    401   200    200      200    200      200       200   200     200
api:service-request-list             POST   401   201    201      201    201      422       201   403     403
api:service-request-count            GET    401   200    200      200    200      200       200   200     200
api:service-request-detail           GET    401   200    404      200    200      404       200   404     200
api:service-request-detail           PATCH  401   200    404      200    200      404       200   404     403
api:service-request-answer           POST   401   200    404      200    200      404       200   404     403
api:service-request-hand-over        POST   401   200    404      200    200      404       200   404     403
api:service-request-report           POST   401   422    404      422    422      404       422   404     403
api:service-request-settle           POST   401   422    404      422    422      404       422   404     403
api:service-request-take-back        POST   401   422    404      422    422      404       422   404     403
api:service-request-withdraw         POST   401   200    404      200    200      404       200   404     403
api:fund-arrival-list                GET    401   200    200      200    200      200       200   200     200
api:fund-arrival-list                POST   401   201    422      201    201      422       201   422     403
api:fund-arrival-count               GET    401   200    200      200    200      200       200   200     200
api:fund-arrival-detail              GET    401   200    404      200    200      404       200   404     200
api:fund-arrival-detail              PATCH  401   200    404      403    403      404       403   404     403
api:fund-arrival-detail              DELETE 401   204    404      403    403      404       403   404     403
api:fund-arrival-reject              POST   401   403    404      200    200      404       200   404     403
api:fund-arrival-verify              POST   401   403    404      200    200      404       200   404     403
api:fund-arrival-withdraw            POST   401   204    404      403    403      404       403   404     403
api:capital-increase-list            GET    401   200    200      200    200      200       200   200     200
api:capital-increase-list            POST   401   201    422      201    201      422       201   422     403
api:capital-increase-count           GET    401   200    200      200    200      200       200   200     200
api:capital-increase-detail          GET    401   200    404      200    200      404       200   404     200
api:capital-increase-take-back       POST   401   204    404      204    204      404       204   404     403
api:document-list                    GET    401   200    200      200    200      200       200   200     200
api:document-list                    POST   401   415    415      415    415      415       415   415     415
api:document-count                   GET    401   200    200      200    200      200       200   200     200
api:document-detail                  GET    401   200    404      200    200      404       200   404     200
api:document-detail                  PATCH  401   200    404      200    200      404       200   404     403
api:document-detail                  DELETE 401   204    404      204    204      404       204   404     403
api:document-file                    GET    401   200    404      200    200      404       200   404     200
api:document-versions                POST   401   415    404      415    415      404       415   404     403
api:target-list                      GET    401   200    200      200    200      200       200   200     200
api:target-list                      POST   401   403    422      403    201      422       201   422     403
api:target-count                     GET    401   200    200      200    200      200       200   200     200
api:target-detail                    GET    401   200    404      200    200      404       200   404     200
api:target-detail                    PATCH  401   403    404      403    200      404       200   404     403
api:target-detail                    DELETE 401   403    404      403    204      404       204   404     403
api:report-list                      GET    401   200    200      200    200      200       200   200     200
api:report-count                     GET    401   200    200      200    200      200       200   200     200
api:report-detail                    GET    401   200    404      200    200      404       200   404     200
api:report-file                      GET    401   200    404      200    200      404       200   404     200
api:industry-list                    POST   401   403    403      403    403      422       201   403     403
api:industry-detail                  PATCH  401   403    403      403    403      404       200   403     403
api:team-list                        POST   401   403    403      403    403      422       201   403     403
api:team-detail                      PATCH  401   403    403      403    403      404       200   403     403
api:target-progress                  GET    401   200    200      200    200      200       200   200     200
api:pipeline-summary                 GET    401   200    200      200    200      200       200   403     200
api:pipeline-flow                    GET    401   200    200      200    200      200       200   403     200
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Rows of the lead and of a signed one; documents, targets and reports are those of other areas."""
    today = centre.zone.today()
    step = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today, note="谈")
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=today, expected_result="谈定"
    )
    request = receive_request(
        actor=centre.wang, zone=centre.zone, company=lead.company, lead=lead, category="land", title="用地"
    )
    signed = make_lead(
        centre.chen, centre.zone, name="已签", team=centre.g4, owner=centre.wang, stage="signed",
        on=datetime.date(2025, 3, 5),
    )  # fmt: skip
    arrival = enter_funds(
        actor=centre.wang, lead_id=signed.pk, kind="funds_in_place", amount=Decimal(5), value_on=today, evidence="x"
    )
    increase = record_increase(actor=centre.wang, lead_id=signed.pk, amount=Decimal(5), agreed_on=today)
    return {
        "follow-up": step,
        "follow-up-give": step,
        "planned-visit": visit,
        "service-request": request,
        "service-request-hand": request,
        "service-request-take": request,
        "fund-arrival": arrival,
        "fund-arrival-lead": signed,
        "capital-increase": increase,
        "capital-increase-take": increase,
    }
