"""The board: the leads by stage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Sum, Value

from investcrm.core.language import pick
from investcrm.core.paging import KeysetPage, Ordering, cursor_after, keyset_page
from projects.models import Industry, Lead, Stage
from projects.models.leads import LeadQuerySet
from projects.rates import in_cny
from teams.models import Team, User, Zone

BOARD_PAGE = 20
# The order of a column: who entered the stage last comes first, unknown days at the end.
BOARD_ORDER = "-stage_entered_on"
BOARD_ORDERINGS = {"stage_entered_on": Ordering("stage_entered_on", nullable=True)}
PEOPLE_SHOWN = 500


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
