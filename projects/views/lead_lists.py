"""The list of leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from investcrm.core.money import format_money
from projects.choices import ListPage
from projects.columns import (
    CHOOSABLE,
    COLUMNS,
    DEFAULT,
    Column,
    chosen_columns,
    lead_row,
    read_for,
)
from projects.filters import LEAD_ORDERINGS, LeadFilter
from projects.forms.listing import LEAD_SORTS, LeadFilterForm
from projects.models import Company, Industry, Lead, LeadQuerySet, Stage, Tag
from projects.rates import SUMMED, totals
from projects.selectors import Choice, filter_choices
from projects.services.bulk import LIMIT
from projects.views.filtering import (
    ALL,
    ListState,
    Words,
    choice_words,
    filtered,
    heads,
    later,
    list_context,
    read_page,
    read_state,
    row_words,
)
from projects.views.view_bar import bar_context, default_view_of, view_bar
from teams.access import Capability
from teams.models import Team, User, Zone
from teams.requests import user_of

NEWEST = "-created_at"


def _or_nobody(words: Words) -> Words:
    return lambda value: str(_("(nobody)")) if value == "none" else words(value)


def _or_none(words: Words) -> Words:
    return lambda value: str(_("(none)")) if value == "none" else words(value)


def _choice_words(name: str) -> Words:
    choices = dict(LeadFilter.base_filters[name].extra["choices"])
    return lambda value: str(choices[value]) if value in choices else None


def _money_words(value: str) -> str:
    return format_money(Decimal(value))


def lead_words(user: User, choices: Mapping[str, Sequence[Choice]]) -> dict[str, Words]:
    """How each filter's value reads; a value that means nothing has no words.

    What is among the choices is known already; anything else is asked for.
    """
    rows: dict[str, Words] = {
        "zone": later(lambda: row_words(Zone.objects.visible_to(user), "code")),
        "stage": later(lambda: row_words(Stage.objects.visible_to(user), "code")),
        "team": later(lambda: row_words(Team.objects.visible_to(user), "code")),
        "owner": later(lambda: row_words(User.objects.visible_to(user), "username")),
        "industry": later(lambda: row_words(Industry.objects.visible_to(user), "code")),
        "tag": later(lambda: row_words(Tag.objects.visible_to(user), "name__iexact")),
    }
    named = {name: choice_words(choices.get(name, ()), words) for name, words in rows.items()}
    return {
        **named,
        "team": _or_nobody(named["team"]),
        "owner": _or_nobody(named["owner"]),
        "industry": _or_nobody(named["industry"]),
        "company": later(lambda: row_words(Company.objects.visible_to(user), "pk")),
        "tag": _or_none(named["tag"]),
        "total_investment_min": _money_words,
        "total_investment_max": _money_words,
        **{name: _choice_words(name) for name, known in LeadFilter.base_filters.items() if "choices" in known.extra},
    }


def lead_state(
    request: HttpRequest, others: Collection[str] = (), choices: Mapping[str, Sequence[Choice]] | None = None
) -> ListState:
    """The filters of leads as any page's address carries them; `others` are the page's own parameters."""
    return read_state(
        request,
        LeadFilter,
        words=lead_words(user_of(request), choices or {}),
        default_ordering=NEWEST,
        orderings=LEAD_ORDERINGS,
        columns=COLUMNS,
        default_columns=DEFAULT,
        others=others,
    )


def leads_of_state(state: ListState, user: User) -> LeadQuerySet:
    """The visible leads that the filters leave."""
    return cast(LeadQuerySet, filtered(state, LeadFilter, Lead.objects.visible_to(user)))


def _filter_form(state: ListState, choices: Mapping[str, Sequence[Choice]]) -> LeadFilterForm:
    """The form as the address stands; a value that it does not offer (several stages) is added, so that it stays."""
    shown = {name: ",".join(values) for name, values in state.values.items()}
    ordering = "" if state.ordering == NEWEST else state.ordering
    form = LeadFilterForm(initial={**shown, "ordering": ordering}, choices=choices)
    if ordering not in dict(LEAD_SORTS):
        form.fields["ordering"].choices = [*LEAD_SORTS, (ordering, _("As in the table"))]  # type: ignore[attr-defined]
    for name, value in shown.items():
        offered = getattr(form.fields.get(name), "choices", None)
        if offered is not None and value not in dict(offered):
            words = "、".join(state.words[name, part] for part in state.values[name])
            form.fields[name].choices = [*offered, (value, words)]  # type: ignore[attr-defined]
    return form


@login_required
@require_GET
def lead_list(request: HttpRequest) -> HttpResponse:
    """The leads that the user may see, filtered, sorted, page by page, in the columns of one's choice."""
    user = user_of(request)
    if (opened := default_view_of(request, user, ListPage.LEADS)) is not None:
        return opened
    choices = filter_choices(user)
    state = lead_state(request, choices=choices)
    columns = chosen_columns(state.columns)
    page = read_page(request, state, read_for(leads_of_state(state, user), columns), LEAD_ORDERINGS)
    bar = view_bar(request, user, ListPage.LEADS, understood=state.own_query, unknown=state.unknown)
    if bar.has_default and not state.view:
        state.view = ALL
    context = {
        **list_context(state, page),
        **bar_context(bar),
        "heads": heads(state, [(column.sort, column.label, column.css) for column in columns]),
        "rows": [lead_row(lead) for lead in page.rows],
        "shown": columns[1:],
        "columns": [(column, column in columns) for column in _in_dialog(columns)],
        "form": _filter_form(state, choices),
        "more_open": bool({*state.values} & {*LeadFilterForm.MORE}),
        "may_create": user.can(Capability.CREATE_LEAD),
        "may": may_with_many(user),
        "limit": LIMIT,
    }
    return render(request, "projects/lead_list.html", context)


def may_with_many(user: User) -> dict[str, bool]:
    """What the bar of many rows offers; whether a row allows it is said row by row."""
    return {
        "assign": user.can(Capability.ASSIGN_LEAD),
        "edit": user.can(Capability.EDIT_LEAD),
        "move": user.can(Capability.MOVE_LEAD),
        "export": user.can(Capability.EXPORT),
    }


def _in_dialog(columns: list[Column]) -> list[Column]:
    """The chosen columns in their order, then the others."""
    return [*columns[1:], *(column for column in CHOOSABLE if column not in columns)]


@login_required
@require_GET
def lead_count(request: HttpRequest) -> HttpResponse:
    """How many leads the filters leave; counted only when somebody asks."""
    count = leads_of_state(lead_state(request), user_of(request)).count()
    return render(request, "projects/_count.html", {"count": count})


@login_required
@require_GET
def lead_totals(request: HttpRequest) -> HttpResponse:
    """How many leads the filters leave and how much they are about; summed only when somebody asks."""
    leads = leads_of_state(lead_state(request), user_of(request))
    found = totals(leads, timezone.localdate())
    sums = [(COLUMNS[name].label, found.sums[name]) for name in SUMMED]
    return render(request, "projects/_totals.html", {"totals": found, "sums": sums})
