"""Which reports are due: of every period whose cut-off has passed, those that are not there."""

from __future__ import annotations

import datetime
from functools import cached_property

from django.db.models import Count, Max
from django.utils import timezone

from investcrm.core.background import wait_after
from pipeline.models import Report
from pipeline.selectors.periods import Period
from pipeline.selectors.reports.duties import PERIODS
from pipeline.selectors.scopes import Scope
from pipeline.services.reports.drawing import Subject
from teams.models import Schedule, ScheduleRun, Team, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import due_spans

# What failed is tried again after a while, twice as long each time.
FIRST_WAIT = datetime.timedelta(minutes=4)
FAILURES_OF = datetime.timedelta(days=2)

# A period, when it was cut off, of whom there is no report of it
Missing = tuple[Period, datetime.datetime, list[Subject]]


class Due:
    """What is due in a zone at a moment. The zone's calendar and teams are read once."""

    def __init__(self, zone: Zone, now: datetime.datetime) -> None:
        self.zone, self.now = zone, now

    @cached_property
    def overrides(self) -> dict[datetime.date, bool]:
        """The zone's own days."""
        return overrides_of(self.zone)

    @cached_property
    def teams(self) -> list[Team]:
        """The zone's teams, the dissolved ones too."""
        return list(Team.objects.filter(zone=self.zone, deleted_at=None).order_by("code"))

    def missing(self, schedule: Schedule) -> list[Missing]:
        """The periods of which reports are due and not there, oldest first, the centre before the teams. One query."""
        spans = due_spans(schedule, self.now, self.overrides)
        if not spans:
            return []
        rows = Report.objects.filter(zone=self.zone, kind=schedule.job, edition=1, first_day__gte=spans[0][0])
        there = set(rows.values_list("first_day", "team_id"))
        found = []
        for first, last, moment in spans:
            # a month that is over is told as it ended
            as_of = min(self.zone.day_of(moment), last)
            teams = [team for team in self.teams if self._was_there(team, first, as_of)]
            scopes = [Scope(self.zone), *(Scope(self.zone, team) for team in teams)]
            period = Period(PERIODS[schedule.job], first, last)
            subjects = [
                Subject(scope, schedule.job, period, moment, as_of)
                for scope in scopes
                if (first, scope.team.pk if scope.team else None) not in there
            ]
            if subjects:
                found.append((period, moment, subjects))
        return found

    def _was_there(self, team: Team, first: datetime.date, last: datetime.date) -> bool:
        """Whether the team was in use on any of the days; one without a first day is as old as its row."""
        began = team.starts_on or self.zone.day_of(team.created_at)
        return began <= last and team.is_in_use(first)


def waiting_periods(schedule: Schedule) -> set[str]:
    """The codes of periods that failed lately and are not tried again yet. One query."""
    failed = ScheduleRun.objects.filter(
        zone=schedule.zone,
        job=schedule.job,
        outcome=ScheduleRun.Outcome.FAILED,
        ended_at__gt=timezone.now() - FAILURES_OF,
    )
    found = set()
    for key, times, last in failed.values_list("key").annotate(Count("id"), Max("ended_at")):
        if last + wait_after(times - 1, FIRST_WAIT) > timezone.now():
            found.add(key)
    return found
