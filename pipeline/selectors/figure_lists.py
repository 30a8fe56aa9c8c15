"""The list behind a figure, as far as its reader may see the leads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figure_words import names_in, names_of
from pipeline.selectors.figures import Row, answers_to, rows
from pipeline.selectors.questions import ENTERED, FLOW, LEFT, OF_A_DAY, Question
from projects.choices import EntryKind
from projects.models import Lead, Stage
from teams.models import User

PAGE = 50
# A list is read page by page from its beginning; nobody turns more pages than these.
MOST_PAGES = 200


class Fate(StrEnum):
    """Why a lead behind a figure is not shown by name."""

    SEEN = "seen"
    ELSEWHERE = "elsewhere"
    GONE = "gone"


@dataclass(frozen=True)
class Listed:
    """A row of the list: the lead if the reader sees it, and what it was then."""

    row: Row
    lead: Lead | None
    fate: Fate
    stage: Stage | None
    team: str
    owner: str

    @property
    def cause_words(self) -> str:
        """Why it came or went, in words."""
        return str(EntryKind(self.row.cause).label) if self.row.cause in EntryKind.values else ""

    @property
    def rate(self) -> Decimal | None:
        """What one unit of its currency was taken for; None for CNY and where there was no rate."""
        amount = self.row.agreed_investment or self.row.total_investment
        worth = self.row.agreed_cny if self.row.agreed_investment else self.row.total_cny
        return worth / amount if self.row.currency != "CNY" and amount and worth else None


@dataclass(frozen=True)
class Part:
    """One value of the column that a figure is cut by."""

    name: str
    question: Question | None
    answer: Answer


def figure_and_parts(question: Question, by: str) -> tuple[Answer, list[Part]]:
    """The number, and cut by a column (none for ""). Three queries at most."""
    asked: list[tuple[Question, tuple[str, ...]]] = [(question, ()), *([(question, (by,))] if by else [])]
    told = answers_to(asked)
    if not by:
        return told[0].get((), NOTHING), []
    names = names_of(by, [key for (key,) in told[1]])
    parts = [
        Part(names[key], question.limited(**{by: key}) if by != "month" else None, answer)
        for (key,), answer in told[1].items()
    ]
    return told[0].get((), NOTHING), sorted(parts, key=lambda part: (-part.answer.count, part.name))


def ways_to_cut(question: Question) -> list[str]:
    """The columns by which the question may be cut with profit."""
    ways = ["team", "owner"] if question.scope.team is None and question.scope.person is None else ["owner"]
    if question.scope.person is not None:
        ways = []
    ways += ["stage", "industry", "mode", "origin", "listing", "referrer"]
    if question.what in (ENTERED, LEFT, FLOW):
        ways.append("cause")
    if question.what not in OF_A_DAY:
        ways.append("month")
    return [way for way in ways if len(getattr(question, way, ())) != 1]


def listed(user: User, question: Question, page: int, size: int = PAGE) -> tuple[list[Listed], bool]:
    """A page of the rows, and whether there are more. Six queries whatever the number of rows."""
    found = rows(question, limit=size + 1, offset=(page - 1) * size)
    shown = found[:size]
    wanted = {row.lead_id for row in shown}
    seen = {lead.pk: lead for lead in Lead.objects.visible_to(user).filter(pk__in=wanted).select_related("company")}
    hidden = wanted - set(seen)
    there: set[uuid.UUID] = set()
    if hidden:
        there = set(Lead.objects.filter(pk__in=hidden, deleted_at=None).values_list("pk", flat=True))
    stages = {stage.code: stage for stage in Stage.objects.all()}
    teams = names_in("team", [row.team_id for row in shown])
    owners = names_in("owner", [row.owner_id for row in shown])
    return [
        Listed(
            row,
            seen.get(row.lead_id),
            Fate.SEEN if row.lead_id in seen else Fate.ELSEWHERE if row.lead_id in there else Fate.GONE,
            stages.get(row.stage_id),
            teams.get(str(row.team_id), ""),
            owners.get(str(row.owner_id), ""),
        )
        for row in shown
    ], len(found) > size
