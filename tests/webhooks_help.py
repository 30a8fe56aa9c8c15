"""Webhooks and keys of somebody, in every state that a page shows."""

from __future__ import annotations

from django.utils import timezone

from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed import now_place
from sync.services.keys import issue_key, issue_own_key
from sync.services.webhooks.secrets import new_secret, store
from teams.access import Role
from teams.models import User, Zone

LONG = "https://93.184.216.34/receivers/of/changes/" + "a-long-part-of-the-way/" * 4


def webhooks_of(user: User) -> Webhook:
    """One that fares well and has deliveries of each state, which is given back; one that fails, and a stopped one."""
    now = timezone.now()

    def webhook(url: str, **fields: object) -> Webhook:
        return Webhook.objects.create(
            account=user, url=url, types=["lead", "company", "stage_move"], description="数据仓库",
            secret=store(new_secret()), cursor=now_place(user), **fields,
        )  # fmt: skip

    webhook(LONG, failing_since=now)
    webhook("https://93.184.216.34/old", stopped_at=now, stop_reason="gone")
    fine = webhook("https://93.184.216.34/hook", last_delivered_at=now)
    for status, answered, said in (
        ("delivered", 200, "ok"), ("failed", 503, "<html>" * 80), ("superseded", None, ""), ("waiting", None, ""),
        ("waiting", 503, "<html>"),
    ):  # fmt: skip
        first = WebhookDelivery.objects.filter(webhook=fine).first() if status == "failed" else None
        WebhookDelivery.objects.create(
            webhook=fine, body=b"{}", changes=100, status=status, attempts=1 if answered else 0, replay_of=first,
            response_status=answered, response_excerpt=said[:500], milliseconds=12 if answered else None,
        )  # fmt: skip
    return fine


def keys_of(user: User, zone: Zone) -> None:
    """A key of the user's own, and one of a service account of the zone, of a name too short for a word."""
    issue_own_key(actor=user, label="取数", scopes=["read"])
    issue_key(actor=None, account="dw", role=Role.DIRECTOR, zone=zone, scopes=["read", "write"], label="数据仓库")
