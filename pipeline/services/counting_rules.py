"""What a counting rule (口径) must be: the same for targets, tiers and schemes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from investcrm.core.models import MAX_AMOUNT
from investcrm.core.rules import Problems, clean_values
from pipeline.models.targets import AMOUNTS, OF_ACTIVITY, SHARES, CountingRule, Metric
from projects.choices import CapitalOrigin
from teams.models import Zone

SIZES = ("total_investment", "registered_capital")
# The published size classes are pairs (DOMAIN section 3): who gives one side of such a class means the other, too.
CLASSES = {
    Decimal(100_000_000): Decimal(10_000_000),
    Decimal(500_000_000): Decimal(30_000_000),
    Decimal(1_000_000_000): Decimal(100_000_000),
}


def complete_pairs(rule: CountingRule) -> None:
    """Fill in the USD side of a published class of total investment where only its CNY side was given."""
    if rule.total_investment_usd is None and rule.total_investment_cny in CLASSES:
        rule.total_investment_usd = CLASSES[rule.total_investment_cny]


def check_rule(rule: CountingRule, problems: Problems, zone: Zone) -> None:
    """Collect what is wrong with the rule itself; its minimum is the caller's."""
    clean_values(rule, problems, only={*CountingRule.RULE, "minimum"} - {"industry"})
    complete_pairs(rule)
    for size in SIZES:
        _check_pair(rule, size, problems)
    if rule.metric in OF_ACTIVITY:
        for name in CountingRule.FILTERS:
            if getattr(rule, name) not in (None, ""):
                problems.add(name, _("Visits and plans are not counted by what a lead is."), "not_for_activity")
    if rule.metric == Metric.LISTED and not rule.listing:
        problems.add("listing", _("Say which list the projects must at least be on."), "required")
    if rule.metric == Metric.FDI and rule.origin == CapitalOrigin.DOMESTIC:
        problems.add("origin", _("FDI is paid in by foreign capital."), "not_foreign")
    industry = rule.industry
    if industry is not None and (industry.zone_id != zone.pk or industry.deleted_at is not None):
        problems.add("industry", _("This industry is not one of the zone's."), "other_zone")


def _check_pair(rule: CountingRule, size: str, problems: Problems) -> None:
    values = {name: getattr(rule, name) for name in (f"{size}_cny", f"{size}_usd")}
    given = [value for value in values.values() if value is not None]
    for name, value in values.items():
        if value is None and given:
            problems.add(name, _("A size is a pair: give it in CNY and in USD."), "pair")
        elif isinstance(value, Decimal | int):
            if value <= 0:
                problems.add(name, _("The amount must be more than zero."), "not_positive")
            elif value > MAX_AMOUNT:
                problems.add(name, _("The value is beyond what can exist. Check the unit."), "absurd")


def check_minimum(minimum: Any, metric: str, problems: Problems, name: str = "minimum") -> None:
    """More than zero, in whole pieces where pieces are counted, at most 100 of a share in per cent."""
    if not isinstance(minimum, Decimal | int):
        return
    if minimum <= 0:
        problems.add(name, _("The minimum must be more than zero."), "not_positive")
    elif metric in AMOUNTS:
        if minimum > MAX_AMOUNT:
            problems.add(name, _("The value is beyond what can exist. Check the unit."), "absurd")
    elif metric in SHARES:
        if minimum > 100:
            problems.add(name, _("A share is at most 100%."), "beyond_whole")
    elif minimum != int(minimum):
        problems.add(name, _("Pieces are counted whole."), "not_whole")


def rule_values(rule: CountingRule) -> dict[str, Any]:
    """The fields of the rule and its minimum, for a copy."""
    return {name: getattr(rule, name) for name in (*CountingRule.RULE, "minimum")}


def packed_rule(rule: CountingRule) -> dict[str, str]:
    """The rule as text, to remember what it said."""
    found = {name: getattr(rule, name) for name in (*CountingRule.FILTERS, "metric", "minimum") if name != "industry"}
    packed = {name: "" if value is None else _plain(value) for name, value in found.items()}
    return packed | {"industry": str(rule.industry_id or "")}


def _plain(value: Any) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
