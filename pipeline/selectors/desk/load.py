"""What each person has on their hands today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from pipeline.selectors.desk.lists import desk_rows, key_stages, leads_of
from pipeline.selectors.figures import answers_to
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import StageKind
from projects.models import Stage
from teams.models import User


@dataclass(frozen=True)
class Load:
    """A person's open leads, key leads among them, and leads whose next follow-up is overdue."""

    person: User
    open: int
    key: int
    overdue: int
    open_question: Question
    key_question: Question


def _by_owner_and_stage(user: User, scope: Scope) -> dict[tuple[str, str], int]:
    """How many leads each owner has in each stage. One query; a whole zone's are read from the tallies."""
    if scope.team is None:
        told = answers_to([(Question(STOCK, scope, scope.zone.today()), ("owner", "stage"))])[0]
        return {(owner, stage): answer.count for (owner, stage), answer in told.items() if owner}
    counted: Any = leads_of(user, scope).filter(owner__isnull=False).order_by().values_list("owner", "stage")
    return {(str(owner), stage): count for owner, stage, count in counted.annotate(count=Count("id"))}


def workload(user: User, scope: Scope) -> list[Load]:
    """What each owner has, who has most first. Five queries."""
    held = _by_owner_and_stage(user, scope)
    stages = list(Stage.objects.filter(kind=StageKind.OPEN))
    open_codes, key_codes = {stage.code for stage in stages}, tuple(stage.code for stage in key_stages())
    late: Any = desk_rows(user, scope, "follow-ups").filter(owner__isnull=False).order_by().values_list("owner")
    overdue = {str(owner): count for owner, count in late.annotate(count=Count("id"))}
    people = User.objects.in_bulk({owner for owner, stage in held if stage in open_codes} | set(overdue))
    stock = Question(STOCK, scope, scope.zone.today())
    loads = []
    for pk, person in people.items():
        owner = str(pk)
        own = {stage: count for (of, stage), count in held.items() if of == owner}
        asked = stock if scope.person is not None else stock.limited(owner=owner)
        loads.append(
            Load(
                person,
                sum(count for stage, count in own.items() if stage in open_codes),
                sum(count for stage, count in own.items() if stage in key_codes),
                overdue.get(owner, 0),
                asked.limited(stage_kind=StageKind.OPEN),
                asked.among(stage=key_codes),
            )
        )
    return sorted(loads, key=lambda load: (-load.open, -load.key, load.person.name_key))
