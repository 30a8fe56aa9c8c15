"""Sending a report again: nobody gets a second mail while the first is on its way, and nobody holds up the others."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from pipeline.models import Report, ReportDelivery
from pipeline.services.reports.delivering import send_again, write_mails
from teams.access import Role
from teams.models import Membership, User
from tests.factories import join, make_user
from tests.pipeline.report_pages_help import saved_report, signed_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
State = ReportDelivery.State


def written(report: Report, user: User, **fields: datetime.datetime) -> ReportDelivery:
    """A delivery of yesterday whose mail was written."""
    mail = OutboxMessage.objects.create(
        message_id=f"<{user.username}@x>", recipients=[user.email], subject="x", body=b"", **fields
    )
    return ReportDelivery.objects.create(
        report=report, user=user, language="en", state=State.WRITTEN, mail=mail, created_at=timezone.now() - DAY
    )


def test_a_mail_that_waits_for_the_server_is_not_written_a_second_time(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    row = written(report, centre.chen)
    assert send_again(actor=centre.chen, report_id=report.pk) == 0
    OutboxMessage.objects.filter(report_deliveries=row).update(failed_at=timezone.now())
    assert send_again(actor=centre.chen, report_id=report.pk) == 1
    sent = saved_report(centre, kind="monthly")
    written(sent, centre.gu, sent_at=timezone.now())
    assert send_again(actor=centre.chen, report_id=sent.pk, user_ids=[centre.gu.pk]) == 1


def test_what_could_not_be_written_is_tried_at_once_in_the_same_turn(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    row = ReportDelivery.objects.create(
        report=report, user=centre.chen, language="en", state=State.FAILED, error="TemplateSyntaxError", attempts=9,
        next_attempt_at=timezone.now() + DAY,
    )  # fmt: skip
    assert write_mails() == 0
    assert send_again(actor=centre.chen, report_id=report.pk) == 1
    message = EmailMultiAlternatives("x", "y", to=["chen@example.org"])
    with patch("pipeline.services.reports.delivering.report_message", return_value=message):
        assert write_mails() == 1
    row.refresh_from_db()
    assert (row.turn, row.state, report.deliveries.count()) == (1, State.WRITTEN, 1)


def test_one_who_may_not_read_it_any_more_keeps_it_from_nobody(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    for name in ("leaver", "stayer"):
        join(make_user(name), Role.DIRECTOR, centre.zone)
        written(report, User.objects.get(username=name), failed_at=timezone.now())
    Membership.objects.filter(user__username="leaver").update(ends_on=centre.zone.today() - DAY)
    client = signed_in(centre.chen)
    assert client.get(reverse("pipeline:report_mails", args=[report.pk])).context["unsent"] == 1
    client.post(reverse("pipeline:report_send", args=[report.pk]), {"to": "unsent"})
    assert list(report.deliveries.filter(turn=2).values_list("user__username", flat=True)) == ["stayer"]
