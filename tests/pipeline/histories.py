"""Histories of a centre, told step by step through the services, on days that pass as the history says."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st

from investcrm.core.changes import give_positions
from investcrm.core.errors import Conflict
from investcrm.core.models import ExchangeRate
from pipeline.selectors.figures import answer, lead_ids
from pipeline.selectors.flow import flow
from pipeline.selectors.periods import parse_period
from pipeline.selectors.questions import LISTED, OF_A_DAY, REACHED, STOCK, WHATS, Question
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import correct_move, move_lead
from pipeline.services.tallies import fold
from projects.choices import AcquisitionMode, Listing, MilestoneKind
from projects.models import CapitalIncrease, Lead, StageRequirement
from projects.services.increases import record_increase, take_back_increase
from projects.services.leads import AMOUNTS, delete_lead, update_lead
from projects.services.milestones import set_milestone
from projects.services.reviving import revive_lead
from teams.access import Role
from teams.services.memberships import add_membership, end_membership
from teams.services.teams import update_team
from tests.factories import make_centre, make_company, make_industry, make_lead, make_team
from visits.services.merging import merge_leads

DAY = datetime.timedelta(days=1)
FIRST_DAY = datetime.date(2025, 3, 3)
STAGES = ("enquiry", "in_talks", "key_talks", "to_sign", "signed", "landed", "closed")
# The yen has no rate.
CURRENCIES = ("CNY", "CNY", "USD", "EUR", "JPY")
OPS = (
    "days", "days", "enter", "enter", "open", "open", "move", "move", "move", "move", "correct", "transfer", "revalue",
    "revalue", "reclassify", "increase", "increase", "take_back", "milestone", "delete", "delete", "revive",
    "revive", "merge", "merge", "reorganise", "note", "fold",
)  # fmt: skip
STEP = st.tuples(st.sampled_from(OPS), st.integers(0, 11), st.integers(0, 11), st.integers(0, 40))
HISTORIES = st.lists(STEP, min_size=50, max_size=70)


@contextmanager
def days_that_pass() -> Iterator[SimpleNamespace]:
    """A clock whose `day` is today, for whoever asks Django for the time."""
    clock = SimpleNamespace(day=FIRST_DAY)

    class Moment(datetime.datetime):
        """The time of day stands still at noon."""

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            here = zoneinfo.ZoneInfo("Asia/Shanghai")
            noon = datetime.datetime.combine(clock.day, datetime.time(12), tzinfo=here)
            return noon.astimezone(tz)

    with patch("django.utils.timezone.datetime", Moment):
        yield clock


class History:
    """A centre in the making. What the services refuse does not happen."""

    def __init__(self, clock: SimpleNamespace) -> None:
        self.clock, self.centre = clock, make_centre()
        self.zone, self.actor = self.centre.zone, self.centre.chen
        StageRequirement.objects.all().delete()
        for currency, cny in (("USD", 7), ("EUR", 8)):
            for day in (datetime.date(2020, 1, 1), FIRST_DAY + 60 * DAY):
                ExchangeRate.objects.create(currency=currency, valid_from=day, cny=Decimal(cny), source="test")
        self.industries = [self.centre.industry, make_industry(self.zone, "robots"), None]
        self.teams: list[Any] = [self.centre.g4, self.centre.g1, None]
        self.people = [self.centre.wang, self.centre.zhao, self.centre.li, None]
        self.company = make_company(self.actor)
        self.leads: list[Any] = []
        self.deleted: list[Any] = []
        # figures as of a day, as known at a position, and what they said then
        self.noted: dict[tuple[datetime.date, int], Any] = {}
        self.done = self.refused = 0

    def tell(self, steps: list[tuple[str, int, int, int]]) -> None:
        """Everything that happened, in order."""
        for what, which, choice, number in steps:
            try:
                with transaction.atomic():
                    getattr(self, what)(which, choice, number)
                self.done += 1
            except (ValidationError, Conflict):
                self.refused += 1

    def lead(self, which: int) -> Lead:
        """One of the leads that are there."""
        if not self.leads:
            raise ValidationError("There is none yet.")
        found: Lead = self.leads[which % len(self.leads)]
        return found

    def ago(self, days: int) -> datetime.date:
        """So many days before today."""
        return self.clock.day - days * DAY

    # --- steps: which lead or team, a choice, a number

    def days(self, which: int, choice: int, number: int) -> None:
        """Days pass."""
        self.clock.day += number * DAY

    def enter(self, which: int, choice: int, number: int, **fields: Any) -> None:
        """A lead is entered."""
        amount = None if number == 0 else Decimal(number * 1_000_000 + choice)
        lead = make_lead(
            self.actor, self.zone, company=self.company, team=self.teams[which % len(self.teams)],
            owner=self.people[choice % len(self.people)], industry=self.industries[number % 3],
            currency=CURRENCIES[which % 5], total_investment=amount, **fields,
        )  # fmt: skip
        self.leads.append(lead)

    def open(self, which: int, choice: int, number: int) -> None:
        """A lead that was there before is opened, backdated or undated."""
        self.enter(
            which, choice, number, stage=STAGES[choice % 7], on=None if number % 4 == 0 else self.ago(number * 3)
        )

    def move(self, which: int, choice: int, number: int) -> None:
        """A lead moves: on, back, skipping, closed, reopened; today or entered late; perhaps with amounts."""
        lead, stage = self.lead(which), STAGES[choice % 7]
        fields: dict[str, Any] = {"close_reason": "done"} if stage == "closed" else {}
        if number % 3 == 0:
            fields["agreed_investment"] = Decimal(number * 10_000)
        move_lead(
            actor=self.actor, lead_id=lead.id, to_stage=stage, occurred_on=self.ago(number if which % 2 else 0),
            note="so it was", fields=fields,
        )  # fmt: skip

    def correct(self, which: int, choice: int, number: int) -> None:
        """The latest move of a lead was wrong."""
        lead = self.lead(which)
        moves = lead.entries.filter(kind="moved", reversed_by=None).order_by("-seq")
        if last := moves.first():
            correct_move(actor=self.actor, lead_id=lead.id, entry_id=last.id, note="wrong")

    def transfer(self, which: int, choice: int, number: int) -> None:
        """A lead goes to another team or person."""
        team, owner = self.teams[choice % len(self.teams)], self.people[number % len(self.people)]
        self.change(which, {"team": team, "owner": owner})

    def revalue(self, which: int, choice: int, number: int) -> None:
        """Amounts change, or the currency."""
        amount = None if number == 0 else Decimal(number * 100_000)
        self.change(which, {"total_investment": amount, "currency": CURRENCIES[choice % 5]})

    def reclassify(self, which: int, choice: int, number: int) -> None:
        """Industry, mode and listing change."""
        mode, listing = AcquisitionMode.values[choice % 9], Listing.values[number % 4]
        changes = {"industry": self.industries[number % 3], "acquisition_mode": mode, "listing": listing}
        self.change(which, changes | {"capital_origin": "foreign" if choice % 2 else "domestic"})

    def change(self, which: int, changes: dict[str, Any]) -> None:
        """Edit a lead."""
        update_lead(actor=self.actor, lead_id=self.lead(which).id, changes=changes)

    def increase(self, which: int, choice: int, number: int) -> None:
        """Capital is increased; of equal amounts there are many."""
        record_increase(
            actor=self.actor, lead_id=self.lead(which).id, amount=Decimal(100 * (1 + choice % 2)),
            agreed_on=self.ago(number % 6), currency=CURRENCIES[choice % 4],
        )  # fmt: skip

    def take_back(self, which: int, choice: int, number: int) -> None:
        """An increase is taken back."""
        rows = list(CapitalIncrease.objects.filter(deleted_at=None, lead__deleted_at=None).order_by("id"))
        if rows:
            take_back_increase(actor=self.actor, increase_id=rows[which % len(rows)].id, note="wrong")

    def milestone(self, which: int, choice: int, number: int) -> None:
        """A milestone is reached, or was not."""
        day = None if number % 5 == 0 else self.ago(number)
        kind = MilestoneKind.values[choice % 6]
        set_milestone(actor=self.actor, lead_id=self.lead(which).id, kind=kind, occurred_on=day)

    def delete(self, which: int, choice: int, number: int) -> None:
        """A lead was there twice; a few only."""
        if number % 3 == 0 and len(self.leads) > 4:
            lead = self.lead(which)
            delete_lead(actor=self.actor, lead_id=lead.id)
            self.leads.remove(lead)
            self.deleted.append(lead)

    def revive(self, which: int, choice: int, number: int) -> None:
        """A lead that was deleted was not there twice after all: the deletion never was."""
        if self.deleted:
            lead = self.deleted[which % len(self.deleted)]
            revive_lead(actor=self.actor, lead_id=lead.id)
            self.deleted.remove(lead)
            self.leads.append(lead)

    def merge(self, which: int, choice: int, number: int) -> None:
        """Two leads were one; the other's stage and amounts are taken or not."""
        if number % 3 == 0 and len(self.leads) > 4:
            gone, kept = self.lead(which), self.lead(which + 1 + choice % 3)
            taken = AMOUNTS | {"team", "owner", "industry"} if choice % 2 else ()
            merge_leads(actor=self.actor, kept_id=kept.id, gone_id=gone.id, taken=taken)
            self.leads.remove(gone)

    def reorganise(self, which: int, choice: int, number: int) -> None:
        """A team is dissolved: its leads and its people go to a new one. The days before say what they said."""
        yesterday = self.ago(1)
        questions = [Question(STOCK, Scope(self.zone, team=team), yesterday) for team in self.teams if team]
        before = [answer(question) for question in questions]
        old = self.teams[which % 2]
        new = make_team(self.zone, f"N{self.done}")
        for lead in Lead.objects.filter(team=old, deleted_at=None):
            update_lead(actor=self.actor, lead_id=lead.id, changes={"team": new})
        for row in old.memberships.filter(deleted_at=None, ends_on=None):
            end_membership(actor=self.centre.gu, membership_id=row.id, ends_on=yesterday)
            add_membership(
                actor=self.centre.gu, user=row.user, zone=self.zone, role=Role(row.role), team=new,
                starts_on=self.clock.day,
            )  # fmt: skip
        update_team(actor=self.centre.gu, team_id=old.id, changes={"dissolved_on": self.clock.day})
        self.teams[which % 2] = new
        assert [answer(question) for question in questions] == before

    def note(self, which: int, choice: int, number: int) -> None:
        """Somebody asks for figures; as known now they are never to change."""
        asked = self.clock.day - (number % 3) * 30 * DAY, give_positions()
        self.noted[asked] = figures(self, *asked)

    def fold(self, which: int, choice: int, number: int) -> None:
        """The tallies are folded."""
        fold()


def questions(history: History, day: datetime.date, known: int | None = None) -> Iterator[Question]:
    """Everything that can be asked of the zone, a team and a person as of the day, or of half a year before it."""
    period = parse_period(f"{day - 183 * DAY}..{day}")
    zone, centre = history.zone, history.centre
    limits: dict[str, Any] = {LISTED: {"listing": ("province", "nation")}, REACHED: {"stage": ("signed",)}}
    for scope in (Scope(zone), Scope(zone, team=centre.g4), Scope(zone, person=centre.wang)):
        for what in WHATS:
            limit = limits.get(what, {})
            yield Question(what, scope, day, None if what in OF_A_DAY else period, known, **limit)


def figures(history: History, day: datetime.date, known: int) -> Any:
    """Figures as known at a position: numbers, lists and a flow."""
    zone = Scope(history.zone)
    asked = [question for question in questions(history, day, known) if question.scope == zone]
    flown = flow(zone, parse_period(f"{day - 90 * DAY}..{day}"), day, known)
    return [(answer(question), lead_ids(question)) for question in asked], [row.columns for row in flown.stages]
