"""The board: the leads by stage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from investcrm.core.paging import KeysetPage, Ordering, cursor_after, keyset_page
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from pipeline.selectors.tallied import answers_to
from projects.models import Lead, Stage
from projects.models.leads import LeadQuerySet
from projects.rates import in_cny
from teams.access import Capability
from teams.models import User, Zone

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
    rows = leads.filter(stage_id=stage).for_cards()
    return keyset_page(rows, ordering=BOARD_ORDER, allowed=BOARD_ORDERINGS, cursor=cursor, page_size=page_size)


Sums = dict[str, tuple[int, Decimal]]


def sums_of(leads: QuerySet[Lead], as_of: datetime.date) -> Sums:
    """How many leads a stage, and their total investment in CNY at the day's rates. One query."""
    by_stage: Any = leads.order_by().annotate(cny=in_cny("total_investment", as_of)).values("stage_id")
    found = by_stage.annotate(count=Count("id"), total=Sum("cny", default=Decimal(0)))
    return {row["stage_id"]: (row["count"], row["total"]) for row in found}


def sums_of_zone(user: User, as_of: datetime.date) -> Sums | None:
    """The same from the tallies, for who sees one zone and all of it; None for anybody else. One query."""
    zones = user.zone_ids(Capability.VIEW)
    if user.is_superuser or len(zones) != 1 or user.role_zone_ids != set(zones):
        return None
    [answers] = answers_to([(Question(STOCK, Scope(Zone(pk=zones[0])), as_of), ("stage",))])
    return {stage: (found.count, found.total_cny) for (stage,), found in answers.items()}


def board(
    leads: QuerySet[Lead],
    stages: Sequence[Stage],
    as_of: datetime.date,
    page_size: int = BOARD_PAGE,
    sums: Sums | None = None,
) -> list[Column]:
    """The board of these leads, already limited to who looks and what is filtered. Two queries.

    Leads without an amount or a rate count, but add nothing. `sums` spares counting where they are known.
    """
    sums = sums_of(leads, as_of) if sums is None else sums
    parts = [board_column_rows(leads, stage.code)[: page_size + 1].values("id") for stage in stages]
    found: dict[str, list[Lead]] = {}
    cards = Lead.objects.filter(id__in=parts[0].union(*parts[1:], all=True)).for_cards()
    for lead in cards.order_by(F("stage_entered_on").desc(nulls_last=True), "-id"):
        found.setdefault(lead.stage_id, []).append(lead)
    none = (0, Decimal(0))
    return [_column(one, sums.get(one.code, none), found.get(one.code, []), page_size) for one in stages]


def _column(stage: Stage, sums: tuple[int, Decimal], cards: list[Lead], page_size: int) -> Column:
    shown = cards[:page_size]
    return Column(
        stage=stage,
        count=sums[0],
        total_cny=sums[1],
        cards=shown,
        next_cursor=cursor_after(shown[-1], ordering=BOARD_ORDER, allowed=BOARD_ORDERINGS)
        if len(cards) > page_size
        else None,
    )
