"""Writes the cards of the board: in Python, since a page has hundreds of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from investcrm.core.markup import addresses, text
from investcrm.core.templatetags.crm import day, day_full, money
from investcrm.core.templatetags.ui import icon, light
from projects.models import Lead

register = template.Library()


class Writer:
    """What the cards of one page have in common: words, icons and addresses, looked up once."""

    def __init__(self) -> None:
        self.lead_address, self.move_address = addresses("projects:lead"), addresses("pipeline:move")
        self.unassigned = text(gettext("Unassigned"))
        self.overdue = text(gettext("overdue"))
        self.since = text(gettext("In this stage since"))
        self.move, self.move_lead = text(gettext("Move to…")), gettext("Move to… %(lead)s")
        on_time = text(gettext("On time"))
        self.green = (
            f'<span class="light light-green" title="{on_time}">{icon("check-circle")}'
            f'<span class="visually-hidden">{on_time}</span></span>'
        )
        self.calendar, self.arrows = icon("calendar-event"), icon("arrow-left-right")
        self.next_step = text(gettext("Next step"))
        self.light, self.days, self.day, self.day_full = (
            cache(self._light),
            cache(self._days),
            cache(day),
            cache(day_full),
        )

    @staticmethod
    def _light(colour: str, idle: int) -> str:
        return light(colour, ngettext("%(counter)s day idle", "%(counter)s days idle", idle) % {"counter": idle})

    @staticmethod
    def _days(days: int) -> str:
        return text(ngettext("%(counter)s day in stage", "%(counter)s days in stage", days) % {"counter": days})

    def card(self, card: Any) -> str:
        """A card of the board (pipeline.views.board.Card)."""
        lead: Lead = card.lead
        movable = f' data-movable data-move-url="{self.move_address(lead.pk)}"' if card.can_move else ""
        return (
            f'<li class="board-card" data-lead-id="{lead.pk}"{movable}>\n'
            f'<a class="board-name" href="{self.lead_address(lead.pk)}" draggable="false">{text(lead)}</a>\n'
            f'<p class="board-company">{text(lead.company)}</p>\n'
            f'<p class="board-facts">{self.facts(lead)}</p>\n{self.due(lead.next_follow_up_on, card.is_overdue)}'
            f'<div class="board-foot">{self.foot(card)}</div>\n</li>'
        )

    def facts(self, lead: Lead) -> str:
        """How large it is, and whose."""
        amount = ""
        if lead.total_investment is not None:
            amount = f'<span class="board-amount">{money(lead.total_investment, lead.currency)}</span>'
        whose = lead.owner or lead.team
        return f"{amount}<span>{text(whose) if whose else self.unassigned}</span>"

    def due(self, on: datetime.date | None, is_overdue: bool) -> str:
        """The next step, where there is one."""
        if not on:
            return ""
        css, late = ("board-overdue", f" {self.overdue}") if is_overdue else ("", "")
        return (
            f'<p class="board-next"><span class="{css}">{self.calendar} '
            f'<span class="visually-hidden">{self.next_step}: </span>{self.day(on)}{late}</span></p>\n'
        )

    def foot(self, card: Any) -> str:
        """The light, the days in the stage, and the button that moves it."""
        shape = self.green if card.light == "green" else ""
        if card.light not in ("green", "none"):
            shape = self.light(card.light, card.idle)
        age = ""
        if card.days is not None:
            since = f"{self.since} {self.day_full(card.lead.stage_entered_on)}"
            age = f'<span class="board-age" title="{since}">{self.days(card.days)}</span>'
        button = ""
        if card.can_move:
            label = text(self.move_lead % {"lead": card.lead})
            button = (
                '<button type="button" class="btn btn-quiet btn-sm board-move"'
                f' data-dialog-url="{self.move_address(card.lead.pk)}" aria-label="{label}">'
                f"{self.arrows}<span>{self.move}</span></button>"
            )
        return f"{shape}\n{age}\n{button}\n"


@register.simple_tag
def board_cards(cards: Iterable[Any]) -> SafeString:
    """The cards of a column."""
    writer = Writer()
    return SafeString("".join(writer.card(card) for card in cards))
