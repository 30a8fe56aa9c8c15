"""Background work: queued by name after commit, never at the cost of the change; how long a failure waits."""

from __future__ import annotations

import datetime
import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

LONGEST_WAIT = datetime.timedelta(hours=6)
# Twice as long so often is beyond the longest wait, whatever the first one is.
MOST_DOUBLINGS = 20


def enqueue(task_name: str, **arguments: Any) -> None:
    """Queue a task once the present transaction has committed.

    Where the broker is away the work is not lost: what must be done is a row first, and a periodic task picks up
    every row still waiting.
    """
    transaction.on_commit(partial(_send, task_name, arguments), robust=True)


def _send(task_name: str, arguments: dict[str, Any]) -> None:
    try:
        current_app.send_task(task_name, kwargs=arguments)
    except (OperationalError, OSError) as error:
        logger.warning("The broker is away; %s waits for its periodic run: %s", task_name, error)


def wait_after(failures: int, first_wait: datetime.timedelta) -> datetime.timedelta:
    """How long until the next attempt: the first wait after no failure before, then twice as long, at most 6 hours."""
    return min(first_wait * 2 ** min(failures, MOST_DOUBLINGS), LONGEST_WAIT)
