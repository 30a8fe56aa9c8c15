"""Targets of the demonstration: what the facts say of Guangling, and letters and a scheme for the generated zone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pipeline.models.scoring import ScoringScheme
from pipeline.models.targets import Target, TargetLetter
from pipeline.services.scoring import add_score_item, create_scheme
from pipeline.services.targets import create_letter
from pipeline.services.tiers import add_tier_item, copied, create_tier
from teams.models import Team, User, Zone

BILLION = Decimal(1_000_000_000)
# What a team's letter asks for; the tier that all letters begin with, and the share of the centre's own letter.
TIER: tuple[dict[str, Any], ...] = (
    {"metric": "landed_count", "minimum": Decimal(8)},
    {"metric": "signed_count", "minimum": Decimal(12), "total_investment_cny": Decimal(100_000_000),
     "total_investment_usd": Decimal(10_000_000)},
    {"metric": "agreed_investment", "minimum": Decimal(2_500_000_000)},
    {"metric": "funds_in_place", "minimum": Decimal(60_000_000)},
    {"metric": "new_leads", "minimum": Decimal(45)},
    {"metric": "visits", "minimum": Decimal(65)},
    {"metric": "plan_kept", "minimum": Decimal(80)},
    {"metric": "new_leads", "minimum": Decimal(5), "months": 3},
)  # fmt: skip
# The team whose letter asks for less than its tier: what differs is shown.
SMALLER = {"signed_count": Decimal(9)}
ITEMS: tuple[dict[str, Any], ...] = (
    {"name_zh": "落地项目", "name_en": "Landed projects", "metric": "landed_count", "formula": "ratio",
     "weight": Decimal(30), "cap_percent": Decimal(120)},
    {"name_zh": "签约：个数与金额", "name_en": "Signed: count and amount", "metric": "signed_count",
     "formula": "average", "second_metric": "agreed_investment", "second_minimum": Decimal(2_500_000_000),
     "minimum": Decimal(15), "weight": Decimal(30), "cap_percent": Decimal(120)},
    {"name_zh": "新增线索", "name_en": "New leads", "metric": "new_leads", "formula": "efficacy",
     "weight": Decimal(15)},
    {"name_zh": "外出拜访", "name_en": "Outbound visits", "metric": "visits", "formula": "relative",
     "weight": Decimal(15)},
    {"name_zh": "拜访计划完成", "name_en": "Planned visits kept", "metric": "plan_kept", "formula": "steps",
     "steps": [{"from": "60", "points": "4"}, {"from": "80", "points": "7"}, {"from": "95", "points": "10"}]},
    {"name_zh": "列入重大项目加分", "name_en": "Bonus: major projects", "metric": "signed_count", "formula": "bonus",
     "weight": Decimal(5), "steps": [{"listing": "city", "points": "1"}, {"listing": "province", "points": "3"},
                                     {"listing": "nation", "points": "5"}]},
    {"name_zh": "落地欠账扣分", "name_en": "Penalty: landed projects missing", "metric": "landed_count",
     "formula": "penalty", "each": Decimal(2), "weight": Decimal(6)},
)  # fmt: skip


def load_facts_targets(director: User, zone: Zone, facts: Mapping[str, Any]) -> list[TargetLetter]:
    """The targets that the source gives, as a letter of the zone a year; who signed it and when is not said."""
    made = []
    for name, items in facts.items():
        if not name.startswith("targets_"):
            continue
        year = int(name.removeprefix("targets_"))
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        targets = [_fact(item, first, last) for item in items]
        values = {"title": f"{year}年招商目标任务 / Targets of {year}", "begins_on": first, "ends_on": last}
        made.append(create_letter(actor=director, zone_id=zone.pk, values=values, targets=targets))
    return made


def _fact(item: Mapping[str, Any], first: datetime.date, last: datetime.date) -> dict[str, Any]:
    size = item.get("total_investment_min_cny")
    return {
        "name_zh": item["zh"], "name_en": item["en"], "metric": item["metric"], "listing": item.get("listing", ""),
        "total_investment_cny": Decimal(size) if size else None, "minimum": Decimal(item["value"]),
        "starts_on": first, "ends_on": last,
    }  # fmt: skip


def load_generated_targets(director: User, zone: Zone, teams: Iterable[Team], today: datetime.date) -> None:
    """A letter of the centre for the year, letters of the teams that roll up into it, and how teams are scored."""
    teams = list(teams)
    first, last = datetime.date(today.year, 1, 1), datetime.date(today.year, 12, 31)
    signed_on = first + datetime.timedelta(days=9)
    values = {
        "begins_on": first, "ends_on": last, "signed_on": signed_on if signed_on <= zone.today() else None,
        "signatories": "演示中心主任 / Demo director",
    }  # fmt: skip
    tier = create_tier(
        actor=director, zone_id=zone.pk, values={"name_zh": "产业招商小组", "name_en": "Industry teams"}
    )
    items = [add_tier_item(actor=director, tier_id=tier.pk, values=item) for item in TIER]
    whole = [
        {**{name: value for name, value in copied(item, first, last).items() if name not in ("template_item", "tier")},
         "minimum": (item.minimum or Decimal(0)) * (len(teams) if item.is_additive else 1)}
        for item in items
    ]  # fmt: skip
    centre = create_letter(
        actor=director, zone_id=zone.pk, targets=whole, values={**values, "title": f"{today.year}年中心目标责任状"}
    )
    parents = list(Target.objects.filter(letter=centre).order_by("position"))
    for number, team in enumerate(teams):
        targets = []
        for item, parent in zip(items, parents, strict=True):
            target = {**copied(item, first, last), "parent": parent}
            if number == len(teams) - 1:
                target["minimum"] = SMALLER.get(item.metric, target["minimum"])
            targets.append(target)
        create_letter(
            actor=director, zone_id=zone.pk, targets=targets,
            values={**values, "title": f"{today.year}年{team.name_zh}责任状", "team": team, "parent": centre},
        )  # fmt: skip
    _scheme(director, zone, first)


def _scheme(director: User, zone: Zone, first: datetime.date) -> None:
    """A scheme is filled before it begins, so it is entered for a day to come and then dated back."""
    scheme = create_scheme(
        actor=director, zone_id=zone.pk,
        values={
            "name_zh": "招商小组季度考核办法", "name_en": "Quarterly assessment of the teams",
            "valid_from": zone.today() + datetime.timedelta(days=1),
        },
    )  # fmt: skip
    for item in ITEMS:
        add_score_item(actor=director, scheme_id=scheme.pk, values=item)
    ScoringScheme.objects.filter(pk=scheme.pk).update(valid_from=first - datetime.timedelta(days=365))
