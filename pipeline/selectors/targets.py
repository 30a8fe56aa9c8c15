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
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pipeline.models.targets import CountingRule, Target, TargetLetter
from pipeline.selectors.counting import Ask, Counted, counted, scope_of
from pipeline.selectors.rule_words import quantity_words, target_name, window_words
from teams.models import User, Zone

CENT = Decimal("0.01")
YELLOW_POINTS, RED_POINTS = Decimal(10), Decimal(30)
# A tree of letters is at most so deep (services.targets.DEEPEST), with targets inside a letter in parts once more.
LEVELS = 6
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
        expected = self.pace if self.target.is_additive else Decimal(1 if self.own.basis else 0)
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


def ask_of(target: Target, as_of: datetime.date, known: Any = None) -> Ask:
    """The question whose answer is the target's own figure."""
    return Ask(
        rule=target, scope=scope_of(target.letter), first=target.starts_on, last=target.ends_on, as_of=as_of,
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
    targets: Sequence[Target], *, as_of: datetime.date, known: Any = None
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
    letters: Sequence[TargetLetter], *, as_of: datetime.date, known: Any = None
) -> list[LetterProgress]:
    """Letters with the progress of their targets; a query for each rule and window, not for each letter."""
    rows = for_progress(Target.objects.filter(letter__in=letters, deleted_at=None))
    targets = list(rows.order_by("position", "id"))
    found = progress_of(targets, as_of=as_of, known=known)
    by_letter = {letter.pk: LetterProgress(letter) for letter in letters}
    for target in targets:
        by_letter[target.letter_id].targets.append(found[target.pk])
    return list(by_letter.values())


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
    pace = pace_of(target.starts_on, target.ends_on, day)
    return ((target.minimum or Decimal(0)) * pace).quantize(CENT, rounding=ROUND_HALF_UP)


def pieces_of(progress: Progress, by: str, known: Any = None) -> list[Piece]:
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
    actual = [Decimal(0)] * len(begun)
    for (number, _ask), answer in zip(asks, counted([ask for _number, ask in asks]), strict=True):
        actual[number] += answer.value
    own = [_clipped(target, first, last, progress.as_of, known) for first, last in begun]
    found: list[Piece] = []
    carried = Decimal(0)
    for number, (first, last) in enumerate(cut):
        share = share_up_to(target, last) - share_up_to(target, first - DAY)
        is_begun = number < len(begun)
        piece = Piece(
            first, last, window_words(first, last) if by != "week" else _week_words(first, last), share, carried,
            actual[number] if is_begun else Decimal(0), is_begun, own[number].url if is_begun else "",
        )  # fmt: skip
        found.append(piece)
        carried = piece.carried_on
    return found


def _week_words(first: datetime.date, last: datetime.date) -> str:
    week = first.isocalendar()
    days = f"{first.month}/{first.day}–{last.month}/{last.day}"
    return _("week %(week)d (%(days)s)") % {"week": week.week, "days": days}


def _leaves(progress: Progress) -> Iterable[Target]:
    """The targets whose own figures make up the actual."""
    if not progress.rolls_up:
        yield progress.target
        return
    for part in progress.parts:
        yield from _leaves(part)


def _clipped(
    target: Target, first: datetime.date, last: datetime.date, as_of: datetime.date, known: Any
) -> Ask:
    return Ask(
        rule=target, scope=scope_of(target.letter), first=max(first, target.starts_on),
        last=min(last, target.ends_on), as_of=as_of, known=known,
    )  # fmt: skip


def overrides(target: Target) -> list[str]:
    """Where a target differs from the tier that it began with: `the tier says 5, here 3`."""
    tier = target.tier or {}
    if not tier:
        return []
    found = []
    if (said := tier.get("minimum")) and Decimal(said) != target.minimum:
        words = {
            "tier": quantity_words(Decimal(said), target.metric),
            "here": quantity_words(target.minimum, target.metric),
        }
        found.append(_("the tier says %(tier)s, here %(here)s") % words)
    labels = []
    for name in CountingRule.RULE:
        value = target.industry_id if name == "industry" else getattr(target, name)
        here = "" if value is None else format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
        if here != tier.get(name, ""):
            labels.append(str(target._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    if labels:
        found.append(_("other than the tier: %(fields)s") % {"fields": _(", ").join(labels)})
    return found


def panel_targets(
    user: User, *, zone: Zone, team_id: uuid.UUID | None, person_id: uuid.UUID | None, as_of: datetime.date
) -> list[Progress]:
    """The targets of a scope whose window has the day in it, those furthest behind first."""
    letters = TargetLetter.objects.visible_to(user).filter(zone=zone, team_id=team_id, person_id=person_id)
    rows = for_progress(Target.objects.filter(letter__in=letters, deleted_at=None).current(as_of))
    targets = list(rows.order_by("-letter__begins_on", "position", "id")[:PANEL_MOST])
    found = progress_of(targets, as_of=as_of)
    return sorted(found.values(), key=lambda one: (-COLOURS.index(one.light), -one.behind))


PANEL_MOST = 60
