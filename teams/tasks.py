"""Background work about accounts."""

from __future__ import annotations

import datetime

from celery import shared_task

from teams.services.leaving import close_left_accounts
from teams.services.sessions import note_session_seen


@shared_task(name="teams.note_session")
def note_session(session_key: str, user_agent: str, ip: str, seen_at: str) -> None:
    """Write down that a session was used."""
    note_session_seen(
        session_key=session_key, user_agent=user_agent, ip=ip or None, seen_at=datetime.datetime.fromisoformat(seen_at)
    )


@shared_task(name="teams.close_left_accounts")
def close_left() -> int:
    """Close the accounts whose last day is over."""
    return close_left_accounts()
