"""Sending what changed to webhooks: a row first, then the POST, then what came of it.

One delivery of a webhook at a time, whatever worker has it, in the order of the feed: while one fails, the next ones
wait. A worker that dies between the POST and the note of it sends the same delivery, of the same id, once more.
"""

from __future__ import annotations

import datetime
import random
import time
import uuid
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from investcrm.core.background import wait_after
from investcrm.core.fixed_queries import FixedQuery
from investcrm.core.locks import alone
from sync.choices import DeliveryStatus, StopReason
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed.cursors import sight_of
from sync.services.webhooks.making import CHANGES_AT_ONCE, Account, make_deliveries, set_aside
from sync.services.webhooks.posting import Answer, Line
from sync.services.webhooks.secrets import SecretLostError, signature_headers
from sync.services.webhooks.stopping import stop

FIRST_WAIT = datetime.timedelta(seconds=10)
GIVEN_UP_AFTER = datetime.timedelta(days=3)
GONE = 410
# One task sends so long; then the next one goes on, so that others have their turn.
SECONDS_OF_A_TURN = 45.0
LOST = "The secret cannot be read since SECRET_KEY was changed: make a new one."
# When the last delivery arrived is told to the second.
NOTED_AFTER = datetime.timedelta(seconds=1)
KEPT_FOR = datetime.timedelta(days=30)


def deliver(webhook_id: uuid.UUID, *, changes_at_once: int = CHANGES_AT_ONCE) -> tuple[int, bool]:
    """Send what waits for the webhook, in order; returns how many went out, and whether there may be more."""
    sent, until = 0, time.monotonic() + SECONDS_OF_A_TURN
    account: Account | None = None
    with alone(f"webhook {webhook_id}") as is_mine, Line() as line:
        while is_mine and time.monotonic() < until:
            delivery = _first_waiting(webhook_id)
            webhook = delivery.webhook if delivery else _live(webhook_id)
            if webhook is None:
                return sent, False
            account = account or Account(webhook)
            user = account.user
            if user is None:
                stop(webhook, StopReason.NO_ACCESS)
                return sent, False
            if delivery is None:
                if not make_deliveries(webhook, user, changes_at_once):
                    return sent, False
            elif delivery.sight not in ("", sight_of(user)):
                set_aside(webhook, user)
            elif delivery.next_attempt_at > timezone.now():
                return sent, False
            elif _note(webhook, delivery, _send(line, webhook, delivery)):
                sent += 1
            else:
                return sent, False
    return sent, is_mine


def _live(webhook_id: uuid.UUID) -> Webhook | None:
    return Webhook.objects.filter(pk=webhook_id, deleted_at=None, stopped_at=None).first()


def _waiting(webhook_id: uuid.UUID) -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(webhook=webhook_id, status=DeliveryStatus.WAITING)
    rows = rows.filter(webhook__deleted_at=None, webhook__stopped_at=None)
    is_first_time = ExpressionWrapper(Q(replay_of=None), output_field=BooleanField())
    return rows.select_related("webhook").order_by(is_first_time, "id")[:1]


# Asked before every POST.
_WAITING = FixedQuery(_waiting, uuid.UUID(int=0))


def _first_waiting(webhook_id: uuid.UUID) -> WebhookDelivery | None:
    """A repetition that was asked for, else the oldest that waits, which may not be due yet; with its webhook."""
    found = _WAITING.first(webhook_id, WebhookDelivery, Webhook)
    if found is None:
        return None
    delivery, delivery.webhook = found
    return delivery


def _send(line: Line, webhook: Webhook, delivery: WebhookDelivery) -> Answer:
    body = bytes(delivery.body)
    try:
        signed = signature_headers(webhook.secret, str(delivery.replay_of_id or delivery.pk), body)
    except SecretLostError:
        return Answer(None, "", LOST, 0)
    named = {"Content-Type": "application/json", "User-Agent": "investcrm-webhooks/1", **signed}
    return line.post(webhook.url, named, body)


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
    if answer.is_good:
        row.update(**values, status=DeliveryStatus.DELIVERED, delivered_at=now)
        last = webhook.last_delivered_at
        if webhook.failing_since or last is None or now - last > NOTED_AFTER:
            Webhook.objects.filter(pk=webhook.pk).update(last_delivered_at=now, failing_since=None)
        return True
    if delivery.replay_of_id is not None and answer.status != GONE:
        # somebody looks on: they see what was answered, and may ask again
        row.update(**values, status=DeliveryStatus.FAILED)
        return True
    _note_failure(webhook, delivery, answer.status == GONE, values)
    return False


@transaction.atomic
def _note_failure(webhook: Webhook, delivery: WebhookDelivery, is_gone: bool, values: dict[str, Any]) -> None:
    """The webhook first, then its delivery: whoever starts it again locks them in this order, too."""
    now = timezone.now()
    first = webhook.failing_since or now
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    wait = wait_after(delivery.attempts, FIRST_WAIT) * random.uniform(0.8, 1.3)  # noqa: S311
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**values, next_attempt_at=now + wait)
    if is_gone or now - first >= GIVEN_UP_AFTER:
        stop(webhook, StopReason.GONE if is_gone else StopReason.FAILING)


def forget_old_deliveries() -> int:
    """Delete deliveries of long ago that nobody waits for; returns how many. What was given up may go on yet."""
    before = timezone.now() - KEPT_FOR
    done = Q(status=DeliveryStatus.DELIVERED, delivered_at__lt=before)
    replaced = Q(status=DeliveryStatus.SUPERSEDED) | Q(status=DeliveryStatus.FAILED, replay_of__isnull=False)
    left = Q(webhook__deleted_at__lt=before) | Q(created_at__lt=before) & replaced
    return WebhookDelivery.objects.filter(done | left, replays=None).delete()[0]
