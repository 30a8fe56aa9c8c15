"""Making and revoking private calendar addresses."""

from __future__ import annotations

import datetime
import secrets
import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems, clean_values
from teams.access import Capability
from teams.models import User
from visits.models import CalendarFeed
from visits.selectors.feeds import feeds_of, hash_of

MAX_FEEDS = 20
# Reading is noted, but not written anew for every device that asks twice a minute.
READ_NOTED_EVERY = datetime.timedelta(minutes=1)


@transaction.atomic
def make_feed(*, actor: User, scope: str, label: str = "") -> tuple[CalendarFeed, str]:
    """A new address and its secret, which is not kept and can be shown only now; raises ValidationError."""
    if not actor.can(Capability.VIEW):
        raise PermissionDenied
    # one after the other, so that the limit holds
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    problems = Problems()
    if feeds_of(actor).count() >= MAX_FEEDS:
        problems.add("label", _("You have many addresses already. Revoke one that is no longer used."), "too_many")
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(user=actor, scope=scope, label=label.strip(), token_hash=hash_of(token))
    clean_values(feed, problems, only={"scope", "label"})
    problems.raise_if_any()
    feed.save(force_insert=True)
    return feed, token


def revoke_feed(*, actor: User, feed_id: uuid.UUID) -> None:
    """Close one of one's own addresses; twice is once. Raises Http404."""
    if not CalendarFeed.objects.filter(pk=feed_id, user=actor).exists():
        raise Http404
    CalendarFeed.objects.filter(pk=feed_id, user=actor, revoked_at=None).update(revoked_at=timezone.now())


def note_reading(feed: CalendarFeed) -> None:
    """Keep when a calendar last read the address."""
    now = timezone.now()
    if feed.last_read_at is None or now - feed.last_read_at >= READ_NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
