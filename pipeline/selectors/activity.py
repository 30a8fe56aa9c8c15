"""Figures that are not of leads: calls and visits, funds, milestones, follow-ups, plans; each with its list.

As with leads (`figures`), one query builds the rows of a question; counting, cutting and listing all read those rows,
so a list has as many rows as its number says. A visit of two colleagues counts for each of them, and once for the
team and for the centre. A row counts for the team that had it then: a visit for the team it was logged for, all else
for the team of the lead at the end of that day.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from pipeline.selectors.activity_questions import (
    ANSWERS,
    BREACHES,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    KEPT,
    MILESTONES,
    OPEN,
    PLANS,
    REQUESTS,
    TO_COME,
    Activity,
    activity_url,
    receptions,
    visits,
)
from pipeline.selectors.activity_rows import SELECTS, begin
from pipeline.selectors.care import CARE
from pipeline.selectors.periods import Period
from pipeline.selectors.scopes import Scope
from teams.models import Team

__all__ = [
    "ANSWERS", "BREACHES", "FOLLOW_UPS", "FUNDS", "INTERACTIONS", "MILESTONES", "PLANS", "REQUESTS", "TO_COME",
    "Activity", "ActivityRow", "Measure", "TeamsOut", "activity_rows", "activity_url", "every_row", "ids", "measure",
    "measures_across", "measures_by", "receptions", "teams_out", "visits",
]  # fmt: skip

# The columns that a figure of activity can be cut by; a meeting is cut by person through those who were there.
DIMENSIONS = {
    "kind": "kind",
    "state": "state",
    "team": "team_id",
    "person": "person_id",
    "month": "to_char(day, 'YYYY-MM')",
}


@dataclass(frozen=True)
class Measure:
    """How many (groups, arrivals, follow-ups, …), and what belongs to them.

    `due` leaves out what still has time, `kept` is what was done in time. `without_rate` are in a currency without a
    rate, and in no sum. `median_days` is of the days that first answers or silences took.
    """

    count: int = 0
    due: int = 0
    kept: int = 0
    person_times: int = 0
    companies: int = 0
    cny: Decimal = Decimal(0)
    without_rate: int = 0
    median_days: float | None = None

    @property
    def share(self) -> Decimal | None:
        """Per cent of what was due that was kept; None where nothing was due."""
        return (Decimal(self.kept * 100) / self.due).quantize(Decimal("0.1")) if self.due else None


NOTHING = Measure()


@dataclass(frozen=True)
class ActivityRow:
    """One row behind a figure of activity."""

    id: uuid.UUID
    lead_id: uuid.UUID | None
    day: datetime.date
    team_id: uuid.UUID | None
    person_id: uuid.UUID | None
    kind: str
    state: str
    person_times: int
    companies: int
    cny: Decimal | None
    days: int | None


SUMS = (
    f"COUNT(*), COUNT(*) FILTER (WHERE state <> '{OPEN}'), COUNT(*) FILTER (WHERE state = '{KEPT}'),"
    " COALESCE(SUM(person_times), 0)::bigint, COALESCE(SUM(companies), 0)::bigint, ROUND(COALESCE(SUM(cny), 0), 2),"
    " COUNT(*) FILTER (WHERE NOT has_rate), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)"
)


def _query(asked: Activity, dimensions: Sequence[str] = ()) -> tuple[str, dict[str, Any]]:
    """`WITH … , found AS (the rows)` and its parameters; what is read of `found` follows."""
    zone = asked.scope.zone
    parameters: dict[str, Any] = {
        "zone": zone.pk,
        "tz": zone.time_zone,
        "as_of": asked.as_of,
        "first": asked.period.first,
        "last": min(asked.period.last, asked.as_of),
        "end": asked.period.last,
        "known": asked.known,
    }
    tables, select = (SELECTS | CARE)[asked.what](asked)
    if asked.what == INTERACTIONS:
        by_person = asked.scope.person is not None or asked.person or "person" in dimensions
        people = " LEFT JOIN visits_interaction_staff s ON s.interaction_id = t.id" if by_person else ""
        select = select.format(person="s.user_id" if by_person else "NULL::uuid", people=people)
    conditions = []
    for name, column in {"kind": "kind", "state": "state", "team": "team_id", "person": "person_id"}.items():
        if values := getattr(asked, name):
            conditions.append(f"COALESCE({column}::text, '') = ANY(%(limit_{name})s)")
            parameters[f"limit_{name}"] = list(values)
    for name, of in (("team", asked.scope.team), ("person", asked.scope.person)):
        if of is not None:
            conditions.append(f"{name}_id = %(scope_{name})s")
            parameters[f"scope_{name}"] = of.pk
    if asked.leads is not None:
        conditions.append("lead_id = ANY(%(leads)s)")
        parameters["leads"] = list(asked.leads)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{begin(asked)}{', '.join(tables)}, found AS (SELECT * FROM ({select}) AS rows{where})\n", parameters


def _asks(asked: Activity, what: str, dimensions: Sequence[str] = (), **more: Any) -> list[tuple[Any, ...]]:
    sql, parameters = _query(asked, dimensions)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql}SELECT {what}", parameters | more)
        return cursor.fetchall()


def measure(asked: Activity) -> Measure:
    """How many, and what belongs to them. One query."""
    return Measure(*_asks(asked, f"{SUMS} FROM found")[0])


def measures_by(asked: Activity, dimension: str) -> dict[str, Measure]:
    """The same by the values of a column (an id as text; empty: none). One query. Raises KeyError."""
    return {key[0]: found for key, found in _cut(asked, (dimension,)).items()}


def measures_across(asked: Activity, *dimensions: str) -> dict[tuple[str, ...], Measure]:
    """The same by the values of several columns. One query. Raises KeyError."""
    return _cut(asked, dimensions)


def _cut(asked: Activity, dimensions: tuple[str, ...]) -> dict[tuple[str, ...], Measure]:
    columns = ", ".join(f"COALESCE({DIMENSIONS[name]}::text, '')" for name in dimensions)
    size = len(dimensions)
    groups = ", ".join(str(place + 1) for place in range(size))
    rows = _asks(asked, f"{columns}, {SUMS} FROM found GROUP BY {groups}", dimensions)
    return {row[:size]: Measure(*row[size:]) for row in rows}


def ids(asked: Activity) -> list[uuid.UUID]:
    """The rows behind the figure: interactions, arrivals, milestones, follow-ups, planned visits, or leads."""
    return [row[0] for row in _asks(asked, "id FROM found ORDER BY day DESC, id")]


def every_row(asked: Activity, by_person: bool = False) -> list[ActivityRow]:
    """All rows behind the figure, the latest first; a meeting once for each who was there, where that is asked."""
    columns = ", ".join(ActivityRow.__dataclass_fields__)
    found = _asks(asked, f"{columns} FROM found ORDER BY day DESC, id", ("person",) if by_person else ())
    return [ActivityRow(*row) for row in found]


def activity_rows(asked: Activity, *, limit: int, offset: int = 0, earliest_first: bool = False) -> list[ActivityRow]:
    """The rows behind the figure, the latest first unless told otherwise."""
    columns = ", ".join(ActivityRow.__dataclass_fields__)
    order = "day" if earliest_first else "day DESC"
    page = f"ORDER BY {order}, id LIMIT %(limit)s OFFSET %(offset)s"
    return [ActivityRow(*row) for row in _asks(asked, f"{columns} FROM found {page}", limit=limit, offset=offset)]


@dataclass(frozen=True)
class TeamsOut:
    """Which teams went out in a week, of those that there were, with the visits of each."""

    teams: list[Team]
    visits: dict[str, Measure]

    @property
    def out(self) -> list[Team]:
        """Those with at least one outbound visit."""
        return [team for team in self.teams if str(team.pk) in self.visits]


def teams_out(scope: Scope, week: Period, as_of: datetime.date, known: int | None = None) -> TeamsOut:
    """Teams with an outbound visit in the week (每周至少3个小组外出), of the teams in use in it. Two queries."""
    teams = Team.objects.in_use(week.first).filter(zone=scope.zone).order_by("code")
    if scope.team is not None:
        teams = teams.filter(pk=scope.team.pk)
    begun = [team for team in teams if team.starts_on is None or team.starts_on <= week.last]
    return TeamsOut(begun, measures_by(visits(Scope(scope.zone, team=scope.team), week, as_of, known), "team"))
