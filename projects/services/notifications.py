"""Telling people of what concerns them: a row first, and a mail where they chose so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.choices import NotificationKind
from projects.mail import send_notification
from projects.models import Lead, Notification, NotificationChoice
from teams.models import User

# In the page and by mail, for whoever has not chosen.
DEFAULTS: dict[str, tuple[bool, bool]] = dict.fromkeys(NotificationKind.values, (True, False))


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    kind: str,
    key: str,
    actor: User | None = None,
    lead: Lead | None = None,
    data: dict[str, Any] | None = None,
) -> list[User]:
    """Tell people once of one thing and return who was told; `key` names the event, told again it is nothing new.

    Not told: whoever did it, service accounts, closed accounts, and who may not see the lead. `data` is what the
    sentence is made of: plain values, names as {"zh": …, "en": …}. A mail is a row of the outbox, in the same
    transaction, and only of him whose notification was new.
    """
    people = {user.id: user for user in to if user.is_active and not user.is_service_account and user != actor}
    if not people:
        return []
    chosen = {
        choice.user_id: (choice.in_page, choice.by_mail)
        for choice in NotificationChoice.objects.filter(user_id__in=people, kind=kind)
    }
    ways = {user_id: chosen.get(user_id, DEFAULTS[kind]) for user_id in people}
    rows = [
        Notification(user=user, kind=kind, key=key, actor=actor, lead=lead, data=data or {}, in_page=ways[user.id][0])
        for user in people.values()
        if any(ways[user.id]) and (lead is None or Lead.objects.visible_to(user).filter(id=lead.id).exists())
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    # Two workers may tell at once: the row that is there is the one whose mail goes out.
    written = set(Notification.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    told = [row for row in rows if row.id in written]
    for row in told:
        if ways[row.user_id][1]:
            send_notification(row)
    return [row.user for row in told]


def mark_read(*, actor: User, notification_id: uuid.UUID | None = None) -> int:
    """Mark one of one's own notifications as read, or all of them; returns how many were new."""
    unread = Notification.objects.visible_to(actor).filter(read_at=None)
    if notification_id is not None:
        unread = unread.filter(id=notification_id)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def choose_notifications(*, actor: User, ways: Mapping[str, tuple[bool, bool]]) -> None:
    """Keep how a person wants to be told of each kind (in the page, by mail); raises ValidationError."""
    if any(by_mail for _in_page, by_mail in ways.values()) and not actor.email:
        raise ValidationError(_("Your account has no e-mail address. Enter one in your profile."), code="no_address")
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(user=actor, kind=kind, in_page=in_page, by_mail=by_mail)
            for kind, (in_page, by_mail) in ways.items()
            if kind in DEFAULTS
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_page", "by_mail"],
    )
