"""Signed and landed, month by month, of the last twelve months and of the twelve before."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from pipeline.selectors.answers import NOTHING
from pipeline.selectors.desk.keys import Told
from pipeline.selectors.figures import answers_to
from pipeline.selectors.periods import DATES, MONTH, Period, period_of
from pipeline.selectors.questions import LANDED, SIGNED, Question
from pipeline.selectors.scopes import Scope

MONTHS = 12


@dataclass(frozen=True)
class Months:
    """Twice twelve months with what was signed and landed in each."""

    months: list[Period]
    signed: list[Told]
    landed: list[Told]


def signed_and_landed(scope: Scope, as_of: datetime.date) -> Months:
    """The twelve months up to that of the as-of day and the twelve before. One query."""
    months = [period_of(MONTH, as_of)]
    while len(months) < 2 * MONTHS:
        months.insert(0, months[0].before())
    whole = Period(DATES, months[0].first, months[-1].last)
    asked = [Question(what, scope, as_of, whole) for what in (SIGNED, LANDED)]
    answers = answers_to([(question, ("month",)) for question in asked])
    told = [
        [Told(replace(question, period=month), found.get((f"{month.first:%Y-%m}",), NOTHING)) for month in months]
        for question, found in zip(asked, answers, strict=True)
    ]
    return Months(months, *told)
