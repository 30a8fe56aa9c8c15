"""What a report lists besides leads: milestones, service requests, the plan and what came of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from pipeline.selectors.activity import (
    MILESTONES,
    PLANS,
    REQUESTS,
    TO_COME,
    ActivityRow,
    Measure,
    activity_rows,
    measure,
    measures_across,
)
from pipeline.selectors.activity_questions import CANCELLED, KEPT, LATE, MISSED, OPEN
from pipeline.selectors.activity_rows import REQUEST_STATE, tracked
from pipeline.selectors.reports.asked import Asked, name_of
from pipeline.selectors.reports.names import Names
from pipeline.selectors.reports.shape import MOST_ROWS, MilestoneRow, Plan, PlanRow, RequestRow, Requests
from pipeline.selectors.scopes import Scope
from teams.models import Team
from visits.choices import RequestState

STATES = (KEPT, LATE, MISSED, CANCELLED, OPEN)


def milestones(asked: Asked) -> list[ActivityRow]:
    """The milestones of the period, the latest first, as many as are listed."""
    return activity_rows(asked.activity(MILESTONES), limit=MOST_ROWS)


def milestone_rows(rows: Sequence[ActivityRow], names: Names) -> list[MilestoneRow]:
    """The same with names."""
    return [
        MilestoneRow(
            lead=names.lead(row.lead_id).name,
            lead_id=str(row.lead_id),
            team=names.team(row.team_id),
            kind=row.kind,
            day=row.day.isoformat(),
        )
        for row in rows
    ]


# Where each request stood at the end of the day, and what was due next: `visits.selectors.requests`, at any time.
STOOD = f"""
stood AS (
    SELECT r.*, {REQUEST_STATE} AS state, {{days}} FROM raised r
), owed AS (
    SELECT s.*, CASE s.state WHEN '{RequestState.TO_ANSWER.value}' THEN s.answer_due_on
        WHEN '{RequestState.TO_SETTLE.value}' THEN s.settle_due_on
        WHEN '{RequestState.TO_REPORT.value}' THEN s.report_due_on END AS due_on
    FROM stood s
)
"""  # noqa: S608 - the text above
STEPS = ("answered", "settled", "reported")
IS_OPEN = f"state NOT IN ('{RequestState.DONE.value}', '{RequestState.WITHDRAWN.value}')"
COUNTED = f"""
SELECT {", ".join(f"COUNT(*) FILTER (WHERE {step}_on BETWEEN %(first)s AND %(last)s)" for step in STEPS)},
    COUNT(*) FILTER (WHERE {IS_OPEN}), COUNT(*) FILTER (WHERE {IS_OPEN} AND due_on < %(as_of)s)
FROM owed
"""  # noqa: S608 - the text above
LISTED = f"""
SELECT o.id, o.title, c.name, o.team_id, o.handler_id, o.state, o.due_on
FROM owed o JOIN projects_company c ON c.id = o.company_id WHERE {IS_OPEN}
ORDER BY o.due_on NULLS LAST, o.id LIMIT %(most)s
"""  # noqa: S608 - the text above


@dataclass(frozen=True)
class OpenRequest:
    """One open request, with ids instead of names."""

    id: uuid.UUID
    title: str
    company: str
    team_id: uuid.UUID | None
    handler_id: uuid.UUID | None
    state: str
    due_on: datetime.date | None


@dataclass(frozen=True)
class RawRequests:
    """The counts: came in, answered, settled, reported back, open, overdue; and the first of the open ones."""

    raised: int
    counts: Sequence[int]
    rows: Sequence[OpenRequest]
    day: datetime.date

    def named(self, names: Names) -> Requests:
        """The same with names."""
        answered, settled, reported, still_open, overdue = self.counts
        rows = [
            RequestRow(
                id=str(row.id), title=row.title, company=row.company, team=names.team(row.team_id),
                handler=names.person(row.handler_id), step=row.state,
                due_on="" if row.due_on is None else row.due_on.isoformat(),
                is_overdue=row.due_on is not None and row.due_on < self.day,
            )
            for row in self.rows
        ]  # fmt: skip
        return Requests(
            raised=self.raised, answered=answered, settled=settled, reported=reported, open=still_open,
            overdue=overdue, rows=rows,
        )  # fmt: skip


def requests(asked: Asked) -> RawRequests:
    """What came in, what was done about it in the period, and what is open at its end. Three queries."""
    zone, team = asked.scope.zone, asked.scope.team
    where = (
        "r.zone_id = %(zone)s AND r.received_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE %(tz)s"
        + (" AND r.team_id = %(team)s" if team is not None else "")
    )  # fmt: skip
    days = ", ".join(f"(r.{step}_at AT TIME ZONE %(tz)s)::date AS {step}_on" for step in STEPS)
    question = asked.activity(REQUESTS)
    tables = ", ".join(tracked("raised", "visits_servicerequest", "service_request", where, question))
    start = f"WITH {tables}, {STOOD.format(days=days)}"
    parameters: dict[str, Any] = {
        "zone": zone.pk, "tz": zone.time_zone, "as_of": asked.day, "known": asked.known, "most": MOST_ROWS,
        "first": asked.period.first, "last": asked.day, "team": team.pk if team is not None else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(start + COUNTED, parameters)
        counts = cursor.fetchone()
        cursor.execute(start + LISTED, parameters)
        rows = [OpenRequest(*row) for row in cursor.fetchall()]
    return RawRequests(measure(question).count, counts, rows, asked.day)


VISITS = """
SELECT v.id, v.purpose, v.expected_result, c.name
FROM planned v LEFT JOIN projects_company c ON c.id = v.company_id
"""


@dataclass(frozen=True)
class RawPlan:
    """The plan by team and state, how many visits come next, and the first of them."""

    asked: Asked
    across: Mapping[tuple[str, ...], Measure]
    next_n: int
    coming: Sequence[ActivityRow]
    told: Mapping[uuid.UUID, tuple[str, str, str]]

    def named(self, names: Names, teams: Sequence[Team]) -> Plan:
        """The same with names; each team that there was has its line, and what belongs to no team one if there is."""
        question = self.asked.activity(PLANS)
        lines = [self._line(team, names) for team in teams]
        if any(not key for key, _state in self.across):
            lines.append(self._line(None, names))
        counts = {state: self._count(state) for state in STATES}
        return Plan(
            planned=sum(counts.values()), kept=counts[KEPT], late=counts[LATE], missed=counts[MISSED],
            cancelled=counts[CANCELLED], open=counts[OPEN], by_team=lines, q=question.query, next_n=self.next_n,
            next_q=self.asked.activity(TO_COME, self.asked.period.after()).query,
            rows=[self._row(row, names) for row in self.coming],
        )  # fmt: skip

    def _count(self, state: str, team: str | None = None) -> int:
        return sum(
            found.count for (of, one), found in self.across.items() if one == state and (team is None or of == team)
        )

    def _line(self, team: Team | None, names: Names) -> dict[str, object]:
        key = str(team.pk) if team is not None else ""
        question = self.asked.activity(PLANS)
        own = (
            replace(question, scope=Scope(self.asked.scope.zone, team=team))
            if team is not None
            else question.limited(team="")
        )
        counts: dict[str, object] = {state: self._count(state, key) for state in STATES}
        planned = sum(self._count(state, key) for state in STATES)
        return {"id": key, "name": name_of(team), "planned": planned, **counts, "q": own.query}

    def _row(self, row: ActivityRow, names: Names) -> PlanRow:
        purpose, expected, company = self.told.get(row.id, ("", "", ""))
        with_whom = names.lead(row.lead_id).name or company
        return PlanRow(
            id=str(row.id), day=row.day.isoformat(), channel=row.kind, with_whom=with_whom,
            team=names.team(row.team_id), owner=names.person(row.person_id), purpose=purpose, expected=expected,
        )  # fmt: skip


def plan(asked: Asked) -> RawPlan:
    """The plan of the period against what was done, and the visits of the period that follows. Four queries."""
    coming = asked.activity(TO_COME, asked.period.after())
    rows = activity_rows(coming, limit=MOST_ROWS, earliest_first=True)
    tables = ", ".join(tracked("planned", "visits_plannedvisit", "planned_visit", "r.id = ANY(%(ids)s)", coming))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {tables} {VISITS}", {"ids": [row.id for row in rows], "known": asked.known})
        told = {pk: (purpose, expected, company or "") for pk, purpose, expected, company in cursor.fetchall()}
    across = measures_across(asked.activity(PLANS), "team", "state")
    return RawPlan(asked, across, measure(coming).count, rows, told)
