"""When a zone's periodic work is due, what each run came to, and the days on which its calendar differs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.models import Row
from teams.models.people import User
from teams.models.zones import Zone


class Job(models.TextChoices):
    """What is done periodically for a zone."""

    WEEKLY = "weekly", _("Weekly bulletin")
    MONTHLY = "monthly", _("Monthly scheduling")
    QUARTERLY = "quarterly", _("Quarterly assessment")
    YEARLY = "yearly", _("Yearly report")
    REMINDERS = "reminders", _("Morning reminders")


class Moves(models.TextChoices):
    """Where a day that is no working day is moved to."""

    LATER = "later", _("To the next working day")
    EARLIER = "earlier", _("To the working day before")
    STAYS = "stays", _("It stays")


class ScheduleQuerySet(models.QuerySet[Any]):
    """Rows of a zone, seen by whoever holds a role in it."""

    def visible_to(self, user: Any) -> ScheduleQuerySet:
        """Those of the user's zones; anonymous gets none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(zone_id__in=user.role_zone_ids)


@tracked()
class Schedule(Row):
    """When one kind of work is due in a zone, in the zone's time.

    `days`: of a weekly bulletin, days after the Monday of its week (4: its Friday; 7: the Monday after); of longer
    periods, the day of the month that follows (3: the 3rd); of reminders nothing. Nothing is made of a period whose
    cut-off lies before `starts_on`.
    """

    DAYS: ClassVar[dict[str, tuple[int, int]]] = {
        Job.WEEKLY: (0, 13),
        Job.MONTHLY: (1, 28),
        Job.QUARTERLY: (1, 28),
        Job.YEARLY: (1, 28),
        Job.REMINDERS: (0, 0),
    }

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="schedules")
    job = models.CharField(_("What"), max_length=10, choices=Job.choices)
    is_on = models.BooleanField(_("Is done"), default=True)
    days = models.SmallIntegerField(_("Day"), default=0)
    at = models.TimeField(_("Time"))
    moves = models.CharField(
        _("On a day that is no working day"), max_length=10, choices=Moves.choices, default=Moves.LATER
    )
    releases_itself = models.BooleanField(_("Goes out without a director's release"), default=False)
    starts_on = models.DateField(_("From"))

    objects = ScheduleQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Schedule")
        verbose_name_plural = _("Schedules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "job"], name="schedule_once_a_zone"),
            models.CheckConstraint(condition=Q(days__gte=0, days__lte=28), name="schedule_days_sane"),
        ]

    def __str__(self) -> str:
        return str(Job(self.job).label)


class ScheduleRun(models.Model):
    """One run of a schedule: for which period or day, what it came to."""

    class Outcome(models.TextChoices):
        """How it ended."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        NOTHING = "nothing", _("Nothing was due")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="schedule_runs")
    job = models.CharField(max_length=10, choices=Job.choices)
    # the code of the period, or the day
    key = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    # reports made, mails written
    made = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    # who pressed "run now"; empty: the clock
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("Run of a schedule")
        verbose_name_plural = _("Runs of schedules")
        indexes: ClassVar = [
            # the last run of each job
            models.Index(fields=["zone", "job", "-started_at"], name="schedule_run_last"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.key} {self.outcome}"


@tracked(deletes=True)
class CalendarDay(models.Model):
    """A day on which a zone works, or does not, against the published calendar of holidays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="calendar_days")
    day = models.DateField(_("Day"))
    is_working = models.BooleanField(_("Working day"), default=False)
    note = models.CharField(_("Note"), max_length=100, blank=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("Day of the calendar")
        verbose_name_plural = _("Days of the calendar")
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["zone", "day"],
                name="calendar_day_once_a_zone",
                violation_error_message=_("This day is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.is_working}"
