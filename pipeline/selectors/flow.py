"""How the stages filled and emptied between two days, how far new leads came, and how long leads stay in a stage."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figure_rows import STATE
from pipeline.selectors.figures import answers_to
from pipeline.selectors.known_spans import with_spans
from pipeline.selectors.periods import DAY, Period
from pipeline.selectors.questions import ENTERED, FLOW, LEFT, NEW, REACHED, STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import EntryKind, StageKind
from projects.models import Stage

OPENING, CLOSING = "opening", "closing"
# The columns between opening and closing: what it is, the cause of the entry, and whether it adds or takes off. What
# only changes a lead's amounts or classes takes it off as it was and adds it as it is.
MOVES: Mapping[str, tuple[str, EntryKind]] = {
    "new": (ENTERED, EntryKind.OPENED),
    "moved_in": (ENTERED, EntryKind.MOVED),
    "moved_out": (LEFT, EntryKind.MOVED),
    "transferred_in": (ENTERED, EntryKind.TRANSFERRED),
    "transferred_out": (LEFT, EntryKind.TRANSFERRED),
    "revalued": (FLOW, EntryKind.REVALUED),
    "reclassified": (FLOW, EntryKind.RECLASSIFIED),
    "merged": (LEFT, EntryKind.MERGED),
    "deleted": (LEFT, EntryKind.DELETED),
}
NAMES = {
    OPENING: _("At the start"),
    "new": pgettext_lazy("leads", "New"),
    "moved_in": _("Moved in"),
    "moved_out": _("Moved out"),
    "transferred_in": _("Taken over"),
    "transferred_out": _("Handed over"),
    "revalued": _("Amounts changed"),
    "reclassified": _("Classification changed"),
    "merged": _("Merged"),
    "deleted": _("Deleted"),
    CLOSING: _("At the end"),
}


def negative(of: Answer) -> Answer:
    """The same, taken off."""
    return Answer(*(-value for value in vars(of).values()))


@dataclass
class StageFlow:
    """One stage (None: all of them): its columns; what left is below zero, so that they add up to the closing."""

    stage: Stage | None
    columns: dict[str, Answer] = field(default_factory=lambda: dict.fromkeys(NAMES, NOTHING))

    @property
    def balances(self) -> bool:
        """Whether opening and all between them make the closing."""
        total = self.columns[OPENING]
        for name in MOVES:
            total += self.columns[name]
        return total == self.columns[CLOSING]


@dataclass(frozen=True)
class Flow:
    """The flow of a scope in a period, stage by stage; all amounts at the rates of one day, so that it balances."""

    scope: Scope
    period: Period
    as_of: datetime.date
    known: int | None
    stages: list[StageFlow]
    total: StageFlow

    @property
    def by_stage(self) -> list[tuple[Stage, StageFlow]]:
        """Each stage with its flow."""
        return [(row.stage, row) for row in self.stages if row.stage is not None]

    def question(self, column: str, stage: Stage | None = None) -> Question:
        """What the figure of a column asks: its list."""
        return _question(self, column, (stage.code,) if stage is not None else ())


def _question(of: Flow, column: str, stages: tuple[str, ...] = ()) -> Question:
    last = min(of.period.last, of.as_of)
    if column in (OPENING, CLOSING):
        day = min(of.period.first - DAY, last) if column == OPENING else last
        return Question(STOCK, of.scope, day, known=of.known, stage=stages, rates=of.as_of)
    what, cause = MOVES[column]
    return Question(what, of.scope, last, of.period, of.known, stage=stages, cause=(cause.value,), rates=of.as_of)


Answered = Mapping[tuple[str, ...], Answer]


def flow(scope: Scope, period: Period, as_of: datetime.date, known: int | None = None) -> Flow:
    """Opening, what came and went by cause, and closing of each stage, up to the as-of day.

    At most four queries, whatever the number of stages.
    """
    found = empty_flow(scope, period, as_of, list(Stage.objects.order_by("position")), known)
    opened, *others = answers_to([(_question(found, OPENING), ("stage",)), *asked_for(found)])
    fill(found, *others)
    for stage, row in found.by_stage:
        row.columns[OPENING] = opened.get((stage.code,), NOTHING)
    found.total.columns[OPENING] = sum((row.columns[OPENING] for row in found.stages), NOTHING)
    return found


def empty_flow(
    scope: Scope, period: Period, as_of: datetime.date, stages: list[Stage], known: int | None = None
) -> Flow:
    """The flow of which nothing is counted yet."""
    return Flow(scope, period, as_of, known, [StageFlow(stage) for stage in stages], StageFlow(None))


def asked_for(of: Flow) -> list[tuple[Question, tuple[str, ...]]]:
    """What `fill` needs the answers of."""
    came = replace(_question(of, "new"), what=ENTERED, cause=())
    return [
        (_question(of, CLOSING), ("stage",)),
        (came, ("stage", "cause")),
        (replace(came, what=LEFT), ("stage", "cause")),
    ]


def fill(of: Flow, closed: Answered, ins: Answered, outs: Answered) -> None:
    """Put the answers in their columns. The opening is the closing less what came, plus what went."""
    for stage, row in of.by_stage:
        code = stage.code
        row.columns[OPENING] = row.columns[CLOSING] = closed.get((code,), NOTHING)
        for name, (what, cause) in MOVES.items():
            if what in (ENTERED, FLOW):
                row.columns[name] += ins.get((code, cause.value), NOTHING)
            if what in (LEFT, FLOW):
                row.columns[name] += negative(outs.get((code, cause.value), NOTHING))
            row.columns[OPENING] += negative(row.columns[name])
        for name, value in row.columns.items():
            of.total.columns[name] += value


@dataclass(frozen=True)
class Step:
    """How many of the new leads came as far as a stage (None: all of them), and what asks for them."""

    stage: Stage | None
    answer: Answer
    question: Question


def cohort(scope: Scope, period: Period, as_of: datetime.date, known: int | None = None) -> list[Step]:
    """Of the leads that were opened in the period, how many came how far by the as-of day. At most three queries."""
    stages = [stage for stage in Stage.objects.order_by("position") if stage.kind != StageKind.CLOSED]
    new = Question(NEW, scope, as_of, period, known)
    questions = [new, *(replace(new, what=REACHED, stage=(stage.code,)) for stage in stages)]
    answers = answers_to([(question, ()) for question in questions])
    return [
        Step(stage, answer.get((), NOTHING), question)
        for stage, question, answer in zip([None, *stages], questions, answers, strict=True)
    ]


@dataclass(frozen=True)
class Days:
    """How long: of how many, the middle one and what nine of ten do not exceed; `undated` began nobody knows when."""

    count: int = 0
    undated: int = 0
    median: float | None = None
    ninetieth: float | None = None


@dataclass(frozen=True)
class StageDays:
    """Days in one stage: of the stays that ended by a move in the period, and of the leads that are in it."""

    stage: Stage
    completed: Days
    present: Days
    completed_question: Question
    present_question: Question


# A stay in a stage lasts from the day on which the lead entered it (`stage_since`) to the move that ends it, whoever
# had it in between; who had it last is who it counts for.
STAYS = """{begin}{state}, stays AS (
    SELECT stage_id, team_id, owner_id, TRUE AS completed, ends_on - stage_since AS days FROM {spans}
    WHERE zone_id = %(zone)s AND ended_by = 'moved' AND ends_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT stage_id, team_id, owner_id, FALSE, %(as_of)s::date - stage_since FROM state
)
SELECT stage_id, completed, COUNT(*), COUNT(*) FILTER (WHERE days IS NULL),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days), percentile_cont(0.9) WITHIN GROUP (ORDER BY days)
FROM stays WHERE TRUE{whose} GROUP BY 1, 2
"""


def days_in_stages(scope: Scope, period: Period, as_of: datetime.date, known: int | None = None) -> list[StageDays]:
    """The median and the 90th percentile of days in each stage. Two queries."""
    left = Question(LEFT, scope, as_of, period, known, cause=(EntryKind.MOVED.value,))
    parameters: dict[str, Any] = {
        "zone": scope.zone.pk,
        "as_of": as_of,
        "first": period.first,
        "last": min(period.last, as_of),
        "known": known,
    }
    whose = _whose(scope, parameters)
    spans = "spans" if known is not None else "pipeline_leadspan"
    sql = STAYS.format(
        begin=with_spans(scope.zone.pk, known),
        state=STATE.format(spans=spans),
        spans=spans,
        whose=whose,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = {(stage, completed): Days(*days) for stage, completed, *days in cursor.fetchall()}
    present = Question(STOCK, scope, as_of, known=known)
    return [
        StageDays(
            stage,
            found.get((stage.code, True), Days()),
            found.get((stage.code, False), Days()),
            left.limited(stage=stage.code),
            present.limited(stage=stage.code),
        )
        for stage in Stage.objects.order_by("position")
    ]


# A span that a move ended, and the stage of the one after it.
WENT = """{begin}went AS (
    SELECT x.stage_id, y.stage_kind = 'closed' AS closed FROM {spans} x
    LEFT JOIN {spans} y ON y.lead_id = x.lead_id AND y.ordinal = x.ordinal + 1
    WHERE x.zone_id = %(zone)s AND x.ended_by = 'moved' AND x.ends_on BETWEEN %(first)s AND %(last)s{whose}
)
SELECT stage_id, COUNT(*) FILTER (WHERE closed IS NOT TRUE), COUNT(*) FILTER (WHERE closed) FROM went GROUP BY 1
"""


def went_on(
    scope: Scope, period: Period, as_of: datetime.date, known: int | None = None
) -> dict[str, tuple[int, int]]:
    """Of the moves out of each stage in the period, how many went to another stage and how many closed. One query."""
    parameters: dict[str, Any] = {
        "zone": scope.zone.pk,
        "first": period.first,
        "last": min(period.last, as_of),
        "known": known,
    }
    whose = _whose(scope, parameters, "x.")
    sql = WENT.format(
        begin=with_spans(scope.zone.pk, known),
        spans="spans" if known is not None else "pipeline_leadspan",
        whose=whose,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {stage: (on, closed) for stage, on, closed in cursor.fetchall()}


def _whose(scope: Scope, parameters: dict[str, Any], of: str = "") -> str:
    """The condition on who had it, and its parameters."""
    whose = ""
    for column, row in (("team_id", scope.team), ("owner_id", scope.person)):
        if row is not None:
            whose += f" AND {of}{column} = %({column})s"
            parameters[column] = row.pk
    return whose
