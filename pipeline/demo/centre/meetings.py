"""The calls and visits of one lead, the next steps that came of them, and the visits that were planned."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

from pipeline.demo import words
from pipeline.demo.centre.life import Life
from pipeline.demo.centre.names import CITIES, REMARKS
from pipeline.demo.centre.parties import Parties, Party
from pipeline.demo.centre.people import People
from pipeline.demo.centre.state import KINDS, Making
from pipeline.demo.centre.tables import NULL, Table
from pipeline.demo.centre.texts import found_by, joined
from pipeline.demo.lead_rows import DUE
from visits.choices import PLANNABLE, FollowUpStatus, PlanStatus
from visits.models import FollowUp, Interaction, InteractionParty, PlannedVisit

TOGETHER = frozenset({"visit", "reception", "meeting"})
PLANNABLE_CODES = frozenset(channel.value for channel in PLANNABLE)
# Of the calls and messages so many are noted with words; a box to log them asks for none.
NOTED = 0.4
BUSY = frozenset({"open", "signed"})


class Seen(NamedTuple):
    """What the meetings mean for the lead: its last interaction and its next step, as COPY writes them."""

    last: str
    due: str


class Meeting(NamedTuple):
    """One interaction."""

    row: str
    day: int
    minute: int
    channel: str
    actor: str


class Meetings:
    """Writes the interactions of leads, one lead after the other."""

    def __init__(self, parties: Parties, people: People, tables: dict[type[models.Model], Table]) -> None:
        self.parties, self.days, self.ids, self.people = parties, parties.days, parties.ids, people
        self.roll, self.pick = parties.roll, parties.pick
        self.interactions, self.sides = tables[Interaction], tables[InteractionParty]
        self.staff = tables[Interaction.staff.through]
        self.met = tables[InteractionParty.contacts.through]
        self.follow_ups, self.plans = tables[FollowUp], tables[PlannedVisit]
        # The parties' numbers are the database's own; the loader sets where they begin.
        self.side = 0

    def write(self, making: Making, life: Life, product: str, party: Party) -> Seen:
        """All of the lead's; the days grow, so the last one is the latest."""
        owner = self.people.director if making.owner == NULL else making.owner
        held = [self._meeting(day, number, owner) for number, day in enumerate(life.meetings)]
        due = NULL
        alive = KINDS[making.standing.stage] in BUSY and making.deleted == NULL and making.team != NULL
        for number, meeting in enumerate(held):
            later = held[number + 1] if number + 1 < len(held) else None
            step = self._step(meeting, later, alive)
            self._log(making, meeting, product, party, step)
            if step is not None:
                on = self.days.text[step]
                if later is None:
                    due = on
                self._follow_up(making, meeting, later, on, owner)
            if meeting.channel in PLANNABLE_CODES and self.roll() < 0.4 and making.team != NULL:
                self._plan(making, meeting.day, meeting.channel, owner, done_by=meeting)
        if alive and self.roll() < 0.06:
            self._plan(making, self.days.today + int(self.roll() * 20), "visit", owner)
        last = held[-1]
        return Seen(self.days.at(last.day, last.minute), due)

    def _meeting(self, day: int, number: int, owner: str) -> Meeting:
        # Within a day the later ones are later.
        minute = 540 + number * 150 + 5 * int(self.roll() * 24)
        return Meeting(self.ids.text(), day, minute, self.pick(words.CHANNELS), owner)

    def _step(self, meeting: Meeting, later: Meeting | None, alive: bool) -> int | None:
        """The day of the next step that was agreed on, if one was."""
        if later is not None:
            return later.day if self.roll() < 0.35 else None
        if not alive or self.roll() < 0.4:
            return None
        offset = DUE[int(self.roll() * len(DUE))]
        return None if offset is None else max(self.days.today + offset, meeting.day)

    def _log(self, making: Making, meeting: Meeting, product: str, party: Party, step: int | None) -> None:
        channel, roll = meeting.channel, self.roll
        together = channel in TOGETHER
        summary = ""
        if together or roll() < NOTED:
            said = words.SAID[channel]
            summary = said[int(roll() * len(said))].format(product=product) + self.pick(REMARKS)
        minutes = (60, 90, 120)[int(roll() * 3)] if together else (5, 10, 15, 30)[int(roll() * 4)]
        at, entered = self.days.at(meeting.day, meeting.minute), self.days.at(meeting.day, meeting.minute + 20)
        self.interactions.add(
            meeting.row, entered, entered, making.zone, making.lead, making.company, channel, at, str(minutes),
            making.team, str(2 + int(roll() * 7) if together else 1), summary,
            NULL if step is None else self.days.text[step], meeting.actor, joined(found_by(summary)),
        )  # fmt: skip
        side = str(self.side)
        self.side += 1
        self.sides.add(side, meeting.row, "0", making.company, making.lead)
        self.staff.add(meeting.row, meeting.actor)
        if roll() < 0.4:
            self.met.add(side, party.contacts[int(roll() * len(party.contacts))])

    def _follow_up(self, making: Making, meeting: Meeting, later: Meeting | None, on: str, owner: str) -> None:
        at = self.days.at(meeting.day, meeting.minute + 20)
        closed = NULL if later is None else self.days.at(later.day, later.minute + 20)
        self.follow_ups.add(
            self.ids.text(), at, closed if later else at, making.lead, on, self.pick(words.NEXT_STEPS), owner,
            FollowUpStatus.DONE.value if later else FollowUpStatus.OPEN.value, meeting.row,
            later.row if later else NULL, closed, meeting.actor,
        )  # fmt: skip

    def _plan(self, making: Making, day: int, channel: str, owner: str, done_by: Meeting | None = None) -> None:
        """A visit that was planned before it was made, or one that lies ahead."""
        planned = self.days.at(max(min(day, self.days.last) - 10, 0), 600)
        on = self.days.text[day]
        cancelled = done_by is None and self.roll() < 0.1
        status = PlanStatus.DONE if done_by else PlanStatus.CANCELLED if cancelled else PlanStatus.PLANNED
        closed = NULL
        if done_by is not None:
            closed = self.days.at(done_by.day, done_by.minute + 20)
        elif cancelled:
            closed = self.days.at(self.days.last, 700)
        self.plans.add(
            self.ids.text(), planned, planned if closed == NULL else closed, making.zone, making.team, owner,
            making.lead, making.company, channel, on, on, "10:00", "90",
            self.pick(CITIES) if channel == "visit" else "", self.pick(words.PURPOSES), self.pick(words.EXPECTED),
            status.value, done_by.row if done_by else NULL, closed,
            self.pick(words.CANCELLED) if cancelled else "", owner,
        )  # fmt: skip
