"""Outgoing mail: a row first, sent by the worker.

`OutboxBackend` is the project's EMAIL_BACKEND, so every mail (also allauth's) is written in the transaction that
causes it. `send_waiting` sends what is due. An attempt is recorded before the mail goes out, and the Message-ID is
fixed with the row: a crash between sending and marking repeats one mail with the same Message-ID, which mail
programs show once. What the server refuses for good is not tried again until somebody asks for it (`try_again`);
everything else is tried again after growing waits.
"""

from __future__ import annotations

import datetime
import logging
import random
import smtplib
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, sanitize_address
from django.db import transaction
from django.utils import timezone

from investcrm.core.background import enqueue, wait_after
from investcrm.core.models import OutboxMessage

logger = logging.getLogger(__name__)

FIRST_WAIT = datetime.timedelta(minutes=1)
# Mails of one run; a longer queue goes on in the next.
MOST = 200
# So long the content of a mail is kept after it was sent.
KEPT_FOR = datetime.timedelta(days=90)
# Answers that end in 5 and mean this installation's settings, not the mail: its account, its encryption.
OWN_FAULTS = frozenset({530, 534, 535, 538})


class OutboxBackend(BaseEmailBackend):
    """Writes mails to the outbox instead of sending them at once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one row a mail; returns how many."""
        for message in email_messages:
            write(message)
        enqueue("core.send_outbox")
        return len(email_messages)


def write(message: EmailMessage) -> OutboxMessage:
    """Write one mail, for whoever keeps its row; it goes out when `core.send_outbox` runs next."""
    content: Any = message.message()
    return OutboxMessage.objects.create(
        message_id=content["Message-ID"],
        recipients=message.recipients(),
        subject=str(message.subject)[:500],
        # As it goes over the wire: a server refuses lines of over 1000 bytes, and bare line feeds end none.
        body=content.as_bytes(linesep="\r\n"),
    )


class _Written:
    """The stored bytes, as the mail backends ask a message for them."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\r\n") -> bytes:
        """The mail exactly as it was written, with the line ends of the wire."""
        return self.body


class _Ready(EmailMessage):
    """A stored mail on its way out."""

    def __init__(self, row: OutboxMessage) -> None:
        super().__init__(to=row.recipients, from_email=settings.DEFAULT_FROM_EMAIL)
        self.written = _Written(bytes(row.body))

    def message(self, *, policy: object = None) -> Any:
        """The stored content."""
        return self.written


def try_again(message_id: uuid.UUID) -> bool:
    """Send a mail anew that was given up or waits; False for one that was sent meanwhile."""
    waiting = OutboxMessage.objects.filter(pk=message_id, sent_at=None)
    found = waiting.update(failed_at=None, attempts=0, next_attempt_at=timezone.now())
    if found:
        enqueue("core.send_outbox")
    return bool(found)


def forget_sent() -> int:
    """Take the content out of mails that were sent long ago, and return of how many; their rows stay as a record."""
    old = OutboxMessage.objects.filter(sent_at__lt=timezone.now() - KEPT_FOR)
    return old.exclude(body=b"").update(body=b"")


def send_waiting(limit: int = MOST) -> int:
    """Send every mail that is due, one transaction each; returns how many went out."""
    sent = 0
    connection = mail.get_connection(settings.OUTBOX_EMAIL_BACKEND)
    try:
        for _turn in range(limit):
            row = _take_next()
            if row is None:
                break
            reached = False
            try:
                connection.open()  # stays open for the next mail
                reached = True
                connection.send_messages([_Ready(row)])
            except Exception as error:  # whatever the server says: kept on the row, tried again later
                logger.warning("Mail %s could not be sent: %s", row.message_id, error)
                failed_at = timezone.now() if reached and _is_final(error, row) else None
                OutboxMessage.objects.filter(id=row.id).update(error=_words_of(error), failed_at=failed_at)
                connection.close()
                if not reached:
                    break  # the server is away; the others need not wait for it one by one
                continue
            OutboxMessage.objects.filter(id=row.id).update(sent_at=timezone.now(), error="")
            sent += 1
    finally:
        connection.close()
    return sent


def _is_final(error: Exception, row: OutboxMessage) -> bool:
    """Whether trying again cannot help: all recipients or the mail refused for good, or an address that is none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return bool(error.recipients) and all(_refuses(code) for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return _refuses(error.smtp_code)
    return any(map(_is_no_address, row.recipients))


def _refuses(code: int) -> bool:
    return 500 <= code <= 599 and code not in OWN_FAULTS


def _is_no_address(address: str) -> bool:
    try:
        sanitize_address(address, "utf-8")
    except ValueError:
        return True
    return False


def _words_of(error: Exception) -> str:
    """What the server said, as people read it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{address}: {code} {_text(words)}" for address, (code, words) in error.recipients.items()]
        return "; ".join(answers)[:2000]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:2000]
    return (str(error) or type(error).__name__)[:2000]


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _take_next() -> OutboxMessage | None:
    """The next mail that is due, this attempt recorded and the next one planned, so that no other worker takes it."""
    with transaction.atomic():
        now = timezone.now()
        row = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(sent_at=None, failed_at=None, next_attempt_at__lte=now)
            .order_by("next_attempt_at")
            .first()
        )
        if row is None:
            return None
        wait = wait_after(row.attempts, FIRST_WAIT)
        row.attempts = min(row.attempts + 1, 1000)
        row.next_attempt_at = now + wait * random.uniform(1, 1.3)  # noqa: S311
        row.save(update_fields=["attempts", "next_attempt_at"])
        return row
