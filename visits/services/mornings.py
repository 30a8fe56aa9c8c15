"""The morning's mail to each person: what is due and planned, which leads fall silent, which requests wait."""

from __future__ import annotations

import datetime
import logging
import uuid

from django.db import transaction
from django.utils import timezone

from investcrm.core import outbox
from investcrm.core.background import enqueue
from investcrm.core.calendar import is_working_day
from teams.models import Job, ScheduleRun, User, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import cutoff_at
from teams.services.schedules import ensure_schedules, noted_run
from visits.mail import reminder_message
from visits.models import Reminder
from visits.selectors.mornings import people_to_remind
from visits.selectors.today import OWN, today_of_user

logger = logging.getLogger(__name__)

BATCH = 100


def send_reminders(
    zone_id: uuid.UUID | str | None = None,
    now: datetime.datetime | None = None,
    asked_by_id: uuid.UUID | str | None = None,
) -> int:
    """Write this morning's mails of all zones or of one; returns how many.

    May run at any time and twice at once: each person is looked at once a day. A late run catches up with today only,
    since a mail about yesterday is of no use. Whoever asks for it by hand does not wait for the time of the day.
    """
    at = now or timezone.now()
    zones = Zone.objects.filter(deleted_at=None).order_by("code")
    if zone_id is not None:
        zones = zones.filter(id=zone_id)
    return sum(_remind_zone(zone, at, asked_by_id) for zone in zones)


def _remind_zone(zone: Zone, at: datetime.datetime, asked_by_id: uuid.UUID | str | None) -> int:
    """The mails of a zone, noted as a run where somebody is to be looked at, or asked for it."""
    schedule = next(row for row in ensure_schedules(zone) if row.job == Job.REMINDERS)
    day, overrides = zone.day_of(at), overrides_of(zone)
    due_at = cutoff_at(schedule, day, day, overrides)
    has_come = asked_by_id is not None or due_at <= at
    is_due = schedule.is_on and schedule.starts_on <= day and has_come and is_working_day(day, overrides=overrides)
    if not (is_due and people_to_remind(zone, day).exists()) and asked_by_id is None:
        return 0
    with noted_run(zone, Job.REMINDERS, key=day.isoformat(), due_at=due_at, asked_by_id=asked_by_id) as run:
        if is_due:
            _remind_all(zone, day, run)
    return run.made


def _remind_all(zone: Zone, day: datetime.date, run: ScheduleRun) -> None:
    """Look at everybody, in batches. Whose mail fails stops nobody, is told with the run, and is kept for the next."""
    people = people_to_remind(zone, day).order_by("id").values_list("id", flat=True)
    batch, errors = list(people[:BATCH]), []
    while batch:
        before = run.made
        for user_id in batch:
            try:
                run.made += _remind(zone, day, user_id)
            except Exception as error:
                logger.exception("The morning's mail of %s could not be written", user_id)
                errors.append(f"{user_id}: {error or type(error).__name__}")
        if run.made > before:
            enqueue("core.send_outbox")
        batch = list(people.filter(id__gt=batch[-1])[:BATCH])
    run.error = "\n".join(errors)


@transaction.atomic
def _remind(zone: Zone, day: datetime.date, user_id: uuid.UUID) -> bool:
    """Look at one person's day, once; whether there was something to tell.

    Of two workers the second waits for the first one's row and then finds it. Who no longer wants it gets none.
    """
    user = people_to_remind(zone, day).filter(id=user_id).first()
    if user is None:
        return False
    row = Reminder(user=user, day=day)
    Reminder.objects.bulk_create([row], ignore_conflicts=True)
    if not Reminder.objects.filter(id=row.id).exists():
        return False
    return _write(user, row)


def _write(user: User, row: Reminder) -> bool:
    """The mail of somebody for whom something waits, as the page *today* has it."""
    message = reminder_message(user, day=row.day, today=today_of_user(user, OWN))
    if message is None:
        return False
    row.mail = outbox.write(message)
    row.save(update_fields=["mail"])
    return True
