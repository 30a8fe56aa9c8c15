"""When a zone's periodic work is due: cut-offs in its own time, moved by its working calendar."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator

from investcrm.core.calendar import Overrides, is_working_day
from teams.models import Job, Moves, Schedule, ScheduleRun, Zone
from teams.selectors import overrides_of

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
# Months of the longer periods.
MONTHS: dict[str, int] = {Job.MONTHLY: 1, Job.QUARTERLY: 3, Job.YEARLY: 12}
# No cut-off lies so far after its period's end: 28 days, and a long holiday.
FAR = DAY * 60

Span = tuple[datetime.date, datetime.date]


def span_of(job: str, day: datetime.date) -> Span:
    """The first and the last day of the job's period in which the day lies; of reminders the day itself."""
    if job == Job.REMINDERS:
        return day, day
    if job == Job.WEEKLY:
        monday = day - DAY * day.weekday()
        return monday, monday + DAY * 6
    months = MONTHS[job]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first, datetime.date(year, month + 1, 1) - DAY


def moment_of(day: datetime.date, at: datetime.time, zone: Zone) -> datetime.datetime:
    """The local time of the day, in UTC; of one that comes twice the first, of one that is skipped the next there is.

    In UTC, since Python compares local times around a clock change by the face of the clock.
    """
    here = zoneinfo.ZoneInfo(zone.time_zone)
    local = datetime.datetime.combine(day, at)
    while local.replace(tzinfo=here).astimezone(datetime.UTC).astimezone(here).replace(tzinfo=None) != local:
        local = local.replace(second=0, microsecond=0) + MINUTE
    return local.replace(tzinfo=here).astimezone(datetime.UTC)


def cutoff_day(schedule: Schedule, first: datetime.date, last: datetime.date, overrides: Overrides) -> datetime.date:
    """The day of a period's cut-off, moved to a working day as the schedule says; never before the period begins."""
    if schedule.job == Job.REMINDERS:
        return first
    day = (first if schedule.job == Job.WEEKLY else last) + DAY * schedule.days
    if schedule.moves == Moves.STAYS:
        return day
    if schedule.moves == Moves.EARLIER:
        earlier = day
        while earlier >= first and not is_working_day(earlier, overrides=overrides):
            earlier -= DAY
        if earlier >= first:
            return earlier
    while not is_working_day(day, overrides=overrides):
        day += DAY
    return day


def cutoff_at(
    schedule: Schedule, first: datetime.date, last: datetime.date, overrides: Overrides
) -> datetime.datetime:
    """When the work of a period is due."""
    return moment_of(cutoff_day(schedule, first, last, overrides), schedule.at, schedule.zone)


def spans_from(schedule: Schedule, day: datetime.date) -> Iterator[Span]:
    """The periods, one after the other, that may have a cut-off on the day or later."""
    first, last = span_of(schedule.job, day if schedule.job == Job.REMINDERS else day - FAR)
    while last.year < datetime.MAXYEAR:
        yield first, last
        first, last = span_of(schedule.job, last + DAY)


def due_spans(
    schedule: Schedule, now: datetime.datetime, overrides: Overrides
) -> list[tuple[datetime.date, datetime.date, datetime.datetime]]:
    """Every period whose cut-off has passed since the schedule's first day, with its cut-off, oldest first."""
    found = []
    for first, last in spans_from(schedule, schedule.starts_on):
        day = cutoff_day(schedule, first, last, overrides)
        if day < schedule.starts_on:
            continue
        moment = moment_of(day, schedule.at, schedule.zone)
        if moment > now:
            break
        found.append((first, last, moment))
    return found


def next_run(
    schedule: Schedule, now: datetime.datetime, overrides: Overrides | None = None
) -> datetime.datetime | None:
    """The next cut-off after the moment; None where the schedule is switched off."""
    if not schedule.is_on:
        return None
    if overrides is None:
        overrides = overrides_of(schedule.zone)
    today = schedule.zone.day_of(now)
    for first, last in spans_from(schedule, max(today, schedule.starts_on)):
        day = cutoff_day(schedule, first, last, overrides)
        if day < schedule.starts_on:
            continue
        if schedule.job == Job.REMINDERS and not is_working_day(day, overrides=overrides):
            continue
        moment = moment_of(day, schedule.at, schedule.zone)
        if moment > now:
            return moment
    return None


def last_runs(zone: Zone) -> dict[str, ScheduleRun]:
    """The last run of each job that had one. One query."""
    rows = ScheduleRun.objects.filter(zone=zone).select_related("asked_by")
    return {run.job: run for run in rows.order_by("job", "-started_at").distinct("job")}
