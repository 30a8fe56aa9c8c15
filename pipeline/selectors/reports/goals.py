"""How far the teams are: targets with pace and what was carried over, the league, scores with their steps.

Letters, targets and schemes have no position in the change feed: they are as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation

from investcrm.core.money import is_chinese
from pipeline.models.reports import ReportKind
from pipeline.models.targets import Target
from pipeline.selectors import league
from pipeline.selectors.pieces import carried_into
from pipeline.selectors.reports.asked import Asked, both, name_of
from pipeline.selectors.reports.shape import MOST_ROWS, LeagueRow, Name, ScoreRow, ScoreStep, TargetRow
from pipeline.selectors.rule_words import quantity_words
from pipeline.selectors.scoring import ItemScore, Scorer, TeamScore, scheme_for
from pipeline.selectors.targets import Progress, for_progress, progress_of

# By what a target's window is cut for what was carried over: the month guards the quarter, the quarter the year.
CUT_BY = {ReportKind.WEEKLY: "week", ReportKind.MONTHLY: "month", ReportKind.QUARTERLY: "quarter"}


def targets(asked: Asked) -> list[TargetRow]:
    """The targets of the scope (of a centre: its own and its teams') whose windows meet the period. As of the day."""
    rows = Target.objects.filter(
        letter__zone=asked.scope.zone, letter__person=None, letter__deleted_at=None, deleted_at=None,
        starts_on__lte=asked.day, ends_on__gte=asked.period.first,
    )  # fmt: skip
    if asked.scope.team is not None:
        rows = rows.filter(letter__team=asked.scope.team)
    ordered = rows.order_by("letter__team__code", "letter__begins_on", "letter_id", "position", "id")
    found = progress_of(list(for_progress(ordered)[:MOST_ROWS]), as_of=asked.day, known=asked.known)
    by = CUT_BY.get(ReportKind(asked.kind))
    carried = carried_into(list(found.values()), asked.day, by, asked.known) if by else {}
    return [_target(one, carried.get(one.target.pk, Decimal(0))) for one in found.values()]


def _target(one: Progress, carried: Decimal) -> TargetRow:
    return TargetRow(
        id=str(one.target.pk),
        team=name_of(one.target.letter.team),
        letter=both(lambda: one.target.letter.title),
        name=both(lambda: one.name),
        window=both(lambda: one.window_words),
        actual=both(lambda: one.actual_words),
        minimum=both(lambda: one.minimum_words),
        missing=both(lambda: one.missing_words),
        words=both(lambda: one.words),
        percent=one.percent,
        pace_percent=one.pace_percent,
        light=one.light,
        state=one.state,
        carried=both(lambda: quantity_words(carried, one.target.metric)) if carried > 0 else Name(zh="", en=""),
    )


def league_rows(asked: Asked) -> list[LeagueRow]:
    """The teams' places in both tables, who has most new leads first. What belongs to no team stands in none."""
    question = league.Asked(asked.scope.zone, asked.period, asked.day, asked.known)
    rows = league.tables(question, None, sort=("new",))[0]
    return [_place(row) for row in rows if row.team is not None]


def _place(row: league.Standing) -> LeagueRow:
    columns = (*league.SOURCES, *league.CARE)
    return LeagueRow(
        name=name_of(row.team),
        values={name: "" if row.cells[name].value is None else str(row.cells[name].value) for name in columns},
        ranks={name: row.ranks[name] or 0 for name in columns},
    )


@dataclass(frozen=True)
class Scores:
    """The scheme's name (None: none was valid), and the rows."""

    scheme: Name | None
    rows: list[ScoreRow]


def scores(asked: Asked) -> Scores:
    """The scores of the teams by the scheme that was valid on the last day; of a team its own, with its rank."""
    scheme = scheme_for(asked.scope.zone, asked.period.last)
    if scheme is None:
        return Scores(None, [])
    scheme.zone = asked.scope.zone
    scorer = Scorer(scheme, asked.period.first, asked.period.last, as_of=asked.day, known=asked.known)
    answers = scorer.answers()
    told: dict[str, list[TeamScore]] = {}
    steps: dict[str, list[list[tuple[Any, str]]]] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told[language] = scorer.scores(answers)
            steps[language] = [[(one, _step_words(one)) for one in row.items] for row in told[language]]
    totals = [row.floored for row in told["en"]]
    rows = [
        ScoreRow(
            name=name_of(row.team),
            total=str(row.floored),
            rank=totals.index(row.floored) + 1,
            steps=[
                ScoreStep(name=name_of(one.item), words=Name(zh=zh, en=en), points=str(one.points))
                for (one, zh), (_same, en) in zip(steps["zh-hans"][place], steps["en"][place], strict=True)
            ],
        )
        for place, row in enumerate(told["en"])
        if asked.scope.team is None or row.team.pk == asked.scope.team.pk
    ]
    return Scores(name_of(scheme), rows)


def _step_words(one: ItemScore) -> str:
    """How an item came to its points: its figure, its goal, each step."""
    return ("；" if is_chinese() else "; ").join([one.value_words, *one.goal_words, *one.steps])
