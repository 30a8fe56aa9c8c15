"""What is to be done today: one's own, the team's or the zone's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, TimeField, Value
from django.db.models.functions import Coalesce

from projects.choices import StageKind
from projects.models import Lead
from projects.models.leads import LAST_CONTACT, LeadQuerySet
from teams.access import Capability, Role
from teams.models import User
from visits.choices import PlanStatus
from visits.models import FollowUp, FollowUpQuerySet, PlannedVisit, PlannedVisitQuerySet
from visits.selectors.days import days_until
from visits.selectors.limits import Days, Silence, limits_of
from visits.selectors.parts import CAP, Beginning, beginnings
from visits.selectors.planning import for_lines, visit_lines
from visits.selectors.requests import requests_due, requests_seen
from visits.selectors.silence import told_silence

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
    """The open follow-ups of the scope."""
    rows = FollowUp.objects.visible_to(user).open()
    if scope == OWN:
        rows = rows.filter(assignee=user)
    elif scope == TEAM:
        rows = rows.filter(lead__team_id__in=user.team_ids(Capability.VIEW))
    return rows


def visits_in(user: User, scope: str) -> PlannedVisitQuerySet:
    """The visits of the scope that are still planned.

    Own are those that one makes oneself or goes along with.
    """
    rows = PlannedVisit.objects.visible_to(user).filter(status=PlanStatus.PLANNED)
    if scope == OWN:
        along = PlannedVisit.staff.through.objects.filter(user=user).values("plannedvisit_id")
        rows = rows.filter(Q(owner=user) | Q(pk__in=along))
    elif scope == TEAM:
        rows = rows.filter(team_id__in=user.team_ids(Capability.VIEW))
    return rows


@dataclass(frozen=True)
class Section:
    """One list of the page: its first rows, and how many there are in all, counted up to `CAP`."""

    rows: list[Any]
    count: int

    @property
    def number(self) -> str:
        """How many there are, in figures: 999+ where they are no longer counted."""
        return f"{CAP - 1}+" if self.count >= CAP else str(self.count)

    @property
    def more(self) -> int:
        """How many are not shown, as far as they are counted."""
        return self.count - len(self.rows)

    @property
    def has_no_end(self) -> bool:
        """Whether there may be more than are counted."""
        return self.count >= CAP


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


def today_of_user(user: User, scope: str, *, show_all: bool = False) -> Today:
    """The lists of the day, their first rows or all; the number of queries is fixed.

    One query finds which rows come first in each list and how many there are; then each kind of row is read once.
    """
    shown = SHOWN_ALL if show_all else SHOWN[scope]
    days, limits = limits_of(user)
    leads = leads_in(user, scope)
    parts = {
        **_visit_parts(visits_in(user, scope), days),
        **_follow_up_parts(follow_ups_in(user, scope), days),
        **_silence_parts(leads, limits),
        "requests": [_requests(user, scope)],
    }
    assigns = scope == ZONE and user.can(Capability.ASSIGN_LEAD)
    if assigns:
        waiting = leads.filter(team=None).exclude(stage_kind=StageKind.CLOSED)
        parts["unassigned"] = [waiting.order_by("created_at", "id").values_list("pk", "created_at")]
    found = beginnings(parts, shown)
    rows = _read(user, found)
    sections: dict[str, Any] = {
        name: Section([rows[pk] for pk in part.ids if pk in rows], part.count) for name, part in found.items()
    }
    return Today(**{"unassigned": None, **sections})


def number_due(user: User) -> int:
    """How many things of one's own are due today or overdue, visits and follow-ups, counted up to `CAP` each.

    Two queries: the same parts as the page's lists, counted alone.
    """
    days, _limits = limits_of(user)
    follow_ups = _follow_up_parts(follow_ups_in(user, OWN), days)
    visits = _visit_parts(visits_in(user, OWN), days)
    parts = {"visits": visits["visits"], "overdue": follow_ups["overdue"], "due": follow_ups["due"]}
    return sum(found.count for found in beginnings(parts, 1).values())


def _visit_parts(visits: PlannedVisitQuerySet, days: Sequence[Days]) -> dict[str, list[QuerySet[Any, Any]]]:
    """The visits of today with those of days before that nobody has logged, and those of the coming days."""
    hour = Coalesce("starts_at", Value(datetime.time.max), output_field=TimeField())
    rows: Any = visits.annotate(moment=ExpressionWrapper(F("planned_on") + hour, DateTimeField()))
    rows = rows.order_by("planned_on", "moment", "pk")

    def on(**when: int) -> list[QuerySet[Any, Any]]:
        return [
            rows.filter(zone__in=day.zones, **_dates("planned_on", day, when)).values_list("pk", "moment")
            for day in days
        ]

    return {"visits": on(until=0), "coming": on(since=1, until=WEEK_DAYS)}


def _follow_up_parts(rows: FollowUpQuerySet, days: Sequence[Days]) -> dict[str, list[QuerySet[Any, Any]]]:
    rows = rows.order_by("due_on", "pk")

    def on(**when: int) -> list[QuerySet[Any, Any]]:
        return [
            rows.filter(lead__zone__in=day.zones, **_dates("due_on", day, when)).values_list("pk", "due_on")
            for day in days
        ]

    return {"overdue": on(until=-1), "due": on(since=0, until=0), "week": on(since=1, until=WEEK_DAYS)}


def _dates(field: str, day: Days, when: Mapping[str, int]) -> dict[str, datetime.date]:
    """Lookups for a field to lie so many days from today: `since` and `until`, both inside."""
    names = {"since": "gte", "until": "lte"}
    return {
        f"{field}__{names[side]}": day.today + datetime.timedelta(days=number) for side, number in when.items()
    }  # fmt: skip


def _silence_parts(leads: LeadQuerySet, limits: Sequence[Silence]) -> dict[str, list[QuerySet[Any, Any]]]:
    """Stage by stage, since each has its limit: those beyond it, and those near it; the longest beyond comes first."""
    parts: dict[str, list[QuerySet[Any, Any]]] = {"silent": [], "falling": []}
    for limit in limits:
        rows: Any = leads.exclude(stage_kind=StageKind.CLOSED).filter(zone__in=limit.zones, stage_id=limit.stage)
        left = ExpressionWrapper(F("last_contact") - Value(limit.silent_before), DurationField())
        rows = rows.alias(last_contact=LAST_CONTACT).annotate(left=left)
        rows = rows.order_by("last_contact", "pk").values_list("pk", "left")
        parts["silent"].append(rows.filter(last_contact__lt=limit.silent_before))
        parts["falling"].append(
            rows.filter(last_contact__gte=limit.silent_before, last_contact__lt=limit.falling_before)
        )
    return parts


def _requests(user: User, scope: str) -> QuerySet[Any, Any]:
    teams = user.team_ids(Capability.VIEW) if scope == TEAM else None
    rows: Any = requests_due(user, own=scope == OWN, teams=teams)
    return cast("QuerySet[Any, Any]", rows.values_list("pk", "due_on"))


def _read(user: User, found: Mapping[str, Beginning]) -> dict[Any, Any]:
    """The rows that the lists show, by id; each kind of row in one query."""

    def ids(*names: str) -> list[Any]:
        return [pk for name in names if name in found for pk in found[name].ids]

    rows: dict[Any, Any] = {}
    if wanted := ids("overdue", "due", "week"):
        follow_ups = FollowUp.objects.annotate(due_in=days_until(F("due_on"), "lead__zone__time_zone"))
        joined = ("lead__company", "lead__stage", "lead__team", "assignee", "delegated_by")
        rows |= follow_ups.select_related(*joined).in_bulk(wanted)
    if wanted := ids("silent", "falling", "unassigned"):
        rows |= told_silence(Lead.objects.for_listing()).in_bulk(wanted)
    if wanted := ids("visits", "coming"):
        visits = for_lines(PlannedVisit.objects.filter(pk__in=wanted), user)
        rows |= {line.visit.pk: line for line in visit_lines(user, visits)}
    if wanted := ids("requests"):
        rows |= requests_seen(user).in_bulk(wanted)
    return rows


def reported_leads(user: User) -> list[Lead]:
    """What somebody who only reports leads has reported, the latest first."""
    return list(leads_in(user, REPORTED).for_listing().order_by("-created_at", "-id")[: SHOWN[REPORTED]])
