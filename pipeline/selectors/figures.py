"""Figures of leads, from their spans: a number, the same number cut by a column, and the rows behind it.

One query builds the rows of a question; counting, cutting and listing all read those rows, so a list has as many rows
as its number says. A question of today that is cut by one column is read from the tallies (`tallied`), which give the
same answer (`manage.py check_ledger` and the tests compare them).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db import connection

from pipeline.selectors import tallied
from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figure_rows import DIMENSIONS, begin
from pipeline.selectors.questions import Question, figure_url

__all__ = ["DIMENSIONS", "Row", "answer", "answers_by", "answers_to", "every_row_of", "figure_url", "lead_ids", "rows"]


@dataclass(frozen=True)
class Row:
    """One row behind a figure: a lead as it was, on the day it happened (None: of unknown day).

    `n` is what it adds to the number: -1 for what is counted against the others.
    """

    lead_id: uuid.UUID
    day: datetime.date | None
    stage_id: str
    team_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    industry_id: uuid.UUID | None
    currency: str
    total_investment: Decimal | None
    agreed_investment: Decimal | None
    total_cny: Decimal | None
    agreed_cny: Decimal | None
    cause: str
    n: int


SUMS = (
    "COALESCE(SUM(n), 0)::bigint, ROUND(COALESCE(SUM(total_cny), 0), 2), ROUND(COALESCE(SUM(agreed_cny), 0), 2),"
    " COALESCE(SUM(n) FILTER (WHERE total_investment IS NULL), 0)::bigint,"
    " COALESCE(SUM(n) FILTER (WHERE agreed_investment IS NULL), 0)::bigint,"
    " COALESCE(SUM(n) FILTER (WHERE NOT has_rate), 0)::bigint"
)
# A question and the columns it is cut by; its answers by the values of those columns.
Asked = tuple[Question, tuple[str, ...]]
Answers = dict[tuple[str, ...], Answer]


def answers_to(asked: Sequence[Asked]) -> list[Answers]:
    """Several questions at once, each cut by some columns (by none: under `()`). Raises KeyError.

    One query for what the tallies tell, and one for each day and position of what is counted from the spans.
    """
    told = [place for place, (question, cut) in enumerate(asked) if tallied.can_tell(question, *cut)]
    answered = dict(zip(told, tallied.answers_to([asked[place] for place in told]), strict=True)) if told else {}
    rest = [place for place in range(len(asked)) if place not in answered]

    def moment(place: int) -> tuple[uuid.UUID, datetime.date, int]:
        question = asked[place][0]
        return question.scope.zone.pk, question.as_of, -1 if question.known is None else question.known

    for _moment, places in groupby(sorted(rest, key=moment), moment):
        together = list(places)
        answered |= dict(zip(together, _counted([asked[place] for place in together]), strict=True))
    return [answered[place] for place in range(len(asked))]


def _counted(asked: Sequence[Asked]) -> list[Answers]:
    start, parameters = begin(asked)
    selects = []
    for place, (_question, cut) in enumerate(asked):
        keys = ", ".join(f"COALESCE(({DIMENSIONS[name]})::text, '')" for name in cut)
        key = f"ARRAY[{keys}]::text[]"
        group = f" GROUP BY {key}" if cut else ""
        selects.append(f"SELECT {place} AS place, {key} AS key, {SUMS} FROM found{place}{group}")
    answers: list[Answers] = [{} for _one in asked]
    with connection.cursor() as cursor:
        cursor.execute(start + " UNION ALL ".join(selects), parameters)
        for place, key, *sums in cursor.fetchall():
            answers[place][tuple(key)] = Answer(*sums)
    return answers


def answer(question: Question) -> Answer:
    """How many, and their sums in CNY. One query."""
    return answers_to([(question, ())])[0].get((), NOTHING)


def answers_by(question: Question, dimension: str) -> Mapping[str, Answer]:
    """The same by the values of a column (an id as text; empty: none). One query. Raises KeyError."""
    return {key: told for (key,), told in answers_to([(question, (dimension,))])[0].items()}


def lead_ids(question: Question) -> list[uuid.UUID]:
    """The leads behind the figure, one id a row: a lead that entered a stage twice is there twice."""
    start, parameters = begin([(question, ())])
    with connection.cursor() as cursor:
        cursor.execute(f"{start}SELECT lead_id FROM found0 ORDER BY day DESC NULLS LAST, lead_id", parameters)
        return [row[0] for row in cursor.fetchall()]


def every_row_of(questions: Sequence[Question]) -> list[list[Row]]:
    """All rows behind several figures, the latest first. One query for each zone, day and position."""
    found: list[list[Row]] = [[] for _question in questions]
    moments: dict[tuple[uuid.UUID, datetime.date, int | None], list[int]] = {}
    for place, question in enumerate(questions):
        moments.setdefault((question.scope.zone.pk, question.as_of, question.known), []).append(place)
    columns = ", ".join(Row.__dataclass_fields__)
    for places in moments.values():
        start, parameters = begin([(questions[place], ()) for place in places])
        selects = (f"SELECT {number} AS place, {columns} FROM found{number}" for number in range(len(places)))
        with connection.cursor() as cursor:
            order = " ORDER BY place, day DESC NULLS LAST, lead_id, n, cause"
            cursor.execute(start + " UNION ALL ".join(selects) + order, parameters)
            for number, *row in cursor.fetchall():
                found[places[number]].append(Row(*row))
    return found


def rows(question: Question, *, limit: int, offset: int = 0) -> list[Row]:
    """The rows behind the figure, the latest first."""
    start, parameters = begin([(question, ())])
    parameters |= {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{start}SELECT {', '.join(Row.__dataclass_fields__)} FROM found0"
            " ORDER BY day DESC NULLS LAST, lead_id, n, cause LIMIT %(limit)s OFFSET %(offset)s",
            parameters,
        )
        return [Row(*row) for row in cursor.fetchall()]
