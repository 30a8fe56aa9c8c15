"""What a reader must know is not there: who has not reported, amounts, days, rates, and what came in late."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Q

from pipeline.models import LedgerCheck
from pipeline.models.reports import Report, ReportStatus
from pipeline.selectors.figure_rows import begin
from pipeline.selectors.figures import answer
from pipeline.selectors.reports.asked import Asked, later_rows
from pipeline.selectors.reports.lines import LINES, OF_LEADS, now
from pipeline.selectors.reports.shape import Late
from teams.models import Zone

STATEMENTS = f"""
WITH changed AS MATERIALIZED (SELECT row_id FROM core_changerow WHERE {later_rows("statement")})
SELECT DISTINCT ON (s.team_id) s.team_id, s.created_at, s.created_by_id, s.problems, s.plans
FROM pipeline_teamstatement s
WHERE s.zone_id = %(zone)s AND s.kind = %(kind)s AND s.first_day = %(first)s
    AND NOT EXISTS (SELECT 1 FROM changed k WHERE k.row_id = s.id)
ORDER BY s.team_id, s.created_at DESC, s.id DESC
"""  # noqa: S608 - the text above


@dataclass(frozen=True)
class Statement:
    """What a team said last: when, who, problems, plans."""

    at: datetime.datetime
    by: uuid.UUID
    problems: str
    plans: str


def statements(asked: Asked) -> dict[uuid.UUID, Statement]:
    """What each team has said on this kind of report and period, as known. One query."""
    parameters: dict[str, Any] = {
        "zone": asked.scope.zone.pk, "kind": asked.kind, "first": asked.period.first, "known": asked.known
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS, parameters)
        return {team: Statement(*rest) for team, *rest in cursor.fetchall()}


def undated(asked: Asked) -> int:
    """How many leads are in a stage since nobody knows when: they are in no period. One query."""
    return answer(asked.stock(undated=True)).count


def rateless(asked: Asked) -> list[str]:
    """The currencies of the period's leads that have no rate on their day, and so are in no sum. One query."""
    questions = [asked.question(spec.what) for spec in OF_LEADS.values()]
    start, parameters = begin([(question, ()) for question in questions])
    parts = [f"SELECT currency FROM found{place} WHERE NOT has_rate" for place in range(len(questions))]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{' UNION '.join(parts)} ORDER BY 1", parameters)
        return [code for (code,) in cursor.fetchall()]


def differs(zone: Zone, cutoff_at: datetime.datetime) -> bool:
    """Whether the last recount before the cut-off found a difference. One query."""
    checks = LedgerCheck.objects.filter(zone=zone, finished_at__lte=cutoff_at)
    last = checks.order_by("-checked_on").values_list("difference_count", flat=True).first()
    return bool(last)


def report_before(asked: Asked) -> Report | None:
    """The report of the period before: the last edition that was out by the cut-off, else as it was drafted.

    One query. Where none had been made by then, the first one: two that were made late in one go.
    """
    before = asked.period.before()
    rows = Report.objects.filter(
        zone=asked.scope.zone, team=asked.scope.team, kind=asked.kind, first_day=before.first, deleted_at=None
    )

    def rank(row: Report) -> tuple[int, int]:
        out = row.status == ReportStatus.RELEASED and row.released_at is not None
        if out and row.released_at is not None and row.released_at <= asked.cutoff_at:
            return 2, row.edition
        return (1, row.edition) if row.made_at <= asked.cutoff_at else (0, -row.edition)

    return max(rows.filter(~Q(figures={})), key=rank, default=None)


def late(asked: Asked) -> list[Late]:
    """The main figures of the period before that are others now than its report said. A fixed number of queries."""
    report = report_before(asked)
    if report is None:
        return []
    before = asked.period.before()
    counted = now(replace(asked, period=before, as_of=before.last))
    said: Mapping[str, Mapping[str, object]] = {line["key"]: line["now"] for line in report.figures.get("lines", ())}
    found = []
    for key in LINES:
        if key not in said:
            continue
        was_n, was_cny = said[key]["n"], said[key]["cny"]
        if (was_n, was_cny) != (counted[key]["n"], counted[key]["cny"]):
            found.append(
                Late(
                    key=key,
                    reported=int(str(was_n)),
                    reported_cny=str(was_cny),
                    now=counted[key]["n"],
                    now_cny=counted[key]["cny"],
                )
            )
    return found
