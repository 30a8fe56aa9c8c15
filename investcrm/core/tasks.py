"""Background work of the ground floor."""

from __future__ import annotations

import datetime

from celery import shared_task

from investcrm.core import changes, kept_answers, key_use, outbox
from investcrm.core.background import enqueue
from investcrm.core.mails import mails_are_kept


@shared_task(name="core.send_outbox")
def send_outbox() -> int:
    """Send the mails that are due; a longer queue goes on in a task of its own."""
    sent = outbox.send_waiting()
    if sent >= outbox.MOST:
        enqueue("core.send_outbox")
    return sent


@shared_task(name="core.forget_mails")
def forget_mails() -> int:
    """Take the content out of old mails; where mails are read on a page instead of being sent, they stay."""
    return 0 if mails_are_kept() else outbox.forget_sent()


@shared_task(name="core.forget_answers")
def forget_answers() -> int:
    """Delete the answers to requests with an Idempotency-Key that are older than a day."""
    return kept_answers.forget_answers()


@shared_task(name="core.note_key_use")
def note_key_use(*, digest: str, used_at: str) -> bool:
    """Note when a key of the API was used."""
    return key_use.note_use(digest, datetime.datetime.fromisoformat(used_at))


@shared_task(name="core.give_positions")
def give_positions() -> int:
    """Give positions to the changes that are committed."""
    return changes.give_positions()
