"""Making, changing, stopping and deleting webhooks. Their account's sight is what they tell."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.rules import Problems, clean_values
from sync.choices import DeliveryStatus, StopReason
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed import TYPES, now_place
from sync.selectors.feed.cursors import sight_of
from sync.selectors.keys import holds_no_more, memberships_of
from sync.selectors.webhooks import webhooks_seen_by
from sync.services.webhooks.addresses import check_url
from sync.services.webhooks.secrets import new_secret, present_secret, store
from teams.models import User

# Of one account.
MOST = 20
LONGEST_URL = 500
CHANGEABLE = frozenset({"url", "types", "description"})


@dataclass(frozen=True)
class MadeWebhook:
    """A webhook and its secret, which is shown this once."""

    webhook: Webhook
    secret: str


@transaction.atomic
def create_webhook(
    *, actor: User, url: str, types: Sequence[str], description: str = "", source_system: str = ""
) -> MadeWebhook:
    """Tell an address of what changes from now on, as far as the actor sees it. Raises ValidationError."""
    secret = new_secret()
    webhook = Webhook(
        account=actor,
        url=url.strip(),
        types=_in_order(types),
        description=description.strip(),
        source_system=source_system,
        secret=store(secret),
        cursor=now_place(actor),
    )
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Webhook.objects.filter(account=actor, deleted_at=None).count() >= MOST:
        message = _("An account has at most %(most)s webhooks.")
        raise ValidationError(message, code="too_many", params={"most": MOST})
    _check(webhook)
    webhook.save(force_insert=True)
    return MadeWebhook(webhook, secret)


@transaction.atomic
def change_webhook(
    *,
    actor: User,
    webhook_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Webhook:
    """Change where it goes and what it tells. Raises Http404, PermissionDenied, Stale, ValidationError."""
    webhook = _locked(actor, webhook_id)
    values = dict(changes)
    if "types" in values:
        values["types"] = _in_order(values["types"])
    changed = apply_changes(webhook, values, CHANGEABLE, base=base, expected_version=expected_version)
    if changed:
        _check(webhook)
        webhook.save_changes(changed)
    return webhook


@transaction.atomic
def delete_webhook(*, actor: User, webhook_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Call it no more. Raises Http404, PermissionDenied, Stale."""
    webhook = _locked(actor, webhook_id)
    check_version(webhook, expected_version)
    webhook.deleted_at = timezone.now()
    webhook.save_changes(["deleted_at"])


@transaction.atomic
def rotate_secret(*, actor: User, webhook_id: uuid.UUID, expected_version: int | None = None) -> MadeWebhook:
    """A new secret; for a day deliveries are signed with the one before, too. Raises Http404, PermissionDenied."""
    webhook = _locked(actor, webhook_id)
    check_version(webhook, expected_version)
    secret = new_secret()
    webhook.secret = store(secret, before=present_secret(webhook.secret))
    webhook.save_changes(["secret"])
    return MadeWebhook(webhook, secret)


@transaction.atomic
def stop_webhook(*, actor: User, webhook_id: uuid.UUID, expected_version: int | None = None) -> Webhook:
    """Let it be until it is started again; what changes meanwhile is not lost. Raises Http404, PermissionDenied."""
    webhook = _locked(actor, webhook_id)
    check_version(webhook, expected_version)
    if webhook.stopped_at is None:
        webhook.stopped_at, webhook.stop_reason = timezone.now(), StopReason.BY_HAND
        webhook.save_changes(["stopped_at", "stop_reason"])
    return webhook


@transaction.atomic
def start_webhook(*, actor: User, webhook_id: uuid.UUID, expected_version: int | None = None) -> Webhook:
    """Go on where it stopped, with what was given up then. Raises Http404, PermissionDenied."""
    webhook = _locked(actor, webhook_id)
    check_version(webhook, expected_version)
    if webhook.stopped_at is not None:
        _check(webhook)
        webhook.stopped_at, webhook.stop_reason, webhook.failing_since = None, "", None
        webhook.save_changes(["stopped_at", "stop_reason", "failing_since"])
        unsent = (DeliveryStatus.WAITING, DeliveryStatus.FAILED)
        WebhookDelivery.objects.filter(webhook=webhook, replay_of=None, status__in=unsent).update(
            status=DeliveryStatus.WAITING, attempts=0, next_attempt_at=timezone.now()
        )
        enqueue("sync.deliver_webhook", webhook_id=str(webhook.pk))
    return webhook


@transaction.atomic
def replay_delivery(*, actor: User, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> WebhookDelivery:
    """Send a delivery once more, with the same id and body. Raises Http404, PermissionDenied, ValidationError."""
    webhook = _locked(actor, webhook_id)
    first = _startable(webhook, delivery_id)
    if first.status == DeliveryStatus.WAITING:
        raise ValidationError(_("This delivery is still on its way."), code="waiting")
    if first.sight not in ("", sight_of(webhook.account)):
        message = _("Its account does not see the same any more. Send everything from here on instead.")
        raise ValidationError(message, code="other_sight")
    again = WebhookDelivery.objects.create(
        webhook=webhook, body=bytes(first.body), changes=first.changes, replay_of=first, since=first.since,
        sight=first.sight,
    )  # fmt: skip
    enqueue("sync.deliver_webhook", webhook_id=str(webhook.pk))
    return again


@transaction.atomic
def recover_from(*, actor: User, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> Webhook:
    """Tell once more all that changed from a delivery on, as it is now and under new ids.

    For a receiver that has lost what it had. What waits is told anew with it. Raises Http404, PermissionDenied,
    ValidationError.
    """
    webhook = _locked(actor, webhook_id)
    first = _startable(webhook, delivery_id)
    webhook.cursor = first.since
    webhook.save_changes(["cursor"])
    waiting = WebhookDelivery.objects.filter(webhook=webhook, status=DeliveryStatus.WAITING)
    waiting.update(status=DeliveryStatus.SUPERSEDED)
    enqueue("sync.deliver_webhook", webhook_id=str(webhook.pk))
    return webhook


def _startable(webhook: Webhook, delivery_id: uuid.UUID) -> WebhookDelivery:
    """The first of a delivery and its replays, of a webhook that is called. Raises Http404, ValidationError."""
    if webhook.stopped_at is not None:
        raise ValidationError(_("This webhook is stopped. Start it first."), code="stopped")
    rows: Any = WebhookDelivery.objects.filter(webhook=webhook)
    found: WebhookDelivery = lock_for_change(rows, delivery_id)
    return found.replay_of or found


def _locked(actor: User, webhook_id: uuid.UUID) -> Webhook:
    webhook = lock_for_change(webhooks_seen_by(actor).select_related("account"), webhook_id)
    if not may_manage(actor, webhook):
        raise PermissionDenied
    return webhook


def may_manage(actor: User, webhook: Webhook) -> bool:
    """Whether the actor may change it: one's own, and those of accounts that may do no more than the actor."""
    account = webhook.account
    return actor.is_superuser or account.pk == actor.pk or holds_no_more(account, actor, memberships_of(account))


def _in_order(types: Sequence[str]) -> list[str]:
    known = [name for name in TYPES if name in types]
    return known + sorted(set(types) - set(known))


def _check(webhook: Webhook) -> None:
    problems = Problems()
    clean_values(webhook, problems, only={"description"})
    if len(webhook.url) > LONGEST_URL:
        problems.add("url", _("An address has at most %(most)s characters.") % {"most": LONGEST_URL}, "max_length")
    if not webhook.types:
        problems.add("types", _("Choose at least one type."), "required")
    elif set(webhook.types) - set(TYPES):
        problems.add("types", _("The types are: %(known)s.") % {"known": ", ".join(TYPES)}, "unknown")
    if "url" not in problems.errors:
        try:
            check_url(webhook.url)
        except ValidationError as error:
            problems.errors["url"] = error.error_dict["url"]
    problems.raise_if_any()
