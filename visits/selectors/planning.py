"""Planned visits as a page shows them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from projects.models import Lead
from teams.access import Capability
from teams.models import User
from visits.choices import PlanStatus
from visits.models import DossierCheck, Interaction, PlannedVisit
from visits.selectors.dossier import dossier_size
from visits.selectors.interactions import Line, for_page, lines
from visits.selectors.rights import may_change_planned_visit

# How many of a lead's visits are listed that are done or cancelled.
CLOSED_SHOWN = 5
OPEN_SHOWN = 30
MOVES_SHOWN = 50


@dataclass(frozen=True)
class VisitLine:
    """One planned visit for the reader; `lead` is None where there is none, or where they may not see it."""

    visit: PlannedVisit
    lead: Lead | None
    found: int
    items: int
    days: int
    may_change: bool
    may_log: bool

    @property
    def title(self) -> str:
        """Who is visited."""
        return str(self.lead or self.visit.company or "")

    @property
    def is_open(self) -> bool:
        """Whether it is still planned."""
        return self.visit.status == PlanStatus.PLANNED

    @property
    def is_late(self) -> bool:
        """Whether its day is over, and nobody has said what became of it."""
        return self.is_open and self.days < 0

    @property
    def was_moved(self) -> bool:
        """Whether it was first planned for another day."""
        return self.visit.planned_on != self.visit.first_planned_on


def for_lines(visits: QuerySet[PlannedVisit], user: User) -> QuerySet[PlannedVisit]:
    """With everything that `visit_lines` reads, as the user may see it."""
    checks = DossierCheck.objects.filter(planned_visit=OuterRef("pk")).order_by().values("planned_visit")
    ticked = Subquery(checks.annotate(count=Count("id")).values("count"))
    joined = visits.select_related("zone", "team", "owner", "lead__company", "company", "done_by")
    return joined.prefetch_related("staff").annotate(
        found=Coalesce(ticked, Value(0)),
        items=dossier_size(OuterRef("zone_id")),
        sees_lead=Exists(Lead.objects.visible_to(user).filter(pk=OuterRef("lead_id"))),
    )


def visit_lines(user: User, visits: Iterable[PlannedVisit]) -> list[VisitLine]:
    """The visits, read by `for_lines` for the user, as they may see them. No query."""
    rows: list[Any] = list(visits)
    todays = {row.zone_id: row.zone.today() for row in rows}
    return [
        VisitLine(
            visit=row,
            lead=row.lead if row.sees_lead else None,
            found=row.found,
            items=max(row.items, row.found),
            days=(row.planned_on - todays[row.zone_id]).days,
            may_change=may_change_planned_visit(user, row),
            may_log=may_log_visit(user, row, sees_lead=row.sees_lead),
        )
        for row in rows
    ]


def may_log_visit(user: User, visit: PlannedVisit, *, sees_lead: bool) -> bool:
    """Whether the user may log what came of the visit: for its lead where there is one."""
    if visit.lead is None:
        return user.can(Capability.LOG_INTERACTION, on=visit.zone)
    return sees_lead and user.can(Capability.LOG_INTERACTION, on=visit.lead)


def visits_of_lead(user: User, lead: Lead) -> tuple[list[VisitLine], list[VisitLine]]:
    """The lead's visits: those still planned, the next first, and the last ones that are done or cancelled."""
    rows = for_lines(PlannedVisit.objects.visible_to(user).filter(lead=lead), user)
    still = rows.filter(status=PlanStatus.PLANNED).order_by("planned_on", "starts_at", "id")[:OPEN_SHOWN]
    closed = rows.exclude(status=PlanStatus.PLANNED).order_by("-closed_at", "-id")[:CLOSED_SHOWN]
    found = visit_lines(user, [*still, *closed])
    return [line for line in found if line.is_open], [line for line in found if not line.is_open]


def outcome_of(user: User, visit: PlannedVisit) -> Line | None:
    """What was logged as the visit, as far as the user may see it."""
    if visit.done_by_id is None:
        return None
    rows = for_page(Interaction.objects.visible_to(user).filter(pk=visit.done_by_id))
    return next(iter(lines(user, rows)), None)


@dataclass(frozen=True)
class Move:
    """One time that a visit was put on another day."""

    when: datetime.datetime
    who: str
    old: datetime.date
    new: datetime.date


def moves_of(visit: PlannedVisit) -> list[Move]:
    """Each time the visit was put on another day, the first one first; read from its history. Two queries."""
    events = list(
        cast(Any, visit)
        .events.order_by("pgh_id")
        .values("planned_on", "pgh_created_at", "pgh_context__metadata__user")[:MOVES_SHOWN]
    )
    ids = {str(event["pgh_context__metadata__user"]) for event in events} - {"None"}
    people = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    found = []
    for before, after in itertools.pairwise(events):
        if before["planned_on"] != after["planned_on"]:
            who = people.get(str(after["pgh_context__metadata__user"]), "")
            found.append(Move(after["pgh_created_at"], who, before["planned_on"], after["planned_on"]))
    return found
