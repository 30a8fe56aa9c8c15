"""Telling people of what concerns them: a row first, and a mail where they chose so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from projects.choices import NotificationKind
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
) -> None:
    """Tell people once of one thing; `key` names the event, and the same event told again is nothing new.

    Not told: whoever did it, service accounts, closed accounts, and who may not see the lead. `data` is what the
    sentence is made of: plain values, names as {"zh": …, "en": …}.
    """
    people = {user.id: user for user in to if user.is_active and not user.is_service_account and user != actor}
    chosen = {
        choice.user_id: (choice.in_page, choice.by_mail)
        for choice in NotificationChoice.objects.filter(user_id__in=people, kind=kind)
    }
    rows = []
    for user in people.values():
        in_page, by_mail = chosen.get(user.id, DEFAULTS[kind])
        if not (in_page or by_mail):
            continue
        if lead is not None and not Lead.objects.visible_to(user).filter(id=lead.id).exists():
            continue
        rows.append(
            Notification(user=user, kind=kind, key=key, actor=actor, lead=lead, data=data or {}, in_page=in_page)
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
