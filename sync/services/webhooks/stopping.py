"""Stopping a webhook that cannot go on, and telling the people who look after it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from sync.choices import DeliveryStatus, StopReason
from sync.mail import send_webhook_stopped
from sync.models import Webhook, WebhookDelivery
from sync.selectors.webhooks import keepers_of


@transaction.atomic
def stop(webhook: Webhook, reason: StopReason) -> None:
    """Call it no more, give up what waits, and send a mail to everybody who looks after it."""
    live = Webhook.objects.filter(pk=webhook.pk, stopped_at=None)
    if not live.update(stopped_at=timezone.now(), stop_reason=reason):
        return
    waiting = WebhookDelivery.objects.filter(webhook=webhook, status=DeliveryStatus.WAITING)
    waiting.update(status=DeliveryStatus.FAILED)
    for user in keepers_of(webhook):
        if user.email:
            send_webhook_stopped(webhook, reason, user)
