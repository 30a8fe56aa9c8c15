"""Telling people that a webhook is not called any more."""

from __future__ import annotations

from sync.choices import StopReason
from sync.mail import send_webhook_stopped
from sync.models import Webhook
from sync.selectors.webhooks import keepers_of


def tell_stopped(webhook: Webhook, reason: StopReason) -> None:
    """A mail to everybody who looks after it."""
    for user in keepers_of(webhook):
        if user.email:
            send_webhook_stopped(webhook, reason, user)
