"""Background work of the pipeline."""

from __future__ import annotations

from celery import shared_task

from pipeline.services import tallies
from pipeline.services.checking.zones import check_due_zones
from teams.models import Zone


@shared_task(name="pipeline.fold_tallies")
def fold_tallies() -> None:
    """Fold what transactions added into the tallies."""
    tallies.fold()


@shared_task(name="pipeline.rebuild_tallies")
def rebuild_tallies() -> None:
    """Make all tallies anew: the order of the stages was changed."""
    for zone in Zone.objects.all():
        tallies.rebuild(zone)


@shared_task(name="pipeline.check_ledger")
def check_ledger() -> int:
    """Check the ledger of each zone that was not checked since its last night."""
    return check_due_zones()
