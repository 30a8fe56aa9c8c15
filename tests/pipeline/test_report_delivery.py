"""Each recipient of a report has one mail, in their language, while they may read it; what fails is tried again."""

from __future__ import annotations

import datetime
import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default as default_policy
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from investcrm.core.outbox import send_waiting
from pipeline import tasks
from pipeline.models import Report, ReportDelivery
from pipeline.services.reports import delivering
from pipeline.services.reports.delivering import send_again, send_test_mail, write_mails
from pipeline.services.reports.editions import new_edition
from pipeline.services.reports.releasing import comment_report, release_reports
from pipeline.services.reports.subscriptions import choose_subscriptions, stop
from teams.access import Role
from teams.models import Membership, Team, User
from tests.core.test_outbox import Postbox, free_port
from tests.factories import join, make_user
from tests.pipeline.report_rows import at_once, draft, released

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _mail_settings(settings: Any) -> None:
    """Mails go to an SMTP server that is not there yet."""
    settings.EMAIL_BACKEND = "investcrm.core.outbox.OutboxBackend"
    settings.OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A real SMTP server on the port of the settings."""
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    yield box
    server.stop()


def director(centre: SimpleNamespace, name: str, **fields: Any) -> User:
    """One more person who gets the centre's reports."""
    user = make_user(name, **fields)
    join(user, Role.DIRECTOR, centre.zone)
    return user


def states(report: Report) -> dict[str, str]:
    """How far each delivery of the report is."""
    return dict(report.deliveries.order_by("turn").values_list("user__username", "state"))


def mail_of(row: ReportDelivery) -> EmailMessage:
    """The mail that was written."""
    assert row.mail is not None
    return cast(EmailMessage, email.message_from_bytes(bytes(row.mail.body), policy=default_policy))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Mails of a few words, where what stands in them does not matter; `broken` languages fail."""
    told: dict[str, Any] = {"broken": set(), "made": 0}

    def message(report: Report, *, user: User, language: str, stop_url: str, message_id: str = "") -> Any:
        told["made"] += 1
        if language in told["broken"]:
            raise KeyError("a template of this language is broken")
        headers = {"Message-ID": message_id} if message_id else {}
        return delivering.EmailMultiAlternatives(
            f"report {language}", stop_url, to=[user.email or ""], headers=headers
        )

    monkeypatch.setattr(delivering, "report_message", message)
    return told


def due_again() -> None:
    """What waits to be tried again is due."""
    now = timezone.now()
    ReportDelivery.objects.update(next_attempt_at=now)
    OutboxMessage.objects.filter(sent_at=None).update(next_attempt_at=now)


@pytest.mark.django_db
def test_each_recipient_gets_one_mail_in_their_own_language(centre: SimpleNamespace, postbox: Postbox) -> None:
    director(centre, "smith", language="en", time_zone="America/New_York")
    report = draft(centre)
    comment_report(actor=centre.chen, report_id=report.pk, comment="本周进展良好。")
    release_reports(actor=centre.chen, report_ids=[report.pk])
    assert write_mails() == 2
    assert write_mails() == 0
    assert send_waiting() == 2
    assert send_waiting() == 0
    mails = {str(mail["To"]): mail for mail in postbox.mails}
    assert set(mails) == {"chen@example.org", "smith@example.org"}
    chinese, english = (mails[name].get_body(("plain",)) for name in ("chen@example.org", "smith@example.org"))
    assert chinese is not None
    assert english is not None
    assert "广陵经济开发区" in chinese.get_content()
    assert "Guangling Economic Development Zone" in english.get_content()
    assert "本周进展良好。" in chinese.get_content()
    ids = {mail["Message-ID"] for mail in postbox.mails}
    assert ids == set(OutboxMessage.objects.values_list("message_id", flat=True))
    row = report.deliveries.get(user=centre.chen)
    assert (row.state, row.address, row.attempts) == ("written", "chen@example.org", 1)
    assert str(row.pk) in row.mail.message_id
    assert row.mail.sent_at is not None


@pytest.mark.django_db
def test_the_mail_can_be_stopped_from_the_mail(centre: SimpleNamespace, postbox: Postbox) -> None:
    report = released(centre)
    write_mails()
    mail = mail_of(report.deliveries.get())
    address = re.search(r"/reports/stop/([^/]+)/", "".join(str(mail["List-Unsubscribe"]).split()))
    assert address
    found = stop(address[1])
    assert (found.user, found.team, found.kind) == (centre.chen, None, "weekly")
    assert send_again(actor=centre.gu, report_id=report.pk) == 0


@pytest.mark.django_db
def test_who_has_no_address_is_passed_over_and_named(centre: SimpleNamespace, quick: dict[str, Any]) -> None:
    report = released(centre)
    User.objects.filter(pk=centre.chen.pk).update(email=None)
    assert write_mails() == 1
    row = report.deliveries.get()
    assert (row.state, row.address, row.mail) == ("no_address", "", None)
    User.objects.filter(pk=centre.chen.pk).update(email="new@example.org")
    due_again()
    assert write_mails() == 0
    assert send_again(actor=centre.gu, report_id=report.pk) == 1
    write_mails()
    assert report.deliveries.get(turn=2).mail.recipients == ["new@example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["role", "account"])
def test_who_may_not_read_it_any_more_gets_nothing(centre: SimpleNamespace, quick: dict[str, Any], end: str) -> None:
    report = released(centre)
    if end == "role":
        Membership.objects.filter(user=centre.chen).update(ends_on=centre.zone.today() - DAY)
    else:
        User.objects.filter(pk=centre.chen.pk).update(is_active=False)
    write_mails()
    assert states(report) == {"chen": "not_allowed"}
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_an_address_that_bounces_is_given_up_and_holds_up_nobody(
    centre: SimpleNamespace, quick: dict[str, Any], postbox: Postbox
) -> None:
    director(centre, "gone", email="refused@example.org")
    report = released(centre)
    write_mails()
    assert send_waiting() == 1
    mail = report.deliveries.get(user__username="gone").mail
    assert mail.failed_at is not None
    assert "550" in mail.error
    assert [str(one["To"]) for one in postbox.mails] == ["chen@example.org"]
    due_again()
    assert send_waiting() == 0


@pytest.mark.django_db
def test_an_error_in_one_language_keeps_those_mails_and_sends_the_others(
    centre: SimpleNamespace, quick: dict[str, Any], postbox: Postbox
) -> None:
    for name in ("smith", "jones"):
        director(centre, name, language="en")
    report = released(centre)
    quick["broken"].add("en")
    assert write_mails() == 3
    assert states(report) == {"chen": "written", "smith": "failed", "jones": "failed"}
    assert send_waiting() == 1
    waits = []
    for _time in range(4):
        row = report.deliveries.get(user__username="smith")
        assert "a template of this language is broken" in row.error
        assert row.mail is None
        waits.append(row.next_attempt_at - timezone.now())
        assert write_mails() == 0
        due_again()
        write_mails()
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    quick["broken"].clear()
    due_again()
    assert write_mails() == 2
    assert send_waiting() == 2
    row = report.deliveries.get(user__username="smith")
    assert (row.state, row.error) == ("written", "")
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 3


@pytest.mark.django_db
def test_while_the_mail_server_is_down_nothing_is_lost(
    centre: SimpleNamespace, quick: dict[str, Any], settings: Any
) -> None:
    for number in range(4):
        director(centre, f"director{number}")
    report = released(centre)
    write_mails()
    waits = []
    for _time in range(4):
        due_again()
        assert send_waiting() == 0
        tried = OutboxMessage.objects.exclude(error="").order_by("-attempts")[0]
        waits.append(tried.next_attempt_at - timezone.now())
    assert OutboxMessage.objects.filter(sent_at=None, failed_at=None).count() == 5
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        due_again()
        assert send_waiting() == 5
    finally:
        server.stop()
    assert len({mail["Message-ID"] for mail in box.mails}) == len(box.mails) == 5
    assert set(states(report).values()) == {"written"}


@pytest.mark.django_db
def test_a_team_that_was_dissolved_meanwhile_has_its_mails_written(
    centre: SimpleNamespace, quick: dict[str, Any]
) -> None:
    choose_subscriptions(actor=centre.chen, choices=[(centre.zone.pk, centre.g4.pk, "weekly", True, "")])
    report = released(centre, centre.g4)
    today = centre.zone.today()
    Membership.objects.filter(team=centre.g4).update(ends_on=today - DAY)
    Team.objects.filter(pk=centre.g4.pk).update(dissolved_on=today)
    write_mails()
    assert states(report) == {"chen": "written", "li": "not_allowed"}


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_write_each_mail_once(
    transactional_db: None, centre: SimpleNamespace, quick: dict[str, Any]
) -> None:
    for number in range(19):
        director(centre, f"director{number}")
    report = released(centre)
    counts = at_once(4, write_mails)
    assert sum(counts) == 20
    assert set(states(report).values()) == {"written"}
    assert OutboxMessage.objects.count() == quick["made"] == 20


@pytest.mark.django_db(transaction=True)
def test_five_thousand_recipients_are_not_one_transaction(
    transactional_db: None, centre: SimpleNamespace, quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{number}", display_name=f"P{number}", email=f"p{number}@example.org", password="x")
        for number in range(5000)
    )
    since = centre.zone.today() - DAY
    Membership.objects.bulk_create(
        Membership(user=user, zone=centre.zone, role=Role.DIRECTOR, starts_on=since) for user in people
    )
    report = draft(centre)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        release_reports(actor=centre.chen, report_ids=[report.pk])
    assert len(asked) < 30
    assert report.deliveries.count() == 5001
    queued: list[str] = []
    monkeypatch.setattr(tasks, "enqueue", queued.append)
    monkeypatch.setattr(delivering, "MOST", 20)
    assert tasks.write_report_mails() == 20
    # a longer queue goes on in a task of its own
    assert queued == ["pipeline.write_report_mails"]
    with CaptureQueriesContext(connection) as asked:
        write_mails()
    assert sum(one["sql"] == "COMMIT" for one in asked.captured_queries) >= 20
    assert OutboxMessage.objects.count() == 40


@pytest.mark.django_db
def test_writing_costs_the_same_for_the_third_mail_and_for_the_thirtieth(
    centre: SimpleNamespace, quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        director(centre, f"director{number}")
    released(centre)
    monkeypatch.setattr(delivering, "MOST", 1)
    costs = set()
    for _number in range(30):
        with CaptureQueriesContext(connection) as asked:
            write_mails()
        costs.add(len(asked))
    assert len(costs) == 1


# --- sending again, trying out


@pytest.mark.django_db
def test_a_report_is_sent_again_as_a_turn_of_its_own(
    centre: SimpleNamespace, quick: dict[str, Any], postbox: Postbox
) -> None:
    report = released(centre)
    write_mails()
    # a second click right after the first is none
    assert send_again(actor=centre.chen, report_id=report.pk) == 0
    send_waiting()
    report.deliveries.update(created_at=timezone.now() - DAY)
    assert send_again(actor=centre.chen, report_id=report.pk) == 1
    assert send_again(actor=centre.chen, report_id=report.pk) == 0
    write_mails()
    send_waiting()
    assert [row.turn for row in report.deliveries.order_by("turn")] == [1, 2]
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 2


@pytest.mark.django_db
def test_it_may_be_sent_to_one_who_reads_it_and_has_not_subscribed(
    centre: SimpleNamespace, quick: dict[str, Any]
) -> None:
    report = released(centre)
    assert send_again(actor=centre.chen, report_id=report.pk, user_ids=[centre.sun.pk]) == 1
    assert report.deliveries.get(user=centre.sun).turn == 1
    for user in (centre.wang, centre.qian, centre.bao):
        with pytest.raises(ValidationError):
            send_again(actor=centre.chen, report_id=report.pk, user_ids=[user.pk])
    assert report.deliveries.count() == 2


@pytest.mark.django_db
def test_a_draft_is_not_sent_and_only_who_releases_sends_again(centre: SimpleNamespace) -> None:
    report = draft(centre)
    with pytest.raises(ValidationError):
        send_again(actor=centre.chen, report_id=report.pk)
    release_reports(actor=centre.chen, report_ids=[report.pk])
    for name, refused in (("sun", PermissionDenied), ("wang", Http404), ("li", Http404), ("qian", Http404)):
        with pytest.raises(refused):
            send_again(actor=getattr(centre, name), report_id=report.pk)
    assert report.deliveries.count() == 1


@pytest.mark.django_db
def test_a_test_mail_goes_to_whoever_asks_alone_and_says_so(centre: SimpleNamespace, postbox: Postbox) -> None:
    report = draft(centre)
    User.objects.filter(pk=centre.gu.pk).update(language="en")
    centre.gu.refresh_from_db()
    row = send_test_mail(actor=centre.gu, report_id=report.pk)
    assert row.subject.startswith("Test: ")
    assert row.recipients == ["gu@example.org"]
    assert not ReportDelivery.objects.exists()
    assert send_waiting() == 1
    assert str(postbox.mails[0]["Subject"]).strip().startswith("Test: ")
    assert postbox.mails[0]["List-Unsubscribe"] is None


@pytest.mark.django_db
def test_nobody_else_sends_a_test_mail_and_none_goes_nowhere(centre: SimpleNamespace) -> None:
    report = draft(centre)
    for name in ("wang", "li", "sun", "bao", "qian"):
        with pytest.raises(Http404):
            send_test_mail(actor=getattr(centre, name), report_id=report.pk)
    User.objects.filter(pk=centre.chen.pk).update(email=None)
    centre.chen.refresh_from_db()
    with pytest.raises(ValidationError):
        send_test_mail(actor=centre.chen, report_id=report.pk)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_new_edition_is_mailed_too(centre: SimpleNamespace, quick: dict[str, Any]) -> None:
    first = released(centre)
    write_mails()
    second = new_edition(actor=centre.chen, report_id=first.pk, reason="改评语", comment="新评语")
    release_reports(actor=centre.chen, report_ids=[second.pk])
    assert write_mails() == 1
    assert OutboxMessage.objects.count() == 2
