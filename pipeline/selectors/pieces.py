"""The weeks, months and quarters of a target's window: what each missed is carried over to the next (周保月、月保季).

Shares are by days and add up to the minimum; so what the last piece carries on is the minimum less the actual figure.
Of what is counted in pieces a share is whole: nobody signs 0.98 of a project.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from pipeline.models.targets import Metric, Target
from pipeline.selectors.counting import Ask, counted, rule_of, scope_of
from pipeline.selectors.periods import DATES, Period
from pipeline.selectors.rule_words import window_words
from pipeline.selectors.targets import CENT, DAY, Progress, pace_of


@dataclass(frozen=True)
class Piece:
    """A month (week, quarter) of a target's window: its share, what was carried into it, reached, and carried on.

    What is carried is negative where more was reached than asked for.
    """

    first: datetime.date
    last: datetime.date
    words: str
    share: Decimal
    carried_in: Decimal
    actual: Decimal
    is_begun: bool
    url: str

    @property
    def due(self) -> Decimal:
        """Its share and what the pieces before it missed."""
        return self.share + self.carried_in

    @property
    def carried_on(self) -> Decimal:
        """What it hands to the next piece."""
        return self.due - self.actual


BY = ("week", "month", "quarter")
MONEY = frozenset({Metric.AGREED, Metric.FUNDS, Metric.FDI})
WHOLE = Decimal(1)


def pieces_between(first: datetime.date, last: datetime.date, by: str) -> list[tuple[datetime.date, datetime.date]]:
    """The window cut at the ends of weeks (Sunday), months or quarters."""
    found = []
    start = first
    while start <= last:
        if by == "week":
            end = start + datetime.timedelta(days=6 - start.weekday())
        else:
            month = start.month if by == "month" else (start.month - 1) // 3 * 3 + 3
            following = datetime.date(start.year + month // 12, month % 12 + 1, 1)
            end = following - DAY
        found.append((start, min(end, last)))
        start = min(end, last) + DAY
    return found


def usual_cut(target: Target) -> str:
    """Weeks for a window of up to two months, else months; quarters beyond two years."""
    days = (target.ends_on - target.starts_on).days + 1
    return "week" if days <= 62 else "month" if days <= 731 else "quarter"


def share_up_to(target: Target, day: datetime.date) -> Decimal:
    """The part of the minimum that falls into the window up to the day, so that shares add up to the minimum."""
    minimum = target.minimum or Decimal(0)
    pace = pace_of(target.starts_on, target.ends_on, day)
    if pace >= 1:
        return minimum
    return (minimum * pace).quantize(CENT if target.metric in MONEY else WHOLE, rounding=ROUND_HALF_UP)


def pieces_of(progress: Progress, by: str, known: int | None = None) -> list[Piece]:
    """The pieces of a target that adds up, with what each missed carried into the next."""
    target = progress.target
    cut = pieces_between(target.starts_on, target.ends_on, by)
    begun = [one for one in cut if one[0] <= progress.as_of]
    leaves = list(_leaves(progress))
    asks = [
        (number, _clipped(leaf, first, last, progress.as_of, known))
        for number, (first, last) in enumerate(begun)
        for leaf in leaves
        if leaf.starts_on <= last and first <= leaf.ends_on
    ]
    actual, urls = [Decimal(0)] * len(begun), [""] * len(begun)
    for (number, _ask), answer in zip(asks, counted([ask for _number, ask in asks]), strict=True):
        actual[number] += answer.value
        # A number opens exactly its list: a sum over parts has none of its own.
        urls[number] = answer.url if len(leaves) == 1 else ""
    found: list[Piece] = []
    carried = Decimal(0)
    for number, (first, last) in enumerate(cut):
        share = share_up_to(target, last) - share_up_to(target, first - DAY)
        is_begun = number < len(begun)
        piece = Piece(
            first, last, window_words(first, last) if by != "week" else _week_words(first, last), share, carried,
            actual[number] if is_begun else Decimal(0), is_begun, urls[number] if is_begun else "",
        )  # fmt: skip
        found.append(piece)
        carried = piece.carried_on
    return found


def carried_into(
    found: Sequence[Progress], day: datetime.date, by: str, known: int | None = None
) -> dict[uuid.UUID, Decimal]:
    """What the pieces before that of the day hand to it (`Piece.carried_in`), of several targets that add up.

    What was reached before is counted at once: the pieces of a target lie one after another.
    """
    begins = {}
    for progress in found:
        target = progress.target
        cut = pieces_between(target.starts_on, target.ends_on, by) if target.is_additive else []
        starts = [first for first, _last in cut if first <= day]
        if len(starts) > 1:
            begins[target.pk] = starts[-1]
    asks = [
        (progress.target.pk, _clipped(leaf, progress.target.starts_on, begins[progress.target.pk] - DAY, as_of, known))
        for progress in found
        if progress.target.pk in begins
        for as_of, leaf in ((progress.as_of, leaf) for leaf in _leaves(progress))
        if leaf.starts_on < begins[progress.target.pk] and progress.target.starts_on <= leaf.ends_on
    ]
    carried = {
        progress.target.pk: share_up_to(progress.target, begins[progress.target.pk] - DAY)
        for progress in found
        if progress.target.pk in begins
    }
    for (pk, _ask), answer in zip(asks, counted([ask for _pk, ask in asks]), strict=True):
        carried[pk] -= answer.value
    return carried


def _week_words(first: datetime.date, last: datetime.date) -> str:
    days = Period(DATES, first, last).days_words
    return _("week %(week)d (%(days)s)") % {"week": first.isocalendar().week, "days": days}


def _leaves(progress: Progress) -> Iterable[Target]:
    """The targets whose own figures make up the actual."""
    if not progress.rolls_up:
        yield progress.target
        return
    for part in progress.parts:
        yield from _leaves(part)


def _clipped(
    target: Target, first: datetime.date, last: datetime.date, as_of: datetime.date, known: int | None
) -> Ask:
    return Ask(
        rule=rule_of(target), scope=scope_of(target.letter), first=max(first, target.starts_on),
        last=min(last, target.ends_on), as_of=as_of, known=known,
    )  # fmt: skip
