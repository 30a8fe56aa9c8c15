"""Rows of deliveries, made of what the feed has after a webhook's place, in one transaction with the new place."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from investcrm.core.api.renderers import dump_json
from sync.choices import DeliveryStatus
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed import TYPES, GoneError, Page, Reader, read_page
from sync.selectors.feed.cursors import sight_of
from teams.models import User

CHANGES_AT_ONCE = 100
# Of one look into the feed; what is read is held in memory until it is written.
DELIVERIES_AT_ONCE = 10
ROLES_FOR_SECONDS = 1.0
SIGHT_CHANGED = "What its account sees has changed since it was written."


class Account:
    """The account of a webhook with its roles, which are a second old at most."""

    def __init__(self, webhook: Webhook) -> None:
        self.pk = webhook.account_id
        self.read_at = float("-inf")
        self.read: User | None = None

    @property
    def user(self) -> User | None:
        """The account; None where it is closed or sees nothing any more."""
        if time.monotonic() - self.read_at > ROLES_FOR_SECONDS:
            user = User.objects.get(pk=self.pk)
            self.read = user if user.is_active and (user.grants or user.is_superuser) else None
            self.read_at = time.monotonic()
        return self.read


def make_deliveries(webhook: Webhook, user: User, changes_at_once: int = CHANGES_AT_ONCE) -> bool:
    """Write rows for the next changes; returns whether there may be something to send now."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        page, since = _page(webhook, user, changes_at_once * DELIVERIES_AT_ONCE)
        rows = _rows(webhook, page, since, changes_at_once)
    with transaction.atomic():
        mine = Webhook.objects.filter(pk=webhook.pk, deleted_at=None, stopped_at=None, cursor=webhook.cursor)
        if page.cursor != webhook.cursor and not mine.update(cursor=page.cursor):
            return True
        WebhookDelivery.objects.bulk_create(rows)
    return bool(rows)


@transaction.atomic
def set_aside(webhook: Webhook, user: User) -> None:
    """Send nothing that was read with another sight than the account's present one, and begin anew instead."""
    rows = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk)
    rows.get()
    others = WebhookDelivery.objects.filter(webhook=webhook, status=DeliveryStatus.WAITING)
    others = others.exclude(sight__in=("", sight_of(user)))
    if others.filter(replay_of=None).update(status=DeliveryStatus.SUPERSEDED, error=SIGHT_CHANGED):
        rows.update(cursor="")
    others.update(status=DeliveryStatus.FAILED, error=SIGHT_CHANGED)


def _page(webhook: Webhook, user: User, limit: int) -> tuple[Page, str]:
    """The next changes and the place before them; where that is no longer good, all rows anew, and no place."""
    types = [name for name in webhook.types if name in TYPES]
    reader = Reader(user, (webhook.source_system,) if webhook.source_system else ())
    since = webhook.cursor
    try:
        page = read_page(reader, since=since, types=types, limit=limit)
    except (GoneError, ValidationError):  # ValidationError: signed under another SECRET_KEY, or there is none
        since = ""
        page = read_page(reader, since=None, types=types, limit=limit)
    while not page.changes and page.has_more:
        page = read_page(reader, since=page.cursor, types=types, limit=limit)
    return page, since


def _rows(webhook: Webhook, page: Page, since: str, changes_at_once: int) -> list[WebhookDelivery]:
    """The changes in their order, so many in each; a new start is told even where there is nothing."""
    rows = []
    for begin in range(0, len(page.changes), changes_at_once) if page.changes or since else [0]:
        changes = page.changes[begin : begin + changes_at_once]
        body = dump_json({"webhook": webhook.pk, "restart": not (since or begin), "changes": changes})
        before = page.cursor_after(begin) if begin else since
        rows.append(WebhookDelivery(webhook=webhook, body=body, changes=len(changes), since=before, sight=page.sight))
    return rows
