"""Background work of the pipeline."""

from __future__ import annotations

from celery import shared_task

from investcrm.core.background import enqueue
from pipeline.services import tallies
from pipeline.services.checking.zones import check_due_zones
from pipeline.services.reports import delivering
from pipeline.services.reports.drafting import make_due_reports
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


@shared_task(name="pipeline.make_reports")
def make_reports(zone_id: str | None = None, asked_by_id: str | None = None, job: str | None = None) -> int:
    """Draft the reports that are due."""
    return make_due_reports(zone_id=zone_id, asked_by_id=asked_by_id, job=job)


@shared_task(name="pipeline.write_report_mails")
def write_report_mails() -> int:
    """Write the mails of released reports; a longer queue goes on in a task of its own."""
    done = delivering.write_mails()
    if done >= delivering.MOST:
        enqueue("pipeline.write_report_mails")
    return done
