"""What an item of a scoring scheme must be: one that would divide by zero is refused where it can be known."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems, clean_values
from pipeline.models.scoring import WITH_EACH, WITH_GOAL, WITH_STEPS, Formula, ScoreItem
from pipeline.models.targets import LISTINGS, OF_ACTIVITY, SHARES, CountingRule
from pipeline.services.counting_rules import check_minimum, check_rule

OWN_FIELDS = (
    "name_zh", "name_en", "position", "formula", "weight", "cap_percent", "second_metric", "second_minimum",
    "floor_value", "ceiling_value", "each", "steps",
)  # fmt: skip
MOST_STEPS = 12


def check_item(item: ScoreItem, problems: Problems) -> None:
    """Collect what is wrong with an item; one that would divide by zero is refused here where it can be known."""
    check_rule(item, problems, item.scheme.zone)
    clean_values(item, problems, only={*OWN_FIELDS} - {"steps"})
    _check_weight(item, problems)
    if item.formula in WITH_GOAL:
        check_minimum(item.minimum, item.metric, problems)
    else:
        item.minimum = None
    if item.formula in (Formula.RATIO, Formula.AVERAGE):
        if item.cap_percent is not None and item.cap_percent <= 0:
            problems.add("cap_percent", _("A cap of nothing would give no points: leave it empty."), "not_positive")
    else:
        item.cap_percent = None
    _check_second(item, problems)
    _check_bounds(item, problems)
    if item.formula in WITH_EACH:
        if item.each is None or item.each <= 0:
            problems.add("each", _("Say how many points each missing piece costs."), "required")
        if item.metric in SHARES:
            problems.add("metric", _("A share has no pieces that could be missing."), "no_pieces")
    else:
        item.each = None
    item.steps = _checked_steps(item, problems) if item.formula in WITH_STEPS else []


def _check_weight(item: ScoreItem, problems: Problems) -> None:
    optional = {Formula.STEPS, Formula.PENALTY, Formula.BONUS}
    if item.weight is None:
        if item.formula not in optional and "weight" not in problems.errors:
            problems.add("weight", _("Say how many points the item is worth."), "required")
    elif item.weight <= 0:
        problems.add("weight", _("The weight must be more than zero."), "not_positive")
    if item.formula == Formula.STEPS:
        item.weight = None


def _check_second(item: ScoreItem, problems: Problems) -> None:
    if item.formula != Formula.AVERAGE:
        item.second_metric, item.second_minimum = "", None
        return
    if not item.second_metric:
        problems.add("second_metric", _("Say what the second share counts."), "required")
    elif item.second_metric == item.metric:
        problems.add("second_metric", _("The two shares must count different things."), "same")
    elif item.second_metric in OF_ACTIVITY and any(getattr(item, name) for name in CountingRule.FILTERS):
        problems.add("second_metric", _("Visits and plans are not counted by what a lead is."), "not_for_activity")
    else:
        check_minimum(item.second_minimum, item.second_metric, problems, "second_minimum")


def _check_bounds(item: ScoreItem, problems: Problems) -> None:
    """Fixed bounds of an efficacy coefficient must differ: it divides by their difference."""
    if item.formula != Formula.EFFICACY:
        item.floor_value = item.ceiling_value = None
        return
    if (item.floor_value is None) != (item.ceiling_value is None):
        name = "floor_value" if item.floor_value is None else "ceiling_value"
        problems.add(name, _("Give both bounds, or none."), "pair")
    elif item.floor_value is not None and item.ceiling_value is not None and item.ceiling_value <= item.floor_value:
        message = _("Max must be more than min: the coefficient divides by their difference, which would be zero.")
        problems.add("ceiling_value", message, "divides_by_zero")


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**14 else None


def _checked_steps(item: ScoreItem, problems: Problems) -> list[dict[str, str]]:
    """The steps in their order, as text; what cannot be one is refused."""
    steps = item.steps if isinstance(item.steps, list) else []
    if not steps:
        problems.add("steps", _("Give at least one line."), "required")
    if len(steps) > MOST_STEPS:
        problems.add("steps", _("At most %(most)d lines.") % {"most": MOST_STEPS}, "too_many")
    keys = {"from"} if item.formula == Formula.STEPS else {"listing"} if _by_list(steps) else {"cny", "usd"}
    listings = [one.value for one in LISTINGS]
    found: list[tuple[Decimal, dict[str, str]]] = []
    for step in steps:
        if not isinstance(step, dict) or set(step) != keys | {"points"}:
            problems.add("steps", _("All lines must be of one kind: steps, lists or sizes."), "mixed")
            return steps
        points = _number(step["points"])
        if points is None or points < 0:
            problems.add("steps", _("Points are numbers from zero on."), "points")
            return steps
        place = listings.index(step["listing"]) if step.get("listing") in listings else None
        first = Decimal(place) if place is not None else _number(step.get("from", step.get("cny")))
        second = _number(step["usd"]) if "usd" in step else Decimal(1)
        if first is None or second is None or first < 0 or second <= 0 or ("cny" in step and first <= 0):
            problems.add("steps", _("A line cannot be read: %(line)s") % {"line": step}, "unreadable")
            return steps
        found.append((first, {name: str(step[name]) for name in sorted(step)}))
    if len({place for place, _step in found}) != len(found):
        problems.add("steps", _("Two lines begin at the same value."), "twice")
    if item.formula == Formula.BONUS and item.metric in OF_ACTIVITY:
        problems.add("metric", _("Only leads have classes."), "not_for_activity")
    return [step for _place, step in sorted(found, key=lambda one: one[0])]


def _by_list(steps: list[Any]) -> bool:
    return bool(steps) and isinstance(steps[0], dict) and "listing" in steps[0]
