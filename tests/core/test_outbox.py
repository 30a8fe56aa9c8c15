"""Mail is a row first and reaches a real SMTP server later, once, whatever happens between."""

from __future__ import annotations

import datetime
import email
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import default as default_policy
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import send_mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from investcrm.core import outbox, tasks
from investcrm.core.models import OutboxMessage
from investcrm.core.outbox import send_waiting, try_again
from investcrm.core.tasks import send_outbox
from teams.models import User
from tests.factories import make_user


class Postbox:
    """Keeps what arrives; refuses some addresses, and mails about some things."""

    ADDRESSES: ClassVar = {"refused@": "550 no such person", "later@": "450 try again", "closed@": "530 sign in first"}
    SUBJECTS: ClassVar = {"spam": "554 we do not want this", "busy": "451 too many mails"}

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the server's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        for beginning, answer in self.ADDRESSES.items():
            if address.startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=default_policy)
        assert isinstance(message, EmailMessage)
        if message["Subject"] in self.SUBJECTS:
            return self.SUBJECTS[message["Subject"]]
        self.mails.append(message)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def mail_settings(settings: Any) -> None:
    """Mails as in production, with an SMTP server that is not there yet."""
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


def write(subject: str = "签约通知", to: str = "wang@example.org") -> OutboxMessage:
    send_mail(subject, "粉末冶金项目已签约。", "centre@example.org", [to])
    return OutboxMessage.objects.latest("created_at")


def due_again() -> None:
    OutboxMessage.objects.filter(sent_at=None).update(next_attempt_at=timezone.now())


@pytest.mark.django_db
def test_a_mail_is_a_row_before_anything_is_sent(postbox: Postbox) -> None:
    row = write()
    assert (row.recipients, row.subject, row.sent_at, row.attempts) == (["wang@example.org"], "签约通知", None, 0)
    assert postbox.mails == []


@pytest.mark.django_db
def test_a_change_that_is_taken_back_sends_no_mail() -> None:
    def change() -> None:
        with transaction.atomic():
            write()
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - its own
        change()
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_what_waits_is_sent_once_and_as_it_was_written(postbox: Postbox) -> None:
    row = write()
    assert (send_waiting(), send_waiting()) == (1, 0)
    [mail] = postbox.mails
    body = mail.get_body()
    assert body is not None
    assert (mail["Subject"], body.get_content().strip()) == ("签约通知", "粉末冶金项目已签约。")
    assert mail["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert row.sent_at is not None


@pytest.mark.django_db
def test_the_task_of_the_clock_sends_what_waits(postbox: Postbox) -> None:
    write()
    send_outbox()
    assert len(postbox.mails) == 1


@pytest.mark.django_db
def test_while_the_server_is_down_mails_are_kept_and_tried_again_later(settings: Any) -> None:
    row = write()
    assert send_waiting() == 0
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.attempts == 1
    assert row.error
    assert row.next_attempt_at > timezone.now()
    assert send_waiting() == 0
    row.refresh_from_db()
    assert row.attempts == 1  # not due yet
    due_again()
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert send_waiting() == 1
    finally:
        server.stop()
    assert box.mails[0]["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert (row.attempts, row.error) == (2, "")


@pytest.mark.django_db
def test_a_server_that_is_away_is_asked_once_and_not_for_each_mail() -> None:
    write()
    write()
    send_waiting()
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 1]


@pytest.mark.django_db
def test_each_failure_waits_longer() -> None:
    row = write()
    waits = []
    for _turn in range(4):
        due_again()
        send_waiting()
        row.refresh_from_db()
        waits.append(row.next_attempt_at - timezone.now())
    assert waits == sorted(waits)
    assert waits[-1].total_seconds() > 400


@pytest.mark.django_db
def test_a_mail_whose_server_is_away_for_weeks_waits_six_hours_at_most() -> None:
    row = write()
    OutboxMessage.objects.update(attempts=1000)
    due_again()
    assert send_waiting() == 0
    row.refresh_from_db()
    assert row.attempts == 1000
    assert datetime.timedelta(hours=5) < row.next_attempt_at - timezone.now() < datetime.timedelta(hours=8)


@pytest.mark.django_db
def test_an_address_that_is_refused_does_not_hold_up_the_others(postbox: Postbox) -> None:
    refused = write(to="refused@example.org")
    write()
    assert send_waiting() == 1
    refused.refresh_from_db()
    assert refused.sent_at is None
    assert "550" in refused.error
    assert [mail["To"] for mail in postbox.mails] == ["wang@example.org"]


def state_of(row: OutboxMessage) -> tuple[bool, bool]:
    """Whether it was sent, and whether it was given up."""
    row.refresh_from_db()
    return row.sent_at is not None, row.failed_at is not None


@pytest.mark.django_db
def test_what_is_refused_for_good_is_given_up_until_somebody_tries_again(postbox: Postbox) -> None:
    row = write(to="refused@example.org")
    send_waiting()
    assert state_of(row) == (False, True)
    assert row.error == "refused@example.org: 550 no such person"
    due_again()
    assert send_waiting() == 0
    row.refresh_from_db()
    assert row.attempts == 1
    OutboxMessage.objects.filter(id=row.id).update(recipients=["mended@example.org"])
    assert try_again(row.id)
    assert state_of(row) == (False, False)
    assert send_waiting() == 1
    assert state_of(row) == (True, False)
    assert postbox.mails[0]["Message-ID"] == row.message_id
    assert not try_again(row.id)
    assert send_waiting() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "to", "given_up", "words"),
    [
        ("x", "refused@example.org", True, "550"),
        ("x", "later@example.org", False, "450"),
        ("x", "closed@example.org", False, "530"),
        ("spam", "wang@example.org", True, "554"),
        ("busy", "wang@example.org", False, "451"),
        ("x", "no address at all <", True, ""),
    ],
)
def test_only_what_cannot_become_better_is_given_up(
    postbox: Postbox, subject: str, to: str, given_up: bool, words: str
) -> None:
    row = write(subject=subject)
    OutboxMessage.objects.filter(id=row.id).update(recipients=[to])
    assert send_waiting() == 0
    assert state_of(row) == (False, given_up)
    assert words in row.error
    assert row.error


@pytest.mark.django_db
def test_a_server_that_is_away_gives_nothing_up() -> None:
    row = write()
    for _time in range(5):
        due_again()
        assert send_waiting() == 0
    assert state_of(row) == (False, False)


@pytest.mark.django_db
def test_a_long_queue_goes_on_in_the_next_task(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    monkeypatch.setattr(tasks, "enqueue", queued.append)
    for _number in range(3):
        write()
    monkeypatch.setattr(outbox, "MOST", 3)
    send_outbox()
    assert queued == ["core.send_outbox"]
    send_outbox()
    assert len(queued) == 1


@pytest.mark.django_db
def test_the_content_of_mails_sent_long_ago_is_taken_out(postbox: Postbox, settings: Any) -> None:
    old, young, waiting = write(), write(), write()
    long_ago = timezone.now() - outbox.KEPT_FOR - datetime.timedelta(days=1)
    OutboxMessage.objects.filter(id=old.id).update(sent_at=long_ago)
    OutboxMessage.objects.filter(id=young.id).update(sent_at=timezone.now())
    OutboxMessage.objects.filter(id=waiting.id).update(created_at=long_ago)
    settings.OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert tasks.forget_mails() == 0
    settings.OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert tasks.forget_mails() == 1
    assert tasks.forget_mails() == 0
    empty = set(OutboxMessage.objects.filter(body=b"").values_list("id", flat=True))
    assert empty == {old.id}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(postbox: Postbox) -> None:
    for number in range(20):
        write(subject=f"第{number}封")

    def work(_worker: int) -> int:
        try:
            return send_waiting()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        counts = list(workers.map(work, range(2)))
    assert sum(counts) == 20
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 20


@pytest.mark.django_db
def test_a_forgotten_password_is_set_anew_through_the_mail(postbox: Postbox, client: Client) -> None:
    user = make_user("wang", language="zh-hans")
    client.post(reverse("account_reset_password"), {"email": "Wang@example.org"}, headers={"accept-language": "en"})
    assert send_waiting() == 1
    body = postbox.mails[0].get_body(("plain",))
    assert body is not None
    assert postbox.mails[0]["Subject"] == "设置新密码"
    assert "Wang，您好" in body.get_content()
    assert "wang" in body.get_content()
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body.get_content())
    assert link
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": "a strong new phrase", "password2": "a strong new phrase"})
    assert User.objects.get(id=user.id).check_password("a strong new phrase")
    again = client.get(link[1], follow=True)
    assert "password1" not in again.content.decode()


@pytest.mark.django_db
def test_a_reset_link_is_in_no_mail_for_an_address_that_nobody_has(postbox: Postbox, client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert answer.status_code == 200
    send_waiting()
    assert all("/password/reset/key/" not in str(mail) for mail in postbox.mails)
