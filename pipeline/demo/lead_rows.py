"""Makes the rows of one generated lead from its story, with the days it tells of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from investcrm.core.calendar import next_working_day
from investcrm.core.credit_code import credit_code_check_value, organisation_check_character
from investcrm.core.phones import parse_phone
from investcrm.core.text import normalise_company_name, pinyin_key, search_text
from pipeline.demo import words
from pipeline.demo.gathering import Gathering
from pipeline.demo.stories import Story
from projects.choices import AcquisitionMode, CapitalOrigin, EntryKind, Listing, SiteNeed
from projects.models import Company, Contact, Industry, Lead, LedgerEntry, Milestone
from projects.services.companies import lead_search_text
from projects.services.ledger import Standing
from teams.models import Team, User
from visits.choices import FollowUpStatus
from visits.models import FollowUp, Interaction, InteractionParty

MARK = (
    "演示数据，随机生成，与任何真实企业无关。 / Generated for demonstration; any likeness to a real company is chance."
)
# When the next step of each owner's leads is due, in days from today, in turn: overdue, today and coming.
DUE = (-3, 0, 1, 5, None, -1, 2, 7, None, -9, 3, 10, 0, None, 4)
# Total investment in units of ten thousand: yuan, and US dollars.
SIZES_CNY = (2000, 3000, 5000, 8000, 10000, 12000, 15000, 20000, 30000, 50000, 80000, 100000, 150000, 200000)
SIZES_USD = (500, 800, 1000, 1500, 2000, 3000, 5000, 10000)
WEIGHTS_CNY = (8, 12, 14, 12, 12, 9, 8, 8, 6, 5, 3, 3, 1, 1)


@dataclass
class Crew:
    """A team with its people (the leader first) and its industries."""

    team: Team
    people: list[User]
    industries: list[Industry]
    branch: words.Branch


class LeadMaker:
    """Makes the rows of one lead from its story."""

    def __init__(self, gathering: Gathering, crew: Crew, story: Story) -> None:
        self.gathering, self.crew, self.story = gathering, crew, story
        self.chance = gathering.chance
        self.owner = self.chance.choices(crew.people, weights=(2, 3, 3, 3))[0]
        self.foreign = self.chance.random() < 0.12
        self.standing = Standing()
        self.entries: list[LedgerEntry] = []

    def make(self) -> None:
        """The company, its contacts, the lead with its entries, meetings, next steps and milestones."""
        company = self._company()
        contacts = [self._contact(company) for _turn in range(self.chance.choice((1, 1, 2)))]
        self._open(company)
        if self.story.assigned is not None:
            self._assign(self.story.assigned)
        for stage, day in self.story.moves:
            self._move(stage, day)
        self._meet(contacts)
        for kind, day in self.story.milestones:
            self._milestone(kind, day)
        self.lead.updated_at = max(entry.recorded_at for entry in self.entries)
        self.gathering.add(self.lead)
        for entry in self.entries:
            self.gathering.add(entry)

    # --- the company

    def _company(self) -> Company:
        name, country = self._foreign_name() if self.foreign else (self._name(), "CN")
        return self._add_company(name, country)

    def _add_company(self, name: str, country: str, credit_code: str | None = None) -> Company:
        company: Company = self.gathering.add(
            Company(
                name=name,
                name_en=name if country != "CN" else "",
                country=country,
                credit_code=credit_code,
                profile=MARK,
                normalised_name=normalise_company_name(name)[:300],
                name_key=pinyin_key(name)[:600],
                search_text=search_text(name, "", credit_code or ""),
                created_by=self.owner,
                created_at=self.gathering.at(self.story.born),
            )
        )
        return company

    def _name(self) -> str:
        while True:
            stem = self.chance.choice(words.FIRST) + self.chance.choice(words.SECOND)
            name = f"{self.chance.choice(words.CITIES)}{stem}{self.crew.branch.trade}{self.chance.choice(words.FORMS)}"
            if stem + self.crew.branch.trade not in self.gathering.names:
                self.gathering.names.add(stem + self.crew.branch.trade)
                self.stem = stem
                return name

    def _foreign_name(self) -> tuple[str, str]:
        while True:
            stem, form, country = self.chance.choice(words.FOREIGN)
            name = f"{stem} {self.chance.choice(words.FOREIGN_TRADES)} {form}"
            if name not in self.gathering.names:
                self.gathering.names.add(name)
                self.stem = stem
                return name, country

    def _contact(self, company: Company) -> Contact:
        name = self.gathering.human()
        # Made-up numbers of one block, easy to tell from real ones; example.com is nobody's (RFC 2606).
        number = self.chance.randint(0, 9999)
        while number in self.gathering.phones:
            number = (number + 1) % 10_000
        self.gathering.phones.add(number)
        phone = f"1990000{number:04d}"
        contact: Contact = self.gathering.add(
            Contact(
                zone=self.gathering.zone,
                company=company,
                name=name,
                position=self.chance.choice(words.POSITIONS),
                phone=phone,
                phone_e164=parse_phone(phone) or "",
                email=f"contact{phone[-4:]}@example.com",
                created_by=self.owner,
                created_at=self.gathering.at(self.story.born),
                search_text=search_text(name, phone),
            )
        )
        return contact

    def _referrer(self) -> Company | None:
        """One of the first settled investors."""
        settled = [row.registered_company for row in self.gathering.rows[Lead] if row.registered_company is not None]
        return self.chance.choice(settled[:5]) if settled else None

    # --- the lead and its ledger

    def _open(self, company: Company) -> None:
        born = self.story.born
        product = self.chance.choice(self.crew.branch.products)
        self.product = product
        mode = self.chance.choice(AcquisitionMode.values[:-1])
        self.lead = Lead(
            zone=self.gathering.zone,
            number=self.gathering.next_number(born),
            name=f"{self.stem}{product}项目",
            company=company,
            summary=f"{product}的研发和生产。",
            acquisition_mode=mode,
            referrer_company=self._referrer() if mode == AcquisitionMode.REFERRAL else None,
            source=self.chance.choice(words.SOURCES),
            capital_origin=CapitalOrigin.FOREIGN if self.foreign else CapitalOrigin.DOMESTIC,
            currency="USD" if self.foreign else "CNY",
            first_contact_on=born,
            created_at=self.gathering.at(born),
            created_by=self.gathering.director,
        )
        if self.story.assigned == born:
            self.lead.created_by = self.owner
            self._give_to_team()
        self.lead.name_key = pinyin_key(self.lead.name)[:600]
        self.lead.search_text = lead_search_text(self.lead)
        self.standing.enter(self.gathering.stages["enquiry"], born)
        self._enter_ledger(EntryKind.OPENED, born, self.lead.created_by)

    def _give_to_team(self) -> None:
        self.lead.team, self.lead.owner = self.crew.team, self.owner
        self.lead.industry = self.chance.choice(self.crew.industries)

    def _assign(self, day: datetime.date) -> None:
        if self.lead.team is None:
            self._give_to_team()
            self._enter_ledger(EntryKind.TRANSFERRED, day, self.gathering.director)
            self._enter_ledger(EntryKind.RECLASSIFIED, day, self.gathering.director)
        if self.chance.random() < 0.5:
            self._value(day)

    def _value(self, day: datetime.date) -> None:
        """Set the amounts, once."""
        if self.lead.total_investment is not None:
            return
        if self.foreign:
            size = self.chance.choice(SIZES_USD)
        else:
            size = self.chance.choices(SIZES_CNY, weights=WEIGHTS_CNY)[0]
        total = Decimal(size) * 10_000
        self.lead.total_investment = total
        self.lead.fixed_asset_investment = total * self.chance.choice((55, 60, 65, 70, 80)) / 100
        self.lead.registered_capital = total * self.chance.choice((10, 15, 20)) / 100
        self._enter_ledger(EntryKind.REVALUED, day, self.owner)

    def _move(self, stage: str, day: datetime.date) -> None:
        here = self.standing.stage
        actor = self.crew.people[0] if self.chance.random() < 0.3 else self.owner
        if stage != "in_talks" and stage != "closed":
            self._value(day)
        self._meet_requirements(stage, day)
        self.standing.enter(self.gathering.stages[stage], day)
        self._enter_ledger(
            EntryKind.MOVED,
            day,
            actor,
            note=words.MOVE_NOTES[stage],
            from_stage_id=here,
            evidence=self._evidence(stage),
        )

    def _meet_requirements(self, stage: str, day: datetime.date) -> None:
        """Fill what the stage asks for."""
        lead, total = self.lead, self.lead.total_investment
        if stage == "key_talks":
            lead.site_need = self.chance.choice((SiteNeed.LAND, SiteNeed.HALL, SiteNeed.HALL, SiteNeed.NONE))
            lead.expected_signing_on = next_working_day(day + datetime.timedelta(days=self.chance.randint(40, 120)))
            if lead.site_need == SiteNeed.LAND:
                lead.land_mu = Decimal(self.chance.choice((20, 35, 50, 80)))
            elif lead.site_need == SiteNeed.HALL:
                lead.floor_area_m2 = Decimal(self.chance.choice((2000, 3500, 6000, 12000)))
                lead.clear_height_m = Decimal(self.chance.choice((6, 8, 10, 12)))
        elif stage == "to_sign":
            lead.review_conclusion = self.chance.choice(words.REVIEWS)
            lead.draft_agreement_on = day
        elif stage == "signed":
            lead.agreed_investment = total
            lead.agreement_number = f"演招协〔{day.year}〕{self.chance.randint(1, 199)}号"
            if total is not None and total >= 500_000_000 and lead.currency == "CNY":
                lead.listing = Listing.PROVINCE if total >= 1_000_000_000 else Listing.CITY
                self._enter_ledger(EntryKind.RECLASSIFIED, day, self.owner)
            self._enter_ledger(EntryKind.REVALUED, day, self.owner)
        elif stage == "landed":
            name = f"{self.stem}{self.crew.branch.trade}（演示）有限公司"
            lead.registered_company = self._add_company(name, "CN", self._credit_code())
            lead.place = self.chance.choice(words.AVENUES)
        elif stage == "closed":
            lead.close_reason = self.chance.choice(words.CLOSE_REASONS)

    def _credit_code(self) -> str:
        """A code that fits its check characters; 000000 is no region that exists."""
        inner = "MB" + f"{len(self.gathering.rows[Company]):06d}"
        first = f"91000000{inner}{organisation_check_character(inner)}"
        return first + credit_code_check_value(first)

    def _evidence(self, stage: str) -> str:
        return {"signed": self.lead.agreement_number, "landed": "营业执照"}.get(stage, "")

    def _enter_ledger(self, kind: str, day: datetime.date, actor: User | None, **fields: Any) -> None:
        """An entry with a snapshot of the lead as it is now, recorded on its day."""
        self.standing.write_to(self.lead)
        self.lead.last_progress_on = self.standing.stage_entered_on
        seq = len(self.entries) + 1
        snapshot = {name: getattr(self.lead, name) for name in LedgerEntry.SNAPSHOT}
        self.entries.append(
            LedgerEntry(
                lead=self.lead, seq=seq, kind=kind, occurred_on=day, actor=actor,
                recorded_at=self.gathering.at(day, 17, seq), **fields, **snapshot,
            )
        )  # fmt: skip

    def _milestone(self, kind: str, day: datetime.date) -> None:
        self.gathering.add(
            Milestone(
                lead=self.lead,
                kind=kind,
                occurred_on=day,
                recorded_by=self.owner,
                created_at=self.gathering.at(day, 16),
            )
        )
        self.lead.last_progress_on = max(self.lead.last_progress_on or day, day)

    # --- meetings and next steps

    def _meet(self, contacts: list[Contact]) -> None:
        earlier: Interaction | None = None
        for day in self.story.meetings:
            meeting = self._log(day, contacts)
            if earlier is not None and self.chance.random() < 0.5:
                earlier.next_follow_up_on = day
                self._follow_up(
                    earlier, day, status=FollowUpStatus.DONE, done_by=meeting, closed_at=meeting.occurred_at
                )
            earlier = meeting
            self.lead.last_interaction_at = meeting.occurred_at
        if earlier is not None and self.story.stage not in ("closed", "landed"):
            self._plan(earlier)

    def _log(self, day: datetime.date, contacts: list[Contact]) -> Interaction:
        generator, chance = self.gathering, self.chance
        channel = chance.choice(words.CHANNELS)
        summary = chance.choice(words.SAID[channel]).format(product=self.product)
        occurred_at = generator.at(day, chance.randint(9, 16), chance.randrange(0, 60, 5))
        actor = self.owner if chance.random() < 0.85 else chance.choice(self.crew.people)
        together = channel in ("visit", "reception", "meeting")
        meeting: Interaction = generator.add(
            Interaction(
                zone=generator.zone, lead=self.lead, company=self.lead.company, channel=channel,
                occurred_at=occurred_at,
                team=self.crew.team, person_times=chance.randint(2, 8) if together else 1,
                duration_minutes=chance.choice((60, 90, 120)) if together else chance.choice((5, 10, 15, 30)),
                summary=summary, search_text=search_text(summary, ""), created_by=actor,
                created_at=occurred_at + datetime.timedelta(minutes=20),
                updated_at=occurred_at + datetime.timedelta(minutes=20),
            )
        )  # fmt: skip
        party = generator.add(
            InteractionParty(interaction=meeting, position=0, company=self.lead.company, lead=self.lead)
        )
        generator.add(Interaction.staff.through(interaction=meeting, user=actor))
        generator.add(InteractionParty.contacts.through(interactionparty=party, contact=chance.choice(contacts)))
        return meeting

    def _plan(self, meeting: Interaction) -> None:
        """The open next step; each owner's take turns at being overdue, due today and coming."""
        steps = self.gathering.steps
        offset = DUE[steps[self.owner.id] % len(DUE)]
        steps[self.owner.id] += 1
        if offset is None:
            return
        due = self.gathering.today + datetime.timedelta(days=offset)
        due = next_working_day(due) if offset > 0 else max(due, meeting.occurred_at.date())
        meeting.next_follow_up_on = due
        self.lead.next_follow_up_on = due
        self._follow_up(meeting, due)

    def _follow_up(self, meeting: Interaction, due: datetime.date, **fields: Any) -> None:
        self.gathering.add(
            FollowUp(
                lead=self.lead, due_on=due, note=self.chance.choice(words.NEXT_STEPS), assignee=self.owner,
                came_from=meeting, created_by=meeting.created_by, created_at=meeting.created_at, **fields,
            )
        )  # fmt: skip
