"""A zone's schedules, its own working days, and the notes of what was done by them."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from teams.access import Capability
from teams.models import CalendarDay, Job, Schedule, ScheduleRun, User, Zone

# Days and time of a schedule that nobody has changed yet.
DEFAULTS: dict[str, tuple[int, datetime.time]] = {
    Job.WEEKLY: (4, datetime.time(10)),
    Job.MONTHLY: (3, datetime.time(10)),
    Job.QUARTERLY: (3, datetime.time(10)),
    Job.YEARLY: (10, datetime.time(10)),
    Job.REMINDERS: (0, datetime.time(8)),
}
EDITABLE = frozenset({"is_on", "days", "at", "moves", "releases_itself", "starts_on"})
# So far from today a schedule may begin.
STARTS_WITHIN = datetime.timedelta(days=366)
CALENDAR_YEARS = 3
# Runs that are kept of each job of a zone.
KEPT_RUNS = 100
# A run that has not ended by then was killed: no task may take so long.
LOST_AFTER = datetime.timedelta(minutes=30)


def ensure_schedules(zone: Zone) -> list[Schedule]:
    """The zone's schedules in the order of `Job`, those that are missing made; two at once make one."""
    rows = {row.job: row for row in Schedule.objects.filter(zone=zone)}
    missing = [job for job in Job.values if job not in rows]
    if missing:
        today = zone.today()
        Schedule.objects.bulk_create(
            [
                Schedule(zone=zone, job=job, days=DEFAULTS[job][0], at=DEFAULTS[job][1], starts_on=today)
                for job in missing
            ],
            ignore_conflicts=True,
        )
        rows = {row.job: row for row in Schedule.objects.filter(zone=zone)}
    for row in rows.values():
        row.zone = zone
    return [rows[job] for job in Job.values]


@transaction.atomic
def update_schedule(
    *, actor: User, schedule_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> Schedule:
    """Change when a job is due; raises Http404, PermissionDenied, Stale, ValidationError.

    One that is switched on again begins anew today, unless its first day is given: nobody waits for what was not
    done meanwhile.
    """
    schedule = lock_for_change(Schedule.objects.visible_to(actor).select_related("zone"), schedule_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=schedule.zone):
        raise PermissionDenied
    today = schedule.zone.today()
    changed = apply_changes(schedule, changes, EDITABLE, base=base)
    if "is_on" in changed and schedule.is_on and "starts_on" not in changed and schedule.starts_on < today:
        schedule.starts_on = today
        changed.append("starts_on")
    if not changed:
        return schedule
    _check(schedule, set(changed), today)
    schedule.save_changes(changed)
    return schedule


def _check(schedule: Schedule, changed: set[str], today: datetime.date) -> None:
    problems = Problems()
    clean_values(schedule, problems, changed)
    least, most = Schedule.DAYS[schedule.job]
    if "days" in changed and "days" not in problems.errors and not least <= schedule.days <= most:
        words = _("Between %(least)d and %(most)d.") % {"least": least, "most": most}
        problems.add("days", words, "out_of_bounds")
    if "starts_on" in changed and "starts_on" not in problems.errors:
        try:
            check_day(schedule.starts_on, future_years=1, today=today, earliest=today - STARTS_WITHIN)
        except ValidationError as error:
            problems.errors.setdefault("starts_on", []).append(error)
    problems.raise_if_any()


@transaction.atomic
def add_calendar_day(
    *, actor: User, zone_id: uuid.UUID, day: datetime.date, is_working: bool, note: str = ""
) -> CalendarDay:
    """Say that a zone works on a day, or does not; raises Http404, PermissionDenied, ValidationError."""
    zone = _managed_zone(actor, zone_id)
    row = CalendarDay(zone=zone, day=day, is_working=is_working, note=note.strip())
    problems = Problems()
    clean_values(row, problems)
    if "day" not in problems.errors:
        try:
            check_day(day, future_years=CALENDAR_YEARS, today=zone.today())
        except ValidationError as error:
            problems.errors.setdefault("day", []).append(error)
    problems.raise_if_any()
    with integrity_errors_as_rules(CalendarDay, calendar_day_once_a_zone="day"), transaction.atomic():
        row.save(force_insert=True)
    return row


@transaction.atomic
def remove_calendar_day(*, actor: User, calendar_day_id: uuid.UUID) -> None:
    """Let the published calendar hold for a day again; raises Http404, PermissionDenied."""
    row = lock_for_change(CalendarDay.objects.visible_to(actor).select_related("zone"), calendar_day_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=row.zone):
        raise PermissionDenied
    row.delete()


def run_now(*, actor: User, zone_id: uuid.UUID, job: str) -> None:
    """Queue whatever of a job is due by now; raises Http404, PermissionDenied, ValidationError."""
    zone = _managed_zone(actor, zone_id)
    if job not in Job.values:
        raise ValidationError(_("There is no such job."), code="unknown")
    if Schedule.objects.filter(zone=zone, job=job, is_on=False).exists():
        raise ValidationError(_("This is switched off. Switch it on first."), code="off")
    if job == Job.REMINDERS:
        enqueue("visits.send_reminders", zone_id=str(zone.id), asked_by_id=str(actor.id))
    else:
        enqueue("pipeline.make_reports", zone_id=str(zone.id), asked_by_id=str(actor.id), job=job)


def _managed_zone(actor: User, zone_id: uuid.UUID) -> Zone:
    zone = get_object_or_404(Zone.objects.visible_to(actor), pk=zone_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=zone):
        raise PermissionDenied
    return zone


@contextlib.contextmanager
def noted_run(
    zone: Zone,
    job: str,
    *,
    key: str = "",
    due_at: datetime.datetime | None = None,
    asked_by_id: uuid.UUID | str | None = None,
) -> Iterator[ScheduleRun]:
    """Note a run, what it made (`run.made`) and its error (`run.error`, or what the block raises, which goes on).

    For work that is due, or that somebody asked for: a clock that finds nothing to do notes nothing. Outside of a
    transaction, so that the page shows what runs.
    """
    name_lost_runs(zone, job, before=timezone.now() - LOST_AFTER)
    _forget_old(zone, job)
    run = ScheduleRun.objects.create(zone=zone, job=job, key=key, due_at=due_at, asked_by_id=asked_by_id)
    try:
        yield run
    except BaseException as error:
        run.error = run.error or str(error) or type(error).__name__
        raise
    finally:
        outcomes = ScheduleRun.Outcome
        run.outcome = outcomes.FAILED if run.error else outcomes.DONE if run.made else outcomes.NOTHING
        run.error = run.error[:2000]
        run.ended_at = timezone.now()
        run.save(update_fields=["outcome", "error", "made", "ended_at"])


def name_lost_runs(zone: Zone, job: str, *, before: datetime.datetime) -> None:
    """Note of runs of before that moment that never ended that they were killed."""
    lost = ScheduleRun.objects.filter(zone=zone, job=job, outcome=ScheduleRun.Outcome.RUNNING, started_at__lt=before)
    words = gettext("The worker was stopped before it had finished.")
    lost.update(outcome=ScheduleRun.Outcome.FAILED, error=words, ended_at=timezone.now())


def _forget_old(zone: Zone, job: str) -> None:
    """Keep the last runs of the job only; named one by one, since another worker may note a run at this moment."""
    runs = ScheduleRun.objects.filter(zone=zone, job=job)
    old = runs.order_by("-started_at").values_list("id", flat=True)[KEPT_RUNS - 1 :]
    runs.filter(id__in=list(old)).delete()
