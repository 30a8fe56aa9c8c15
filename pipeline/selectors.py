"""Reading the pipeline: where a lead may go, the stepper, the board."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from projects.choices import StageKind
from projects.models import Lead, LedgerEntry, Stage
from projects.rates import in_cny
from projects.requirements import Requirement, facts_of, missing, requirements_by_stage
from projects.services.ledger import effective, entries_of
from teams.models import User

BOARD_PAGE = 20


@dataclass(frozen=True)
class NextStage:
    """A stage that the lead may be moved to, and what is still missing for it."""

    stage: Stage
    missing: list[Requirement]
    goes_back: bool


def next_stages(lead: Lead, user: User) -> list[NextStage]:
    """Every other stage in use, in order; what a move itself sets (its day) is not missing. Two queries."""
    required = requirements_by_stage()
    # The day of signing or landing is the day of the move, which the move asks for anyway.
    facts = facts_of(lead) | {"signed_on": True, "landed_on": True}
    stages = list(Stage.objects.visible_to(user))
    here = next(stage for stage in stages if stage.code == lead.stage_id)
    return [
        NextStage(
            stage=stage,
            missing=missing(required.get(stage.code, []), facts),
            goes_back=stage.position < here.position and here.kind != StageKind.CLOSED,
        )
        for stage in stages
        if stage.code != lead.stage_id
    ]


def moves_of(lead: Lead) -> QuerySet[LedgerEntry]:
    """The moves and corrections of a lead, oldest first."""
    return (
        lead.entries.filter(kind__in=["moved", "corrected"])
        .select_related("actor", "from_stage", "stage")
        .order_by("seq")
    )


def latest_move(lead: Lead) -> LedgerEntry | None:
    """The move that a correction would reverse; None where there is none."""
    last = effective(entries_of(lead))[-1]
    return last if last.kind == "moved" else None


@dataclass(frozen=True)
class Column:
    """One stage of the board: how many leads, how much, and the first cards."""

    stage: Stage
    count: int
    total_cny: Decimal
    cards: list[Lead]
    more: bool


def board_column_rows(leads: QuerySet[Lead], stage: str) -> QuerySet[Lead]:
    """The leads of a column: who entered the stage last comes first, unknown days at the end."""
    return leads.filter(stage_id=stage).order_by(F("stage_entered_on").desc(nulls_last=True), "-id")


def board(
    leads: QuerySet[Lead], stages: Sequence[Stage], as_of: datetime.date, page_size: int = BOARD_PAGE
) -> list[Column]:
    """The board of these leads (already limited to who looks and what is filtered). Three queries, whatever their number.

    Sums are total investment in CNY at the day's rates; leads without an amount or a rate count, but add nothing.
    """
    sums: dict[str, dict[str, Any]] = {
        row["stage_id"]: row
        for row in leads.order_by()
        .annotate(cny=in_cny("total_investment", as_of))
        .values("stage_id")
        .annotate(
            count=Count("id"),
            total=Sum("cny", default=Decimal(0)),
        )
    }
    parts = [board_column_rows(leads, stage.code)[: page_size + 1].values("id") for stage in stages]
    ids = parts[0].union(*parts[1:], all=True)
    found: dict[str, list[Lead]] = {}
    cards = Lead.objects.filter(id__in=[row["id"] for row in ids]).for_listing()
    for lead in cards.order_by(F("stage_entered_on").desc(nulls_last=True), "-id"):
        found.setdefault(lead.stage_id, []).append(lead)
    return [
        Column(
            stage=stage,
            count=sums.get(stage.code, {}).get("count", 0),
            total_cny=sums.get(stage.code, {}).get("total", Decimal(0)),
            cards=found.get(stage.code, [])[:page_size],
            more=len(found.get(stage.code, [])) > page_size,
        )
        for stage in stages
    ]
