"""The month's plan of visits against what was done (每月通报客商拜访计划): by team and person, then one by one.

A visit belongs to the plan of the month it was first planned for, whatever day it was put on later. There it is one
of: done (in the month, or before), later (done after the month, or put off beyond it), cancelled, still open. What was
brought in from another month's plan is counted beside the plan. What was made is counted from the log: visits and
receptions of the month, and those of them that did no planned visit.
"""

from __future__ import annotations

import calendar
import datetime
import uuid
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from investcrm.core.money import is_chinese
from teams.access import Capability, Role
from teams.models import Membership, Team, User, Zone
from visits.choices import Channel, PlanStatus
from visits.models import Interaction, PlannedVisit, PlannedVisitQuerySet
from visits.selectors.interactions import Line, for_page, lines
from visits.selectors.planning import VisitLine, for_lines, visit_lines

# What is counted as made: people went out, or received somebody.
MADE = (Channel.VISIT, Channel.RECEPTION)
VISITS_SHOWN = 500
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """A month of a zone's calendar."""

    first: datetime.date

    @property
    def last(self) -> datetime.date:
        """Its last day."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    def other(self, months: int) -> Month:
        """The month so many months away."""
        number = self.first.year * 12 + self.first.month - 1 + months
        return Month(datetime.date(number // 12, number % 12 + 1, 1))

    @property
    def code(self) -> str:
        """As addresses write it: 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        """`2026年11月`, `November 2026`."""
        if is_chinese():
            return f"{self.first.year}年{self.first.month}月"
        return f"{MONTHS_EN[self.first.month - 1]} {self.first.year}"

    def moments(self, zone: Zone) -> tuple[datetime.datetime, datetime.datetime]:
        """The moments at which it begins and ends in the zone."""
        clock = zoneinfo.ZoneInfo(zone.time_zone)
        midnight = datetime.time()
        start = datetime.datetime.combine(self.first, midnight, clock)
        return start, datetime.datetime.combine(self.other(1).first, midnight, clock)


@dataclass
class Figures:
    """The figures of a person, a team or all; every visit of the plan is in one of done, later, cancelled, open."""

    planned: int = 0
    brought_in: int = 0
    done: int = 0
    later: int = 0
    cancelled: int = 0
    still_open: int = 0
    overdue: int = 0
    made: int = 0
    unplanned: int = 0

    def add(self, other: Figures) -> None:
        """Add another one's figures."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class TeamFigures:
    """A team (None: no team) with its people and the team's figures."""

    team: Team | None
    people: list[tuple[User, Figures]] = field(default_factory=list)
    total: Figures = field(default_factory=Figures)


@dataclass(frozen=True)
class Planned:
    """A visit of the plan with what came of it, as far as the reader may know."""

    line: VisitLine
    came_of_it: Line | None
    result: str


@dataclass(frozen=True)
class MonthPlan:
    """The page: figures, all of them together, and the visits one by one."""

    teams: list[TeamFigures]
    total: Figures
    visits: list[Planned]
    more: int
    nothing_planned: list[User]


def teams_to_see(user: User, zone: Zone, month: Month) -> list[Team]:
    """The teams whose plan the user sees: all of the zone with a role in it, else their own. One query."""
    rows = Team.objects.filter(zone=zone, deleted_at=None).filter(
        Q(dissolved_on=None) | Q(dissolved_on__gt=month.first)
    )
    if not sees_zone(user, zone):
        rows = rows.filter(pk__in=user.team_ids(Capability.VIEW))
    return list(rows.order_by("code"))


def sees_zone(user: User, zone: Zone) -> bool:
    """Whether the user's role reaches the whole zone."""
    return user.is_superuser or zone.pk in user.zone_ids(Capability.VIEW)


def _plans(zone: Zone, teams: list[Team], *, with_teamless: bool) -> PlannedVisitQuerySet:
    of_teams = Q(team__in=teams)
    if with_teamless:
        of_teams |= Q(team=None)
    return PlannedVisit.objects.filter(of_teams, zone=zone, deleted_at=None)


def _made(zone: Zone, month: Month, teams: list[Team], *, with_teamless: bool) -> QuerySet[Interaction]:
    start, end = month.moments(zone)
    of_teams = Q(team__in=teams)
    if with_teamless:
        of_teams |= Q(team=None)
    done = PlannedVisit.objects.filter(done_by=OuterRef("pk"), deleted_at=None)
    rows = Interaction.objects.filter(of_teams, zone=zone, deleted_at=None, channel__in=MADE)
    return rows.filter(occurred_at__gte=start, occurred_at__lt=end).annotate(was_planned=Exists(done))


def _plan_figures(plans: PlannedVisitQuerySet, zone: Zone, month: Month) -> dict[tuple[Any, Any], Figures]:
    """Plan and what became of it, by team and owner. Two queries."""
    today, last = zone.today(), month.last
    ended = month.moments(zone)[1]
    done, still = Q(status=PlanStatus.DONE), Q(status=PlanStatus.PLANNED)
    first_here = Q(first_planned_on__range=(month.first, last))
    counted: Any = (
        plans.filter(first_here)
        .annotate(done_at=Coalesce("done_by__occurred_at", "closed_at"))
        .order_by()
        .values("team_id", "owner_id")
        .annotate(
            planned=Count("pk"),
            done=Count("pk", filter=done & Q(done_at__lt=ended)),
            later=Count("pk", filter=done & Q(done_at__gte=ended) | still & Q(planned_on__gt=last)),
            cancelled=Count("pk", filter=Q(status=PlanStatus.CANCELLED)),
            still_open=Count("pk", filter=still & Q(planned_on__lte=last)),
            overdue=Count("pk", filter=still & Q(planned_on__lte=last, planned_on__lt=today)),
        )
    )
    found = {}
    for row in counted:
        of = {name: value for name, value in row.items() if name not in ("team_id", "owner_id")}
        found[row["team_id"], row["owner_id"]] = Figures(**of)
    brought = plans.filter(planned_on__range=(month.first, last)).exclude(first_here)
    counted_in: Any = brought.order_by().values("team_id", "owner_id").annotate(count=Count("pk"))
    for row in counted_in:
        found.setdefault((row["team_id"], row["owner_id"]), Figures()).brought_in = row["count"]
    return found


def _members(teams: list[Team], month: Month) -> dict[Any, list[uuid.UUID]]:
    """Who belonged to the teams in the month, by team. One query."""
    rows = (
        Membership.objects.filter(
            team__in=teams, deleted_at=None, role__in=(Role.MEMBER, Role.LEADER), starts_on__lte=month.last
        )
        .filter(Q(ends_on=None) | Q(ends_on__gte=month.first))
        .order_by("role", "user__name_key")
        .values_list("team_id", "user_id")
    )
    found: dict[Any, list[uuid.UUID]] = {}
    for team_id, user_id in rows:
        found.setdefault(team_id, []).append(user_id)
    return found


def month_plan(user: User, zone: Zone, month: Month, teams: list[Team], *, one_team: bool) -> MonthPlan:
    """The plan of the month against what was done, of the teams; without a team only for those who see the zone."""
    teamless = not one_team and sees_zone(user, zone)
    plans = _plans(zone, teams, with_teamless=teamless)
    by_person = _plan_figures(plans, zone, month)
    made = _made(zone, month, teams, with_teamless=teamless)
    counts = {"made": Count("pk"), "unplanned": Count("pk", filter=Q(was_planned=False))}
    by_staff: Any = made.filter(staff__isnull=False).order_by().values("team_id", "staff").annotate(**counts)
    for row in by_staff:
        figures = by_person.setdefault((row["team_id"], row["staff"]), Figures())
        figures.made, figures.unplanned = row["made"], row["unplanned"]
    of_team = {row["team_id"]: row for row in made.order_by().values("team_id").annotate(**counts)}
    members = _members(teams, month)
    for team_id, people in members.items():
        for user_id in people:
            by_person.setdefault((team_id, user_id), Figures())
    known = User.objects.in_bulk({user_id for _team, user_id in by_person})
    found = [_team_figures(team, by_person, members, known, of_team) for team in [*teams, None]]
    found = [one for one in found if one.team is not None or one.people or one.total.made]
    total = Figures()
    for one in found:
        total.add(one.total)
    visits, more = _one_by_one(user, plans, month)
    idle = {
        person.pk: person for one in found if one.team for person, figures in one.people
        if not figures.planned and not figures.brought_in and person.pk in members.get(one.team.pk, ())
    }  # fmt: skip
    busy = {user_id for (_team, user_id), figures in by_person.items() if figures.planned or figures.brought_in}
    nothing = [person for pk, person in idle.items() if pk not in busy]
    return MonthPlan(found, total, visits, more, nothing)


def _team_figures(
    team: Team | None,
    by_person: dict[tuple[Any, Any], Figures],
    members: dict[Any, list[uuid.UUID]],
    known: dict[uuid.UUID, User],
    of_team: dict[Any, Any],
) -> TeamFigures:
    team_id = team.pk if team else None
    own = {user_id: figures for (of, user_id), figures in by_person.items() if of == team_id}
    order = dict.fromkeys([*members.get(team_id, []), *sorted(own, key=lambda pk: known[pk].name_key)])
    result = TeamFigures(team, [(known[pk], own[pk]) for pk in order])
    for figures in own.values():
        result.total.add(figures)
    # A visit of two colleagues counts for each of them, and once for the team.
    made = of_team.get(team_id, {"made": 0, "unplanned": 0})
    result.total.made, result.total.unplanned = made["made"], made["unplanned"]
    return result


def _one_by_one(user: User, plans: PlannedVisitQuerySet, month: Month) -> tuple[list[Planned], int]:
    """The visits of the plan and those brought in, by team and day, and how many are not shown."""
    here = (month.first, month.last)
    rows = plans.filter(Q(first_planned_on__range=here) | Q(planned_on__range=here))
    listed = list(for_lines(rows, user).order_by("team__code", "planned_on", "starts_at", "pk")[: VISITS_SHOWN + 1])
    more = rows.count() - VISITS_SHOWN if len(listed) > VISITS_SHOWN else 0
    listed = listed[:VISITS_SHOWN]
    outcomes = _outcomes(user, listed)
    return [
        Planned(line, outcome, _result(line, outcome) if outcome else "")
        for line in visit_lines(user, listed)
        for outcome in [outcomes.get(line.visit.done_by_id)]
    ], more


def _outcomes(user: User, visits: Iterable[PlannedVisit]) -> dict[Any, Line]:
    done = {visit.done_by_id for visit in visits if visit.done_by_id}
    seen = for_page(Interaction.objects.visible_to(user).filter(pk__in=done))
    return {line.interaction.pk: line for line in lines(user, seen)}


def _result(line: VisitLine, outcome: Line) -> str:
    """What came of a visit: said of its company, else of the whole, else what was said."""
    visit = line.visit
    own = [
        party.outcome
        for party in outcome.parties
        if party.outcome
        and (party.lead.pk == visit.lead_id if party.lead else party.company and party.company.pk == visit.company_id)
    ]
    return next(iter(own), "") or outcome.interaction.outcome or outcome.interaction.summary
