"""The list of leads."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from investcrm.core.money import format_money
from projects.clocks import idle_days, light, silent_days
from projects.filters import LEAD_ORDERINGS, LeadFilter
from projects.forms.listing import LEAD_SORTS, LeadFilterForm
from projects.models import Company, Industry, Lead, Stage, Tag
from projects.views.filtering import ListState, Words, filtered, heads, read_page, read_state, row_words
from teams.access import Capability
from teams.models import Team, User, Zone
from teams.requests import user_of

NEWEST = "-created_at"
COLUMNS: list[tuple[str, Any, str]] = [
    ("name", _("Lead"), ""),
    ("stage_entered_on", _("Stage"), ""),
    ("", _("Team and owner"), ""),
    ("total_investment", _("Total investment"), "num"),
    ("", _("Progress"), ""),
    ("last_interaction_at", _("Last contact"), ""),
    ("next_follow_up_on", _("Next follow-up"), ""),
]


@dataclass(frozen=True)
class LeadRow:
    """A lead with its clocks, in days."""

    lead: Lead
    light: str
    idle: int | None
    silent: int
    late: bool


def lead_row(lead: Lead, today: datetime.date | None = None) -> LeadRow:
    """A lead and its clocks on the zone's present day."""
    zone = lead.zone
    today = today or zone.today()
    idle = idle_days(lead.last_progress_on, today)
    return LeadRow(
        lead,
        light=light(idle, lead.stage_kind, yellow=zone.idle_yellow_days, red=zone.idle_red_days),
        idle=idle,
        silent=silent_days(lead.last_interaction_at, lead.created_at, today, zone.time_zone),
        late=lead.next_follow_up_on is not None and lead.next_follow_up_on < today,
    )


def _or_nobody(words: Words) -> Words:
    return lambda value: str(_("(nobody)")) if value == "none" else words(value)


def _or_none(words: Words) -> Words:
    return lambda value: str(_("(none)")) if value == "none" else words(value)


def _choice_words(name: str) -> Words:
    choices = dict(LeadFilter.base_filters[name].extra["choices"])
    return lambda value: str(choices[value]) if value in choices else None


def _money_words(value: str) -> str:
    return format_money(Decimal(value))


def lead_words(user: User) -> dict[str, Words]:
    """How each filter's value reads; a value that means nothing has no words."""
    return {
        "zone": row_words(Zone.objects.visible_to(user), "code"),
        "stage": row_words(Stage.objects.visible_to(user), "code"),
        "team": _or_nobody(row_words(Team.objects.visible_to(user), "code")),
        "owner": _or_nobody(row_words(User.objects.visible_to(user), "username")),
        "industry": _or_nobody(row_words(Industry.objects.visible_to(user), "code")),
        "company": row_words(Company.objects.visible_to(user), "pk"),
        "tag": _or_none(row_words(Tag.objects.visible_to(user), "name__iexact")),
        "total_investment_min": _money_words,
        "total_investment_max": _money_words,
        **{
            name: _choice_words(name)
            for name, known in LeadFilter.base_filters.items()
            if "choices" in known.extra
        },
    }


def lead_state(request: HttpRequest, others: Collection[str] = ()) -> ListState:
    """The filters of leads as any page's address carries them; `others` are the page's own parameters."""
    return read_state(
        request,
        LeadFilter,
        words=lead_words(user_of(request)),
        default_ordering=NEWEST,
        orderings=LEAD_ORDERINGS,
        others=others,
    )


def _filter_form(state: ListState, user: User) -> LeadFilterForm:
    """The form as the address stands; a value that it does not offer (several stages) is added, so that it stays."""
    shown = {name: ",".join(values) for name, values in state.values.items()}
    ordering = "" if state.ordering == NEWEST else state.ordering
    form = LeadFilterForm(initial={**shown, "ordering": ordering}, user=user)
    if ordering not in dict(LEAD_SORTS):
        form.fields["ordering"].choices = [*LEAD_SORTS, (ordering, _("As in the table"))]  # type: ignore[attr-defined]
    for name, value in shown.items():
        choices = getattr(form.fields.get(name), "choices", None)
        if choices is not None and value not in dict(choices):
            words = "、".join(state.words[name, part] for part in state.values[name])
            form.fields[name].choices = [*choices, (value, words)]  # type: ignore[attr-defined]
    return form


@login_required
@require_GET
def lead_list(request: HttpRequest) -> HttpResponse:
    """The leads that the user may see, filtered, sorted, page by page."""
    user, state = user_of(request), lead_state(request)
    page = read_page(
        request, state, filtered(state, LeadFilter, Lead.objects.visible_to(user).for_listing()), LEAD_ORDERINGS
    )
    form = _filter_form(state, user)
    context = {
        "state": state,
        "heads": heads(state, COLUMNS),
        "rows": [lead_row(lead) for lead in page.rows],
        "previous_url": state.address(cursor=page.previous_cursor) if page.previous_cursor else "",
        "next_url": state.address(cursor=page.next_cursor) if page.next_cursor else "",
        "form": form,
        "more_open": bool({*state.values} & {*LeadFilterForm.MORE}),
        "may_create": user.can(Capability.CREATE_LEAD),
    }
    return render(request, "projects/lead_list.html", context)


@login_required
@require_GET
def lead_count(request: HttpRequest) -> HttpResponse:
    """How many leads the filters leave; counted only when somebody asks."""
    state = lead_state(request)
    count = filtered(state, LeadFilter, Lead.objects.visible_to(user_of(request))).count()
    return render(request, "projects/_count.html", {"count": count})
