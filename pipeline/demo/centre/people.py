"""The zone with its teams, people, industries and rates: few rows, written by the models themselves."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from investcrm.core.models import ExchangeRate
from investcrm.core.text import pinyin_key
from pipeline.demo import words
from pipeline.demo.accounts import PASSWORD
from pipeline.demo.centre.days import Days
from pipeline.demo.centre.ids import Ids
from pipeline.demo.centre.names import team_name
from projects.models import Industry
from teams.access import Role
from teams.adapter import DEMO_MAIL_DOMAIN
from teams.models import Membership, Team, User, Zone

# Up to so many leads: teams, and people in each.
SIZES = ((20_000, 5, 4), (200_000, 10, 8))
LARGEST = (20, 10)
# On this day the first team was dissolved, and its people went to the others.
REORGANISED = 365
BEFORE = datetime.timedelta(days=400)
DOLLARS = ("7.080000", "7.240000", "7.120000", "7.180000", "7.060000", "7.150000", "7.100000")
EUROS = ("7.680000", "7.810000", "7.740000", "7.860000", "7.790000", "7.700000", "7.830000")
RATE_DAYS = 180


@dataclass
class Crew:
    """A team, its people (the leader first) and its industries, as COPY writes them."""

    team: str
    people: list[str]
    branch: words.Branch
    industries: list[str]


@dataclass
class People:
    """Who works in the zone."""

    zone: Zone
    director: str
    crews: list[Crew]
    # the dissolved one; its people work in the others since
    former: Crew
    logins: list[str] = field(default_factory=list)


class Staffing:
    """Writes the zone and all who work in it. Their ids are drawn from the chance, as all others are."""

    def __init__(self, code: str, leads: int, days: Days, chance: random.Random) -> None:
        self.code, self.days, self.chance = code, days, chance
        self.teams, self.size = next((found[1:] for found in SIZES if leads <= found[0]), LARGEST)
        self.since = days.first - BEFORE
        self.no_password, self.password = make_password(None), make_password(PASSWORD)
        self.ids = Ids(chance, days.milliseconds)
        self.zone = Zone(
            id=self.ids.new(), code=code, name_zh=f"{leads}个项目的园区（生成数据）",
            name_en=f"Zone of {leads:,} leads (generated data)", centre_zh="生成数据招商服务中心",
            centre_en="Centre of generated data", city="演示市 Demo City", is_generated=True,
        )  # fmt: skip

    def write(self) -> People:
        """Everything, and whom the leads are given to."""
        self.zone.save(force_insert=True)
        director = self._person("director", "生成主任", self.password)
        self._join(director, Role.DIRECTOR)
        industries = [self._industries(branch) for branch in words.BRANCHES]
        crews, logins = [], [director.username]
        for number in range(1, self.teams + 1):
            team = self._team(number)
            members = [self._member(number, place, team) for place in range(self.size)]
            if number == 1:
                logins += [member.username for member in members[:2]]
            place = (number - 1) % len(words.BRANCHES)
            ids = [str(member.id) for member in members]
            crews.append(Crew(str(team.id), ids, words.BRANCHES[place], industries[place]))
        people = People(self.zone, str(director.id), crews, self._former(crews, industries[0]), logins)
        self._rates()
        return people

    def _former(self, crews: list[Crew], industries: list[str]) -> Crew:
        """The team that was dissolved: each of its people has been in another team since."""
        dissolved = self.days.date(REORGANISED)
        team = self._team(self.teams + 1, dissolved_on=dissolved)
        ids = []
        for place, crew in enumerate(crews[: self.size]):
            user = self._person(f"former-{place}", self._name())
            yesterday = dissolved - datetime.timedelta(days=1)
            role = Role.MEMBER if place else Role.LEADER
            self._join(user, role, team, ends_on=yesterday)
            self._join(user, Role.MEMBER, Team(id=crew.team), starts_on=dissolved)
            ids.append(str(user.id))
        return Crew(str(team.id), ids, words.BRANCHES[0], industries)

    def _team(self, number: int, dissolved_on: datetime.date | None = None) -> Team:
        return Team.objects.create(
            id=self.ids.new(), zone=self.zone, code=f"T{number:02d}", name_zh=team_name(number),
            name_en=f"Team {number}", starts_on=self.since, dissolved_on=dissolved_on,
        )  # fmt: skip

    def _member(self, number: int, place: int, team: Team) -> User:
        role, name = (Role.MEMBER, self._name()) if place else (Role.LEADER, self._name())
        login = {(1, 0): "leader", (1, 1): "member"}.get((number, place))
        user = self._person(login or f"{number:02d}-{place:02d}", name, self.password if login else "")
        self._join(user, role, team)
        return user

    def _name(self) -> str:
        return self.chance.choice(words.SURNAMES) + self.chance.choice(words.GIVEN)

    def _person(self, name: str, display_name: str, password: str = "") -> User:
        """A colleague; without a password one who cannot sign in."""
        username = f"{self.code}-{name}"
        return User.objects.create(
            id=self.ids.new(), username=username, display_name=display_name, name_key=pinyin_key(display_name),
            email=f"{username}@{DEMO_MAIL_DOMAIN}", password=password or self.no_password,
        )  # fmt: skip

    def _join(
        self,
        user: User,
        role: str,
        team: Team | None = None,
        starts_on: datetime.date | None = None,
        ends_on: datetime.date | None = None,
    ) -> None:
        Membership.objects.create(
            id=self.ids.new(), user=user, zone=self.zone, team_id=team.id if team else None, role=role,
            starts_on=starts_on or self.since, ends_on=ends_on,
        )  # fmt: skip

    def _industries(self, branch: words.Branch) -> list[str]:
        top = Industry.objects.create(
            id=self.ids.new(), zone=self.zone, code=branch.code, name_zh=branch.zh, name_en=branch.en,
            gb_code=branch.gb,
        )  # fmt: skip
        parts = [
            Industry.objects.create(
                id=self.ids.new(), zone=self.zone, code=code, name_zh=zh, name_en=en, gb_code=gb, parent=top
            )
            for code, zh, en, gb in branch.parts
        ]
        return [str(part.id) for part in parts]

    def _rates(self) -> None:
        for currency, rates in (("USD", DOLLARS), ("EUR", EUROS)):
            for number, cny in enumerate(rates):
                ExchangeRate.objects.get_or_create(
                    currency=currency, valid_from=self.days.date(number * RATE_DAYS),
                    defaults={"cny": Decimal(cny), "source": "generated"},
                )  # fmt: skip
