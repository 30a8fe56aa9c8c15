"""Reading the pipeline: where a lead may go, the stepper, the board."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Sum, Value

from investcrm.core.language import pick
from investcrm.core.paging import KeysetPage, Ordering, cursor_after, keyset_page
from projects.choices import EntryKind, StageKind
from projects.models import Industry, Lead, LedgerEntry, Stage
from projects.models.leads import LeadQuerySet
from projects.rates import in_cny
from projects.requirements import SET_BY_MOVE, Requirement, facts_of, missing, requirements_by_stage
from projects.services.ledger import effective, entries_of
from teams.models import Team, User, Zone

BOARD_PAGE = 20
# The order of a column: who entered the stage last comes first, unknown days at the end.
BOARD_ORDER = "-stage_entered_on"
BOARD_ORDERINGS = {"stage_entered_on": Ordering("stage_entered_on", nullable=True)}
PEOPLE_SHOWN = 500


@dataclass(frozen=True)
class NextStage:
    """A stage that the lead may be moved to, and what is still missing for it."""

    stage: Stage
    missing: list[Requirement]
    goes_back: bool


def goes_back(here: Stage, there: Stage) -> bool:
    """Whether a move goes back, and so needs a note; opening a closed lead again does not."""
    return there.position < here.position and here.kind != StageKind.CLOSED


def next_stages(lead: Lead, user: User) -> list[NextStage]:
    """Every other stage in use, in order; what a move itself sets (its day) is not missing. Two queries."""
    required = requirements_by_stage()
    # The day of signing or landing is the day of the move, which the move asks for anyway.
    facts = facts_of(lead) | dict.fromkeys(SET_BY_MOVE, True)
    stages = list(Stage.objects.visible_to(user))
    here = next(stage for stage in stages if stage.code == lead.stage_id)
    return [
        NextStage(
            stage=stage,
            missing=missing(required.get(stage.code, []), facts),
            goes_back=goes_back(here, stage),
        )
        for stage in stages
        if stage.code != lead.stage_id
    ]


@dataclass(frozen=True)
class Event:
    """A line of a lead's way through the stages, and whether a correction has reversed it."""

    entry: LedgerEntry
    is_reversed: bool


def stage_history(lead: Lead) -> list[Event]:
    """The opening, the moves and the corrections of a lead, oldest first. One query."""
    rows = list(
        lead.entries.filter(kind__in=[EntryKind.OPENED, EntryKind.MOVED, EntryKind.CORRECTED])
        .select_related("actor", "from_stage", "stage")
        .order_by("seq")
    )
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    return [Event(row, row.id in reversed_ids) for row in rows]


def latest_move(lead: Lead) -> LedgerEntry | None:
    """The move that a correction would reverse; None where there is none."""
    last = effective(entries_of(lead))[-1]
    return last if last.kind == EntryKind.MOVED else None


@dataclass(frozen=True)
class Column:
    """One stage of the board: how many leads, how much, and the first cards."""

    stage: Stage
    count: int
    total_cny: Decimal
    cards: list[Lead]
    next_cursor: str | None


def board_column_rows(leads: QuerySet[Lead], stage: str) -> QuerySet[Lead]:
    """The leads of a column: who entered the stage last comes first, unknown days at the end."""
    return leads.filter(stage_id=stage).order_by(F("stage_entered_on").desc(nulls_last=True), "-id")


def column_page(leads: LeadQuerySet, stage: str, cursor: str, page_size: int = BOARD_PAGE) -> KeysetPage:
    """The cards of a column after the cursor, one query; raises ValidationError for a cursor that is none."""
    rows = leads.filter(stage_id=stage).for_listing()
    return keyset_page(rows, ordering=BOARD_ORDER, allowed=BOARD_ORDERINGS, cursor=cursor, page_size=page_size)


def board(
    leads: QuerySet[Lead], stages: Sequence[Stage], as_of: datetime.date, page_size: int = BOARD_PAGE
) -> list[Column]:
    """The board of these leads, already limited to who looks and what is filtered. Three queries.

    Sums are total investment in CNY at the day's rates; leads without an amount or a rate count, but add nothing.
    """
    by_stage: Any = leads.order_by().annotate(cny=in_cny("total_investment", as_of)).values("stage_id")
    sums = {row["stage_id"]: row for row in by_stage.annotate(count=Count("id"), total=Sum("cny", default=Decimal(0)))}
    parts = [board_column_rows(leads, stage.code)[: page_size + 1].values("id") for stage in stages]
    ids = parts[0].union(*parts[1:], all=True)
    found: dict[str, list[Lead]] = {}
    cards = Lead.objects.filter(id__in=[row["id"] for row in ids]).for_listing()
    for lead in cards.order_by(F("stage_entered_on").desc(nulls_last=True), "-id"):
        found.setdefault(lead.stage_id, []).append(lead)
    return [_column(stage, sums.get(stage.code), found.get(stage.code, []), page_size) for stage in stages]


def _column(stage: Stage, sums: dict[str, Any] | None, cards: list[Lead], page_size: int) -> Column:
    shown = cards[:page_size]
    return Column(
        stage=stage,
        count=sums["count"] if sums else 0,
        total_cny=sums["total"] if sums else Decimal(0),
        cards=shown,
        next_cursor=cursor_after(shown[-1], ordering=BOARD_ORDER, allowed=BOARD_ORDERINGS)
        if len(cards) > page_size
        else None,
    )


@dataclass(frozen=True)
class Choice:
    """Something to filter by: its id, its code, and its name in the active language."""

    id: str
    code: str
    name: str


def filter_choices(user: User) -> dict[str, list[Choice]]:
    """What the board can be limited to: zones, teams, people and industries that the user knows. One query."""

    def rows(kind: str, found: QuerySet[Any], code: str, zh: str, en: str) -> QuerySet[Any, Any]:
        names = {"kind": Value(kind, CharField()), "word": F(code), "zh": F(zh), "en": F(en)}
        return found.order_by().annotate(**names).values_list("kind", "id", "word", "zh", "en")

    people = User.objects.visible_to(user).filter(is_active=True, is_service_account=False)
    everything = rows("zone", Zone.objects.visible_to(user), "code", "name_zh", "name_en").union(
        rows("team", Team.objects.visible_to(user), "code", "name_zh", "name_en"),
        rows("industry", Industry.objects.visible_to(user), "code", "name_zh", "name_en"),
        rows("owner", people, "username", "display_name", "display_name")[:PEOPLE_SHOWN],
        all=True,
    )
    choices: dict[str, list[Choice]] = {"zone": [], "team": [], "industry": [], "owner": []}
    for kind, row_id, code, zh, en in everything:
        choices[kind].append(Choice(str(row_id), code, pick(zh, en)))
    for found in choices.values():
        found.sort(key=lambda choice: choice.code)
    return choices
