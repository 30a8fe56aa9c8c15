"""The ledger of one lead in the making, and what its entries bring along: amounts, facts, milestones, money."""

from __future__ import annotations

from django.db import models

from pipeline.demo import words
from pipeline.demo.centre.days import Days
from pipeline.demo.centre.ids import Ids
from pipeline.demo.centre.life import CLOSED, IN_TALKS, KEY_TALKS, LANDED, SIGNED, TO_SIGN, Life
from pipeline.demo.centre.names import EVIDENCE
from pipeline.demo.centre.parties import Parties
from pipeline.demo.centre.people import Crew, People
from pipeline.demo.centre.state import CODES, Making
from pipeline.demo.centre.tables import NULL, Table
from pipeline.demo.lead_rows import SIZES_CNY, SIZES_USD, WEIGHTS_CNY
from projects.choices import EntryKind, FundKind, FundStatus
from projects.models import CapitalIncrease, FundArrival, LedgerEntry, Milestone, Settlement

UNIT = 10_000
NEAR_CNY = tuple(size for size, weight in zip(SIZES_CNY, WEIGHTS_CNY, strict=True) for _turn in range(weight))
CORRECTED = "误操作，撤回"
BACK = "条件有变，退回上一阶段"
EVENING = 17 * 60


class Ledger:
    """Writes the entries of leads, one lead after the other."""

    def __init__(
        self,
        days: Days,
        ids: Ids,
        people: People,
        parties: Parties,
        tables: dict[type[models.Model], Table],
    ) -> None:
        self.days, self.ids, self.people, self.parties = days, ids, people, parties
        self.roll, self.pick = parties.roll, parties.pick
        self.entries, self.milestones = tables[LedgerEntry], tables[Milestone]
        self.increases, self.funds, self.settlements = (
            tables[CapitalIncrease], tables[FundArrival], tables[Settlement],
        )  # fmt: skip

    def write(self, making: Making, life: Life, crew: Crew, owner: str, enterer: str, stem: str) -> None:
        """Everything that happened to the lead, in its order."""
        self.crew, self.stem = crew, stem
        day = life.entered
        if life.assigned == day:
            self._give(making, owner)
        for stage in range(IN_TALKS, making.standing.stage + 1):
            self._meet(making, stage, day)
        self._enter(making, EntryKind.OPENED.value, NULL if life.undated else self.days.text[day], day, enterer)
        if life.assigned is not None:
            if life.assigned != day:
                self._give(making, owner)
                self._dated(making, EntryKind.TRANSFERRED.value, life.assigned, self.people.director)
                self._dated(making, EntryKind.RECLASSIFIED.value, life.assigned, self.people.director)
            if making.amounts.total is None and self.roll() < 0.5:
                self._value(making)
                self._dated(making, EntryKind.REVALUED.value, life.assigned, owner)
        for on, what, turn in life.events:
            self._event(making, on, what, turn)
        for kind, on in life.milestones:
            self._milestone(making, kind, on)

    def _event(self, making: Making, day: int, what: str, turn: int) -> None:
        match what:
            case "move":
                self._move(making, turn, day)
            case "correct":
                self._correct(making, day)
            case "transfer":
                self._transfer(making, day, turn)
            case "reorganise":
                self._reorganise(making, day)
            case "revalue":
                self._revalue(making, day)
            case "increase":
                self._increase(making, day)
            case "delete":
                making.deleted = self.days.at(day, EVENING)
                self._dated(making, EntryKind.DELETED.value, day, self.people.director, "重复录入")

    # --- entries

    def _enter(
        self,
        making: Making,
        kind: str,
        on: str,
        recorded: int,
        actor: str,
        note: str = "",
        evidence: str = "",
        from_stage: str = NULL,
        reverses: str = NULL,
        amount: str = NULL,
        currency: str = "",
    ) -> str:
        entry = self.ids.text()
        making.seq += 1
        making.recorded = self.days.at(recorded, EVENING + making.seq)
        self.entries.add(
            entry, making.lead, str(making.seq), kind, on, making.recorded, actor, note, evidence, from_stage,
            reverses, *making.snapshot(), amount, currency,
        )  # fmt: skip
        return entry

    def _dated(self, making: Making, kind: str, day: int, actor: str, note: str = "") -> str:
        return self._enter(making, kind, self.days.text[day], day, actor, note)

    def _actor(self, making: Making) -> str:
        return self.crew.people[0] if making.owner == NULL or self.roll() < 0.3 else making.owner

    def _give(self, making: Making, owner: str) -> None:
        making.team, making.owner = self.crew.team, owner
        making.industry = self.crew.industries[int(self.roll() * len(self.crew.industries))]

    # --- moves

    def _move(self, making: Making, stage: int, day: int) -> None:
        here = making.standing.stage
        actor = self._actor(making)
        before = (making.amounts.texts(), making.listing)
        self._meet(making, stage, day)
        if making.amounts.texts() != before[0]:
            self._dated(making, EntryKind.REVALUED.value, day, actor)
        if making.listing != before[1]:
            self._dated(making, EntryKind.RECLASSIFIED.value, day, actor)
        standing = making.standing
        making.standing = standing.enter(stage, day)
        code = CODES[stage]
        evidence = {SIGNED: making.facts["agreement_number"], LANDED: EVIDENCE[0]}.get(stage, "")
        entry = self._enter(
            making, EntryKind.MOVED.value, self.days.text[day], day, actor,
            note=BACK if stage < here else words.MOVE_NOTES[code], evidence=evidence, from_stage=CODES[here],
        )  # fmt: skip
        making.moves.append((standing, entry))
        if stage != CLOSED:
            making.facts["close_reason"] = ""

    def _correct(self, making: Making, day: int) -> None:
        here = CODES[making.standing.stage]
        making.standing, moved = making.moves.pop()
        entered = making.standing.entered
        if making.standing.stage != CLOSED:
            making.facts["close_reason"] = ""
        self._enter(
            making, EntryKind.CORRECTED.value, NULL if entered is None else self.days.text[entered], day,
            self.crew.people[0], note=CORRECTED, from_stage=here, reverses=moved,
        )  # fmt: skip

    def _meet(self, making: Making, stage: int, day: int) -> None:
        """Fill what the stage asks for."""
        facts, roll = making.facts, self.roll
        if stage == CLOSED:
            facts["close_reason"] = self.pick(words.CLOSE_REASONS)
            return
        if stage >= KEY_TALKS and making.amounts.total is None:
            self._value(making)
        if stage >= KEY_TALKS and not facts["site_need"]:
            self._place_needed(making, day)
        if stage >= TO_SIGN and not facts["review_conclusion"]:
            facts["review_conclusion"] = self.pick(words.REVIEWS)
            facts["draft_agreement_on"] = self.days.text[day]
        if stage >= SIGNED and making.amounts.agreed is None:
            total = making.amounts.total or 0
            making.amounts.agreed = total
            facts["agreement_number"] = f"演招协〔{self.days.year[day]}〕{1 + int(roll() * 999)}号"
            if making.amounts.currency == "CNY" and total >= 50_000 * UNIT:
                making.listing = "province" if total >= 100_000 * UNIT else "city"
        if stage == LANDED and facts["registered_company_id"] == NULL:
            trade = self.crew.branch.trade
            company = self.parties.registered(self.stem, trade, day, making.owner)
            facts["registered_company_id"] = company
            facts["place"] = self.pick(words.AVENUES)
            at = self.days.at(day, EVENING)
            self.settlements.add(at, at, company, making.zone, self.days.text[day], making.owner)

    def _place_needed(self, making: Making, day: int) -> None:
        facts, roll = making.facts, self.roll
        need = self.pick(("land", "hall", "hall", "none"))
        facts["site_need"] = need
        expected = min(day + 40 + int(roll() * 80), len(self.days.text) - 1)
        facts["expected_signing_on"] = self.days.text[expected]
        if need == "land":
            facts["land_mu"] = self.pick(("20", "35", "50", "80"))
        elif need == "hall":
            facts["floor_area_m2"] = self.pick(("2000", "3500", "6000", "12000"))
            facts["clear_height_m"] = self.pick(("6", "8", "10", "12"))

    # --- amounts

    def _value(self, making: Making) -> None:
        """Set the amounts, once."""
        amounts, roll = making.amounts, self.roll
        sizes = NEAR_CNY if amounts.currency == "CNY" else SIZES_USD
        hundredth = sizes[int(roll() * len(sizes))] * UNIT // 100
        amounts.total = hundredth * 100
        amounts.fixed = hundredth * (55, 60, 65, 70, 80)[int(roll() * 5)]
        amounts.registered = hundredth * (10, 15, 20)[int(roll() * 3)]

    def _revalue(self, making: Making, day: int) -> None:
        """A project grows or shrinks on the way; what was agreed stays."""
        amounts = making.amounts
        if amounts.total is None or making.team == NULL:
            return
        factor = (80, 90, 120, 150)[int(self.roll() * 4)]
        amounts.total = amounts.total * factor // 100
        amounts.fixed = (amounts.fixed or 0) * factor // 100
        self._dated(making, EntryKind.REVALUED.value, day, self._actor(making))

    def _increase(self, making: Making, day: int) -> None:
        if making.standing.stage != LANDED:
            return
        amounts, actor = making.amounts, self._actor(making)
        amount = str(max((amounts.total or 0) // 5, UNIT))
        on, at = self.days.text[day], self.days.at(day, EVENING)
        entry = self._enter(
            making, EntryKind.INCREASED.value, on, day, actor, note="二期增资", evidence="增资协议", amount=amount,
            currency=amounts.currency,
        )  # fmt: skip
        self.increases.add(
            self.ids.text(), at, at, making.lead, amount, amounts.currency, on, "增资协议", actor, entry
        )

    # --- whose it is

    def _transfer(self, making: Making, day: int, turn: int) -> None:
        """To a colleague, or (one in three) to another team."""
        crews = self.people.crews
        crew = crews[int(self.roll() * len(crews))] if turn == 0 else self._crew_of(making)
        owner = crew.people[int(self.roll() * len(crew.people))]
        if crew.team == making.team and owner == making.owner:
            return
        making.team, making.owner = crew.team, owner
        if crew is not self.people.former:
            self.crew = crew
        self._dated(making, EntryKind.TRANSFERRED.value, day, self.people.director)

    def _crew_of(self, making: Making) -> Crew:
        known = [crew for crew in (*self.people.crews, self.people.former) if crew.team == making.team]
        return known[0] if known else self.crew

    def _reorganise(self, making: Making, day: int) -> None:
        former = self.people.former
        if making.team != former.team:
            return
        place = former.people.index(making.owner)
        self.crew = self.people.crews[place]
        making.team = self.crew.team
        self._dated(making, EntryKind.TRANSFERRED.value, day, self.people.director, "小组重组")

    # --- after landing

    def _milestone(self, making: Making, kind: str, day: int) -> None:
        at = self.days.at(day, EVENING)
        number = ("registered", "funds_in_place", "construction_started", "completed", "in_production").index(kind)
        self.milestones.add(
            self.ids.text(), at, at, making.lead, kind, self.days.text[day], EVIDENCE[number], making.owner
        )
        if kind == "funds_in_place":
            self._fund(making, day)

    def _fund(self, making: Making, day: int) -> None:
        amounts, at = making.amounts, self.days.at(day, EVENING)
        foreign = amounts.currency != "CNY"
        verified = self.roll() < 0.8
        checker = self.people.director
        self.funds.add(
            self.ids.text(), at, at, making.lead,
            FundKind.FDI.value if foreign else FundKind.FUNDS_IN_PLACE.value,
            str(amounts.registered or UNIT), amounts.currency, self.days.text[day], "银行进账单、验资报告",
            FundStatus.VERIFIED.value if verified else FundStatus.ENTERED.value, making.owner,
            checker if verified else NULL,
            self.days.at(min(day + 2, self.days.last), EVENING) if verified else NULL,
        )  # fmt: skip
