"""The course of one lead in day numbers: what happened to it, when people met, and what was built."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.demo.centre.days import Days

ENQUIRY, IN_TALKS, KEY_TALKS, TO_SIGN, SIGNED, LANDED, CLOSED = range(7)


class Step(NamedTuple):
    """How a stage is reached: the chances that it is not (closed, or stuck), and the days that it takes."""

    stage: int
    closed: float
    stuck: float
    fewest: int
    most: int


PATH = (
    Step(IN_TALKS, 0.16, 0.06, 2, 15),
    Step(KEY_TALKS, 0.18, 0.14, 12, 60),
    Step(TO_SIGN, 0.14, 0.12, 15, 60),
    Step(SIGNED, 0.10, 0.08, 7, 45),
    Step(LANDED, 0.06, 0.05, 20, 110),
)
GIVEN_UP = 0.75  # of those that are stuck, closed in the end
MEETINGS = 3
MILESTONES = (
    ("registered", 0.85, 0, 5),
    ("funds_in_place", 0.75, 15, 60),
    ("construction_started", 0.8, 15, 60),
    ("completed", 0.7, 150, 320),
    ("in_production", 0.8, 30, 90),
)


@dataclass(slots=True)
class Life:
    """What happens to a lead."""

    entered: int
    opened_in: int = ENQUIRY
    # it was there before the centre began to count, and nobody knows since when
    undated: bool = False
    assigned: int | None = None
    # (day, what, with what), in the order of the days
    events: list[tuple[int, str, int]] = field(default_factory=list)
    meetings: list[int] = field(default_factory=list)
    milestones: list[tuple[str, int]] = field(default_factory=list)
    # the day of its end, if it was closed or deleted
    ended: int | None = None


class Lives:
    """Tells one life after the other; everything hangs on the given chance alone."""

    def __init__(self, chance: random.Random, days: Days) -> None:
        self.roll, self.days = chance.random, days

    def tell(self, entered: int) -> Life:
        """The life of a lead that was entered on the day."""
        life, roll = Life(entered), self.roll
        if entered > self.days.last - 14 and roll() < 0.3:
            self._meet(life)
            return life
        later = 1 + int(roll() * 2) if roll() < 0.35 else 0
        life.assigned = self._after(entered, later, later)
        if entered < 60 and roll() < 0.1:
            life.opened_in, life.undated = (IN_TALKS, KEY_TALKS, SIGNED)[int(roll() * 3)], True
            life.assigned = entered
        if life.assigned <= self.days.last:
            self._walk(life)
        else:
            life.assigned = entered
        self._hand_over(life)
        if roll() < 0.003:
            self._delete(life)
        life.events.sort(key=_day_of)
        self._meet(life)
        return life

    def _after(self, day: int, fewest: int, most: int) -> int:
        """A working day so many days later."""
        found = day + fewest + int(self.roll() * (most - fewest + 1))
        return self.days.working[min(found, self.days.today + 1)]

    def _walk(self, life: Life) -> None:
        """Through the stages, as far as it gets."""
        assert life.assigned is not None  # noqa: S101 - set by tell
        day, roll, last = life.assigned, self.roll, self.days.last
        signed: int | None = None
        for stage, closed, stuck, fewest, most in PATH:
            if stage <= life.opened_in:
                continue
            fate = roll()
            if fate < closed:
                self._close(life, self._after(day, 20, 90))
                return
            if fate < closed + stuck:
                if roll() < GIVEN_UP:
                    self._close(life, self._after(day, 60, 220))
                return
            day = self._after(day, fewest, most)
            if day > last:
                return
            oddity = roll()
            if oddity < 0.02:
                day = self._stray(life, stage, day)
            elif oddity < 0.05 and stage < SIGNED:
                continue  # a stage may be left out
            if day > last:
                return
            life.events.append((day, "move", stage))
            if stage == SIGNED:
                signed = day
            if stage in (KEY_TALKS, TO_SIGN) and roll() < 0.03:
                day = self._step_back(life, stage, day)
                if day > last:
                    return
        self._build(life, day, signed)

    def _stray(self, life: Life, stage: int, day: int) -> int:
        """A move by mistake, corrected soon; returns the day of the right one."""
        righted = self._after(day, 0, 3)
        if righted <= self.days.last:
            life.events.append((day, "move", stage + 1 if stage < TO_SIGN else CLOSED))
            life.events.append((righted, "correct", 0))
        return righted

    def _step_back(self, life: Life, stage: int, day: int) -> int:
        """Back by one stage and forward again; returns the day when it is back, or one that has not come yet."""
        for target in (stage - 1, stage):
            day = self._after(day, 10, 40)
            if day > self.days.last:
                return day
            life.events.append((day, "move", target))
        return day

    def _close(self, life: Life, day: int) -> None:
        if day > self.days.last:
            return
        life.events.append((day, "move", CLOSED))
        life.ended = day
        if self.roll() < 0.03:
            again = self._after(day, 30, 120)
            if again <= self.days.last:
                life.events.append((again, "move", IN_TALKS))
                life.ended = None

    def _build(self, life: Life, landed: int, signed: int | None) -> None:
        """Milestones after landing, and here and there more capital."""
        day, last = landed, self.days.last
        for kind, chance, fewest, most in MILESTONES:
            if self.roll() >= chance:
                break
            day = self._after(day, fewest, most)
            if day > last:
                return
            life.milestones.append((kind, day))
        if signed is not None and self.roll() < 0.08:
            day = self._after(landed, 60, 400)
            if day <= last:
                life.events.append((day, "increase", 0))

    def _hand_over(self, life: Life) -> None:
        """To another team or person, here and there; amounts that change on the way."""
        assert life.assigned is not None  # noqa: S101 - set by tell
        end = life.ended if life.ended is not None else self.days.last
        if end <= life.assigned:
            return
        if self.roll() < 0.06:
            life.events.append((self._between(life.assigned + 1, end), "transfer", int(self.roll() * 3)))
        if self.roll() < 0.12:
            life.events.append((self._between(life.assigned + 1, end), "revalue", 0))

    def _delete(self, life: Life) -> None:
        days = [day for day, _what, _with in life.events] + [day for _kind, day in life.milestones]
        latest = max([life.entered, *days])
        day = self._after(latest, 1, 30)
        if day <= self.days.last:
            life.events.append((day, "delete", 0))
            life.ended = day

    def _between(self, first: int, last: int) -> int:
        return first + int(self.roll() * (last - first + 1))

    def _meet(self, life: Life) -> None:
        """The days of its calls and visits: the first one at once, the others while it lived; some fall silent."""
        start = life.entered if life.assigned is None else life.assigned
        end = life.ended if life.ended is not None else self.days.last
        if life.ended is None and self.roll() < 0.25:
            end = min(end, start + 40 + int(self.roll() * 300))
        span = max(end - start, 0)
        later = sorted(start + int((span + 1) * self.roll() ** 0.5) for _turn in range(MEETINGS - 1))
        life.meetings = [start, *later]


def _day_of(event: tuple[int, str, int]) -> int:
    return event[0]
