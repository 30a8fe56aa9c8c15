"""What stands in the calendar: planned visits, due follow-ups, expected signings, day by day."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from investcrm.core.calendar import is_holiday, is_working_day
from projects.choices import StageKind
from projects.models import Lead, LeadQuerySet
from teams.access import Capability
from teams.models import Membership, User
from visits.choices import PlanStatus
from visits.models import FollowUp, PlannedVisit
from visits.selectors.planning import VisitLine, for_lines, visit_lines
from visits.selectors.today import OWN, TEAM

DAY = datetime.timedelta(days=1)
# Of each kind; a month of a large zone is looked at by team, or filtered.
SHOWN = 400


@dataclass(frozen=True)
class Entry:
    """One thing on a day: a visit, else a follow-up, else the signing that is expected of a lead."""

    day: datetime.date
    time: datetime.time | None = None
    line: VisitLine | None = None
    follow_up: FollowUp | None = None
    lead: Lead | None = None
    people: frozenset[uuid.UUID] = frozenset()

    @property
    def order(self) -> tuple[Any, ...]:
        """Visits by their time, then follow-ups, then signings."""
        kind = 0 if self.line else 1 if self.follow_up else 2
        return (self.day, kind, self.time or datetime.time.max)


@dataclass
class Day:
    """A day of the calendar with its entries."""

    date: datetime.date
    is_today: bool
    is_past: bool
    outside: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_holiday(self) -> bool:
        """A public holiday, or a day off in lieu."""
        return is_holiday(self.date)

    @property
    def is_make_up(self) -> bool:
        """A Saturday or Sunday that is worked in lieu."""
        return self.date.weekday() > 4 and is_working_day(self.date)

    @property
    def is_weekend(self) -> bool:
        """A day on which offices are closed."""
        return not is_working_day(self.date)


def days(first: datetime.date, count: int, today: datetime.date, month: int | None = None) -> list[Day]:
    """So many days from the first one; those of another month stand outside."""
    dates = [first + number * DAY for number in range(count)]
    return [Day(date, date == today, date < today, month is not None and date.month != month) for date in dates]


@dataclass(frozen=True)
class Found:
    """The entries of some days, and whether there are more than are shown."""

    entries: list[Entry]
    is_cut: bool


def entries_between(
    user: User,
    first: datetime.date,
    last: datetime.date,
    scope: str,
    *,
    leads: LeadQuerySet | None = None,
    zone_ids: Collection[uuid.UUID] = (),
) -> Found:
    """What stands on the days of the scope (own, team, zone); `leads` limits it to what concerns them.

    The number of queries is fixed.
    """
    visits = _visits(user, scope).filter(planned_on__range=(first, last))
    follow_ups = _follow_ups(user, scope).filter(due_on__range=(first, last))
    signings = _signings(user, scope).filter(expected_signing_on__range=(first, last))
    if zone_ids:
        visits = visits.filter(zone__in=zone_ids)
        follow_ups = follow_ups.filter(lead__zone__in=zone_ids)
        signings = signings.filter(zone__in=zone_ids)
    if leads is not None:
        visits, follow_ups = visits.filter(lead__in=leads), follow_ups.filter(lead__in=leads)
        signings = signings.filter(pk__in=leads.values("pk"))
    listed = list(for_lines(visits, user).order_by("planned_on", "starts_at", "pk")[: SHOWN + 1])
    owed = list(
        follow_ups.select_related("lead__company", "lead__zone", "assignee").order_by("due_on", "pk")[: SHOWN + 1]
    )
    expected = list(signings.select_related("company").order_by("expected_signing_on", "pk")[: SHOWN + 1])
    found = [
        Entry(
            line.visit.planned_on,
            line.visit.starts_at,
            line=line,
            people=frozenset({line.visit.owner_id, *(user.pk for user in line.visit.staff.all())}),
        )
        for line in visit_lines(user, listed[:SHOWN])
    ]
    found += [
        Entry(row.due_on, follow_up=row, lead=row.lead, people=frozenset({row.assignee_id})) for row in owed[:SHOWN]
    ]
    found += [
        Entry(row.expected_signing_on, lead=row, people=frozenset({row.owner_id}) if row.owner_id else frozenset())
        for row in expected[:SHOWN]
        if row.expected_signing_on
    ]
    cut = any(len(rows) > SHOWN for rows in (listed, owed, expected))
    return Found(sorted(found, key=lambda entry: entry.order), cut)


def _visits(user: User, scope: str) -> Any:
    rows = PlannedVisit.objects.visible_to(user).exclude(status=PlanStatus.CANCELLED)
    if scope == OWN:
        along = PlannedVisit.staff.through.objects.filter(user=user).values("plannedvisit_id")
        return rows.filter(Q(owner=user) | Q(pk__in=along))
    return rows.filter(team__in=user.team_ids(Capability.VIEW)) if scope == TEAM else rows


def _follow_ups(user: User, scope: str) -> Any:
    rows = FollowUp.objects.visible_to(user).open()
    if scope == OWN:
        return rows.filter(assignee=user)
    return rows.filter(lead__team__in=user.team_ids(Capability.VIEW)) if scope == TEAM else rows


def _signings(user: User, scope: str) -> LeadQuerySet:
    rows = Lead.objects.visible_to(user).filter(stage_kind=StageKind.OPEN)
    if scope == OWN:
        return rows.filter(owner=user)
    return rows.filter(team__in=user.team_ids(Capability.VIEW)) if scope == TEAM else rows


def fill(shown: list[Day], entries: list[Entry]) -> list[Day]:
    """The days with their entries."""
    by_date = {day.date: day for day in shown}
    for entry in entries:
        by_date[entry.day].entries.append(entry)
    return shown


@dataclass(frozen=True)
class PersonWeek:
    """A person and their days; None gathers what concerns nobody of those listed."""

    person: User | None
    days: list[Day]


def people_of(user: User, scope: str, zone_ids: Collection[uuid.UUID], today: datetime.date) -> list[User]:
    """Whose weeks the team view shows: the people of one's teams, or of the zone's. One query."""
    rows = Membership.objects.filter(deleted_at=None, team__isnull=False, starts_on__lte=today)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today), zone__in=zone_ids, user__is_active=True)
    if scope != "zone":
        rows = rows.filter(team__in=user.team_ids(Capability.VIEW))
    rows = rows.select_related("user").order_by("team__code", "role", "user__name_key")
    return list({row.user_id: row.user for row in rows}.values())


def weeks_of(people: list[User], first: datetime.date, today: datetime.date, found: Found) -> list[PersonWeek]:
    """The week of each, a visit of two in both; what concerns nobody of them comes last."""
    known = {person.pk for person in people}
    weeks = []
    for person in people:
        own = [entry for entry in found.entries if person.pk in entry.people]
        weeks.append(PersonWeek(person, fill(days(first, 7, today), own)))
    rest = [entry for entry in found.entries if not entry.people & known]
    if rest:
        weeks.append(PersonWeek(None, fill(days(first, 7, today), rest)))
    return weeks
