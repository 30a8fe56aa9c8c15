"""What teams owe to the reports: which period is due when, who has said that their entries are complete (上报)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from pipeline.models.reports import Report, ReportKind, ReportStatus, TeamStatement
from pipeline.selectors.periods import MONTH, QUARTER, WEEK, YEAR, Period, period_of
from teams.access import Capability
from teams.models import Schedule, Team, User, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import cutoff_at

PERIODS = {
    ReportKind.WEEKLY.value: WEEK,
    ReportKind.MONTHLY.value: MONTH,
    ReportKind.QUARTERLY.value: QUARTER,
    ReportKind.YEARLY.value: YEAR,
}
# A leader is reminded on the page so long before a cut-off.
AHEAD = datetime.timedelta(days=2)


def report_period(kind: str, first_day: datetime.date) -> Period:
    """The period of a kind of report in which the day lies."""
    return period_of(PERIODS[kind], first_day)


@dataclass(frozen=True)
class Duty:
    """A period that is reported on, and when it is cut off."""

    kind: str
    period: Period
    cutoff: datetime.datetime
    today: datetime.date

    @property
    def has_begun(self) -> bool:
        """Whether one may report on it: a period to come has no entries."""
        return self.period.first <= self.today

    @property
    def key(self) -> tuple[str, datetime.date]:
        """What statements on it are found by."""
        return self.kind, self.period.first

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(ReportKind(self.kind).label)


@dataclass(frozen=True)
class Cell:
    """Whether a team has reported on a period, and whether the reader may do it."""

    duty: Duty
    statement: TeamStatement | None
    is_owed: bool
    is_late: bool
    may_state: bool


@dataclass(frozen=True)
class TeamLine:
    """A team and its cells, one a period."""

    team: Team
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Owed:
    """A statement that a leader has not made yet, shortly before its cut-off or after it."""

    team: Team
    duty: Duty
    is_late: bool


def may_state_for(user: User, team: Team) -> bool:
    """Whether somebody may say that a team's entries are complete: its leader, and who directs the zone."""
    if user.is_superuser:
        return True
    cap = Capability.REPORT_FOR_TEAM
    return team.zone_id in user.zone_ids(cap) or team.pk in user.team_ids(cap)


def _schedules(zone: Zone) -> list[Schedule]:
    return list(Schedule.objects.filter(zone=zone, job__in=PERIODS, is_on=True).select_related("zone"))


def _duties(schedule: Schedule, overrides: dict[datetime.date, bool], now: datetime.datetime) -> list[Duty]:
    """The period whose cut-off comes next, and the one before it."""

    today = schedule.zone.today()

    def duty(period: Period) -> Duty:
        return Duty(schedule.job, period, cutoff_at(schedule, period.first, period.last, overrides), today)

    ahead = duty(period_of(PERIODS[schedule.job], today).before().before())
    found = [ahead]
    while ahead.cutoff <= now:
        ahead = duty(ahead.period.after())
        found.append(ahead)
    return [one for one in reversed(found[-2:]) if schedule.zone.day_of(one.cutoff) >= schedule.starts_on]


def duties_of(zone: Zone, now: datetime.datetime | None = None) -> dict[str, list[Duty]]:
    """By kind that is made: the period that is due next, then the one before it. Two queries."""
    schedules = _schedules(zone)
    overrides = overrides_of(zone) if schedules else {}
    now = now or timezone.now()
    return {one.job: _duties(one, overrides, now) for one in schedules}


def cutoff_of(zone: Zone, kind: str, period: Period) -> datetime.datetime | None:
    """When a period is cut off; None where the zone makes no such report."""
    schedule = next((one for one in _schedules(zone) if one.job == kind), None)
    return cutoff_at(schedule, period.first, period.last, overrides_of(zone)) if schedule else None


def _there(period: Period) -> Q:
    """Teams in use on any day of the period."""
    begun = Q(starts_on=None) | Q(starts_on__lte=period.last)
    return begun & (Q(dissolved_on=None) | Q(dissolved_on__gt=period.first))


def last_statements(
    periods: Iterable[tuple[str, datetime.date]], teams: Sequence[Team]
) -> dict[tuple[uuid.UUID, str, datetime.date], TeamStatement]:
    """What each team said last on each of the periods (kind, first day). One query."""
    wanted = Q(pk=None)
    for kind, first_day in periods:
        wanted |= Q(kind=kind, first_day=first_day)
    rows = TeamStatement.objects.filter(wanted, team__in=teams).select_related("created_by")
    last = rows.order_by("team_id", "kind", "first_day", "-created_at", "-pk").distinct("team_id", "kind", "first_day")
    return {(row.team_id, row.kind, row.first_day): row for row in last}


def who_reported(user: User, zone: Zone, duties: Sequence[Duty], now: datetime.datetime) -> list[TeamLine]:
    """Each team whose figures the user reads, with what it said on each period. Two queries."""
    if not duties:
        return []
    there = Q()
    for duty in duties:
        there |= _there(duty.period)
    teams = Team.objects.filter(there, zone=zone, deleted_at=None)
    if not user.is_superuser and zone.pk not in user.zone_ids(Capability.VIEW):
        teams = teams.filter(pk__in=user.team_ids(Capability.VIEW))
    rows = list(teams.order_by("code"))
    said = last_statements([duty.key for duty in duties], rows)
    lines = []
    for team in rows:
        may = may_state_for(user, team)
        cells = []
        for duty in duties:
            statement = said.get((team.pk, duty.kind, duty.period.first))
            owed = team.was_in_use(duty.period.first, duty.period.last)
            cells.append(Cell(duty, statement, owed, duty.cutoff <= now, may and owed))
        lines.append(TeamLine(team, cells))
    return lines


def owed_by(user: User, now: datetime.datetime | None = None) -> list[Owed]:
    """The statements of the teams one leads that are due within two days, or late while nothing was released yet.

    A director may state for every team and is not reminded of each.
    """
    team_ids = user.team_ids(Capability.REPORT_FOR_TEAM)
    if not team_ids:
        return []
    now = now or timezone.now()
    teams = list(Team.objects.filter(pk__in=team_ids, deleted_at=None).select_related("zone").order_by("code"))
    zones = {team.zone_id: team.zone for team in teams}
    duties = {pk: [duty for pair in duties_of(zone, now).values() for duty in pair] for pk, zone in zones.items()}
    near = {pk: [one for one in found if one.cutoff - now <= AHEAD] for pk, found in duties.items()}
    every = [duty for found in near.values() for duty in found]
    if not every:
        return []
    said = last_statements([duty.key for duty in every], teams)
    out = _released(every, teams)
    found = []
    for team in teams:
        for duty in near[team.zone_id]:
            key, period = (team.pk, duty.kind, duty.period.first), duty.period
            is_open = duty.has_begun and key not in said and key not in out
            if is_open and team.was_in_use(period.first, period.last):
                found.append(Owed(team, duty, duty.cutoff <= now))
    return sorted(found, key=lambda one: (one.duty.cutoff, one.team.code))


def _released(duties: Sequence[Duty], teams: Sequence[Team]) -> set[tuple[Any, str, datetime.date]]:
    wanted = Q(pk=None)
    for duty in duties:
        wanted |= Q(kind=duty.kind, first_day=duty.period.first)
    rows = Report.objects.filter(wanted, team__in=teams, status=ReportStatus.RELEASED, deleted_at=None)
    return set(rows.values_list("team_id", "kind", "first_day"))
