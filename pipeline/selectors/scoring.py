"""Scores of teams over a period, by the scheme that was valid then, with every step."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full
from pipeline.models.scoring import WITH_GOAL, Formula, ScoreItem, ScoringScheme
from pipeline.models.targets import Metric, Target
from pipeline.selectors.counting import Ask, Counted, Rule, counted, rule_of
from pipeline.selectors.formulas import (
    Points,
    by_average,
    by_bonus,
    by_deduction,
    by_efficacy,
    by_penalty,
    by_ratio,
    by_relative,
    by_steps,
)
from pipeline.selectors.rule_words import counted_words, listing_words, number_words, quantity_words, window_words
from pipeline.selectors.scopes import Scope
from teams.models import Team, Zone

CENT = Decimal("0.01")
ZERO = Decimal(0)
YEAR_DAYS = 365


@dataclass(frozen=True)
class ItemScore:
    """One item of one team: its figure, its goal in words ("" where it has none), points, steps."""

    item: ScoreItem
    value: Counted
    value_words: str
    goal_words: tuple[str, ...]
    points: Decimal
    steps: tuple[str, ...]


@dataclass(frozen=True)
class TeamScore:
    """A team's items and their sum, which is never below 0."""

    team: Team
    items: tuple[ItemScore, ...]

    @property
    def total(self) -> Decimal:
        """The points of all items."""
        return sum((one.points for one in self.items), ZERO)

    @property
    def floored(self) -> Decimal:
        """The score: the sum, floored at 0."""
        return max(self.total, ZERO)


@dataclass(frozen=True)
class ScoreTable:
    """The scores of a period, the best first; `scheme` None: none was valid on its last day."""

    scheme: ScoringScheme | None
    scores: list[TeamScore]
    changed_within: bool = False


def scheme_for(zone: Zone, last: datetime.date) -> ScoringScheme | None:
    """The scheme that is valid on the period's last day: an old period keeps its scheme."""
    return ScoringScheme.objects.filter(zone=zone, deleted_at=None).valid_on(last).first()


def teams_scored(zone: Zone, first: datetime.date, last: datetime.date) -> list[Team]:
    """The teams that there were in the period. One query."""
    rows = Team.objects.filter(zone=zone, deleted_at=None).order_by("code")
    return [
        team
        for team in rows
        if (team.dissolved_on is None or team.dissolved_on > first)
        and (team.starts_on is None or team.starts_on <= last)
    ]


# Figures by the number of the item, the rule within it, the team.
Answers = dict[tuple[int, str, uuid.UUID], Counted]


@dataclass(frozen=True)
class _Goal:
    value: Decimal
    steps: tuple[str, ...]


class Scorer:
    """Scores all teams of a zone at once: relative items need the others' figures, too."""

    def __init__(
        self,
        scheme: ScoringScheme,
        first: datetime.date,
        last: datetime.date,
        *,
        as_of: datetime.date,
        known: int | None = None,
    ) -> None:
        self.scheme, self.first, self.last, self.as_of, self.known = scheme, first, last, as_of, known
        self.teams = teams_scored(scheme.zone, first, last)
        rows = ScoreItem.objects.filter(scheme=scheme, deleted_at=None).select_related("industry")
        self.items = list(rows.order_by("position", "id"))
        goals = Target.objects.filter(
            letter__zone=scheme.zone, letter__team__isnull=False, letter__deleted_at=None, deleted_at=None,
            starts_on__lte=last, ends_on__gte=first, parent__letter__team=None,
        )  # fmt: skip
        self.targets = list(goals.select_related("letter"))

    def table(self) -> list[TeamScore]:
        """The scores, the best first."""
        return self.scores(self.answers())

    def answers(self) -> Answers:
        """The figures that the scores are made of."""
        asks = {(number, key, team.pk): ask for number, key, team, ask in self._asks()}
        return dict(zip(asks, counted(list(asks.values())), strict=True))

    def scores(self, answers: Answers) -> list[TeamScore]:
        """The scores of figures in hand, the best first, in the words of the active language. No query."""
        scores = []
        for team in self.teams:
            items = tuple(self._item(number, item, team, answers) for number, item in enumerate(self.items))
            scores.append(TeamScore(team, items))
        return sorted(scores, key=lambda one: (-one.floored, one.team.code))

    def _asks(self) -> list[tuple[int, str, Team, Ask]]:
        found = []
        for number, item in enumerate(self.items):
            for key, rule in self._rules(item).items():
                for team in self.teams:
                    found.append((number, key, team, self._ask(rule, team)))
        return found

    def _ask(self, rule: Rule, team: Team) -> Ask:
        return Ask(
            rule=rule, scope=Scope(self.scheme.zone, team=team), first=self.first, last=self.last, as_of=self.as_of,
            known=self.known,
        )  # fmt: skip

    @staticmethod
    def _rules(item: ScoreItem) -> dict[str, Rule]:
        """The rules that an item counts: its own, a second share's, one for each class of a bonus."""
        own = rule_of(item)
        rules = {"": own}
        if item.formula == Formula.AVERAGE:
            rules["second"] = replace(own, metric=item.second_metric)
        if item.formula == Formula.BONUS:
            for place, step in enumerate(item.steps):
                rules[f"class{place}"] = (
                    replace(own, listing=step["listing"])
                    if "listing" in step
                    else replace(
                        own, total_investment_cny=Decimal(step["cny"]), total_investment_usd=Decimal(step["usd"])
                    )
                )
        return rules

    def _goal(self, item: ScoreItem, team: Team, metric: str, yearly: Decimal | None) -> _Goal:
        """A team's goal for the period: the scheme's own for a year, else what its letters ask for, by days."""
        days = (self.last - self.first).days + 1
        if yearly is not None:
            if metric == Metric.PLAN_KEPT:
                return _Goal(yearly, (_("goal: %(goal)s") % {"goal": quantity_words(yearly, metric)},))
            value = (yearly * days / YEAR_DAYS).quantize(CENT, rounding=ROUND_HALF_UP) if days < YEAR_DAYS else yearly
            words = {"year": quantity_words(yearly, metric), "days": days, "goal": quantity_words(value, metric)}
            if value == yearly:
                return _Goal(value, (_("goal: %(goal)s") % words,))
            return _Goal(value, (_("goal: %(year)s × %(days)d ÷ 365 days = %(goal)s") % words,))
        wanted = (metric, *item.rule_key[1:])
        same = [one for one in self.targets if one.letter.team_id == team.pk and one.rule_key == wanted]
        value, steps = ZERO, []
        for target in widest(same):
            part, step = self._part_of(target, metric)
            value = max(value, part) if metric == Metric.PLAN_KEPT else value + part
            steps.append(step)
        if not steps:
            steps = [_("no letter of the team asks for it: the goal is 0")]
        elif len(steps) > 1:
            steps.append(_("goal: %(goal)s") % {"goal": quantity_words(value, metric)})
        return _Goal(value, tuple(steps))

    def _part_of(self, target: Target, metric: str) -> tuple[Decimal, str]:
        minimum = target.minimum or ZERO
        whole = (target.ends_on - target.starts_on).days + 1
        first, last = max(target.starts_on, self.first), min(target.ends_on, self.last)
        days = (last - first).days + 1
        words = {
            "letter": target.letter.title, "minimum": quantity_words(minimum, metric), "days": days, "whole": whole,
        }  # fmt: skip
        if metric == Metric.PLAN_KEPT or days == whole:
            return minimum, _("goal: %(minimum)s (“%(letter)s”)") % words
        part = (minimum * days / whole).quantize(CENT, rounding=ROUND_HALF_UP)
        words["goal"] = quantity_words(part, metric)
        return part, _("goal: %(minimum)s × %(days)d ÷ %(whole)d days = %(goal)s (“%(letter)s”)") % words

    def _item(self, number: int, item: ScoreItem, team: Team, answers: Answers) -> ItemScore:
        value = answers[number, "", team.pk]
        others = [answers[number, "", one.pk].value for one in self.teams]
        goal = self._goal(item, team, item.metric, item.minimum) if item.formula in WITH_GOAL else _Goal(ZERO, ())
        words = goal.steps
        if item.formula == Formula.AVERAGE:
            second = answers[number, "second", team.pk]
            of_second = self._goal(item, team, item.second_metric, item.second_minimum)
            words = (*words, *of_second.steps)
            pairs = [
                (str(Metric(item.metric).label), value.value, goal.value),
                (str(Metric(item.second_metric).label), second.value, of_second.value),
            ]
            points = by_average(pairs, item.weight or ZERO, item.cap_percent)
        elif item.formula == Formula.BONUS:
            classes = [
                (class_words(step), int(answers[number, f"class{place}", team.pk].value), Decimal(step["points"]))
                for place, step in enumerate(item.steps)
            ]
            points = by_bonus(classes, item.weight)
        else:
            points = _points(item, value.value, goal.value, others)
        return ItemScore(item, value, quantity_words(value.value, item.metric), words, points.points, points.steps)


def _points(item: ScoreItem, value: Decimal, goal: Decimal, others: Sequence[Decimal]) -> Points:
    weight, each = item.weight or ZERO, item.each or ZERO
    if item.formula == Formula.RATIO:
        return by_ratio(value, goal, weight, item.cap_percent)
    if item.formula == Formula.EFFICACY:
        return by_efficacy(value, others, weight, item.floor_value, item.ceiling_value)
    if item.formula == Formula.RELATIVE:
        return by_relative(value, others, weight)
    if item.formula == Formula.STEPS:
        return by_steps(value, [(Decimal(step["from"]), Decimal(step["points"])) for step in item.steps])
    if item.formula == Formula.PENALTY:
        return by_penalty(value, goal, each, item.weight)
    return by_deduction(value, goal, each, weight)


def widest(targets: Sequence[Target]) -> list[Target]:
    """The targets without those that lie within the window of another: a first quarter is part of its year."""
    found: list[Target] = []
    for one in sorted(targets, key=lambda target: (target.starts_on, -target.ends_on.toordinal(), target.pk)):
        if not any(other.starts_on <= one.starts_on and one.ends_on <= other.ends_on for other in found):
            found.append(one)
    return found


def class_words(step: dict[str, str]) -> str:
    """A class of a bonus in words."""
    if "listing" in step:
        return listing_words(step["listing"])
    pair = _("%(cny)s (%(usd)s)") % {
        "cny": format_money(Decimal(step["cny"])), "usd": format_money(Decimal(step["usd"]), "USD"),
    }  # fmt: skip
    return _("from %(size)s on") % {"size": pair}


def step_lines(item: ScoreItem) -> list[str]:
    """The steps or classes of an item, a line each."""
    lines = []
    for step in item.steps:
        words = {"points": number_words(Decimal(step["points"]))}
        if "from" in step:
            first = quantity_words(Decimal(step["from"]), item.metric)
            lines.append(_("from %(first)s on: %(points)s") % {**words, "first": first})
        else:
            lines.append(_("%(class)s: %(points)s") % {**words, "class": class_words(step)})
    return lines


def item_words(item: ScoreItem) -> str:
    """What an item counts, in words."""
    return counted_words(item)


def score_table(
    zone: Zone, first: datetime.date, last: datetime.date, *, as_of: datetime.date, known: int | None = None
) -> ScoreTable:
    """The scores of all teams in the period, by the scheme that was valid on its last day."""
    scheme = scheme_for(zone, last)
    if scheme is None:
        return ScoreTable(None, [])
    scheme.zone = zone
    scores = Scorer(scheme, first, last, as_of=as_of, known=known).table()
    return ScoreTable(scheme, scores, changed_within=scheme.valid_from > first)


def scheme_window(scheme: ScoringScheme) -> str:
    """From when to when a scheme is valid, in words."""
    if scheme.valid_to is None:
        return _("from %(day)s on") % {"day": day_full(scheme.valid_from)}
    return window_words(scheme.valid_from, scheme.valid_to)
