"""The course of one generated lead, without the database: when it came in, how far it got, when people met."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from investcrm.core.calendar import next_working_day

# Each stage with the fewest and most days spent before it.
PATH: tuple[tuple[str, int, int], ...] = (
    ("in_talks", 2, 15),
    ("key_talks", 12, 50),
    ("to_sign", 15, 45),
    ("signed", 7, 35),
    ("landed", 20, 80),
)
CHANCE_CLOSED = 0.07
CHANCE_STUCK = 0.14
# How many of those that are stuck are closed in the end.
CHANCE_GIVEN_UP = 0.55
MILESTONES = ("registered", "funds_in_place", "construction_started")


@dataclass
class Story:
    """What happens to a lead, by day; nothing after the last day given to `tell`."""

    born: datetime.date
    assigned: datetime.date | None = None
    moves: list[tuple[str, datetime.date]] = field(default_factory=list)
    meetings: list[datetime.date] = field(default_factory=list)
    milestones: list[tuple[str, datetime.date]] = field(default_factory=list)

    @property
    def stage(self) -> str:
        """Where it stands at the end."""
        return self.moves[-1][0] if self.moves else "enquiry"

    def day_of(self, stage: str) -> datetime.date | None:
        """The day it entered the stage."""
        return dict(self.moves).get(stage)


def tell(chance: random.Random, age: int, last: datetime.date) -> Story:
    """A story that began about `age` days before the last day."""
    born = next_working_day(last - datetime.timedelta(days=age))
    story = Story(min(born, last))
    story.assigned = story.born
    if chance.random() < 0.35:
        story.assigned = min(_after(story.born, chance, 1, 2), last)
    day, stuck = story.assigned, False
    for stage, fewest, most in PATH:
        fate = chance.random()
        if fate < CHANCE_CLOSED:
            _close(story, _after(day, chance, 20, 60), last)
            break
        if fate < CHANCE_CLOSED + CHANCE_STUCK:
            stuck = True
            if chance.random() < CHANCE_GIVEN_UP:
                _close(story, _after(day, chance, 60, 150), last)
            break
        day = _after(day, chance, fewest, most)
        if day > last:
            break
        story.moves.append((stage, day))
    _meet(story, chance, last, stuck)
    _build(story, chance, last)
    return story


def _close(story: Story, day: datetime.date, last: datetime.date) -> None:
    if day <= last:
        story.moves.append(("closed", day))


def _after(day: datetime.date, chance: random.Random, fewest: int, most: int) -> datetime.date:
    return next_working_day(day + datetime.timedelta(days=chance.randint(fewest, most)))


def _meet(story: Story, chance: random.Random, last: datetime.date, stuck: bool) -> None:
    """The days of calls and visits; half of the leads that are stuck fall silent."""
    assert story.assigned is not None  # noqa: S101 - set by tell
    end = story.day_of("closed") or last
    if stuck and chance.random() < 0.5:
        end = min(end, (story.moves[-1][1] if story.moves else story.assigned) + datetime.timedelta(days=12))
    signed = story.day_of("signed")
    day = story.assigned
    while day <= end:
        story.meetings.append(day)
        calm = signed is not None and day >= signed
        day = _after(day, chance, 15, 35) if calm else _after(day, chance, 4, 15)


def _build(story: Story, chance: random.Random, last: datetime.date) -> None:
    """Milestones after landing, each on its own day."""
    day = story.day_of("landed")
    for kind in MILESTONES:
        if day is None or day > last or chance.random() < 0.25:
            return
        story.milestones.append((kind, day))
        day = _after(day, chance, 15, 50)
