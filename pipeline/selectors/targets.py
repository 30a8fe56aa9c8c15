"""How far targets are: actual, pace, light, roll-up of parts, what a month missed and carries over.

Pace is the share of the window's days that have passed. A target is behind by the points between that share and what
is reached of its minimum: 10 to 30 points yellow, more than 30 red (DOMAIN section 4); a window that is over without
the minimum is red. A share in per cent does not grow with time, so it is held against its minimum from the first day.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pipeline.models.targets import Target, TargetLetter
from pipeline.selectors.counting import Ask, Counted, counted, rule_of, scope_of
from pipeline.selectors.rule_words import quantity_words, target_name, window_words
from pipeline.selectors.scopes import Scope
from teams.models import User

CENT = Decimal("0.01")
YELLOW_POINTS, RED_POINTS = Decimal(10), Decimal(30)
# A tree of letters is at most so deep (services.targets.DEEPEST), with targets inside a letter in parts once more.
LEVELS = 6
# A dashboard's panel shows so many; a scope has a handful.
PANEL_MOST = 60
DAY = datetime.timedelta(days=1)
COLOURS = ("green", "yellow", "red")


def share_of(part: int, whole: int) -> Decimal:
    """A share of days, exact enough that a hundredth of a point is right."""
    return Decimal(part) / Decimal(whole) if whole else Decimal(0)


def pace_of(first: datetime.date, last: datetime.date, as_of: datetime.date) -> Decimal:
    """The share of the window that has passed at the end of the day: 0 before it, 1 from its last day on."""
    days = (last - first).days + 1
    return share_of(min(max((as_of - first).days + 1, 0), days), days)


@dataclass(frozen=True)
class Progress:
    """How far one target is as of a day.

    `actual` is what counts: the sum of the parts where there are any that add up, else the own computation. `own` is
    always the target's own computation, so that a difference can be shown.
    """

    target: Target
    as_of: datetime.date
    actual: Decimal
    own: Counted
    parts: tuple[Progress, ...] = ()
    rolls_up: bool = False

    @property
    def minimum(self) -> Decimal:
        """What is asked for at least."""
        return self.target.minimum or Decimal(0)

    @property
    def ratio(self) -> Decimal:
        """What is reached of the minimum; more than 1 beyond it."""
        return self.actual / self.minimum if self.minimum else Decimal(1)

    @property
    def percent(self) -> int:
        """The ratio in whole per cent, rounded down, so that 99.9% is not yet 100%."""
        return int(self.ratio * 100)

    @property
    def pace(self) -> Decimal:
        """The share of the window that has passed."""
        return pace_of(self.target.starts_on, self.target.ends_on, self.as_of)

    @property
    def pace_percent(self) -> int:
        """The pace in whole per cent."""
        return int((self.pace * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    @property
    def is_done(self) -> bool:
        """Whether the minimum is reached."""
        return self.actual >= self.minimum

    @property
    def state(self) -> str:
        """`ahead` before its window, `done`, `running`, `missed` when the window is over without it."""
        if self.as_of < self.target.starts_on:
            return "ahead"
        if self.is_done:
            return "done"
        return "missed" if self.as_of >= self.target.ends_on else "running"

    @property
    def behind(self) -> Decimal:
        """Points behind the pro-rata pace; 0 where it is not behind."""
        if self.as_of < self.target.starts_on:
            return Decimal(0)
        expected = self.pace if self.target.is_additive else Decimal(1 if self.own.of else 0)
        return max((expected - self.ratio) * 100, Decimal(0)).quantize(CENT)

    @property
    def light(self) -> str:
        """green, yellow or red."""
        if self.state in ("done", "ahead"):
            return "green"
        if self.state == "missed" or self.behind > RED_POINTS:
            return "red"
        return "yellow" if self.behind >= YELLOW_POINTS else "green"

    @property
    def words(self) -> str:
        """What the light means, so that colour is never alone."""
        points = int(self.behind.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return {
            "ahead": _("not begun"),
            "done": _("reached"),
            "missed": _("missed"),
        }.get(self.state) or (_("%(points)d points behind") % {"points": points} if points else _("on pace"))

    @property
    def differs(self) -> bool:
        """Whether the parts and the own computation disagree."""
        return self.rolls_up and self.own.value != self.actual

    @property
    def url(self) -> str:
        """The list behind the actual figure; a sum that differs from the own computation has none."""
        return "" if self.differs else self.own.url

    @property
    def name(self) -> str:
        """The target's name, or its rule."""
        return target_name(self.target)

    @property
    def actual_words(self) -> str:
        """The actual figure in words."""
        return quantity_words(self.actual, self.target.metric)

    @property
    def minimum_words(self) -> str:
        """The minimum in words."""
        return quantity_words(self.minimum, self.target.metric)

    @property
    def missing_words(self) -> str:
        """What is still missing, in words."""
        return quantity_words(max(self.minimum - self.actual, Decimal(0)), self.target.metric)

    @property
    def own_words(self) -> str:
        """The own computation in words."""
        return quantity_words(self.own.value, self.target.metric)

    @property
    def pace_mark(self) -> str:
        """Where the mark of the pace begins on a bar of 100."""
        return str(min(self.pace_percent, 99))

    @property
    def window_words(self) -> str:
        """The window in words."""
        return window_words(self.target.starts_on, self.target.ends_on)

    @property
    def fill(self) -> int:
        """How much of a bar is filled, 0 to 100."""
        return min(max(self.percent, 0), 100)


def ask_of(target: Target, as_of: datetime.date, known: int | None = None) -> Ask:
    """The question whose answer is the target's own figure."""
    return Ask(
        rule=rule_of(target), scope=scope_of(target.letter), first=target.starts_on, last=target.ends_on, as_of=as_of,
        known=known,
    )  # fmt: skip


def for_progress(targets: QuerySet[Target]) -> QuerySet[Target]:
    """The targets with what their progress needs."""
    return targets.select_related("letter__zone", "letter__team", "letter__person", "industry")


def with_parts(targets: Sequence[Target]) -> dict[uuid.UUID, list[Target]]:
    """The parts of each target and of their parts, level by level: a query for each level there is."""
    found: dict[uuid.UUID, list[Target]] = {}
    level = [target.pk for target in targets]
    for _turn in range(LEVELS):
        rows = for_progress(Target.objects.filter(parent_id__in=level, deleted_at=None, letter__deleted_at=None))
        parts = list(rows.order_by("letter__team__code", "starts_on", "position", "id"))
        for part in parts:
            if part.parent_id is not None:
                found.setdefault(part.parent_id, []).append(part)
        level = [part.pk for part in parts]
        if not level:
            break
    return found


def adds_up(target: Target, parts: Sequence[Target]) -> bool:
    """Whether the parts may be summed: a metric that adds up, and no two parts that could count the same."""
    if not parts or not target.is_additive:
        return False
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            apart = one.ends_on < other.starts_on or other.ends_on < one.starts_on
            if not apart and not _other_owners(one.letter, other.letter):
                return False
    return True


def _other_owners(one: TargetLetter, other: TargetLetter) -> bool:
    """Whether two letters are of two teams, or of two people: nothing counts for both."""
    if one.team_id and other.team_id:
        return one.team_id != other.team_id
    if one.person_id and other.person_id:
        return one.person_id != other.person_id
    return False


def progress_of(
    targets: Sequence[Target], *, as_of: datetime.date, known: int | None = None
) -> dict[uuid.UUID, Progress]:
    """The progress of each target, its parts included; `for_progress` has read them."""
    parts = with_parts(targets)
    every = {one.pk: one for one in [*targets, *(part for below in parts.values() for part in below)]}
    answers = dict(zip(every, counted([ask_of(one, as_of, known) for one in every.values()]), strict=True))

    def build(target: Target) -> Progress:
        below = tuple(build(part) for part in parts.get(target.pk, ()))
        own = answers[target.pk]
        rolls_up = adds_up(target, [one.target for one in below])
        actual = sum((one.actual for one in below), Decimal(0)) if rolls_up else own.value
        return Progress(target, as_of, actual, own, below, rolls_up)

    return {target.pk: build(target) for target in targets}


def worst_light(found: Iterable[Progress]) -> str:
    """The worst of several lights, "" where there is none."""
    places = [COLOURS.index(one.light) for one in found]
    return COLOURS[max(places)] if places else ""


@dataclass
class LetterProgress:
    """A letter with its targets, and how many stand at each light."""

    letter: TargetLetter
    targets: list[Progress] = field(default_factory=list)

    @property
    def light(self) -> str:
        """The worst light of its targets."""
        return worst_light(self.targets)

    @property
    def done(self) -> int:
        """How many targets are reached."""
        return sum(one.is_done for one in self.targets)

    @property
    def words(self) -> str:
        """What its light means."""
        if not self.targets:
            return _("no targets yet")
        worst = max(self.targets, key=lambda one: (COLOURS.index(one.light), one.behind))
        return worst.words if self.light != "green" or len(self.targets) == 1 else _("on pace")


def letters_progress(
    letters: Sequence[TargetLetter], *, as_of: datetime.date, known: int | None = None
) -> list[LetterProgress]:
    """Letters with the progress of their targets; a query for each rule and window, not for each letter."""
    rows = for_progress(Target.objects.filter(letter__in=letters, deleted_at=None))
    targets = list(rows.order_by("position", "id"))
    found = progress_of(targets, as_of=as_of, known=known)
    by_letter = {letter.pk: LetterProgress(letter) for letter in letters}
    for target in targets:
        by_letter[target.letter_id].targets.append(found[target.pk])
    return list(by_letter.values())


def panel_targets(user: User, *, scope: Scope, as_of: datetime.date, known: int | None = None) -> list[Progress]:
    """The targets of a scope whose window has the day in it, those furthest behind first."""
    letters = TargetLetter.objects.visible_to(user).filter(zone=scope.zone, team=scope.team, person=scope.person)
    rows = for_progress(Target.objects.filter(letter__in=letters, deleted_at=None).current(as_of))
    targets = list(rows.order_by("-letter__begins_on", "position", "id")[:PANEL_MOST])
    found = progress_of(targets, as_of=as_of, known=known)
    return sorted(found.values(), key=lambda one: (-COLOURS.index(one.light), -one.behind))
