"""How long leads stand in their present stages: in buckets, the middle one, and what nine of ten do not exceed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection

from pipeline.selectors.figure_rows import begin
from pipeline.selectors.periods import DATES, DAY, FIRST_YEAR, Period
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import StageKind
from projects.models import Stage

FIRST_DAY = datetime.date(FIRST_YEAR, 1, 1)
# The first days of the buckets; the picture of them (`charts.ageing`) has the same.
BUCKETS = (0, 31, 61, 91)
# Leads of these kinds of stages are still to move.
STANDING = (StageKind.OPEN, StageKind.SIGNED)

TALLIED = """
SELECT stage_id, day, SUM(n)::bigint FROM (
    SELECT stage_id, day, n FROM pipeline_tally
    WHERE zone_id = %(zone)s AND what = 'age' AND cut = %(cut)s AND key = %(key)s
    UNION ALL
    SELECT stage_id, day, n FROM pipeline_tallydelta
    WHERE zone_id = %(zone)s AND what = 'age' AND cut = %(cut)s AND key = %(key)s
) AS t GROUP BY 1, 2 HAVING SUM(n) <> 0
"""


@dataclass(frozen=True)
class Standing:
    """A stage: how many stand in it in each bucket and with a day that nobody knows, each with its question."""

    stage: Stage
    buckets: tuple[tuple[int, Question], ...]
    undated: int
    undated_question: Question
    count: int
    question: Question
    median: int | None
    ninetieth: int | None


def _since(scope: Scope, as_of: datetime.date) -> list[tuple[str, datetime.date | None, int]]:
    """How many stand in which stage since which day. One query."""
    cut, key = scope.cut
    with connection.cursor() as cursor:
        if as_of == scope.zone.today() and cut in ("zone", "team"):
            cursor.execute(TALLIED, {"zone": scope.zone.pk, "cut": cut, "key": key})
            return cursor.fetchall()
        start, parameters = begin([(Question(STOCK, scope, as_of, stage_kind=STANDING), ())])
        cursor.execute(f"{start}SELECT stage_id, day, COUNT(*) FROM found0 GROUP BY 1, 2", parameters)
        return cursor.fetchall()


def _bucket_periods(as_of: datetime.date) -> list[Period]:
    """The days since which the leads of a bucket stand there, from young to old."""
    lasts = [as_of - DAY * first for first in BUCKETS]
    firsts = [*(last + DAY for last in lasts[1:]), FIRST_DAY]
    return [Period(DATES, first, last) for first, last in zip(firsts, lasts, strict=True)]


def percentile(days: Sequence[tuple[int, int]], share: float) -> int | None:
    """Of (days, how many), from few days to many: what the share of them does not exceed; None for none."""
    wanted = math.ceil(sum(count for _days, count in days) * share)
    passed = 0
    for one, count in days:
        passed += count
        if passed >= wanted:
            return one
    return None


def standing(scope: Scope, as_of: datetime.date) -> list[Standing]:
    """Each stage in which leads still are to move. Two queries."""
    found: dict[str, list[tuple[datetime.date | None, int]]] = {}
    for code, day, count in _since(scope, as_of):
        found.setdefault(code, []).append((day, count))
    stages = Stage.objects.filter(kind__in=STANDING, deleted_at=None).order_by("position")
    return [_standing(scope, as_of, stage, found.get(stage.code, [])) for stage in stages]


def _standing(
    scope: Scope, as_of: datetime.date, stage: Stage, since: list[tuple[datetime.date | None, int]]
) -> Standing:
    days = sorted(((as_of - day).days, count) for day, count in since if day is not None)
    question = Question(STOCK, scope, as_of, stage=(stage.code,))
    ends = [*BUCKETS[1:], None]
    buckets = tuple(
        (
            sum(count for one, count in days if one >= first and (end is None or one < end)),
            replace(question, period=period),
        )
        for first, end, period in zip(BUCKETS, ends, _bucket_periods(as_of), strict=True)
    )
    return Standing(
        stage=stage,
        buckets=buckets,
        undated=sum(count for day, count in since if day is None),
        undated_question=replace(question, undated=True),
        count=sum(count for _day, count in since),
        question=question,
        median=percentile(days, 0.5),
        ninetieth=percentile(days, 0.9),
    )
