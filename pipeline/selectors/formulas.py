"""The scoring forms of DOMAIN section 6 as functions: figures in, points and every step in words out.

None divides by zero: a goal of 0 and equal bounds have a meaning of their own, which the step says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from pipeline.selectors.rule_words import number_words

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Points:
    """What an item gives, and the steps to it."""

    points: Decimal
    steps: tuple[str, ...]


def rounded(value: Decimal) -> Decimal:
    """Points to the hundredth."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def _n(value: Decimal) -> str:
    return number_words(value)


def share(value: Decimal, goal: Decimal, cap: Decimal | None) -> tuple[Decimal, list[str]]:
    """The share of the goal (1 is the whole), capped or not, with its steps."""
    if goal <= 0:
        whole = Decimal(1)
        return whole, [_("The goal is 0: nothing was asked for, so the share is taken as 100%.")]
    reached = value / goal
    words = {"value": _n(value), "goal": _n(goal), "percent": _n(reached * 100)}
    steps = [_("%(value)s ÷ %(goal)s = %(percent)s%%") % words]
    if cap is not None and reached * 100 > cap:
        reached = cap / 100
        steps.append(_("capped at %(cap)s%%") % {"cap": _n(cap)})
    return max(reached, ZERO), steps


def by_ratio(value: Decimal, goal: Decimal, weight: Decimal, cap: Decimal | None) -> Points:
    """Ratio × weight, capped or not."""
    reached, steps = share(value, goal, cap)
    points = rounded(reached * weight)
    words = {"percent": _n(reached * 100), "weight": _n(weight), "points": _n(points)}
    return Points(points, (*steps, _("%(percent)s%% × %(weight)s = %(points)s") % words))


def by_average(pairs: Sequence[tuple[str, Decimal, Decimal]], weight: Decimal, cap: Decimal | None) -> Points:
    """The average of several shares (count and amount) × weight; each pair is what, value, goal."""
    steps: list[str] = []
    reached = []
    for what, value, goal in pairs:
        one, of_one = share(value, goal, cap)
        reached.append(one)
        steps += [_("%(what)s: %(step)s") % {"what": what, "step": step} for step in of_one]
    mean = sum(reached, ZERO) / len(reached)
    points = rounded(mean * weight)
    steps.append(
        _("(%(shares)s) ÷ %(count)d = %(percent)s%%")
        % {
            "shares": " + ".join(f"{_n(one * 100)}%" for one in reached),
            "count": len(reached),
            "percent": _n(mean * 100),
        }
    )
    words = {"percent": _n(mean * 100), "weight": _n(weight), "points": _n(points)}
    return Points(points, (*steps, _("%(percent)s%% × %(weight)s = %(points)s") % words))


def by_efficacy(
    value: Decimal, others: Sequence[Decimal], weight: Decimal, low: Decimal | None = None, high: Decimal | None = None
) -> Points:
    """(x − min) ÷ (max − min) × 40 + 60 of 100, as a share of the weight.

    Bounds are those given, else the lowest and the highest of all. Where all are equal, there is nothing to tell them
    apart: everybody has 100, or 60 where nobody has anything.
    """
    fixed = low is not None and high is not None
    least = low if fixed and low is not None else min([*others, value])
    most = high if fixed and high is not None else max([*others, value])
    steps = []
    if most == least:
        coefficient = Decimal(100) if value > 0 else Decimal(60)
        steps.append(
            _("Max and min are both %(value)s: everybody has the coefficient 100.") % {"value": _n(value)}
            if value > 0
            else _("Max and min are both 0: nobody has anything, everybody has the coefficient 60.")
        )
    else:
        held = min(max(value, least), most)
        coefficient = rounded((held - least) / (most - least) * 40 + 60)
        if held != value:
            steps.append(_("%(value)s is held within %(min)s and %(max)s") % {
                "value": _n(value), "min": _n(least), "max": _n(most)})  # fmt: skip
        steps.append(
            _("(%(value)s − %(min)s) ÷ (%(max)s − %(min)s) × 40 + 60 = %(coefficient)s")
            % {"value": _n(held), "min": _n(least), "max": _n(most), "coefficient": _n(coefficient)}
        )
    points = rounded(coefficient / 100 * weight)
    words = {"coefficient": _n(coefficient), "weight": _n(weight), "points": _n(points)}
    return Points(points, (*steps, _("%(coefficient)s ÷ 100 × %(weight)s = %(points)s") % words))


def by_relative(value: Decimal, others: Sequence[Decimal], weight: Decimal) -> Points:
    """The share of the best × weight; where the best has nothing, nobody has points."""
    best = max([*others, value])
    if best <= 0:
        return Points(ZERO, (_("The best has 0: nobody gets points."),))
    held = max(value, ZERO)
    points = rounded(held / best * weight)
    words = {"value": _n(held), "best": _n(best), "weight": _n(weight), "points": _n(points)}
    return Points(points, (_("%(value)s ÷ %(best)s (the best) × %(weight)s = %(points)s") % words,))


def by_steps(value: Decimal, steps: Sequence[tuple[Decimal, Decimal]]) -> Points:
    """The points of the highest step that is reached; below the first one none."""
    reached = [(first, points) for first, points in steps if value >= first]
    if not reached:
        first = min(first for first, _points in steps) if steps else ZERO
        return Points(ZERO, (_("%(value)s is below the first step (%(first)s): 0") % {
            "value": _n(value), "first": _n(first)},))  # fmt: skip
    first, points = max(reached)
    words = {"value": _n(value), "first": _n(first), "points": _n(points)}
    return Points(rounded(points), (_("%(value)s reaches the step from %(first)s: %(points)s") % words,))


def missing_pieces(value: Decimal, goal: Decimal) -> int:
    """How many whole pieces are missing: of a goal for part of the year, the pieces that are due in full."""
    return max(int(goal) - int(value), 0)


def _missing_step(value: Decimal, goal: Decimal) -> str:
    words = {"goal": int(goal), "value": _n(value), "missing": missing_pieces(value, goal)}
    return _("due in full: %(goal)d, there: %(value)s, missing: %(missing)d") % words


def by_penalty(value: Decimal, goal: Decimal, each: Decimal, cap: Decimal | None) -> Points:
    """Points lost for each missing piece, at most the cap."""
    missing = missing_pieces(value, goal)
    lost = missing * each
    steps = [_missing_step(value, goal)]
    words = {"missing": missing, "each": _n(each), "points": _n(-lost)}
    steps.append(_("−%(missing)d × %(each)s = %(points)s") % words)
    if cap is not None and lost > cap:
        lost = cap
        steps.append(_("at most %(cap)s is lost") % {"cap": _n(cap)})
    return Points(rounded(-lost) + ZERO, tuple(steps))


def by_deduction(value: Decimal, goal: Decimal, each: Decimal, weight: Decimal) -> Points:
    """The weight less each missing piece, floored at 0."""
    missing = missing_pieces(value, goal)
    left = weight - missing * each
    words = {"weight": _n(weight), "missing": missing, "each": _n(each), "points": _n(left)}
    steps = [_missing_step(value, goal), _("%(weight)s − %(missing)d × %(each)s = %(points)s") % words]
    if left < 0:
        left = ZERO
        steps.append(_("floored at 0"))
    return Points(rounded(left), tuple(steps))


def by_bonus(classes: Sequence[tuple[str, int, Decimal]], cap: Decimal | None) -> Points:
    """Each project has the bonus of its highest class only; `classes` are words, how many reach it, points.

    They stand from the lowest to the highest, so whoever reaches one has reached those before it.
    """
    total, steps = ZERO, []
    for number, (words, count, points) in enumerate(classes):
        above = classes[number + 1][1] if number + 1 < len(classes) else 0
        only = max(count - above, 0)
        total += only * points
        steps.append(
            _("%(class)s: %(count)d × %(points)s = %(sum)s")
            % {"class": words, "count": only, "points": _n(points), "sum": _n(only * points)}
        )
    if cap is not None and total > cap:
        total = cap
        steps.append(_("capped at %(cap)s") % {"cap": _n(cap)})
    return Points(rounded(total), tuple(steps))
