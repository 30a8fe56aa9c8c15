"""The board: the leads by stage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from investcrm.core.paging import KeysetPage, Ordering, cursor_after, keyset_page
from projects.models import Lead, Stage
from projects.models.leads import LeadQuerySet
from projects.rates import in_cny

BOARD_PAGE = 20
# The order of a column: who entered the stage last comes first, unknown days at the end.
BOARD_ORDER = "-stage_entered_on"
BOARD_ORDERINGS = {"stage_entered_on": Ordering("stage_entered_on", nullable=True)}


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
    """The board of these leads, already limited to who looks and what is filtered. Two queries.

    Sums are total investment in CNY at the day's rates; leads without an amount or a rate count, but add nothing.
    """
    by_stage: Any = leads.order_by().annotate(cny=in_cny("total_investment", as_of)).values("stage_id")
    sums = {row["stage_id"]: row for row in by_stage.annotate(count=Count("id"), total=Sum("cny", default=Decimal(0)))}
    parts = [board_column_rows(leads, stage.code)[: page_size + 1].values("id") for stage in stages]
    found: dict[str, list[Lead]] = {}
    cards = Lead.objects.filter(id__in=parts[0].union(*parts[1:], all=True)).for_listing()
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
