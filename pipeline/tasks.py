"""Background work of the pipeline."""

from __future__ import annotations

from celery import shared_task

from pipeline.services import tallies
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
