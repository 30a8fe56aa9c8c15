"""The companies behind the leads, and who speaks for them."""

from __future__ import annotations

import random
from collections import deque
from typing import NamedTuple

from investcrm.core.credit_code import credit_code_check_value, organisation_check_character
from investcrm.core.regions import region_names
from investcrm.core.text import normalise_company_name
from pipeline.demo import words
from pipeline.demo.centre.days import Days
from pipeline.demo.centre.ids import Ids
from pipeline.demo.centre.names import CITIES, STEM, TRADES
from pipeline.demo.centre.tables import NULL, Table
from pipeline.demo.centre.texts import found_by, found_by_name, joined, sorted_by

# So many of the last companies may bring one more project.
REMEMBERED = 3000
CODED = 0.7
LIMITED = "有限公司"
# Stems that read like a place are compared as the services compare them.
PLACES = frozenset(region_names())


class Party(NamedTuple):
    """A company with the people that one talks to."""

    company: str
    stem: str
    contacts: list[str]
    # what it is found by, but for its credit code
    segments: tuple[str, ...]


class Name(NamedTuple):
    """A Chinese company's name in its parts; the last one is its legal form."""

    city: str
    stem: str
    field: str
    form: str


class Parties:
    """Makes companies and contacts."""

    def __init__(
        self, chance: random.Random, days: Days, ids: Ids, zone: str, companies: Table, contacts: Table
    ) -> None:
        self.roll = chance.random
        self.days, self.ids, self.zone = days, ids, zone
        self.companies, self.contacts = companies, contacts
        self.region = f"00{int(self.roll() * 10_000):04d}"
        self.coded = 0
        self.domestic: deque[Party] = deque(maxlen=REMEMBERED)

    def pick(self, options: tuple[str, ...] | str) -> str:
        """One of them."""
        return options[int(self.roll() * len(options))]

    def investor(self, trade: str, foreign: bool, day: int, actor: str) -> Party:
        """A company that brings a lead: a new one, or one that brought another before."""
        if foreign:
            return self._foreign(day, actor)
        if len(self.domestic) > 50 and self.roll() < 0.3:
            return self.domestic[int(self.roll() * len(self.domestic))]
        stem = self.pick(STEM) + self.pick(STEM) + (self.pick(STEM) if self.roll() < 0.5 else "")
        field = trade if self.roll() < 0.5 else self.pick(TRADES)
        name = Name(self.pick(CITIES), stem, field, self.pick(words.FORMS))
        code = self.credit_code() if self.roll() < CODED else NULL
        company, segments = self._chinese(name, code, day, actor)
        party = Party(company, stem, self._contacts(company, day, actor), segments)
        self.domestic.append(party)
        return party

    def _foreign(self, day: int, actor: str) -> Party:
        stem, form, country = words.FOREIGN[int(self.roll() * len(words.FOREIGN))]
        stem = f"{stem} {chr(65 + int(self.roll() * 26))}{chr(65 + int(self.roll() * 26))}"
        name = f"{stem} {self.pick(words.FOREIGN_TRADES)} {form}"
        segments = found_by(name)
        company = self._company(
            name, name, country, NULL, day, actor, normalise_company_name(name)[:300], sorted_by(name), segments
        )
        return Party(company, stem, self._contacts(company, day, actor), segments)

    def registered(self, stem: str, trade: str, day: int, actor: str) -> str:
        """The company that the investor registers in the zone."""
        name, code = f"{stem}{trade}（演示）有限公司", self.credit_code()
        return self._company(
            name, "", "CN", code, day, actor, normalise_company_name(name)[:300], sorted_by(name),
            (*found_by(name), code.lower()),
        )  # fmt: skip

    def _chinese(self, name: Name, code: str, day: int, actor: str) -> tuple[str, tuple[str, ...]]:
        kept = name.form.removesuffix(LIMITED)
        segments = found_by_name(name.city, name.stem, name.field, *([kept] if kept else []))
        found = segments if code == NULL else (*segments, code.lower())
        text = "".join(name)
        short = normalise_company_name(text) if name.stem[:2] in PLACES else name.stem + name.field
        company = self._company(text, "", "CN", code, day, actor, short, sorted_by(*name), found)
        return company, segments

    def _company(
        self,
        name: str,
        name_en: str,
        country: str,
        code: str,
        day: int,
        actor: str,
        short: str,
        key: str,
        segments: tuple[str, ...],
    ) -> str:
        row, at = self.ids.text(), self.days.at(day, 510)
        self.companies.add(row, at, at, name, name_en, country, code, actor, short, key, joined(segments))
        return row

    def _contacts(self, company: str, day: int, actor: str) -> list[str]:
        return [self._contact(company, day, actor) for _turn in range(1 if self.roll() < 0.8 else 2)]

    def _contact(self, company: str, day: int, actor: str) -> str:
        row, at = self.ids.text(), self.days.at(day, 515)
        surname, given = self.pick(words.SURNAMES), self.pick(words.GIVEN)
        # Made-up numbers of one block, easy to tell from real ones; example.com is nobody's (RFC 2606).
        phone = f"1990000{int(self.roll() * 10_000):04d}"
        email = f"contact{phone[-4:]}@example.com" if self.roll() < 0.4 else ""
        self.contacts.add(
            row, at, at, self.zone, company, surname + given, self.pick(words.POSITIONS), phone, f"+86{phone}", email,
            actor, joined((*found_by(surname + given), phone, *(found_by(email) if email else ()))),
        )  # fmt: skip
        return row

    def credit_code(self) -> str:
        """A code that fits its check characters; a region of 00 is none that exists."""
        self.coded += 1
        inner = f"MC{self.coded:06d}" if self.coded < 1_000_000 else f"MD{self.coded - 1_000_000:06d}"
        first = f"91{self.region}{inner}{organisation_check_character(inner)}"
        return first + credit_code_check_value(first)
