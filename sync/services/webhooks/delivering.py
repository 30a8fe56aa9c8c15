"""Sending what changed to webhooks: a row first, then the POST, then what came of it.

One delivery of a webhook at a time, whatever worker has it, in the order of the feed: while one fails, the next ones
wait. A worker that dies between the POST and the note of it sends the same delivery, of the same id, once more.
"""

from __future__ import annotations

import datetime
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from investcrm.core.api.renderers import dump_json
from investcrm.core.background import wait_after
from investcrm.core.locks import alone
from sync.choices import DeliveryStatus, StopReason
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed import TYPES, GoneError, Page, Reader, read_page
from sync.services.webhooks.posting import Answer, post
from sync.services.webhooks.secrets import SecretLostError, signature_headers
from sync.services.webhooks.telling import tell_stopped
from teams.models import User

CHANGES_AT_ONCE = 100
FIRST_WAIT = datetime.timedelta(seconds=10)
GIVEN_UP_AFTER = datetime.timedelta(days=3)
GONE = 410
# One task sends so long; then the next one goes on, so that others have their turn.
SECONDS_OF_A_TURN = 45.0
LOST = "The secret cannot be read since SECRET_KEY was changed: make a new one."
KEPT_FOR = datetime.timedelta(days=30)


def deliver(webhook_id: uuid.UUID, *, send: Callable[..., Answer] = post) -> tuple[int, bool]:
    """Send what waits for the webhook, in order; returns how many went out, and whether there may be more."""
    sent, until = 0, time.monotonic() + SECONDS_OF_A_TURN
    with alone(f"webhook {webhook_id}") as is_mine:
        while is_mine and time.monotonic() < until:
            webhook = Webhook.objects.filter(pk=webhook_id, deleted_at=None, stopped_at=None).first()
            if webhook is None:
                return sent, False
            delivery = _next_delivery(webhook)
            if delivery is None:
                return sent, False
            try:
                answer = send(webhook.url, _headers(webhook, delivery), bytes(delivery.body))
            except SecretLostError:
                answer = Answer(None, "", LOST, 0)
            if not _note(webhook, delivery, answer):
                return sent, False
            sent += 1
    return sent, is_mine


def _headers(webhook: Webhook, delivery: WebhookDelivery) -> dict[str, str]:
    body = bytes(delivery.body)
    return {
        "Content-Type": "application/json",
        "User-Agent": "investcrm-webhooks/1",
        **signature_headers(webhook.secret, str(delivery.replay_of_id or delivery.pk), body),
    }


def _next_delivery(webhook: Webhook) -> WebhookDelivery | None:
    """What is due: a repetition that was asked for, else the oldest that waits, else a new one from the feed."""
    waiting = WebhookDelivery.objects.filter(webhook=webhook, status=DeliveryStatus.WAITING).order_by("id")
    asked_for = waiting.filter(replay_of__isnull=False, next_attempt_at__lte=timezone.now()).first()
    if asked_for is not None:
        return asked_for
    oldest = waiting.filter(replay_of=None).first()
    if oldest is not None:
        return oldest if oldest.next_attempt_at <= timezone.now() else None
    return _made(webhook)


def _made(webhook: Webhook) -> WebhookDelivery | None:
    """A delivery of the next changes, written together with the place after them; None where nothing changed."""
    user = User.objects.get(pk=webhook.account_id)
    if not user.is_active or not (user.grants or user.is_superuser):
        _stop(webhook, StopReason.NO_ACCESS)
        return None
    reader = Reader(user, (webhook.source_system,) if webhook.source_system else ())
    with translation.override(user.language or settings.LANGUAGE_CODE):
        page, is_new_start = _page(reader, webhook)
        while not page.changes and page.has_more:
            page = _read(reader, webhook, page.cursor)
        body = dump_json({"webhook": webhook.pk, "restart": is_new_start, "changes": page.changes})
    with transaction.atomic():
        mine = Webhook.objects.filter(pk=webhook.pk, deleted_at=None, stopped_at=None, cursor=webhook.cursor)
        if page.cursor != webhook.cursor and not mine.update(cursor=page.cursor):
            return None
        if not page.changes and not is_new_start:
            return None
        return WebhookDelivery.objects.create(webhook=webhook, body=body, changes=len(page.changes))


def _page(reader: Reader, webhook: Webhook) -> tuple[Page, bool]:
    """The next changes; where the place is no longer good, all rows anew, which the body says."""
    try:
        return _read(reader, webhook, webhook.cursor), False
    except (GoneError, ValidationError):  # ValidationError: signed under another SECRET_KEY
        return _read(reader, webhook, None), True


def _read(reader: Reader, webhook: Webhook, since: str | None) -> Page:
    types = [name for name in webhook.types if name in TYPES]
    return read_page(reader, since=since, types=types, limit=CHANGES_AT_ONCE)


def _note(webhook: Webhook, delivery: WebhookDelivery, answer: Answer) -> bool:
    """Write down what came of an attempt; returns whether the next delivery may go."""
    now = timezone.now()
    values: dict[str, Any] = {
        "attempts": F("attempts") + 1,
        "response_status": answer.status,
        "response_excerpt": answer.excerpt,
        "error": answer.error,
        "milliseconds": answer.milliseconds,
    }
    row = WebhookDelivery.objects.filter(pk=delivery.pk)
    hook = Webhook.objects.filter(pk=webhook.pk)
    if answer.is_good:
        row.update(**values, status=DeliveryStatus.DELIVERED, delivered_at=now)
        hook.update(last_delivered_at=now, failing_since=None)
        return True
    first = webhook.failing_since or now
    gone, over = answer.status == GONE, now - first >= GIVEN_UP_AFTER
    if delivery.replay_of_id is not None and not gone:
        # somebody looks on: they see what was answered, and may ask again
        row.update(**values, status=DeliveryStatus.FAILED)
        return True
    wait = wait_after(delivery.attempts, FIRST_WAIT) * random.uniform(0.8, 1.3)  # noqa: S311
    row.update(**values, next_attempt_at=now + wait)
    hook.filter(failing_since=None).update(failing_since=now)
    if gone or over:
        _stop(webhook, StopReason.GONE if gone else StopReason.FAILING)
    return False


@transaction.atomic
def _stop(webhook: Webhook, reason: StopReason) -> None:
    live = Webhook.objects.filter(pk=webhook.pk, stopped_at=None)
    if live.update(stopped_at=timezone.now(), stop_reason=reason):
        waiting = WebhookDelivery.objects.filter(webhook=webhook, status=DeliveryStatus.WAITING)
        waiting.update(status=DeliveryStatus.FAILED)
        tell_stopped(webhook, reason)


def forget_old_deliveries() -> int:
    """Delete deliveries that arrived long ago; returns how many."""
    old = WebhookDelivery.objects.filter(
        status=DeliveryStatus.DELIVERED, delivered_at__lt=timezone.now() - KEPT_FOR, replays=None
    )
    return old.delete()[0]
