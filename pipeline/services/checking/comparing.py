"""Where a lead's rows and its ledger differ."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from pipeline.services.checking.reading import Found
from pipeline.services.checking.walks import Span, Standing, standing
from projects.choices import EntryKind

# So many are kept; of the others only their number.
MOST = 100
INCREASED = EntryKind.INCREASED.value


@dataclass
class Differences:
    """What was found: the first hundred with all that is known of them, and how many there are."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def add(self, code: str, lead: Found | None = None, **values: Any) -> None:
        """Note one difference; values are kept as texts."""
        self.count += 1
        if len(self.kept) < MOST:
            about = {"lead": lead.id, "number": lead.number} if lead is not None else {}
            told = {name: _text(value) for name, value in values.items()}
            self.kept.append({"code": code, **about, **told})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def compare_lead(
    lead: Found, spans: list[Span], kinds: Mapping[str, str], found: Differences, *, is_generated: bool = False
) -> None:
    """Compare a lead's row, its spans, its history and its increases with its entries.

    The leads of a generated zone were written whole, with all that is told of their past.
    """
    numbers = [entry.seq for entry in lead.entries]
    kind_of_first = lead.entries[0].kind if lead.entries else ""
    if numbers != list(range(1, len(numbers) + 1)) or kind_of_first != EntryKind.OPENED:
        found.add("numbering", lead, entries=len(numbers))
        return
    for entry in lead.entries:
        if entry.zone != lead.zone:
            found.add("zone", lead, seq=entry.seq)
    should = standing(lead.entries, kinds)
    for name, wanted, there in zip(Standing._fields, should, lead.standing, strict=True):
        if wanted != there:
            found.add("lead", lead, field=name, should=wanted, found=there)
    progress = max(filter(None, (should.stage_entered_on, lead.milestone_on)), default=None)
    if progress != lead.last_progress_on:
        found.add("lead", lead, field="last_progress_on", should=progress, found=lead.last_progress_on)
    _compare_spans(lead, spans, found)
    _compare_history(lead, found, is_generated=is_generated)
    _compare_increases(lead, found)


def _compare_spans(lead: Found, spans: list[Span], found: Differences) -> None:
    if spans == lead.spans:
        return
    kept = {span.ordinal: span for span in lead.spans}
    for wanted in spans:
        there = kept.pop(wanted.ordinal, None)
        if there is None:
            found.add("span_missing", lead, ordinal=wanted.ordinal, day=wanted.begins_on)
            continue
        for name, one, other in zip(Span._fields, wanted, there, strict=True):
            if one != other:
                found.add("span", lead, ordinal=wanted.ordinal, field=name, should=one, found=other)
    for extra in kept.values():
        found.add("span_extra", lead, ordinal=extra.ordinal, day=extra.begins_on)


def _compare_history(lead: Found, found: Differences, *, is_generated: bool) -> None:
    """Every state in which the row ever was is one that an entry left it in, in the same order."""
    if not lead.history:
        return
    told = [snapshot for snapshot, _same in groupby(entry.snapshot for entry in lead.entries)]
    was = [snapshot for snapshot, _same in groupby(snapshot for _label, snapshot in lead.history)]
    # a history that began later than the lead tells its end alone
    whole = lead.history[0][0] == "insert" and not is_generated
    if (told if whole else told[-len(was) :]) != was:
        found.add("history", lead, entries=len(told), states=len(was))


def _compare_increases(lead: Found, found: Differences) -> None:
    entries = {entry.id: entry for entry in lead.entries if entry.kind == INCREASED}
    if not entries and not lead.increases:
        return
    taken_back: Counter[tuple[Any, ...]] = Counter()
    with_row = set()
    for row in lead.increases:
        entry = entries.get(row.entry)
        same = entry and (entry.increase_amount, entry.increase_currency, entry.occurred_on) == row[1:4]
        if not same:
            found.add("increase", lead, amount=row.amount, currency=row.currency, day=row.agreed_on)
        with_row.add(row.entry)
        taken_back[row.amount, row.currency, row.agreed_on] += row.is_deleted
    for entry in entries.values():
        amount = entry.increase_amount or Decimal(0)
        if amount > 0 and entry.id not in with_row:
            found.add("increase_entry", lead, amount=amount, currency=entry.increase_currency, day=entry.occurred_on)
        elif amount < 0:
            taken_back[-amount, entry.increase_currency, entry.occurred_on] -= 1
    for (amount, currency, day), missing in taken_back.items():
        if missing:
            found.add("taken_back", lead, amount=amount, currency=currency, day=day)
