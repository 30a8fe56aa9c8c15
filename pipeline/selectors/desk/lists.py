"""Leads of today that want a look: silent, standing still, to be signed soon, with overdue follow-ups.

Each is a set of the leads that the reader sees; counts go up to `MOST`, so that none costs more with a million leads.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pipeline.selectors.scopes import Scope
from projects.choices import StageKind
from projects.models import FundArrival, Lead, Stage
from projects.models.leads import WITHOUT_LIGHT, LeadQuerySet
from teams.models import User, Zone
from visits.selectors.silence import silent_leads

MOST = 10_000
SOON, LATER = 30, 60
DAY = datetime.timedelta(days=1)
# From here on a lead is a key lead, until it is signed; a centre without this stage: the last two before signing.
KEY_FROM = "key_talks"


@dataclass(frozen=True)
class Bounded:
    """A count that stops at `MOST`."""

    count: int

    @property
    def is_more(self) -> bool:
        """Whether there are more than it says."""
        return self.count > MOST

    def __str__(self) -> str:
        return f"{MOST:,}+" if self.is_more else f"{self.count:,}"


def bounded_count(rows: QuerySet[Any]) -> Bounded:
    """How many rows, up to `MOST`. One query."""
    return Bounded(rows.order_by()[: MOST + 1].count())


def day_entered(row: Lead | FundArrival, zone: Zone) -> datetime.date:
    """The day on which it was entered, in the zone's time."""
    return zone.day_of(row.created_at)


def leads_of(user: User, scope: Scope) -> LeadQuerySet:
    """The leads that the user sees and that the scope has now."""
    rows = Lead.objects.visible_to(user).filter(zone=scope.zone)
    if scope.team is not None:
        rows = rows.filter(team=scope.team)
    return rows.filter(owner=scope.person) if scope.person is not None else rows


def key_stages() -> list[Stage]:
    """The open stages of key leads. One query."""
    stages = list(Stage.objects.filter(kind=StageKind.OPEN, deleted_at=None).order_by("position"))
    begin = next((place for place, stage in enumerate(stages) if stage.code == KEY_FROM), max(len(stages) - 2, 0))
    return stages[begin:]


def _idle(rows: LeadQuerySet, scope: Scope, least: int, below: int | None = None) -> LeadQuerySet:
    """Leads without a move or milestone for so many days: the same rule as projects.clocks.light."""
    today = scope.zone.today()
    rows = rows.exclude(stage_kind__in=WITHOUT_LIGHT).filter(last_progress_on__lte=today - DAY * least)
    if below is not None:
        rows = rows.filter(last_progress_on__gt=today - DAY * below)
    return rows.order_by("last_progress_on", "id")


def _red(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return _idle(rows, scope, scope.zone.idle_red_days)


def _yellow(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return _idle(rows, scope, scope.zone.idle_yellow_days, scope.zone.idle_red_days)


def _red_key(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return _red(rows, scope).filter(stage__in=[stage.code for stage in key_stages()])


def _silent(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return silent_leads(rows)


def _expected(rows: LeadQuerySet, **within: datetime.date) -> LeadQuerySet:
    rows = rows.filter(stage_kind=StageKind.OPEN, **within)
    return rows.order_by("expected_signing_on", "id")


def _signing_overdue(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return _expected(rows, expected_signing_on__lt=scope.zone.today())


def _signing_soon(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    today = scope.zone.today()
    return _expected(rows, expected_signing_on__gte=today, expected_signing_on__lte=today + DAY * SOON)


def _signing_later(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    today = scope.zone.today()
    return _expected(rows, expected_signing_on__gt=today + DAY * SOON, expected_signing_on__lte=today + DAY * LATER)


def _overdue(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return rows.filter(next_follow_up_on__lt=scope.zone.today()).order_by("next_follow_up_on", "id")


def _teamless(rows: LeadQuerySet, scope: Scope) -> LeadQuerySet:
    return rows.filter(team=None).exclude(stage_kind=StageKind.CLOSED).order_by("created_at", "id")


@dataclass(frozen=True)
class DeskList:
    """A list: its name, how it is counted, which of the leads it has, which column it shows besides."""

    name: Any
    rule: Any
    rows: Callable[[LeadQuerySet, Scope], LeadQuerySet]
    shows: str


LISTS: Mapping[str, DeskList] = {
    "silent": DeskList(
        _("Silent longer than allowed"),
        _("Leads that nobody has spoken with for more days than their stage allows. The longest silence comes first."),
        _silent,
        "silence",
    ),
    "red": DeskList(
        _("Stalled leads, red"),
        _("Leads before landing without a move or milestone for so many days that the light is red."),
        _red,
        "idle",
    ),
    "yellow": DeskList(
        _("Stalled leads, yellow"),
        _("Leads before landing without a move or milestone for so many days that the light is yellow, not yet red."),
        _yellow,
        "idle",
    ),
    "red-key": DeskList(
        _("Stalled key leads"), _("Leads in key talks or about to be signed whose light is red."), _red_key, "idle"
    ),
    "signing-overdue": DeskList(
        _("Expected signing overdue"),
        _("Open leads whose expected signing day has passed."),
        _signing_overdue,
        "signing",
    ),
    "signing-soon": DeskList(
        _("To be signed within 30 days"),
        _("Open leads that are expected to sign from today on within 30 days."),
        _signing_soon,
        "signing",
    ),
    "signing-later": DeskList(
        _("To be signed in 31 to 60 days"),
        _("Open leads that are expected to sign in 31 to 60 days from today."),
        _signing_later,
        "signing",
    ),
    "follow-ups": DeskList(
        _("Follow-ups overdue"), _("Leads whose next follow-up was due before today."), _overdue, "follow_up"
    ),
    "teamless": DeskList(
        _("Leads without a team"), _("Leads that belong to no team and are not closed."), _teamless, "entered"
    ),
}


def desk_rows(user: User, scope: Scope, name: str) -> LeadQuerySet:
    """The leads of a list, in its order. Raises KeyError."""
    return LISTS[name].rows(leads_of(user, scope), scope)


@dataclass(frozen=True)
class First:
    """The first rows of a list and how many there are."""

    name: str
    count: Bounded
    rows: list[Lead]


def first_rows(user: User, scope: Scope, name: str, most: int) -> First:
    """The first rows of a list, and how many there are. Two queries."""
    rows = desk_rows(user, scope, name)
    shown = list(rows.for_listing()[: most + 1])
    count = Bounded(len(shown)) if len(shown) <= most else bounded_count(rows)
    return First(name, count, shown[:most])
