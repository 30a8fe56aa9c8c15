"""What a figure of activity asks, and its address. Of calls, visits, money, milestones, follow-ups and plans."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline.selectors.periods import Period, parse_period
from pipeline.selectors.questions import check_as_of
from pipeline.selectors.scopes import Scope, read_scope
from teams.models import User
from visits.choices import Channel

INTERACTIONS, FUNDS, MILESTONES, FOLLOW_UPS, PLANS = "interactions", "funds", "milestones", "follow_ups", "plans"
BREACHES, ANSWERS, REQUESTS, TO_COME = "breaches", "answers", "requests", "to_come"
WHATS = {
    INTERACTIONS: _("Calls, visits and receptions"),
    FUNDS: _("Funds arrived"),
    MILESTONES: _("Milestones"),
    FOLLOW_UPS: _("Follow-ups"),
    PLANS: _("Planned visits"),
    BREACHES: _("Silent beyond the limit"),
    ANSWERS: _("First answers to new leads"),
    REQUESTS: _("Service requests"),
    TO_COME: _("Visits to come"),
}
# What is owed by a day, and was done in time or not.
OWED = frozenset({FOLLOW_UPS, PLANS, ANSWERS})
# A lead is answered in time within so many calendar days (DOMAIN section 4).
ANSWER_DAYS = 1
# What became of something that was owed.
KEPT, LATE, MISSED, CANCELLED, OPEN = "kept", "late", "missed", "cancelled", "open"
LIMITS = ("kind", "state", "team", "person")


@dataclass(frozen=True)
class Activity:
    """Which calls, visits, arrivals, …: what, of whom, in which period, up to which day, as known at which position.

    `kind` limits to channels, kinds of funds or milestones; `state` to what became of it; several values are any of.
    `leads` limits to those of some leads and stands in no address.
    """

    what: str
    scope: Scope
    period: Period
    as_of: datetime.date
    known: int | None = None
    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    leads: Collection[uuid.UUID] | None = None

    def limited(self, **limits: str) -> Activity:
        """The same, limited to one value of some columns."""
        changes: dict[str, Any] = {name: (value,) for name, value in limits.items()}
        return replace(self, **changes)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What its address is made of."""
        pairs = [
            ("what", self.what),
            ("scope", self.scope.code),
            ("period", self.period.code),
            ("as_of", self.as_of.isoformat()),
        ]
        if self.known is not None:
            pairs.append(("known", str(self.known)))
        return pairs + [(name, value or "none") for name in LIMITS for value in getattr(self, name)]

    @property
    def query(self) -> str:
        """As an address writes it."""
        return urlencode(self.pairs)


def visits(scope: Scope, period: Period, as_of: datetime.date, known: int | None = None) -> Activity:
    """Outbound visits."""
    return Activity(INTERACTIONS, scope, period, as_of, known, kind=(Channel.VISIT.value,))


def receptions(scope: Scope, period: Period, as_of: datetime.date, known: int | None = None) -> Activity:
    """Receptions."""
    return Activity(INTERACTIONS, scope, period, as_of, known, kind=(Channel.RECEPTION.value,))


def activity_url(asked: Activity) -> str:
    """The address of the list behind a figure of activity."""
    return f"{reverse('pipeline:activity')}?{asked.query}"


def read_activity(user: User, data: QueryDict) -> Activity:
    """What an address asks; raises Http404 for a scope that is not the user's, ValidationError."""
    scope = read_scope(user, data.get("scope", ""))
    what, period, day = data.get("what", ""), data.get("period", ""), data.get("as_of", "")
    if what not in WHATS:
        raise ValidationError(_("There is no such figure."), code="unknown_figure")
    if not period:
        raise ValidationError(_("Say for which period."), code="period")
    today = scope.zone.today()
    try:
        as_of = datetime.date.fromisoformat(day) if day else today
    except ValueError as error:
        raise ValidationError(_("That is no day. Write 2026-03-05."), code="invalid_day") from error
    check_as_of(as_of, today)
    known = data.get("known", "")
    if known and not (known.isdigit() and known.isascii() and len(known) <= 18):
        raise ValidationError(_("This is no position of the change feed."), code="known")
    if any("\x00" in value for name in LIMITS for value in data.getlist(name)):
        raise ValidationError(_("There is no such figure."), code="unknown_figure")
    limits: dict[str, Any] = {
        name: tuple("" if one == "none" else one for one in data.getlist(name)) for name in LIMITS
    }
    return Activity(what, scope, parse_period(period), as_of, int(known) if known else None, **limits)
