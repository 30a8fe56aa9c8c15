"""Which webhooks there are, who looks after them, and which have something to send."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sync.choices import DeliveryStatus
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed.cursors import place_in
from sync.selectors.feed.head import read_head
from sync.selectors.feed.types import TYPES
from teams.access import Capability
from teams.models import Membership, User

# The types of the feed as people call them.
TYPE_NAMES: dict[str, Any] = {name: spec.model._meta.verbose_name_plural for name, spec in TYPES.items()} | {
    "stage_move": _("Stage moves")
}
DELIVERY_ORDER = {"created_at": "created_at"}


def webhooks_seen_by(user: User) -> QuerySet[Webhook]:
    """One's own, and those of the service accounts of zones whose keys one manages."""
    live = Webhook.objects.filter(deleted_at=None)
    if not user.is_active:
        return live.none()
    if user.is_superuser:
        return live
    zones = user.zone_ids_with(Capability.MANAGE_KEYS)
    held = Membership.objects.filter(user_id=OuterRef("account_id"), zone__in=zones, deleted_at=None)
    return live.filter(Q(account=user) | (Q(account__is_service_account=True) & Exists(held)))


def keepers_of(webhook: Webhook) -> QuerySet[User]:
    """Who is told that a webhook was stopped: who manages keys where its account holds or held a role; or oneself."""
    if not webhook.account.is_service_account:
        return User.objects.filter(pk=webhook.account_id, is_active=True)
    zones = list(webhook.account.memberships.filter(deleted_at=None).values_list("zone_id", flat=True))
    people = User.objects.filter(is_active=True, is_service_account=False, memberships__zone__in=zones).distinct()
    may = [one.pk for one in people if set(one.zone_ids_with(Capability.MANAGE_KEYS)) & set(zones)]
    return User.objects.filter(pk__in=may)


def webhooks_with_work() -> list[Webhook]:
    """Those that have a delivery that is due, or whose place in the feed is behind. Three queries and no more."""
    now = timezone.now()
    waiting = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), status=DeliveryStatus.WAITING)
    active = list(
        Webhook.objects.filter(deleted_at=None, stopped_at=None).annotate(
            is_due=Exists(waiting.filter(next_attempt_at__lte=now)), is_blocked=Exists(waiting.filter(replay_of=None))
        )
    )
    if not active:
        return []
    last = read_head().last
    return [one for one in active if one.is_due or (not one.is_blocked and _is_behind(one, last))]


def _is_behind(webhook: Webhook, last: int) -> bool:
    try:
        place = place_in(webhook.cursor)
    except (signing.BadSignature, ValueError):
        return True
    return place.walking or place.row_id is not None or place.position != last


def names_of_types(webhook: Webhook) -> list[str]:
    """What it tells of, in words."""
    return [str(TYPE_NAMES.get(name, name)) for name in webhook.types]
