"""Counting rules become questions: the only place that knows which figure answers which metric.

Nothing is counted here: the numbers are those of `figures` and `activity`, and so are the lists behind them. Asks that
differ in their team (or person) only are answered by one query, so a page costs as many queries as it has rules and
windows, not as it has letters.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline.models.targets import OF_ACTIVITY, CountingRule, Metric, TargetLetter
from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figures import answers_to, figure_url
from pipeline.selectors.measured import Measured, measured_by
from pipeline.selectors.periods import DATES, MONTH, QUARTER, YEAR, Period, period_of
from pipeline.selectors.questions import INCREASED, LANDED, LISTED, NEW, SIGNED, Question, Size, listed_at_least
from pipeline.selectors.rule_words import quantity_words
from pipeline.selectors.scopes import Scope
from projects.models import Industry
from teams.models import Zone

# The figures that answer a metric of leads; agreed investment is that of the first signings and of increases.
WHATS: Mapping[str, tuple[str, ...]] = {
    Metric.LANDED: (LANDED,),
    Metric.SIGNED: (SIGNED,),
    Metric.LISTED: (LISTED,),
    Metric.AGREED: (SIGNED, INCREASED),
    Metric.NEW_LEADS: (NEW,),
}
# What is not counted from the ledger of leads.
MEASURED = frozenset({Metric.FUNDS, Metric.FDI, *OF_ACTIVITY})


@dataclass(frozen=True)
class Rule:
    """A counting rule as a value: two that count the same are equal."""

    metric: str
    total_investment_cny: Decimal | None = None
    total_investment_usd: Decimal | None = None
    registered_capital_cny: Decimal | None = None
    registered_capital_usd: Decimal | None = None
    listing: str = ""
    origin: str = ""
    industry_id: uuid.UUID | None = None

    def size(self, name: str) -> Size | None:
        """The size class of one amount; None where any size will do."""
        cny: Decimal | None = getattr(self, f"{name}_cny")
        return None if cny is None else Size(cny, getattr(self, f"{name}_usd"))


def rule_of(rule: CountingRule) -> Rule:
    """The rule of a target, of a tier's item, of a scheme's item."""
    return Rule(*rule.rule_key)


@dataclass(frozen=True)
class Ask:
    """One figure that is wanted: a rule, of whom, from which day to which, as of a day, as known at a position."""

    rule: Rule
    scope: Scope
    first: datetime.date
    last: datetime.date
    as_of: datetime.date
    known: int | None = None

    @property
    def period(self) -> Period:
        """Its window; named where it is a whole year, quarter or month, so that its address is short."""
        for kind in (YEAR, QUARTER, MONTH):
            named = period_of(kind, self.first)
            if (named.first, named.last) == (self.first, self.last):
                return named
        return Period(DATES, self.first, self.last)


@dataclass(frozen=True)
class Counted:
    """A figure with the address of its list. `without` is how many have no amount (or no rate) that could be added.

    `basis`: what it is made of, each with its address. `of`: what a share is a share of.
    """

    value: Decimal = Decimal(0)
    url: str = ""
    without: int = 0
    basis: tuple[tuple[str, Decimal, str], ...] = ()
    of: int = 0


def scope_of(letter: TargetLetter) -> Scope:
    """Of whom a letter asks."""
    return Scope(letter.zone, team=letter.team, person=letter.person)


def question_of(ask: Ask, what: str, branches: Branches | None = None) -> Question:
    """The question of leads that an ask means."""
    rule = ask.rule
    known = branches or Branches()
    return Question(
        what,
        ask.scope,
        ask.as_of,
        ask.period,
        ask.known,
        industry=known.of(ask.scope.zone, rule.industry_id) if rule.industry_id else (),
        origin=(rule.origin,) if rule.origin else (),
        listing=listed_at_least(rule.listing) if rule.listing else (),
        total_investment=rule.size("total_investment"),
        registered_capital=rule.size("registered_capital"),
    )


class Branches:
    """The branches below industries; the tree of a zone is read once."""

    def __init__(self) -> None:
        self.trees: dict[uuid.UUID, dict[uuid.UUID | None, list[uuid.UUID]]] = {}

    def of(self, zone: Zone, industry_id: uuid.UUID) -> tuple[str, ...]:
        """The industry and all below it, as a question names them."""
        if zone.pk not in self.trees:
            tree: dict[uuid.UUID | None, list[uuid.UUID]] = {}
            for pk, parent in Industry.objects.filter(zone=zone).values_list("pk", "parent_id"):
                tree.setdefault(parent, []).append(pk)
            self.trees[zone.pk] = tree
        found, waiting = [], [industry_id]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.append(one)
                waiting += self.trees[zone.pk].get(one, [])
        return tuple(str(one) for one in found)


def counted(asks: Sequence[Ask]) -> list[Counted]:
    """The figure of each ask. What lies wholly after the as-of day is nothing, without a query.

    Asks that differ in their team (or person) only are one question, cut by that column, and all questions of leads
    are answered at once.
    """
    answers: list[Counted] = [Counted()] * len(asks)
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, ask in enumerate(asks):
        if ask.first <= ask.as_of:
            groups.setdefault(group_of(ask), []).append(place)
    branches = Branches()
    of_leads = {}
    for group, places in groups.items():
        together = [asks[place] for place in places]
        if together[0].rule.metric in MEASURED:
            for place, found in zip(places, _measured(together), strict=True):
                answers[place] = Counted(found.value, found.url, found.without, of=found.of)
        else:
            of_leads[group] = together
    for group, found_of_leads in _of_leads(of_leads, branches).items():
        for place, counted_now in zip(groups[group], found_of_leads, strict=True):
            answers[place] = counted_now
    return answers


def group_of(ask: Ask) -> tuple[object, ...]:
    """Asks with the same group are answered together: teams of a zone, or people."""
    of = "person" if ask.scope.person is not None else "team" if ask.scope.team is not None else ""
    return ask.rule, ask.scope.zone.pk, ask.first, ask.last, ask.as_of, ask.known, of


def _measured(asks: Sequence[Ask]) -> list[Measured]:
    limits = question_of(replace(asks[0], scope=Scope(asks[0].scope.zone)), NEW)
    return measured_by(asks[0].rule.metric, limits, [ask.scope for ask in asks])


def _cut_of(asks: Sequence[Ask]) -> tuple[str, ...]:
    """By what one question is cut for several scopes; by nothing where there is one."""
    if len({_key(ask.scope) for ask in asks}) == 1:
        return ()
    return ("owner",) if asks[0].scope.person is not None else ("team",)


def _of_leads(groups: Mapping[tuple[object, ...], Sequence[Ask]], branches: Branches) -> dict[Any, list[Counted]]:
    """The figures of each group, from one reading of all questions."""
    wanted, asked = [], []
    for group, asks in groups.items():
        cut = _cut_of(asks)
        one = replace(asks[0], scope=Scope(asks[0].scope.zone)) if cut else asks[0]
        for what in WHATS[asks[0].rule.metric]:
            wanted.append((group, what))
            asked.append((question_of(one, what, branches), cut))
    answered = dict(zip(wanted, answers_to(asked), strict=True)) if asked else {}
    found: dict[Any, list[Counted]] = {}
    for group, asks in groups.items():
        cut = _cut_of(asks)
        whats = WHATS[asks[0].rule.metric]
        found[group] = [
            _of_one(
                ask, {what: answered[group, what].get((_key(ask.scope),) if cut else (), NOTHING) for what in whats},
                branches,
            )
            for ask in asks
        ]  # fmt: skip
    return found


def _of_one(ask: Ask, answers: Mapping[str, Answer], branches: Branches) -> Counted:
    first = next(iter(answers))
    urls = {what: figure_url(question_of(ask, what, branches)) for what in answers}
    if ask.rule.metric != Metric.AGREED:
        return Counted(Decimal(answers[first].count), urls[first])
    basis = tuple((what, one.agreed_cny, urls[what]) for what, one in answers.items())
    without = sum(one.without_agreed + one.without_rate for one in answers.values())
    return Counted(sum((value for _what, value, _url in basis), Decimal(0)), urls[first], without, basis)


def _key(scope: Scope) -> str:
    of = scope.person or scope.team
    return str(of.pk) if of is not None else ""


def basis_words(counted_now: Counted, metric: str) -> list[str]:
    """What a figure is made of, and what is left out of it."""
    found = []
    if counted_now.basis:
        names = {SIGNED: _("first signings"), INCREASED: _("increases of capital")}
        for what, value, _url in counted_now.basis:
            found.append(_("%(what)s: %(value)s") % {"what": names[what], "value": quantity_words(value, metric)})
    if counted_now.without:
        found.append(
            ngettext(
                "%(number)d has no amount, or no exchange rate on its day, and is left out of the sum.",
                "%(number)d have no amount, or no exchange rate on their day, and are left out of the sum.",
                counted_now.without,
            )
            % {"number": counted_now.without}
        )
    if metric in (Metric.LANDED, Metric.SIGNED, Metric.LISTED, Metric.NEW_LEADS, Metric.AGREED):
        found.append(
            _(
                "What happened on an unknown day counts in no period. A project counts once, at its first signing or "
                "landing."
            )
        )
    if metric == Metric.PLAN_KEPT:
        found.append(
            ngettext(
                "Of %(number)d visit that was planned.", "Of %(number)d visits that were planned.", counted_now.of
            )
            % {"number": counted_now.of}
            if counted_now.of
            else _("No visit was planned in the window: nothing could be kept.")
        )
    return found
