"""What is to be done today: one's own, the team's or the zone's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from projects.choices import StageKind
from projects.models import Lead
from projects.models.leads import LeadQuerySet
from teams.access import Capability, Role
from teams.models import User
from visits.choices import PlanStatus
from visits.models import FollowUp, FollowUpQuerySet, PlannedVisit, PlannedVisitQuerySet
from visits.selectors.days import days_until
from visits.selectors.planning import for_lines, visit_lines
from visits.selectors.requests import requests_due
from visits.selectors.silence import FALLING, SILENT, leads_falling_silent, silent_leads, with_silence

OWN, TEAM, ZONE, REPORTED = "own", "team", "zone", "reported"
WEEK_DAYS = 7
# How many rows of each list are shown: one's own to work through, those of many people as a first look.
SHOWN = {OWN: 30, TEAM: 15, ZONE: 10, REPORTED: 30}
SHOWN_ALL = 500


def scopes_of(user: User) -> list[str]:
    """Whose day the user may look at; the first is what they start with."""
    found = [ZONE] if user.is_superuser or user.zone_ids(Capability.VIEW) else []
    if user.can(Capability.LOG_INTERACTION):
        found.append(OWN)
    leads_team = any(grant.role == Role.LEADER for grant in user.grants)
    if leads_team or (not found and user.team_ids(Capability.VIEW)):
        found.append(TEAM)
    if not found and user.can(Capability.VIEW_OWN):
        found.append(REPORTED)
    return found


def leads_in(user: User, scope: str) -> LeadQuerySet:
    """The visible leads of the scope."""
    leads = Lead.objects.visible_to(user)
    if scope == OWN:
        return leads.filter(owner=user)
    if scope == TEAM:
        return leads.filter(team_id__in=user.team_ids(Capability.VIEW))
    if scope == REPORTED:
        return leads.filter(created_by=user)
    return leads


def follow_ups_in(user: User, scope: str) -> FollowUpQuerySet:
    """The open follow-ups of the scope, with `due_in` (days by the zone's calendar, negative when overdue)."""
    rows = FollowUp.objects.visible_to(user).open()
    if scope == OWN:
        rows = rows.filter(assignee=user)
    elif scope == TEAM:
        rows = rows.filter(lead__team_id__in=user.team_ids(Capability.VIEW))
    return rows.annotate(due_in=days_until(F("due_on"), "lead__zone__time_zone"))


def visits_in(user: User, scope: str) -> PlannedVisitQuerySet:
    """The visits of the scope that are still planned, with `due_in` as follow-ups have it.

    Own are those that one makes oneself or goes along with.
    """
    rows = PlannedVisit.objects.visible_to(user).filter(status=PlanStatus.PLANNED)
    if scope == OWN:
        along = PlannedVisit.staff.through.objects.filter(user=user).values("plannedvisit_id")
        rows = rows.filter(Q(owner=user) | Q(pk__in=along))
    elif scope == TEAM:
        rows = rows.filter(team_id__in=user.team_ids(Capability.VIEW))
    return rows.annotate(due_in=days_until(F("planned_on"), "zone__time_zone"))


@dataclass(frozen=True)
class Section:
    """One list of the page: its first rows, and how many there are in all."""

    rows: list[Any]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Today:
    """The page's lists. `unassigned` is None for those who do not give leads to teams."""

    visits: Section
    coming: Section
    overdue: Section
    due: Section
    week: Section
    silent: Section
    falling: Section
    requests: Section
    unassigned: Section | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits at all."""
        lists = [self.visits, self.coming, self.overdue, self.due, self.week, self.silent, self.falling, self.requests]
        return not any(section.count for section in lists) and not (self.unassigned and self.unassigned.count)


def _due(rows: FollowUpQuerySet, count: int, shown: int) -> Section:
    listed = rows.select_related("lead__company", "lead__stage", "lead__team", "assignee", "delegated_by")
    return Section(list(listed.order_by("due_on", "id")[:shown]), count)


def _leads(rows: LeadQuerySet, count: int, shown: int) -> Section:
    return Section(list(rows.for_listing()[:shown]), count)


def today_of_user(user: User, scope: str, *, show_all: bool = False) -> Today:
    """The lists of the day, their first rows or all; the number of queries is fixed."""
    shown = SHOWN_ALL if show_all else SHOWN[scope]
    follow_ups, leads = follow_ups_in(user, scope), leads_in(user, scope)
    overdue, due, week = Q(due_in__lt=0), Q(due_in=0), Q(due_in__gt=0, due_in__lte=WEEK_DAYS)
    counts = follow_ups.aggregate(
        overdue=Count("id", filter=overdue), due=Count("id", filter=due), week=Count("id", filter=week)
    ) | with_silence(leads).aggregate(silent=Count("id", filter=SILENT), falling=Count("id", filter=FALLING))
    visits, coming = _visits(user, visits_in(user, scope), shown)
    return Today(
        visits=visits,
        coming=coming,
        overdue=_due(follow_ups.filter(overdue), counts["overdue"], shown),
        due=_due(follow_ups.filter(due), counts["due"], shown),
        week=_due(follow_ups.filter(week), counts["week"], shown),
        silent=_leads(silent_leads(leads), counts["silent"], shown),
        falling=_leads(leads_falling_silent(leads), counts["falling"], shown),
        requests=_requests(user, scope, shown),
        unassigned=_unassigned(leads, shown) if scope == ZONE and user.can(Capability.ASSIGN_LEAD) else None,
    )


def _requests(user: User, scope: str, shown: int) -> Section:
    teams = user.team_ids(Capability.VIEW) if scope == TEAM else None
    rows = requests_due(user, own=scope == OWN, teams=teams)
    return Section(list(rows[:shown]), rows.count())


def _visits(user: User, rows: PlannedVisitQuerySet, shown: int) -> tuple[Section, Section]:
    """The visits of today with those of days before that nobody has logged, and those of the coming days."""
    now, coming = Q(due_in__lte=0), Q(due_in__gt=0, due_in__lte=WEEK_DAYS)
    counts = rows.aggregate(now=Count("pk", filter=now), coming=Count("pk", filter=coming))
    order = ("planned_on", "starts_at", "pk")
    first = list(for_lines(rows.filter(now)).order_by(*order)[:shown])
    then = list(for_lines(rows.filter(coming)).order_by(*order)[:shown])
    found = visit_lines(user, [*first, *then])
    return Section(found[: len(first)], counts["now"]), Section(found[len(first) :], counts["coming"])


def _unassigned(leads: LeadQuerySet, shown: int) -> Section:
    rows = leads.filter(team=None).exclude(stage_kind=StageKind.CLOSED)
    return _leads(rows.order_by("created_at", "id"), rows.count(), shown)


def reported_leads(user: User) -> list[Lead]:
    """What somebody who only reports leads has reported, the latest first."""
    return list(leads_in(user, REPORTED).for_listing().order_by("-created_at", "-id")[: SHOWN[REPORTED]])
