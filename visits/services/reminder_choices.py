"""Wanting the morning's mail, or not."""

from __future__ import annotations

from teams.models import User
from visits.models import ReminderChoice


def choose_reminders(*, actor: User, by_mail: bool) -> None:
    """Keep whether a person wants the morning's mail; twice is once."""
    ReminderChoice.objects.bulk_create(
        [ReminderChoice(user=actor, by_mail=by_mail)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["by_mail"],
    )
