"""Makes the rows of one lead from its life: the lead with its ledger, meetings, steps, plans, milestones, money."""

from __future__ import annotations

import random

from django.db import models

from pipeline.demo import words
from pipeline.demo.centre.days import Days
from pipeline.demo.centre.ids import Ids
from pipeline.demo.centre.ledger import Ledger
from pipeline.demo.centre.life import Life
from pipeline.demo.centre.meetings import Meetings
from pipeline.demo.centre.parties import Parties
from pipeline.demo.centre.people import REORGANISED, Crew, People
from pipeline.demo.centre.state import KINDS, Amounts, Making, Standing
from pipeline.demo.centre.tables import NULL, Table
from pipeline.demo.centre.texts import found_by, found_by_name, joined, sorted_by
from projects.choices import AcquisitionMode, CapitalOrigin
from projects.models import Company, Contact, Lead

FOREIGN = 0.12
MODES = tuple(AcquisitionMode.values[:-1])
FACTS = (
    "site_need", "land_mu", "floor_area_m2", "clear_height_m", "expected_signing_on", "review_conclusion",
    "draft_agreement_on", "agreement_number", "registered_company_id", "place", "close_reason",
)  # fmt: skip
EMPTY = {name: NULL if name.endswith(("_on", "_id", "_mu", "_m2", "_m")) else "" for name in FACTS}


class Maker:
    """Turns lives into rows."""

    def __init__(
        self, chance: random.Random, days: Days, ids: Ids, people: People, tables: dict[type[models.Model], Table]
    ) -> None:
        self.roll, self.days, self.ids, self.people = chance.random, days, ids, people
        self.leads = tables[Lead]
        zone = str(people.zone.id)
        self.zone = zone
        self.parties = Parties(chance, days, ids, zone, tables[Company], tables[Contact])
        self.ledger = Ledger(days, ids, people, self.parties, tables)
        self.meetings = Meetings(self.parties, people, tables)

    def make(self, life: Life, number: int) -> None:
        """All rows of one lead."""
        days, roll = self.days, self.roll
        day = life.entered
        self.ids.day(day)
        crew = self._crew(day)
        owner = crew.people[int(roll() * len(crew.people))]
        enterer = self.people.director if life.assigned != day else owner
        foreign = roll() < FOREIGN
        party = self.parties.investor(crew.branch.trade, foreign, day, enterer)
        product = crew.branch.products[int(roll() * len(crew.branch.products))]
        making = Making(
            self.ids.text(), party.company, self.zone, Standing(life.opened_in, None if life.undated else day),
            Amounts(("EUR" if roll() < 0.35 else "USD") if foreign else "CNY"), MODES[int(roll() * len(MODES))],
            CapitalOrigin.FOREIGN.value if foreign else CapitalOrigin.DOMESTIC.value, facts=dict(EMPTY),
        )  # fmt: skip
        self._reorganise(life, crew)
        self.ledger.write(making, life, crew, owner, enterer, party.stem)
        seen = self.meetings.write(making, life, product, party)
        progress = [making.standing.entered, *(on for _kind, on in life.milestones)]
        stem, kind = party.stem, f"{product}项目"
        name, key, segments = _lead_name(stem, kind, foreign)
        standing, code = making.standing, f"{days.year[day]}-{number:06d}"
        created = days.at(day, 520 + number % 400)
        self.leads.add(
            making.lead, created, making.recorded, making.deleted, code, name, party.company,
            f"{product}的研发和生产。",
            words.SOURCES[int(roll() * len(words.SOURCES))], days.text[day], enterer, *making.snapshot(),
            KINDS[standing.stage], self._day(standing.entered), self._day(standing.signed),
            self._day(standing.landed), self._day(standing.closed),
            *(making.facts[fact] for fact in FACTS),
            self._day(max((on for on in progress if on is not None), default=None)),
            seen.last, seen.due, key, joined((code.replace("-", ""), *segments, *party.segments)),
        )  # fmt: skip

    def _day(self, day: int | None) -> str:
        return NULL if day is None else self.days.text[day]

    def _crew(self, day: int) -> Crew:
        crews = self.people.crews
        turn = int(self.roll() * (len(crews) + 1))
        if turn == len(crews):
            # The dissolved team had its share while it was there.
            return self.people.former if day < REORGANISED - 7 else crews[int(self.roll() * len(crews))]
        return crews[turn]

    def _reorganise(self, life: Life, crew: Crew) -> None:
        """What the dissolved team had in hand went to the teams that its people went to."""
        if crew is not self.people.former or life.assigned is None or life.assigned >= REORGANISED:
            return
        if life.ended is None or life.ended > REORGANISED:
            life.events.append((REORGANISED, "reorganise", 0))
            life.events.sort(key=lambda event: event[0])


def _lead_name(stem: str, kind: str, foreign: bool) -> tuple[str, str, tuple[str, ...]]:
    """The name, what it is sorted by, and what it is found by."""
    name = stem + kind
    if foreign:
        return name, sorted_by(name), found_by(name)
    return name, sorted_by(stem, kind), found_by_name(stem, kind)
