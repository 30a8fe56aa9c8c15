"""Background work of imports, the feed and webhooks."""

from __future__ import annotations

import uuid

from celery import shared_task

from investcrm.core.background import enqueue
from sync.selectors.webhooks import webhooks_with_work
from sync.services import pruning
from sync.services.imports.running import continue_imports as continue_quiet_imports
from sync.services.imports.running import forget_imports as forget_old_imports
from sync.services.imports.running import work_on
from sync.services.webhooks import delivering


@shared_task(name="sync.work_on_import")
def work_on_import(run_id: str) -> bool:
    """Read, check or write an import for a while; the rest is a task of its own, so that others come in between."""
    more = work_on(uuid.UUID(run_id))
    if more:
        enqueue("sync.work_on_import", run_id=run_id)
    return more


@shared_task(name="sync.continue_imports")
def continue_imports() -> int:
    """Take up again the imports whose worker was lost."""
    return continue_quiet_imports()


@shared_task(name="sync.send_webhooks")
def send_webhooks() -> int:
    """Queue a task for each webhook that has something to send: one that is slow holds up no other."""
    waiting = webhooks_with_work()
    for webhook in waiting:
        enqueue("sync.deliver_webhook", webhook_id=str(webhook.pk))
    return len(waiting)


@shared_task(name="sync.deliver_webhook")
def deliver_webhook(webhook_id: str) -> int:
    """Send what waits for one webhook; a long queue goes on in a task of its own."""
    sent, is_more = delivering.deliver(uuid.UUID(webhook_id))
    if is_more:
        enqueue("sync.deliver_webhook", webhook_id=webhook_id)
    return sent


@shared_task(name="sync.prune_feed")
def prune_feed() -> int:
    """Throw away what nobody can ask the feed for any more, and deliveries of long ago."""
    return pruning.prune_changes() + delivering.forget_old_deliveries()


@shared_task(name="sync.forget_imports")
def forget_imports() -> int:
    """Delete the rows and files of old imports."""
    return forget_old_imports()
