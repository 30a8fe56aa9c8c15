"""Settled companies, service requests, funds and increases."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from projects.models import Lead, Settlement
from projects.services.companies import set_settled
from projects.services.funds import enter_funds
from projects.services.increases import record_increase
from tests.factories import make_lead
from visits.services.requests import receive_request

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
visits:aftercare                     GET    login 200    200      200    200      200       200   403     200
visits:settlement_edit               GET    login 200    200      200    200      404       200   404     403
visits:settlement_edit               POST   login 422    422      422    422      404       422   404     403
visits:request_list                  GET    login 200    200      200    200      200       200   200     200
visits:request_add                   GET    login 200    200      200    200      200       200   403     403
visits:request_add                   POST   login 422    422      422    422      422       422   403     403
visits:request                       GET    login 200    404      200    200      404       200   404     200
visits:request_edit                  GET    login 200    404      200    200      404       200   404     403
visits:request_edit                  POST   login 422    404      422    422      404       422   404     403
visits:request_answer                GET    login 200    404      200    200      404       200   404     403
visits:request_answer                POST   login 422    404      422    422      404       422   404     403
visits:request_settle                GET    login 200    404      200    200      404       200   404     403
visits:request_settle                POST   login 422    404      422    422      404       422   404     403
visits:request_report                GET    login 200    404      200    200      404       200   404     403
visits:request_report                POST   login 422    404      422    422      404       422   404     403
visits:request_withdraw              GET    login 200    404      200    200      404       200   404     403
visits:request_withdraw              POST   login 422    404      422    422      404       422   404     403
visits:request_take_back             GET    login 200    404      200    200      404       200   404     403
visits:request_take_back             POST   login 422    404      422    422      404       422   404     403
visits:request_hand_on               GET    login 200    404      200    200      404       200   404     403
visits:request_hand_on               POST   login 422    404      422    422      404       422   404     403
visits:lead_requests                 GET    login 200    404      200    200      404       200   404     200
visits:company_requests              GET    login 200    200      200    200      200       200   200     200
projects:funds_to_verify             GET    login 403    403      200    200      200       200   403     403
projects:lead_funds                  GET    login 200    404      200    200      404       200   404     200
projects:funds_add                   GET    login 200    404      200    200      404       200   404     403
projects:funds_add                   POST   login 422    404      422    422      404       422   404     403
projects:funds_edit                  GET    login 200    404      403    403      404       403   404     403
projects:funds_edit                  POST   login 422    404      403    403      404       403   404     403
projects:funds_check                 GET    login 403    404      200    200      404       200   404     403
projects:funds_check                 POST   login 403    404      422    422      404       422   404     403
projects:funds_withdraw              GET    login 200    404      403    403      404       403   404     403
projects:funds_withdraw              POST   login 204    404      403    403      404       403   404     403
projects:increase_add                GET    login 200    404      200    200      404       200   404     403
projects:increase_add                POST   login 422    404      422    422      404       422   404     403
projects:increase_take_back          GET    login 200    404      200    200      404       200   404     403
projects:increase_take_back          POST   login 422    404      422    422      404       422   404     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """The rows that these addresses name; the money is of a signed lead of the same team."""
    signed = make_lead(
        centre.chen, centre.zone, team=centre.g4, company=lead.company, stage="signed",
        on=centre.zone.today() - datetime.timedelta(days=9),
    )  # fmt: skip
    money = {"actor": centre.wang, "lead_id": signed.pk, "amount": Decimal(1_000_000)}
    set_settled(actor=centre.wang, company_id=lead.company_id, zone=centre.zone, settled=True)
    return {
        "settlement": Settlement.objects.get(),
        "request": receive_request(
            actor=centre.wang, zone=centre.zone, company=lead.company, category="permits", title="用电增容"
        ),
        "fund": enter_funds(**money, kind="funds_in_place", value_on=centre.zone.today(), evidence="进账单"),
        "increase": record_increase(**money, agreed_on=centre.zone.today()),
    }
