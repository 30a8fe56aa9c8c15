"""The main figures: of the period, beside earlier ones and the year's, and cut by team. Asked of `figures` and
`activity`; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.selectors.activity import (
    FUNDS,
    INTERACTIONS,
    MILESTONES,
    REQUESTS,
    Activity,
    Measure,
    measure,
    measures_across,
    measures_by,
)
from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.desk.keys import BEFORE, YEAR_BEFORE, compared_with
from pipeline.selectors.figures import answers_to
from pipeline.selectors.periods import DATES, YEAR, Period, period_of
from pipeline.selectors.questions import CLOSED, INCREASED, LANDED, NEW, SIGNED, Question
from pipeline.selectors.reports.asked import Asked, of_activity, of_leads
from pipeline.selectors.reports.shape import Line, Number
from pipeline.selectors.scopes import Scope
from projects.choices import FundKind
from teams.models import Team
from visits.choices import Channel

Asks = TypeVar("Asks", Question, Activity)
CALLS = (Channel.PHONE.value, Channel.VIDEO.value, Channel.WECHAT.value, Channel.EMAIL.value)


@dataclass(frozen=True)
class Spec:
    """What a main figure asks: of leads with the amount it tells, or of activity limited to kinds."""

    what: str
    sum_of: str = ""
    kinds: tuple[str, ...] = ()


LINES: Mapping[str, Spec] = {
    "new": Spec(NEW, "total"),
    "signed": Spec(SIGNED, "agreed"),
    "landed": Spec(LANDED, "agreed"),
    "closed": Spec(CLOSED, "total"),
    "increased": Spec(INCREASED, "agreed"),
    "milestones": Spec(MILESTONES),
    "funds": Spec(FUNDS, kinds=(FundKind.FUNDS_IN_PLACE.value,)),
    "visits": Spec(INTERACTIONS, kinds=(Channel.VISIT.value,)),
    "receptions": Spec(INTERACTIONS, kinds=(Channel.RECEPTION.value,)),
    "calls": Spec(INTERACTIONS, kinds=CALLS),
    "requests": Spec(REQUESTS),
}
OF_LEADS = {key: spec for key, spec in LINES.items() if spec.sum_of}
OF_ACTIVITY = {key: spec for key, spec in LINES.items() if not spec.sum_of}


def _number(asked: Activity, found: Measure) -> Number:
    return of_activity(asked, found, is_money=asked.what == FUNDS, met=asked.what == INTERACTIONS)


def _measures(asked: Asked, period: Period) -> dict[str, Number]:
    """The figures of activity of a period: a query for what was met, one for each other."""
    found: dict[str, Number] = {}
    met = measures_by(asked.activity(INTERACTIONS, period), "kind")
    for key, spec in OF_ACTIVITY.items():
        question = asked.activity(spec.what, period, spec.kinds)
        if spec.what == INTERACTIONS:
            found[key] = _number(question, _together(met.get(kind, Measure()) for kind in spec.kinds))
        else:
            found[key] = _number(question, measure(question))
    return found


def _together(measures: Iterable[Measure]) -> Measure:
    """Meetings of several kinds as one; each has one kind, so nothing is counted twice."""
    total = Measure()
    for one in measures:
        total = replace(
            total,
            count=total.count + one.count,
            person_times=total.person_times + one.person_times,
            companies=total.companies + one.companies,
        )
    return total


def periods_of(asked: Asked) -> dict[str, Period]:
    """The period, as many days of the one before and of the year before, and the year up to its last day."""
    others = compared_with(asked.period, asked.day)
    year = period_of(YEAR, asked.day)
    return {
        "now": asked.period,
        "before": others.get(BEFORE, others[YEAR_BEFORE]),
        "year_before": others[YEAR_BEFORE],
        "year": Period(DATES, year.first, asked.day),
    }


def lines(asked: Asked) -> list[Line]:
    """The main figures in their order. A fixed number of queries."""
    return _lines(asked, periods_of(asked))


def _lines(asked: Asked, periods: Mapping[str, Period]) -> list[Line]:
    questions = {(key, name): asked.question(spec.what, of) for key, spec in OF_LEADS.items()
                 for name, of in periods.items()}  # fmt: skip
    answers = dict(zip(questions, answers_to([(one, ()) for one in questions.values()]), strict=True))
    told: dict[tuple[str, str], Number] = {
        (key, name): of_leads(question, answers[key, name].get((), NOTHING), LINES[key].sum_of)
        for (key, name), question in questions.items()
    }
    for name, of in periods.items():
        told |= {(key, name): number for key, number in _measures(asked, of).items()}
    return [
        Line(
            key=key,
            now=told[key, "now"],
            before=told[key, "before"],
            year_before=told[key, "year_before"],
            year=told[key, "year"],
        )
        for key in LINES
    ]


def now(asked: Asked) -> dict[str, Number]:
    """The main figures of the period alone, by their keys. A fixed number of queries."""
    questions = {key: asked.question(spec.what) for key, spec in OF_LEADS.items()}
    answers = answers_to([(one, ()) for one in questions.values()])
    told = {
        key: of_leads(question, answer.get((), NOTHING), LINES[key].sum_of)
        for (key, question), answer in zip(questions.items(), answers, strict=True)
    }
    return told | _measures(asked, asked.period)


@dataclass(frozen=True)
class ByTeam:
    """The main figures cut by team ("": of no team)."""

    asked: Asked
    leads: Mapping[str, Mapping[str, Answer]]
    measures: Mapping[str, Mapping[str, Measure]]

    @property
    def keys(self) -> set[str]:
        """The teams that have any, and "" where something belongs to none."""
        return {key for found in (*self.leads.values(), *self.measures.values()) for key in found}

    def numbers(self, team: Team | None) -> dict[str, Number]:
        """The main figures of one team; of None, of what belongs to no team."""
        key = str(team.pk) if team is not None else ""
        zone = self.asked.scope.zone
        scope = Scope(zone, team=team) if team is not None else self.asked.scope

        def limited(question: Asks) -> Asks:
            own = replace(question, scope=scope)
            return own if team is not None else own.limited(team="")

        told: dict[str, Number] = {}
        for name, spec in LINES.items():
            if name in OF_LEADS:
                question = limited(self.asked.question(spec.what))
                told[name] = of_leads(question, self.leads[name].get(key, NOTHING), spec.sum_of)
            else:
                activity = limited(self.asked.activity(spec.what, kind=spec.kinds))
                told[name] = _number(activity, self.measures[name].get(key, Measure()))
        return told


def by_team(asked: Asked) -> ByTeam:
    """The main figures of the period by team, of the scope. A fixed number of queries."""
    answers = answers_to([(asked.question(spec.what), ("team",)) for spec in OF_LEADS.values()])
    leads = {
        key: {team: answer for (team,), answer in found.items()} for key, found in zip(OF_LEADS, answers, strict=True)
    }
    met = measures_across(asked.activity(INTERACTIONS), "team", "kind")
    measures: dict[str, dict[str, Measure]] = {}
    for key, spec in OF_ACTIVITY.items():
        if spec.what == INTERACTIONS:
            teams = {team for team, kind in met if kind in spec.kinds}
            measures[key] = {
                team: _together(met.get((team, kind), Measure()) for kind in spec.kinds) for team in teams
            }
        else:
            measures[key] = measures_by(asked.activity(spec.what, kind=spec.kinds), "team")
    return ByTeam(asked, leads, measures)
