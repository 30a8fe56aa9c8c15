"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.db import transaction
from django.http import Http404

from teams.models import User


def _rows(user: User) -> Any:
    return cast(Any, user).usersession_set


@transaction.atomic
def end_session(*, actor: User, session_id: int) -> None:
    """Sign oneself out on one device; raises Http404."""
    row = _rows(actor).filter(pk=session_id).first()
    if row is None:
        raise Http404
    row.end()


@transaction.atomic
def end_other_sessions(*, actor: User, session_key: str) -> int:
    """Sign oneself out everywhere but here; returns on how many devices."""
    rows = list(_rows(actor).exclude(session_key=session_key))
    for row in rows:
        row.end()
    return len(rows)


def end_all_sessions(user: User) -> None:
    """Sign somebody out everywhere; the caller has checked that it may."""
    for row in _rows(user).all():
        row.end()


def note_session_seen(*, session_key: str, user_agent: str, ip: str | None, seen_at: datetime.datetime) -> None:
    """Write down that a session was used; a session that has ended meanwhile stays ended."""
    from_where = {"ip": ip} if ip else {}
    model = cast(Any, User._meta.get_field("usersession")).related_model
    model.objects.filter(session_key=session_key, last_seen_at__lt=seen_at).update(
        last_seen_at=seen_at, user_agent=user_agent, **from_where
    )
