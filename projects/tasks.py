"""Background work of this app."""

from __future__ import annotations

from celery import shared_task

from projects.services import protection, uploads


@shared_task(name="projects.sweep_uploads")
def sweep_uploads() -> int:
    """Throw away what came of uploads that were given up."""
    return uploads.sweep_uploads()


@shared_task(name="projects.tell_protection_endings")
def tell_protection_endings() -> int:
    """Tell whoever has a lead whose protection ends soon."""
    return protection.tell_protection_endings()
