"""The board, and its columns one by one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from investcrm.core.money import format_money
from pipeline.forms.board import NAMED, NO_TAG, NOBODY, BoardFilterForm
from pipeline.selectors.board import Column, board, column_page, sums_of_zone
from projects.choices import StageKind
from projects.clocks import Light, idle_days, light
from projects.filters import LEAD_ORDERINGS, LeadFilter
from projects.models import Company, Industry, Lead, Stage, Tag
from projects.models.leads import LeadQuerySet
from projects.selectors import Choice, filter_choices, known_choice, stages_among
from projects.views.filtering import ListState, Words, filtered, later, read_state, row_words
from teams.access import Capability
from teams.models import Team, User, Zone
from teams.requests import user_of

# Stages that need no daily look; their columns begin folded.
FOLDED = frozenset({StageKind.LANDED, StageKind.CLOSED})


@dataclass(frozen=True)
class Card:
    """A lead as a card: days in its stage (None where unknown), its light, and what the reader may do."""

    lead: Lead
    days: int | None
    idle: int | None
    light: Light
    is_overdue: bool
    can_move: bool


def card_of(lead: Lead, user: User) -> Card:
    """The card of a lead from `for_cards`; no query."""
    today: datetime.date = lead.zone.today()
    idle = idle_days(lead.last_progress_on, today)
    return Card(
        lead=lead,
        days=None if lead.stage_entered_on is None else max((today - lead.stage_entered_on).days, 0),
        idle=idle,
        light=light(idle, lead.stage_kind, yellow=lead.zone.idle_yellow_days, red=lead.zone.idle_red_days),
        is_overdue=lead.next_follow_up_on is not None and lead.next_follow_up_on < today,
        can_move=user.can(Capability.MOVE_LEAD, on=lead),
    )


def _named(choices: Sequence[Choice], rows: Words) -> Words:
    """Names from the choices in hand; a row that is not among them (someone who has left) costs a query."""

    def words(value: str) -> str | None:
        if value == "none":
            return str(NOBODY)
        found = known_choice(choices, value)
        return found.name if found else rows(value)

    return words


def _tag_words(user: User) -> Words:
    rows = later(lambda: row_words(Tag.objects.visible_to(user), "name__iexact"))
    return lambda value: str(NO_TAG) if value == "none" else rows(value)


def _fixed(labels: Mapping[str, Any]) -> Words:
    return lambda value: str(labels[value]) if value in labels else None


def _money(value: str) -> str:
    return format_money(Decimal(value))


def _state(request: HttpRequest, choices: Mapping[str, list[Choice]], stages: Sequence[Stage]) -> ListState:
    """The filters as the lead list reads them; its order is kept for the way back."""
    user = user_of(request)
    rows: dict[str, Words] = {
        "team": later(lambda: row_words(Team.objects.visible_to(user), "code")),
        "owner": later(lambda: row_words(User.objects.visible_to(user), "username")),
        "industry": later(lambda: row_words(Industry.objects.visible_to(user), "code")),
        "zone": later(lambda: row_words(Zone.objects.visible_to(user), "code")),
    }
    words: dict[str, Words] = {name: _named(choices.get(name, ()), rows[name]) for name in NAMED}
    words |= {
        name: _fixed(dict(known.extra["choices"]))
        for name, known in LeadFilter.base_filters.items()
        if "choices" in known.extra
    }
    words["stage"] = _fixed({stage.code: stage.name for stage in stages})
    words["tag"] = _tag_words(user)
    words["company"] = later(lambda: row_words(Company.objects.visible_to(user), "pk"))
    words["total_investment_min"] = words["total_investment_max"] = _money
    return read_state(request, LeadFilter, words=words, default_ordering="-created_at", orderings=LEAD_ORDERINGS)


def _leads(state: ListState, user: User) -> LeadQuerySet:
    return cast(LeadQuerySet, filtered(state, LeadFilter, Lead.objects.visible_to(user)))


def _column_context(column: Column, user: User, query: str) -> dict[str, Any]:
    return {
        "column": column,
        "cards": [card_of(lead, user) for lead in column.cards],
        "next_cursor": column.next_cursor,
        "stage": column.stage,
        "folded": column.stage.kind in FOLDED,
        "query": query,
    }


@login_required
@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """The leads that the reader sees, by stage; the filters are those of the lead list."""
    user = user_of(request)
    choices = filter_choices(user, ("stage", *NAMED))
    stages = stages_among(choices["stage"])
    state = _state(request, choices, stages)
    today = timezone.localdate()
    sums = None if state.values else sums_of_zone(user, today)
    columns = board(_leads(state, user), stages, today, sums=sums)
    first_filled = next((column.stage.code for column in columns if column.count), columns[0].stage.code)
    context = {
        "state": state,
        "columns": [_column_context(column, user, state.query) for column in columns],
        "total": sum(column.count for column in columns),
        "shown": first_filled,
        "form": BoardFilterForm(state.values, state.words, choices, state.carried),
        "can_create": user.can(Capability.CREATE_LEAD),
    }
    return render(request, "pipeline/board.html", context)


@login_required
@require_GET
def column(request: HttpRequest, stage: str) -> HttpResponse:
    """A column anew, or with `cursor` its next cards."""
    user = user_of(request)
    stages = list(Stage.objects.visible_to(user))
    found = next((known for known in stages if known.code == stage), None)
    if found is None:
        raise Http404
    state = _state(request, {}, stages)
    leads = _leads(state, user)
    cursor = request.GET.get("cursor", "")
    if not cursor:
        fresh = board(leads.filter(stage_id=found.code), [found], timezone.localdate())[0]
        return render(request, "pipeline/_column.html", _column_context(fresh, user, state.query) | {"fresh": True})
    try:
        page = column_page(leads, found.code, cursor)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from error
    context = {
        "cards": [card_of(lead, user) for lead in page.rows],
        "next_cursor": page.next_cursor,
        "stage": found,
        "query": state.query,
    }
    return render(request, "pipeline/_cards.html", context)
