"""Outgoing mail as people read it: which mails somebody sees, how sending fares, what stands in one."""

from __future__ import annotations

import base64
import datetime
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import default as default_policy
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from investcrm.core.models import OutboxMessage

KEEPS_MAIL = "manage_settings"
WAITING = Q(sent_at=None, failed_at=None)
GIVEN_UP = Q(sent_at=None, failed_at__isnull=False)
# A mail that waits this long, or was refused this lately, is worth a word to whoever keeps the installation.
SLOW = datetime.timedelta(minutes=15)
LATELY = datetime.timedelta(days=7)
_PICTURE = re.compile(r"""(?P<quote>["'])cid:(?P<cid>[^"']+)(?P=quote)""")
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


def mails_are_kept() -> bool:
    """Whether mails are written to a folder and can be read on a page: no mail server is named."""
    return settings.OUTBOX_EMAIL_BACKEND.endswith(".filebased.EmailBackend")


def keeps_mails(user: Any) -> bool:
    """Whether somebody looks after outgoing mail: the administrators."""
    return bool(user.can(KEEPS_MAIL))


def mails_of(user: Any) -> QuerySet[OutboxMessage]:
    """The mails that somebody sees: administrators those to people of their zones, others those to themselves.

    Others see theirs only where mails are kept in a folder: elsewhere they have a mail program. Raises
    PermissionDenied.
    """
    if user.is_superuser:
        return OutboxMessage.objects.all()
    if not keeps_mails(user) and not mails_are_kept():
        raise PermissionDenied
    own = Q(pk=user.pk)
    if keeps_mails(user):
        today = timezone.localdate()
        own |= Q(
            Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today),
            memberships__zone_id__in=user.zone_ids(KEEPS_MAIL), memberships__deleted_at=None,
        )  # fmt: skip
    people = cast(Any, get_user_model()).objects.filter(own, email=OuterRef("address"))
    return OutboxMessage.objects.annotate(address=KeyTextTransform("0", "recipients")).filter(Exists(people))


@dataclass(frozen=True)
class MailState:
    """How sending fares: how many wait, since when, how many were refused for good, what was said last."""

    waiting: int
    oldest: datetime.datetime | None
    given_up: int
    last_error: str


def mail_state(mails: QuerySet[OutboxMessage]) -> MailState:
    """The state of these mails. Two queries."""
    open_mails = mails.filter(sent_at=None)
    numbers = open_mails.aggregate(
        waiting=Count("pk", filter=WAITING), oldest=Min("created_at", filter=WAITING),
        given_up=Count("pk", filter=GIVEN_UP),
    )  # fmt: skip
    last = open_mails.exclude(error="").order_by("-next_attempt_at").values_list("error", flat=True).first()
    return MailState(numbers["waiting"], numbers["oldest"], numbers["given_up"], last or "")


def mail_trouble(user: Any) -> MailState | None:
    """The state where something is wrong that an administrator should know; None where nothing is, or for others."""
    if not keeps_mails(user):
        return None
    now = timezone.now()
    slow = WAITING & ~Q(error="") & Q(created_at__lt=now - SLOW)
    refused = GIVEN_UP & Q(failed_at__gt=now - LATELY)
    mails = mails_of(user)
    return mail_state(mails) if mails.filter(sent_at=None).filter(slow | refused).exists() else None


@dataclass(frozen=True)
class MailFile:
    """A file that hangs on a mail."""

    number: int
    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content)


class ReadMail:
    """A stored mail, read."""

    def __init__(self, row: OutboxMessage) -> None:
        self.message = email.message_from_bytes(bytes(row.body), policy=default_policy)

    @property
    def sender(self) -> str:
        """Who it comes from."""
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        """Whom it goes to."""
        return str(self.message["To"] or "")

    @property
    def text(self) -> str:
        """The plain text."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def has_html(self) -> bool:
        """Whether there is a page beside the text."""
        return self.message.get_body(("html",)) is not None

    @property
    def html(self) -> str:
        """The page as a mail program shows it: its pictures inside it, its links in windows of their own."""
        part = self.message.get_body(("html",))
        if part is None:
            return ""
        pictures = dict(self._pictures())
        page = _PICTURE.sub(
            lambda found: f"{found['quote']}{pictures.get(found['cid'], '')}{found['quote']}", str(part.get_content())
        )
        base = '<base target="_blank">'
        return _HEAD.sub(lambda found: found[0] + base, page, count=1) if _HEAD.search(page) else base + page

    def _pictures(self) -> Iterator[tuple[str, str]]:
        for part in self.message.walk():
            cid = str(part["Content-ID"] or "").strip("<> ")
            if cid and part.get_content_maintype() == "image":
                packed = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode("ascii")
                yield cid, f"data:{part.get_content_type()};base64,{packed}"

    @property
    def files(self) -> list[MailFile]:
        """What hangs on it."""
        return [
            MailFile(
                number, part.get_filename() or f"file-{number}", part.get_content_type(),
                cast(bytes, part.get_payload(decode=True) or b""),
            )
            for number, part in enumerate(self.message.iter_attachments(), 1)
        ]  # fmt: skip
