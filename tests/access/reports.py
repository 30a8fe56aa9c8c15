"""Reports, statements, subscriptions, schedules, the working calendar, outgoing mail."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from investcrm.core.models import OutboxMessage
from projects.models import Lead
from teams.models import CalendarDay
from teams.services.schedules import ensure_schedules
from tests.pipeline.report_pages_help import saved_report

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("pipeline:report_send", "POST"): {"to": "all"},
    ("pipeline:report_preview", "GET"): {"part": "tiles"},
}

# The report is team G4's and released; the statement is the team's, too. Mails are kept in a folder here, as in
# `make run`: everybody opens the list of their own. The mail is one to Wang. A report that is out takes no comment.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
pipeline:reports                     GET    login 200    200      200    200      200       200   403     200
pipeline:report_notices              GET    login 200    200      200    200      200       200   200     200
pipeline:report_preview              GET    login 200    200      200    200      200       200   403     200
pipeline:report                      GET    login 200    404      200    200      404       200   404     200
pipeline:report_pdf                  GET    login 200    404      200    200      404       200   404     200
pipeline:report_xlsx                 GET    login 200    404      200    200      404       200   404     403
pipeline:report_comment              GET    login 403    404      403    404      404       404   404     403
pipeline:report_comment              POST   login 403    404      403    404      404       404   404     403
pipeline:report_release              GET    login 403    404      403    200      404       200   404     403
pipeline:report_release              POST   login 403    404      403    302      404       302   404     403
pipeline:reports_release             GET    login 403    403      403    200      200       200   403     403
pipeline:reports_release             POST   login 403    403      403    302      302       302   403     403
pipeline:report_draw                 POST   login 403    404      403    302      404       302   404     403
pipeline:report_edition              GET    login 403    404      403    200      404       200   404     403
pipeline:report_edition              POST   login 403    404      403    422      404       422   404     403
pipeline:report_mails                GET    login 403    404      403    200      404       200   404     403
pipeline:report_send                 POST   login 403    404      403    302      404       302   404     403
pipeline:report_test_mail            POST   login 403    404      403    302      404       302   404     403
pipeline:subscriptions               GET    login 200    200      200    200      200       200   403     200
pipeline:subscriptions               POST   login 422    422      422    422      422       422   403     422
pipeline:subscription_stop           GET    404   404    404      404    404      404       404   404     404
pipeline:subscription_stop           POST   404   404    404      404    404      404       404   404     404
pipeline:statement                   GET    login 403    403      200    200      404       200   403     403
pipeline:statement                   POST   login 403    403      302    302      404       302   403     403
teams:schedules                      GET    login 403    403      403    403      403       200   403     403
teams:schedule_row                   GET    login 403    403      403    403      404       200   403     403
teams:schedule_edit                  GET    login 403    403      403    403      404       200   403     403
teams:schedule_edit                  POST   login 403    403      403    403      404       422   403     403
teams:schedule_run                   POST   login 403    403      403    403      404       302   403     403
teams:calendar                       GET    login 403    403      403    403      403       200   403     403
teams:calendar                       POST   login 403    403      403    403      403       422   403     403
teams:calendar_remove                POST   login 403    403      403    403      404       302   403     403
core:mails                           GET    login 200    200      200    200      200       200   200     200
core:mail                            GET    login 200    404      404    404      404       200   404     404
core:mail_html                       GET    login 404    404      404    404      404       404   404     404
core:mail_file                       GET    login 404    404      404    404      404       404   404     404
core:mail_again                      POST   login 403    403      403    403      403       302   403     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A released report of team G4, a schedule, a day of the zone's own, a mail to Wang."""
    report = saved_report(centre, centre.g4)
    mail = OutboxMessage.objects.create(
        message_id="<1@example.org>", recipients=[centre.wang.email], subject="周通报", attempts=1,
        body=b"From: crm@example.org\r\nTo: wang@example.org\r\nSubject: x\r\n\r\ntext\r\n",
    )  # fmt: skip
    return {
        "report": report, "schedule": ensure_schedules(centre.zone)[0], "outbox_message": mail,
        "calendar_day": CalendarDay.objects.create(zone=centre.zone, day=centre.zone.today()), "team": centre.g4,
    }  # fmt: skip
