"""Schedules in words: when, moved from which day and why, and when next."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investcrm.core.calendar import Overrides
from investcrm.core.days_off import holiday_name
from teams.models import CalendarDay, Job, Moves, Schedule
from teams.selectors.schedules import cutoff_day, next_run, spans_from

DAY = datetime.timedelta(days=1)
MOVED = {
    Moves.LATER.value: gettext_lazy("on a day off the next working day"),
    Moves.EARLIER.value: gettext_lazy("on a day off the working day before"),
    Moves.STAYS.value: gettext_lazy("also on a day off"),
}
WEEKLY_DAYS = 7


def weekday_words(days: int) -> str:
    """The day of a weekly schedule: of the week itself, or of the one after."""
    name = WEEKDAYS[days % WEEKLY_DAYS]
    return str(name) if days < WEEKLY_DAYS else _("%(weekday)s of the week after") % {"weekday": name}


def when_words(schedule: Schedule) -> str:
    """When a job is due: "Friday 10:00; on a day off the next working day"."""
    time = f"{schedule.at:%H:%M}"
    if schedule.job == Job.REMINDERS:
        return _("Every working day %(time)s") % {"time": time}
    if schedule.job == Job.WEEKLY:
        when = _("%(weekday)s %(time)s") % {"weekday": weekday_words(schedule.days), "time": time}
    else:
        told = {
            Job.MONTHLY.value: _("Day %(day)d of the next month, %(time)s"),
            Job.QUARTERLY.value: _("Day %(day)d after the quarter, %(time)s"),
            Job.YEARLY.value: _("%(day)d January of the next year, %(time)s"),
        }
        when = told[schedule.job] % {"day": schedule.days, "time": time}
    return _("%(when)s; %(moved)s") % {"when": when, "moved": MOVED[schedule.moves]}


@dataclass(frozen=True)
class NextRun:
    """When a job is done next, in the zone's time; the day from which it was moved, and why ("" where it was not)."""

    at: datetime.datetime
    day: datetime.date
    time: str
    moved_from: datetime.date | None = None
    why: str = ""


def next_run_of(
    schedule: Schedule, now: datetime.datetime, overrides: Overrides, own: Mapping[datetime.date, CalendarDay]
) -> NextRun | None:
    """The next run with what moved it; None where the job is switched off."""
    at = next_run(schedule, now, overrides)
    if at is None:
        return None
    local = at.astimezone(zoneinfo.ZoneInfo(schedule.zone.time_zone))
    day, time = local.date(), f"{local:%H:%M}"
    planned = _planned(schedule, day, overrides)
    if planned is None or planned == day:
        return NextRun(at, day, time)
    return NextRun(at, day, time, planned, _why(planned, own.get(planned)))


def _planned(schedule: Schedule, day: datetime.date, overrides: Overrides) -> datetime.date | None:
    """The day on which it would be done if every day were a working day."""
    if schedule.job == Job.REMINDERS:
        return None
    for first, last in spans_from(schedule, day):
        if cutoff_day(schedule, first, last, overrides) == day:
            return (first if schedule.job == Job.WEEKLY else last) + DAY * schedule.days
    return None


def _why(day: datetime.date, own: CalendarDay | None) -> str:
    if own is not None:
        return own.note or _("your own day off")
    return holiday_name(day) or (_("day off in lieu") if day.weekday() < WEEKLY_DAYS - 2 else _("weekend"))
