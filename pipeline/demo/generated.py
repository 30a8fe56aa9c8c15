"""The generated zone: about 300 leads over the last year, the same each time but for the day it is told on.

The rows are written in bulk with the days they tell of, which the services (they record now) cannot do. The stage
of each lead is still what `Standing` makes of its entries, so ledger and leads agree.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection

from investcrm.core.calendar import next_working_day
from investcrm.core.models import ExchangeRate
from investcrm.core.text import pinyin_key
from pipeline.demo import words
from pipeline.demo.accounts import make_logins
from pipeline.demo.gathering import CODE, Gathering
from pipeline.demo.lead_rows import Crew, LeadMaker
from pipeline.demo.stories import Story, tell
from pipeline.demo.targets import load_generated_targets
from pipeline.demo.twins import make_twins
from pipeline.demo.working_day import WorkingDay
from projects.models import Company, Contact, Industry, Lead, LedgerEntry, Milestone
from teams.access import Role
from teams.adapter import DEMO_MAIL_DOMAIN
from teams.models import Membership, Team, User, Zone
from visits.models import FollowUp, Interaction, InteractionParty

LEADS = 300
UNASSIGNED = 8
TEAM_SIZE = 4
RATES = ((400, "7.180000"), (270, "7.120000"), (120, "7.150000"), (20, "7.100000"))


def load_generated(today: datetime.date | None = None) -> bool:
    """Write the zone, once; returns whether it was written now. `today` is the day it is told on."""
    if Zone.objects.filter(code=CODE).exists():
        return False
    Generator(today).write()
    return True


class Generator(Gathering):
    """Makes the people of the zone and its leads, and writes the rows in the order that foreign keys ask for."""

    def write(self) -> None:
        """Make everything."""
        self._people()
        self._rates()
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('projects_lead_number') FROM generate_series(1, %s)", [LEADS])
            self.numbers = [row[0] for row in cursor.fetchall()]
        # The oldest first, so that numbers grow with the days.
        ages = sorted((self.chance.randint(0, 364) for _turn in range(LEADS - UNASSIGNED)), reverse=True)
        for number, age in enumerate(ages):
            crew = self.crews[number % len(self.crews)]
            LeadMaker(self, crew, tell(self.chance, age, self.last)).make()
        for _turn in range(UNASSIGNED):
            born = next_working_day(self.last - datetime.timedelta(days=self.chance.randint(1, 12)))
            LeadMaker(self, self.chance.choice(self.crews), Story(min(born, self.last))).make()
        make_twins(self)
        for model in (Company, Contact, Lead, LedgerEntry, Milestone, Interaction, InteractionParty, FollowUp):
            model.objects.bulk_create(self.rows.pop(model), batch_size=500)
        for through, rows in self.rows.items():
            through._default_manager.bulk_create(rows, batch_size=2000)
        WorkingDay(self, self.crews).write()
        load_generated_targets(self.director, self.zone, [crew.team for crew in self.crews], self.today)

    def _people(self) -> None:
        self.zone.save(force_insert=True)
        since = self.today - datetime.timedelta(days=500)
        teams = {
            f"D{n}": Team.objects.create(
                zone=self.zone, code=f"D{n}", name_zh=f"演示{zh}组", name_en=f"Demo team {n}", starts_on=since
            )
            for n, zh in enumerate("一二三四五", 1)
        }
        logins = make_logins(self.zone, teams, since)
        self.director = logins["demo-director"]
        self.crews = []
        for number, (team, branch) in enumerate(zip(teams.values(), words.BRANCHES, strict=True), 1):
            with_login = [logins["demo-leader"], logins["demo-member"]] if number == 1 else []
            people = with_login + [
                self._person(f"demo-{number}-{place}", team, Role.MEMBER if place else Role.LEADER, since)
                for place in range(len(with_login), TEAM_SIZE)
            ]
            self.crews.append(Crew(team, people, self._industries(branch), branch))

    def _person(self, username: str, team: Team, role: str, since: datetime.date) -> User:
        """A colleague who cannot sign in."""
        name = self.human()
        user = User(
            username=username,
            display_name=name,
            name_key=pinyin_key(name),
            email=f"{username}@{DEMO_MAIL_DOMAIN}",
            password=make_password(None),
        )
        user.save(force_insert=True)
        Membership.objects.create(user=user, zone=self.zone, team=team, role=role, starts_on=since)
        return user

    def _industries(self, branch: words.Branch) -> list[Industry]:
        top = Industry.objects.create(
            zone=self.zone, code=branch.code, name_zh=branch.zh, name_en=branch.en, gb_code=branch.gb
        )
        return [
            Industry.objects.create(zone=self.zone, code=code, name_zh=zh, name_en=en, gb_code=gb, parent=top)
            for code, zh, en, gb in branch.parts
        ]

    def _rates(self) -> None:
        for days, cny in RATES:
            ExchangeRate.objects.get_or_create(
                currency="USD",
                valid_from=self.today - datetime.timedelta(days=days),
                defaults={"cny": Decimal(cny), "source": "generated"},
            )
