"""Background work of this app."""

from __future__ import annotations

from celery import shared_task

from visits.services import merging, mornings, reminders


@shared_task(name="visits.tell_due_requests")
def tell_due_requests() -> int:
    """Tell whoever handles a service request whose next step is due."""
    return reminders.tell_due_requests()


@shared_task(name="visits.send_reminders")
def send_reminders(zone_id: str | None = None, asked_by_id: str | None = None) -> int:
    """Write the mails of this morning."""
    return mornings.send_reminders(zone_id=zone_id, asked_by_id=asked_by_id)


@shared_task(name="visits.follow_merges")
def follow_merges() -> int:
    """Move what was written for a company or contact while it was being merged."""
    return merging.follow_merges()
