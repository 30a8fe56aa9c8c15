"""The list behind a figure of activity, as far as its reader may see what is in it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pipeline.selectors.activity import (
    ANSWERS,
    BREACHES,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    MILESTONES,
    PLANS,
    REQUESTS,
    TO_COME,
    Activity,
    ActivityRow,
    Measure,
    activity_rows,
    measures_by,
)
from pipeline.selectors.activity_questions import OWED
from pipeline.selectors.activity_words import words_of
from pipeline.selectors.figure_words import names_in
from projects.models import FundArrival, Lead, Milestone
from teams.models import User
from visits.models import FollowUp, Interaction, PlannedVisit, ServiceRequest
from visits.selectors.interactions import for_page, lines

PAGE = 50
MOST_PAGES = 200


@dataclass(frozen=True)
class Title:
    """What a row is of, in words, with its address."""

    words: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Listed:
    """A row of the list; without a title where the reader does not see it (any more)."""

    row: ActivityRow
    title: Title | None
    team: str
    person: str
    kind: str
    state: str


@dataclass(frozen=True)
class Part:
    """One value of the column that a figure is cut by."""

    name: str
    asked: Activity | None
    measure: Measure


def listed(user: User, asked: Activity, page: int, size: int = PAGE) -> tuple[list[Listed], bool]:
    """A page of the rows, and whether there are more. A fixed number of queries."""
    found = activity_rows(asked, limit=size + 1, offset=(page - 1) * size)
    shown = found[:size]
    titles = _titles(user, asked.what, shown)
    teams = names_in("team", [row.team_id for row in shown])
    people = names_in("owner", [row.person_id for row in shown])
    kinds = words_of(asked.what, "kind", {row.kind for row in shown})
    states = words_of(asked.what, "state", {row.state for row in shown})
    return [
        Listed(
            row,
            titles.get(row.id),
            teams.get(str(row.team_id), ""),
            people.get(str(row.person_id), ""),
            kinds[row.kind] if row.kind else "",
            states[row.state] if row.state else "",
        )
        for row in shown
    ], len(found) > size


def _titles(user: User, what: str, rows: Collection[ActivityRow]) -> dict[uuid.UUID, Title]:
    ids = {row.id for row in rows}
    if what == INTERACTIONS:
        return _meetings(user, ids)
    if what == REQUESTS:
        seen_requests = ServiceRequest.objects.visible_to(user).filter(pk__in=ids).select_related("company")
        return {
            one.pk: Title(str(one), reverse("visits:request", args=[one.pk]), str(one.company))
            for one in seen_requests
        }
    if what in (PLANS, TO_COME):
        plans = PlannedVisit.objects.visible_to(user).filter(pk__in=ids).select_related("lead", "company")
        seen = _leads(user, {row.lead_id for row in rows})
        return {
            plan.pk: Title(
                str(seen.get(plan.lead_id) or plan.company or ""),
                reverse("visits:planned_visit", args=[plan.pk]),
                plan.expected_result,
            )
            for plan in plans
        }
    leads = _leads(user, {row.lead_id for row in rows})
    notes = _notes(what, ids)
    return {
        row.id: Title(str(lead), reverse("projects:lead", args=[lead.pk]), notes.get(row.id, "") or str(lead.company))
        for row in rows
        if (lead := leads.get(row.lead_id)) is not None
    }


def _leads(user: User, ids: set[uuid.UUID | None]) -> dict[uuid.UUID | None, Lead]:
    wanted = [one for one in ids if one is not None]
    return {lead.pk: lead for lead in Lead.objects.visible_to(user).filter(pk__in=wanted).select_related("company")}


def _notes(what: str, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What is said beside a row: the evidence of money and milestones, what was to be done."""
    sources: dict[str, tuple[Any, str]] = {
        FUNDS: (FundArrival, "evidence"),
        MILESTONES: (Milestone, "evidence"),
        FOLLOW_UPS: (FollowUp, "note"),
    }
    if what not in sources:
        return {}
    model, field = sources[what]
    return dict(model.objects.filter(pk__in=ids).values_list("pk", field))


def _meetings(user: User, ids: set[uuid.UUID]) -> dict[uuid.UUID, Title]:
    """Interactions by their first party; of a lead that the reader does not see, the company's name is left."""
    titles = {}
    for line in lines(user, for_page(Interaction.objects.visible_to(user).filter(pk__in=ids))):
        first = next(iter(line.parties), None)
        url = ""
        if first is not None and first.lead is not None:
            url = reverse("projects:lead", args=[first.lead.pk])
        elif first is not None and first.company is not None and not first.is_hidden:
            url = reverse("projects:company", args=[first.company.pk])
        more = f" +{len(line.parties) - 1}" if len(line.parties) > 1 else ""
        name = str((first.lead or first.company or "") if first is not None else "")
        said = line.interaction.outcome or line.interaction.summary
        titles[line.interaction.pk] = Title(f"{name}{more}", url, said[:120])
    return titles


def ways_to_cut(asked: Activity) -> list[str]:
    """The columns by which the question may be cut with profit."""
    ways = []
    if asked.scope.person is None:
        ways = ["person"] if asked.scope.team is not None else ["team", "person"]
    if asked.what != FOLLOW_UPS:
        ways.append("kind")
    if asked.what in (*OWED, REQUESTS):
        ways.append("state")
    return [way for way in [*ways, "month"] if len(getattr(asked, way, ())) != 1]


def parts_of(asked: Activity, by: str) -> list[Part]:
    """The figure cut by a column, the biggest first. Two queries."""
    found = measures_by(asked, by)
    names = words_of(asked.what, by, found)
    parts = [
        Part(names[key], asked.limited(**{by: key}) if by != "month" else None, measure)
        for key, measure in found.items()
    ]
    if by == "month":
        return sorted(parts, key=lambda part: part.name)
    return sorted(parts, key=lambda part: (-part.measure.count, part.name))


def shows_days(what: str) -> bool:
    """Whether its rows say how many days."""
    return what in (BREACHES, ANSWERS)
