"""What a figure asks, and its address: the same question gives the number and the list behind it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline.selectors.periods import Period, parse_period
from pipeline.selectors.scopes import Scope, read_scope
from projects.choices import Listing
from teams.models import User

STOCK, NEW, SIGNED, LANDED, CLOSED, LISTED = "stock", "new", "signed", "landed", "closed", "listed"
ENTERED, LEFT, REACHED, INCREASED, FLOW = "entered", "left", "reached", "increased", "flow"
WHATS = {
    STOCK: _("Leads"),
    NEW: _("New leads"),
    SIGNED: _("Signed"),
    LANDED: _("Landed"),
    CLOSED: _("Closed"),
    LISTED: _("Listed as major projects"),
    ENTERED: _("Entered the stage"),
    LEFT: _("Left the stage"),
    REACHED: _("Of the new leads, came so far"),
    INCREASED: _("Increases of capital"),
    FLOW: _("Came in and went out"),
}
# What is asked of a day; everything else is asked of a period. Asked of a period, the leads of a day are those that
# came into their stage in it.
OF_A_DAY = frozenset({STOCK})
# The columns that a question may be limited to, by their names in its address; an empty value is "none".
LIMITS = (
    "stage", "stage_kind", "team", "owner", "industry", "mode", "origin", "listing", "cause", "referrer"
)  # fmt: skip
LEVELS = [Listing.CITY, Listing.PROVINCE, Listing.NATION]


@dataclass(frozen=True)
class Size:
    """A size class: a pair of bounds, not a conversion (DOMAIN section 3). Another currency is converted to USD."""

    cny: Decimal
    usd: Decimal | None = None


@dataclass(frozen=True)
class Question:
    """Which leads (or moves, or increases): what, of whom, when, as of which day, as known at which position.

    `period` is when it happened. `as_of` is the day whose state counts: amounts, classes, whether the lead is there.
    `known` leaves out what has a later position in the change feed. Amounts without a signing day are converted at the
    rate of `rates` (else of `as_of`), so that two days can be compared at one rate. `undated` are leads whose present
    stage began nobody knows when. The other fields limit; several values are any of.
    """

    what: str
    scope: Scope
    as_of: datetime.date
    period: Period | None = None
    known: int | None = None
    stage: tuple[str, ...] = ()
    stage_kind: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    referrer: tuple[str, ...] = ()
    total_investment: Size | None = None
    registered_capital: Size | None = None
    rates: datetime.date | None = None
    undated: bool = False

    def limited(self, **limits: str) -> Question:
        """The same question, limited to one value of some columns."""
        return self.among(**{name: (value,) for name, value in limits.items()})

    def among(self, **limits: tuple[str, ...]) -> Question:
        """The same question, limited to any of some values of some columns."""
        changes: dict[str, Any] = dict(limits)
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """The question as an address writes it."""
        pairs = [("what", self.what), ("scope", self.scope.code), ("as_of", self.as_of.isoformat())]
        if self.period is not None:
            pairs.append(("period", self.period.code))
        if self.known is not None:
            pairs.append(("known", str(self.known)))
        if self.rates is not None:
            pairs.append(("rates", self.rates.isoformat()))
        if self.undated:
            pairs.append(("undated", "1"))
        pairs += [(name, value or "none") for name in LIMITS for value in getattr(self, name)]
        for name in ("total_investment", "registered_capital"):
            size: Size | None = getattr(self, name)
            if size is not None:
                pairs.append((name, ",".join(str(bound) for bound in (size.cny, size.usd) if bound is not None)))
        return urlencode(pairs)


def figure_url(question: Question) -> str:
    """The address of the list behind a figure."""
    return f"{reverse('pipeline:figure')}?{question.query}"


def listed_at_least(level: str) -> tuple[str, ...]:
    """The lists of major projects from the level up."""
    return tuple(str(one) for one in LEVELS[LEVELS.index(Listing(level)) :])


def check_as_of(as_of: datetime.date, today: datetime.date) -> None:
    """Raises ValidationError for a day that has not come: no figure is known of it."""
    if as_of > today:
        raise ValidationError(
            _("%(day)s has not come yet: figures are known up to today."),
            code="future",
            params={"day": as_of.isoformat()},
        )


def read_question(user: User, data: QueryDict) -> Question:
    """The question that an address asks; raises Http404 for a scope that is not the user's, ValidationError."""
    scope = read_scope(user, data.get("scope", ""))
    today = scope.zone.today()
    what = data.get("what", "")
    if what not in WHATS:
        raise ValidationError(_("There is no such figure."), code="unknown_figure")
    as_of = _day(data.get("as_of", "")) or today
    check_as_of(as_of, today)
    period_code = data.get("period", "")
    period = parse_period(period_code) if period_code else None
    if period is None and what not in OF_A_DAY:
        raise ValidationError(_("Say for which period."), code="period")
    limits: Mapping[str, tuple[str, ...]] = {name: _values(name, data) for name in LIMITS if data.getlist(name)}
    rates = _day(data.get("rates", ""))
    if rates is not None:
        check_as_of(rates, today)
    known = data.get("known", "")
    if known and not (known.isascii() and known.isdigit() and len(known) <= 18):
        raise ValidationError(_("This is no position of the change feed."), code="known")
    return Question(
        what,
        scope,
        as_of,
        period,
        int(known) if known else None,
        total_investment=_size(data.get("total_investment", "")),
        registered_capital=_size(data.get("registered_capital", "")),
        rates=rates,
        undated=bool(data.get("undated")),
        **limits,
    )


def _values(name: str, data: QueryDict) -> tuple[str, ...]:
    """The values that a column is limited to. `none` is the empty one; among lists it is a word of its own."""
    values = data.getlist(name)
    if any("\x00" in value for value in values):
        raise ValidationError(_("There is no such figure."), code="unknown_figure")
    return tuple("" if value == "none" and name != "listing" else value for value in values)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationError(_("That is no day. Write 2026-03-05."), code="invalid_day") from error


def _is_amount(bound: Decimal) -> bool:
    """Whether it is not negative and has no more than two digits after the point, as amounts are kept."""
    return bound.is_finite() and 0 <= bound < 10**15 and bound == bound.quantize(Decimal("0.01"))


def _size(text: str) -> Size | None:
    if not text:
        return None
    try:
        bounds = [Decimal(part) for part in text.split(",")]
    except ArithmeticError as error:
        raise ValidationError(_("That is no amount."), code="amount") from error
    if not 1 <= len(bounds) <= 2 or not all(map(_is_amount, bounds)):
        raise ValidationError(_("That is no amount."), code="amount")
    return Size(*bounds)
