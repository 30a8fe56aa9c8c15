"""The leads that a report names: what moved, what stands still or is silent, key leads, what is to be signed.

Each list is read from the rows of its figure (`figure_rows`), as of the report's day and as known at its position, so
that it can be read again; lists are cut in SQL. The limits of idle and silent days are those of today.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from pipeline.selectors.activity import INTERACTIONS, MILESTONES
from pipeline.selectors.activity_rows import talks, tracked
from pipeline.selectors.care import SILENCE_LIMITS, TOUCHED
from pipeline.selectors.desk.lists import key_stages
from pipeline.selectors.figure_rows import begin
from pipeline.selectors.periods import DAY
from pipeline.selectors.questions import CLOSED, LANDED, SIGNED, Question
from pipeline.selectors.reports.asked import Asked, amount, day_of
from pipeline.selectors.reports.names import Names
from pipeline.selectors.reports.shape import MOST_ROWS, LeadList, LeadRow
from projects.choices import StageKind

# Leads of these kinds of stages still have to move: the others have no light.
MOVING = (StageKind.OPEN.value, StageKind.SIGNED.value)
TOTAL = "f.currency, f.total_investment AS amount, f.total_cny AS cny"
AGREED = "f.currency, f.agreed_investment AS amount, f.agreed_cny AS cny"
WHOSE = "f.lead_id, f.stage_id, f.team_id, f.owner_id"
SHOWN = "lead_id, stage_id, team_id, owner_id, day, days, what, currency, amount, cny"
FIRST = f"""
SELECT list, n, {SHOWN} FROM (
    SELECT *, COUNT(*) OVER (PARTITION BY list) AS n,
        ROW_NUMBER() OVER (PARTITION BY list ORDER BY place, lead_id, what) AS turn
    FROM listed
) AS numbered WHERE turn <= %(most)s ORDER BY list, turn
"""  # noqa: S608 - the text above


@dataclass(frozen=True)
class Raw:
    """A row of a list, with ids instead of names."""

    lead_id: uuid.UUID
    stage_id: str
    team_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    day: datetime.date | None
    days: int
    what: str
    currency: str
    amount: Decimal | None
    cny: Decimal | None


@dataclass
class RawList:
    """How many there are, and the first of them."""

    n: int = 0
    rows: list[Raw] = field(default_factory=list)
    # whether the rows say what was spoken of last, or why they were closed
    is_noted: bool = False

    def named(self, names: Names) -> LeadList:
        """The list with names."""
        return LeadList(n=self.n, rows=[self._row(row, names) for row in self.rows])

    def _row(self, row: Raw, names: Names) -> LeadRow:
        facts = names.lead(row.lead_id)
        note = names.said.get(row.lead_id, "") if self.is_noted else ""
        return LeadRow(
            id=str(row.lead_id), name=facts.name, company=facts.company, team=names.team(row.team_id),
            owner=names.person(row.owner_id), stage=names.stage(row.stage_id), what=row.what, day=day_of(row.day),
            days=row.days, currency=row.currency, amount=amount(row.amount), cny=amount(row.cny),
            note=facts.close_reason if row.what == CLOSED else note,
        )  # fmt: skip


def _read(
    questions: Sequence[Question], tables: Sequence[str], listed: str, lists: Sequence[str], **more: Any
) -> dict[str, RawList]:
    """The first rows of some lists, from the rows of questions (`found0`, …) and further tables. One query."""
    start, parameters = begin([(question, ()) for question in questions])
    parts = ", ".join([start, *tables, f"listed AS ({listed})"])
    found = {name: RawList() for name in lists}
    with connection.cursor() as cursor:
        cursor.execute(f"{parts}{FIRST}", parameters | more | {"most": MOST_ROWS})
        for name, n, *row in cursor.fetchall():
            found[name].n = n
            found[name].rows.append(Raw(*row))
    return found


def moves(asked: Asked) -> RawList:
    """What was signed, landed or closed, the latest first, with the amount that the figure sums. One query."""
    whats = (SIGNED, LANDED, CLOSED)
    parts = [
        f"SELECT 'moves' AS list, 0 AS days, {WHOSE}, f.day, '{what}' AS what,"  # noqa: S608
        f" {TOTAL if what == CLOSED else AGREED}, %(as_of)s::date - f.day AS place FROM found{number} f"
        for number, what in enumerate(whats)
    ]
    return _read([asked.question(what) for what in whats], [], " UNION ALL ".join(parts), ["moves"])["moves"]


def without_amount(asked: Asked) -> RawList:
    """What was signed in the period without an agreed amount. One query."""
    listed = (
        f"SELECT 'without' AS list, 0 AS days, {WHOSE}, f.day, 'signed' AS what, {AGREED},"  # noqa: S608
        " %(as_of)s::date - f.day AS place FROM found0 f WHERE f.agreed_investment IS NULL"
    )
    return _read([asked.question(SIGNED)], [], listed, ["without"])["without"]


def idle(asked: Asked) -> dict[str, RawList]:
    """The yellow and the red ones by `projects.clocks.light`, the longest idle first. One query."""
    zone = asked.scope.zone
    reached = tracked(
        "reached", "projects_milestone", "milestone", "r.occurred_on <= %(as_of)s", asked.activity(MILESTONES)
    )
    moved = (
        "moved AS (SELECT f.*, GREATEST(f.day, m.day) AS moved_on FROM found0 f LEFT JOIN"
        " (SELECT lead_id, MAX(occurred_on) AS day FROM reached GROUP BY 1) m ON m.lead_id = f.lead_id)"
    )
    listed = (
        f"SELECT CASE WHEN f.moved_on <= %(red)s THEN 'red' ELSE 'yellow' END AS list, {WHOSE},"  # noqa: S608
        f" f.moved_on AS day, %(as_of)s::date - f.moved_on AS days, '' AS what, {TOTAL},"
        " f.moved_on AS place FROM moved f WHERE f.moved_on <= %(yellow)s"
    )
    return _read(
        [asked.stock(stage_kind=MOVING)], [*reached, moved], listed, ["yellow", "red"],
        red=asked.day - DAY * zone.idle_red_days, yellow=asked.day - DAY * zone.idle_yellow_days,
    )  # fmt: skip


def silent(asked: Asked) -> RawList:
    """Those beyond the limit of their stage by `visits.selectors.silence`, the longest silence beyond it first.

    `day` is that of the last contact, `what` the limit. One query.
    """
    zone = asked.scope.zone
    spoken = (
        "spoken AS (SELECT p.lead_id, MAX(t.occurred_at) AS at FROM talks t JOIN visits_interactionparty p"
        " ON p.interaction_id = t.id WHERE p.lead_id IS NOT NULL GROUP BY 1)"
    )
    quiet = (
        "quiet AS (SELECT f.*, limits.days AS allowed,"
        " (COALESCE(s.at, l.created_at) AT TIME ZONE %(tz)s)::date AS since"
        " FROM found0 f JOIN limits ON limits.code = f.stage_id JOIN projects_lead l ON l.id = f.lead_id"
        " LEFT JOIN spoken s ON s.lead_id = f.lead_id)"
    )
    listed = (
        f"SELECT 'silent' AS list, {WHOSE}, f.since AS day,"  # noqa: S608
        f" %(as_of)s::date - f.since AS days, f.allowed::text AS what, {TOTAL}, f.since + f.allowed AS place"
        " FROM quiet f WHERE %(as_of)s::date - f.since > f.allowed"
    )
    tables = [*talks(asked.activity(INTERACTIONS), TOUCHED), SILENCE_LIMITS, spoken, quiet]
    return _read([asked.stock()], tables, listed, ["silent"], tz=zone.time_zone)["silent"]


def key_leads(asked: Asked) -> RawList:
    """The key leads, the furthest and then the largest first, with what was said last. Two queries."""
    stages = [stage.code for stage in key_stages()]
    listed = (
        f"SELECT 'key' AS list, {WHOSE}, f.day,"  # noqa: S608
        f" COALESCE(%(as_of)s::date - f.day, 0) AS days, '' AS what, {TOTAL}, ROW_NUMBER() OVER (ORDER BY"
        " array_position(%(stages)s::text[], f.stage_id::text) DESC, f.total_cny DESC NULLS LAST, f.lead_id) AS place"
        " FROM found0 f"
    )
    found = _read([asked.stock(stage=tuple(stages))], [], listed, ["key"], stages=stages)["key"]
    found.is_noted = True
    return found


def to_sign(asked: Asked) -> RawList:
    """Open leads that are expected to sign in the period that follows, the soonest first. One query."""
    coming = asked.period.after()
    where = "r.zone_id = %(zone)s AND r.expected_signing_on BETWEEN %(coming_first)s AND %(coming_last)s"
    tables = tracked("expecting", "projects_lead", "lead_history", where, asked.activity(INTERACTIONS))
    listed = (
        f"SELECT 'to_sign' AS list, {WHOSE}, e.expected_signing_on AS day,"  # noqa: S608
        f" e.expected_signing_on - %(as_of)s::date AS days, '' AS what, {TOTAL}, e.expected_signing_on AS place"
        " FROM found0 f JOIN expecting e ON e.id = f.lead_id"
    )
    found = _read(
        [asked.stock(stage_kind=(StageKind.OPEN.value,))], tables, listed, ["to_sign"],
        coming_first=coming.first, coming_last=coming.last,
    )["to_sign"]  # fmt: skip
    found.is_noted = True
    return found
