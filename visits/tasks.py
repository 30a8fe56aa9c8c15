"""Background work of this app."""

from __future__ import annotations

from celery import shared_task

from visits.services import reminders


@shared_task(name="visits.tell_due_requests")
def tell_due_requests() -> int:
    """Tell whoever handles a service request whose next step is due."""
    return reminders.tell_due_requests()
