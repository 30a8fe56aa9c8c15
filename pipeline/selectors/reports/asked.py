"""What a report asks: of whom, which period, as of which day, as known at which position; and how it notes numbers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation

from pipeline.selectors.activity import Activity, Measure
from pipeline.selectors.answers import Answer
from pipeline.selectors.periods import DAY, Period
from pipeline.selectors.questions import Question
from pipeline.selectors.reports.shape import Name, Number
from pipeline.selectors.scopes import Scope
from teams.models import Team

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Asked:
    """A report's question. `day` is the last day that it tells of: the as-of day, at the latest the period's last."""

    scope: Scope
    kind: str
    period: Period
    as_of: datetime.date
    known: int
    cutoff_at: datetime.datetime

    @property
    def day(self) -> datetime.date:
        """The day whose end counts."""
        return min(self.as_of, self.period.last)

    def question(self, what: str, period: Period | None = None, **limits: Any) -> Question:
        """A question of leads, of the report's own period unless another is given."""
        return Question(what, self.scope, self.day, period or self.period, self.known, **limits)

    def stock(self, **limits: Any) -> Question:
        """A question of the leads that are there at the end of the day."""
        return Question("stock", self.scope, self.day, None, self.known, **limits)

    def activity(self, what: str, period: Period | None = None, kind: Sequence[str] = ()) -> Activity:
        """A question of activity, of the report's own period unless another is given."""
        return Activity(what, self.scope, period or self.period, self.day, self.known, kind=tuple(kind))


def both(words: Callable[[], object]) -> Name:
    """Words in both languages, said by the function that pages use."""
    with translation.override("zh-hans"):
        zh = str(words())
    with translation.override("en"):
        return Name(zh=zh, en=str(words()))


def name_of(row: Any) -> Name:
    """The name of a team, stage, zone or item of a scheme; empty for none."""
    return Name(zh=row.name_zh, en=row.name_en) if row is not None else Name(zh="", en="")


def amount(value: Decimal | None) -> str:
    """An amount as text with two digits after the point, "" for none."""
    return "" if value is None else str(value.quantize(CENT))


def day_of(day: datetime.date | None) -> str:
    """A day as ISO, "" for none."""
    return "" if day is None else day.isoformat()


def of_leads(question: Question, answer: Answer, sum_of: str) -> Number:
    """The answer to a question of leads; `sum_of` is the amount that is told: total or agreed."""
    return Number(
        n=answer.count,
        cny=amount(getattr(answer, f"{sum_of}_cny")),
        without=getattr(answer, f"without_{sum_of}"),
        rateless=answer.without_rate,
        people=0,
        companies=0,
        of="figure",
        q=question.query,
    )


def of_activity(asked: Activity, found: Measure, *, is_money: bool = False, met: bool = False) -> Number:
    """The answer to a question of activity: `met` tells people and companies, `is_money` an amount."""
    return Number(
        n=found.count,
        cny=amount(found.cny) if is_money else "",
        without=0,
        rateless=found.without_rate,
        people=found.person_times if met else 0,
        companies=found.companies if met else 0,
        of="activity",
        q=asked.query,
    )


def dissolved_in(team: Team | None, period: Period) -> str:
    """The last day of a team that was dissolved in the period, "" for others."""
    if team is None or team.dissolved_on is None or not period.first < team.dissolved_on <= period.last:
        return ""
    return (team.dissolved_on - DAY).isoformat()


def later_rows(kind: str) -> str:
    """A condition on change rows of the kind that came after the position, or have none yet."""
    return f"kind = '{kind}' AND (position > %(known)s OR position IS NULL)"


def ids_of(rows: Iterable[Any], field: str) -> list[Any]:
    """The values of a field that are there, each once, in order."""
    return list(dict.fromkeys(value for row in rows if (value := getattr(row, field)) is not None))
