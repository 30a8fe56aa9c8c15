"""What counts for several targets at once, by ids: a query for what is asked of leads, one for each other rule."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.models.targets import Metric
from pipeline.selectors.activity import FUNDS, INTERACTIONS, PLANS, ActivityRow, every_row
from pipeline.selectors.counting import MEASURED, WHATS, Ask, Branches, group_of, question_of
from pipeline.selectors.figures import Row, every_row_of
from pipeline.selectors.measured import KINDS as OF_ACTIVITY
from pipeline.selectors.measured import asked_of
from pipeline.selectors.questions import NEW
from pipeline.selectors.scopes import Scope

LEAD = "lead"
KINDS = {FUNDS: "fund_arrival", INTERACTIONS: "interaction", PLANS: "planned_visit"}


@dataclass(frozen=True)
class Behind:
    """What counts: rows of a kind by their ids, the latest first, and the leads that they are of."""

    kind: str = LEAD
    ids: tuple[uuid.UUID, ...] = ()
    leads: tuple[uuid.UUID, ...] = ()


def behind(asks: Sequence[Ask]) -> list[Behind]:
    """What counts for each ask; nothing for a window that has not begun."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, ask in enumerate(asks):
        groups.setdefault(group_of(ask), []).append(place)
    found = [Behind(_kind_of(ask)) for ask in asks]
    branches = Branches()
    of_leads: dict[int, tuple[list[int], Ask]] = {}
    for places in groups.values():
        whole = replace(asks[places[0]], scope=Scope(asks[places[0]].scope.zone))
        if whole.first > whole.as_of:
            continue
        if whole.rule.metric in MEASURED:
            by_person = asks[places[0]].scope.person is not None
            rows = every_row(asked_of(whole.rule.metric, question_of(whole, NEW, branches), whole.scope), by_person)
            for place in places:
                found[place] = _of_activity(found[place].kind, rows, asks[place].scope)
        else:
            of_leads[places[0]] = (places, whole)
    questions = [
        (number, question_of(whole, what, branches))
        for number, (_places, whole) in of_leads.items()
        for what in WHATS[whole.rule.metric]
    ]
    behind_them: dict[int, list[Row]] = {}
    answers = every_row_of([question for _number, question in questions])
    for (number, _question), lines in zip(questions, answers, strict=True):
        behind_them.setdefault(number, []).extend(lines)
    for number, (places, _whole) in of_leads.items():
        for place in places:
            ids = _once(row.lead_id for row in _had_by(asks[place].scope)(behind_them[number]))
            found[place] = Behind(LEAD, ids, ids)
    return found


def _kind_of(ask: Ask) -> str:
    return KINDS[OF_ACTIVITY[Metric(ask.rule.metric)][0]] if ask.rule.metric in MEASURED else LEAD


def _had_by(scope: Scope) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Those of the rows that count for the scope."""
    if scope.person is not None:
        person = scope.person.pk
        return lambda rows: (row for row in rows if row.owner_id == person)
    if scope.team is not None:
        team = scope.team.pk
        return lambda rows: (row for row in rows if row.team_id == team)
    return lambda rows: rows


def _of_activity(kind: str, rows: Sequence[ActivityRow], scope: Scope) -> Behind:
    if scope.person is not None:
        rows = [row for row in rows if row.person_id == scope.person.pk]
    elif scope.team is not None:
        rows = [row for row in rows if row.team_id == scope.team.pk]
    return Behind(kind, _once(row.id for row in rows), _once(row.lead_id for row in rows if row.lead_id))


def _once(ids: Iterable[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    return tuple(dict.fromkeys(ids))
