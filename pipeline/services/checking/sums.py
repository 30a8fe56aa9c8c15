"""What leads add to the tallies and to the figures, summed anew."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipeline.selectors.answers import Answer
from pipeline.services.checking.walks import Entry, Span
from projects.choices import StageKind

CNY = "CNY"
CENT = Decimal("0.01")
CLOSED = StageKind.CLOSED.value
# The cuts of a tally, from the coarsest on.
ALL_CUTS, TWO_CUTS = 6, 2
Key = tuple[str, str, str, datetime.date | None, str, str, str, datetime.date | None]


class Stages:
    """The stages as they are: their kinds, and their places in the order."""

    def __init__(self, rows: Iterable[tuple[str, str, int]]) -> None:
        self.kinds: dict[str, str] = {}
        # of two stages in one place the code decides
        self.places: dict[str, tuple[int, str]] = {}
        for code, kind, position in rows:
            self.kinds[code], self.places[code] = kind, (position, code)


class Rates:
    """What a unit of a currency is worth in CNY on a day."""

    def __init__(self, rows: Sequence[tuple[str, datetime.date, Decimal]]) -> None:
        self.days: dict[str, list[datetime.date]] = {}
        self.worth: dict[str, list[Decimal]] = {}
        for currency, day, cny in sorted(rows):
            self.days.setdefault(currency, []).append(day)
            self.worth.setdefault(currency, []).append(cny)

    def on(self, currency: str, day: datetime.date) -> Decimal | None:
        """The latest rate that was valid on the day; None where there is none."""
        if currency == CNY:
            return Decimal(1)
        place = bisect.bisect_right(self.days.get(currency, []), day)
        return self.worth[currency][place - 1] if place else None


@dataclass(slots=True)
class Part:
    """A lead's share of one tally."""

    what: str
    day: datetime.date | None
    stage: str
    label: str
    cuts: int
    holder: Span
    sort: Span
    currency: str
    rate_on: datetime.date | None
    n: int
    total: Decimal | None
    agreed: Decimal | None


def holder_on(spans: Sequence[Span], day: datetime.date) -> Span | None:
    """The lead as it was at the end of the day; who had it when something happened gets the credit.

    What happened before the lead is known to have been there goes to who had it first.
    """
    for span in spans:
        if span.holds_on(day):
            return span
    first = spans[0] if spans else None
    return first if first is not None and first.begins_on is not None and day < first.begins_on else None


def parts_of(spans: Sequence[Span], entries: Sequence[Entry], stages: Stages) -> Iterator[Part]:
    """All that a lead adds: where it stands, when it came there, and each step in and out."""
    for span in spans:
        amounts = (span.currency, span.signed_on, 1, span.total_investment, span.agreed_investment)
        if span.begins_on is not None:
            yield Part("flow", span.begins_on, span.stage_id, "+" + span.cause, TWO_CUTS, span, span, *amounts)
        if span.ends_on is not None:
            yield Part("flow", span.ends_on, span.stage_id, "-" + span.ended_by, TWO_CUTS, span, span, *amounts)
    if not spans or spans[-1].ends_on is not None:
        return
    now, born = spans[-1], spans[0].begins_on
    worth = (now.currency, now.signed_on, 1, now.total_investment, now.agreed_investment)
    yield Part("stock", None, now.stage_id, "", ALL_CUTS, now, now, *worth)
    if now.stage_kind in (StageKind.OPEN, StageKind.SIGNED):
        yield Part("age", now.stage_since, now.stage_id, "", TWO_CUTS, now, now, "", None, 1, None, None)
    for what, day in (("new", born), ("signed", now.signed_on or now.landed_on), ("landed", now.landed_on)):
        holder = holder_on(spans, day) if day else None
        if holder is not None:
            yield Part(what, day, now.stage_id, "", ALL_CUTS, holder, now, *worth)
    reached = [span.stage_id for span in spans if span.stage_kind != CLOSED]
    holder = holder_on(spans, born) if born else None
    if holder is not None and reached:
        furthest = max(reached, key=stages.places.__getitem__)
        yield Part("cohort", born, furthest, "", TWO_CUTS, holder, now, "", None, 1, None, None)
    for entry in entries:
        if entry.increase_amount is None or entry.occurred_on is None:
            continue
        holder = holder_on(spans, entry.occurred_on)
        if holder is not None:
            yield Part(
                "increased", entry.occurred_on, now.stage_id, "", TWO_CUTS, holder, now, entry.increase_currency,
                entry.occurred_on, 1 if entry.increase_amount > 0 else -1, None, entry.increase_amount,
            )  # fmt: skip


@dataclass
class Tallies:
    """The tallies of the leads that were added; taken from time to time, so that they stay few."""

    sums: dict[Key, list[Any]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Add a lead's share to each tally that it counts in."""
        holder, sort = part.holder, part.sort
        rate_on = None if part.currency in (CNY, "") else part.rate_on
        keys = (
            ("zone", ""), ("team", holder.team_id or ""), ("owner", holder.owner_id or ""),
            ("industry", sort.industry_id or ""), ("mode", sort.acquisition_mode), ("origin", sort.capital_origin),
        )  # fmt: skip
        total_n, agreed_n = part.total is not None, part.n if part.agreed is not None else 0
        for cut, key in keys[: part.cuts]:
            place = (part.what, cut, key, part.day, part.stage, part.label, part.currency, rate_on)
            sums = self.sums.get(place)
            if sums is None:
                sums = self.sums[place] = [0, 0, Decimal(0), 0, Decimal(0)]
            sums[0] += part.n
            sums[1] += total_n
            sums[3] += agreed_n
            if part.total is not None:
                sums[2] += part.total
            if part.agreed is not None:
                sums[4] += part.agreed


@dataclass(slots=True)
class Worth:
    """A figure in the making; its sums are rounded at the end."""

    rates: Rates
    count: int = 0
    total: Decimal = Decimal(0)
    agreed: Decimal = Decimal(0)
    without: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, state: Span, on: datetime.date) -> None:
        """Count a lead at the rate of its signing day, else of the day."""
        self.put(1, state.total_investment, state.agreed_investment, state.currency, state.signed_on or on)

    def put(self, n: int, total: Decimal | None, agreed: Decimal | None, currency: str, day: datetime.date) -> None:
        """Count amounts at the rate of the day."""
        rate = self.rates.on(currency, day)
        self.count += n
        self.without[0] += n if total is None else 0
        self.without[1] += n if agreed is None else 0
        self.without[2] += n if rate is None else 0
        self.total += (total or Decimal(0)) * (rate or Decimal(0))
        self.agreed += (agreed or Decimal(0)) * (rate or Decimal(0))

    def answer(self) -> Answer:
        """The figure."""
        total, agreed = (amount.quantize(CENT, rounding=ROUND_HALF_UP) for amount in (self.total, self.agreed))
        return Answer(self.count, total, agreed, *self.without)


class Figures:
    """Some figures as of some days, by the value of a column: stock by stage, what happened in the year by team."""

    def __init__(self, days: Sequence[datetime.date], rates: Rates) -> None:
        self.days, self.rates = days, rates
        self.found: dict[tuple[datetime.date, str], dict[str, Worth]] = {
            (day, what): {} for day in days for what in ("stock", "new", "signed", "landed", "increased")
        }

    def _worth(self, day: datetime.date, what: str, key: str) -> Worth:
        return self.found[day, what].setdefault(key, Worth(self.rates))

    def add(self, spans: Sequence[Span], entries: Sequence[Entry]) -> None:
        """Count a lead wherever it belongs."""
        born = spans[0].begins_on if spans else None
        for day in self.days:
            state = next((span for span in spans if span.holds_on(day)), None)
            if state is None:
                continue
            self._worth(day, "stock", state.stage_id).add(state, day)
            begin = day.replace(month=1, day=1)
            signed_on = state.signed_on or state.landed_on
            for what, on in (("new", born), ("signed", signed_on), ("landed", state.landed_on)):
                if on is not None and begin <= on <= day and (holder := holder_on(spans, on)):
                    self._worth(day, what, holder.team_id or "").add(state, day)
            for entry in entries:
                amount, on = entry.increase_amount, entry.occurred_on
                if amount is None or on is None or not begin <= on <= day or not (holder := holder_on(spans, on)):
                    continue
                worth = self._worth(day, "increased", holder.team_id or "")
                worth.put(1 if amount > 0 else -1, None, amount, entry.increase_currency, on)
