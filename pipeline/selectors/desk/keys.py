"""The dashboard's first screen: key numbers beside those of earlier periods, and what moved. One query of figures."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figures import answers_to
from pipeline.selectors.flow import Flow, asked_for, empty_flow, fill
from pipeline.selectors.periods import Period
from pipeline.selectors.questions import INCREASED, LANDED, NEW, SIGNED, STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import StageKind
from projects.models import Stage

# What happened in a period, in the order of the page.
HAPPENED = (NEW, SIGNED, LANDED, INCREASED)
BEFORE, YEAR_BEFORE = "before", "year_before"


@dataclass(frozen=True)
class Told:
    """A question with its answer."""

    question: Question
    answer: Answer


@dataclass(frozen=True)
class Happened:
    """A key number of the period, and the same of as many days of the period before and of the year before.

    Of a year, both are the same: then there is no `before`.
    """

    what: str
    now: Told
    before: Told | None
    year_before: Told


@dataclass(frozen=True)
class FirstScreen:
    """What the first screen says; `stock` by kind of stage."""

    happened: dict[str, Happened]
    stock: dict[str, Told]
    flow: Flow
    stages: list[Stage]


def compared_with(period: Period, as_of: datetime.date) -> dict[str, Period]:
    """The periods that a period is compared with: as many days of them as have passed of it."""
    found = {
        BEFORE: period.before().elapsed_as(period, as_of),
        YEAR_BEFORE: period.year_before().elapsed_as(period, as_of),
    }
    if found[BEFORE] == found[YEAR_BEFORE]:
        del found[BEFORE]
    return found


def first_screen(scope: Scope, period: Period, as_of: datetime.date, moved: Period) -> FirstScreen:
    """Key numbers of the period and the flow of `moved`. Three queries at most."""
    stages = list(Stage.objects.order_by("position"))
    periods = {"now": period, **compared_with(period, as_of)}
    questions = {(what, name): Question(what, scope, as_of, of) for what in HAPPENED for name, of in periods.items()}
    stock = Question(STOCK, scope, as_of)
    flow = empty_flow(scope, moved, as_of, stages)
    asked: list[tuple[Question, tuple[str, ...]]] = [(question, ()) for question in questions.values()]
    answers = answers_to([*asked, (stock, ("stage",)), *asked_for(flow)])
    told = {
        key: Told(question, answer.get((), NOTHING))
        for (key, question), answer in zip(questions.items(), answers, strict=False)
    }
    by_stage, *flowed = answers[len(questions) :]
    fill(flow, *flowed)
    kinds = {}
    for kind in StageKind.values:
        parts = [by_stage.get((stage.code,), NOTHING) for stage in stages if stage.kind == kind]
        kinds[kind] = Told(replace(stock, stage_kind=(kind,)), sum(parts, NOTHING))
    happened = {
        what: Happened(what, told[what, "now"], told.get((what, BEFORE)), told[what, YEAR_BEFORE]) for what in HAPPENED
    }
    return FirstScreen(happened, kinds, flow, stages)


def moved_flow(scope: Scope, moved: Period, as_of: datetime.date) -> Flow:
    """The flow of the first screen alone. Three queries at most."""
    flow = empty_flow(scope, moved, as_of, list(Stage.objects.order_by("position")))
    fill(flow, *answers_to(asked_for(flow)))
    return flow
