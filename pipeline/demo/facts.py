"""Loads the two real centres from the facts: only what the source says. What it does not say stays empty.

A lead needs a company, and the source names hardly any investor: the company is then called the investor of the
project, and its profile says that the source does not name it.
"""

from __future__ import annotations

import calendar
import datetime
import json
import zoneinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.demo.accounts import make_logins
from pipeline.demo.targets import load_facts_targets
from projects.choices import AcquisitionMode, CompanyKind, SiteNeed
from projects.models import Company, Industry, Stage
from projects.services.companies import create_company, set_settled
from projects.services.leads import Opening, create_lead
from teams.models import Team, User, Zone
from visits.choices import RequestCategory
from visits.models import ServiceRequest
from visits.services.interactions import log_interaction
from visits.services.parties import Party

DATA = Path(__file__).parent / "data"
# The source gives days without an hour; noon stands for the day in every time zone near China's.
NOON = datetime.time(12)
SOURCE_NOTE = "来源：2022年公开报道 / From public news of 2022"
MONTH_ONLY = "来源只写明月份和已解决。 / The source gives only the month, and that it was settled."
UNNAMED = "来源未写明投资方名称。 / The source does not name the investor."


def load_centre(code: str) -> bool:
    """Load one centre, once; returns whether it was loaded now."""
    if Zone.objects.filter(code=code).exists():
        return False
    FactsLoader(json.loads((DATA / f"{code}.json").read_text(encoding="utf-8")), code).load()
    return True


class FactsLoader:
    """Loads one file of facts; the director enters what existed before, the team's officer logs."""

    def __init__(self, facts: dict[str, Any], code: str) -> None:
        self.facts = facts
        self.code = code
        self.notes_zh: dict[str, str] = json.loads((DATA / "notes_zh.json").read_text(encoding="utf-8"))
        self.companies: dict[str, Company] = {}
        self.stages = {stage.code: stage for stage in Stage.objects.all()}

    def load(self) -> None:
        """Write everything."""
        self._zone()
        for company in self.facts["settled_companies"]:
            self._settled(company)
        for partner in self.facts.get("partners", []):
            self._partner(partner)
        for lead in self.facts["leads"]:
            self._lead(lead)
        for meeting in self.facts.get("interactions", []):
            self._meeting(meeting)
        load_facts_targets(self.director, self.zone, self.facts)

    def both(self, note: str) -> str:
        """A note of the facts in Chinese and English."""
        return f"{self.notes_zh[note]}\n{note}" if note else ""

    def _zone(self) -> None:
        zone, centre = self.facts["zone"], self.facts["centre"]
        self.zone = Zone.objects.create(
            code=self.code,
            name_zh=zone["zh"],
            name_en=zone["en"],
            centre_zh=centre["zh"],
            centre_en=centre["en"],
            city=zone["city"],
            region_code=zone["region"],
        )
        self.teams = {
            team["code"]: Team.objects.create(
                zone=self.zone, code=team["code"], name_zh=team["zh"], name_en=team["en"]
            )
            for team in self.facts["teams"]
        }
        self.industries = {
            item["code"]: Industry.objects.create(
                zone=self.zone, code=item["code"], name_zh=item["zh"], name_en=item["en"]
            )
            for item in self.facts.get("industries", [])
        }
        self.users = make_logins(self.zone, self.teams)
        self.director = next(user for name, user in self.users.items() if name.endswith("director"))

    def _company(self, zh: str, en: str, **fields: Any) -> Company:
        company = create_company(actor=self.director, name=zh, name_en=en, **fields)
        self.companies[zh] = company
        return company

    def _settled(self, facts: dict[str, Any]) -> None:
        profile = []
        if "project" in facts:
            profile.append(f"项目 / Project: {facts['project']}")
        if "in_production" in facts:
            profile.append(f"投产 / In production: {facts['in_production']}")
        if "supplies" in facts:
            profile.append(f"供货 / Supplies: {'、'.join(facts['supplies'])}")
        for event in facts.get("events", []):
            profile.append(f"{event['week_of']} (周 / week): {self.both(event['note'])}")
        kind = CompanyKind.PARK if facts["zh"].endswith("社区") else CompanyKind.COMPANY
        company = self._company(facts["zh"], facts["en"], kind=kind, profile="\n".join(profile))
        set_settled(actor=self.director, company_id=company.id, zone=self.zone, settled=True)
        for request in facts.get("service_requests", []):
            self._request(company, request)

    def _request(self, company: Company, facts: dict[str, Any]) -> None:
        """The source gives the month and that it was settled: its last day stands for all days."""
        year, month = map(int, facts["on"].split("-"))
        last = datetime.date(year, month, calendar.monthrange(year, month)[1])
        at = datetime.datetime.combine(last, NOON, tzinfo=zoneinfo.ZoneInfo(self.zone.time_zone))
        handler = self._officer(self._team_of({}))
        steps = {"answered_at": at, "answered_by": handler, "settled_at": at, "settled_by": handler}
        ServiceRequest.objects.create(
            zone=self.zone,
            company=company,
            team=self._team_of({}),
            category=RequestCategory.OTHER,
            title=facts["zh"],
            detail=f"{facts['en']}\n{MONTH_ONLY}",
            received_at=at,
            handler=handler,
            answer_due_on=last,
            settle_due_on=last,
            report_due_on=last if facts["settled"] else None,
            created_by=self.director,
            **(steps if facts["settled"] else {}),
        )

    def _partner(self, facts: dict[str, Any]) -> None:
        profile = "\n".join(
            [
                f"引荐方 / Introduced by: {facts['introduced_by']}",
                f"筛选企业 / Companies screened: {facts['companies_screened']}",
            ]
        )
        self._company(facts["zh"], facts["en"], kind=facts["kind"], profile=profile)

    def _team_of(self, facts: dict[str, Any]) -> Team | None:
        """The team named; where a centre is one department, that one."""
        if "team" in facts:
            return self.teams[facts["team"]] if facts["team"] else None
        return next(iter(self.teams.values())) if len(self.teams) == 1 else None

    def _lead(self, facts: dict[str, Any]) -> None:
        team = self._team_of(facts)
        needs = facts.get("needs", {})
        height = needs.get("clear_height_m_min")
        event = facts.get("event", "")
        investor = self._company(f"{facts['zh']}投资方", f"Investor of: {facts['en']}", profile=UNNAMED)
        lead = create_lead(
            actor=self.director,
            zone=self.zone,
            name=facts["zh"],
            name_en=facts["en"],
            company=investor,
            team=team,
            opening=Opening(self.stages[facts["stage"]]),
            note=SOURCE_NOTE,
            summary=self.both(facts.get("note", "")),
            industry=self.industries[facts["industry"]] if facts.get("industry") else None,
            acquisition_mode=facts.get("acquisition_mode") or (AcquisitionMode.EVENT if event else ""),
            source=event,
            referrer_company=self.companies[facts["referrer"]] if facts.get("referrer") else None,
            listing=facts.get("listing", "none"),
            currency=facts.get("currency", "CNY"),
            total_investment=_decimal(facts.get("total_investment")),
            agreed_investment=_decimal(facts.get("agreed_investment")),
            site_need=SiteNeed.HALL if height else "",
            clear_height_m=_decimal(height),
            floor_area_m2=_decimal(needs.get("floor_area_m2_min")),
            needs_waterway=needs.get("waterway", False),
        )
        for meeting in facts.get("interactions", []):
            self._log(meeting, Party(lead=lead), self._officer(team))

    def _officer(self, team: Team | None) -> User:
        """The login that logs for the team; the director where there is none."""
        code = f"{team.code.lower()}member" if team else ""
        return self.users.get(code, self.director)

    def _meeting(self, facts: dict[str, Any]) -> None:
        """A meeting without a lead. Where the source counts companies without naming them, one row says so."""
        count = facts["companies"]
        party = self.companies.get(facts.get("partner", ""))
        if party is None:
            party = self._company(
                f"进博会期间拜访的{count}家企业（来源未列名）",
                f"{count} companies visited during the expo (not named by the source)",
                profile="来源只给出家数。 / The source gives only their number.",
            )
        facts = {**facts, "companies": f"企业 / Companies: {count}"}
        self._log(facts, Party(company=party), self._officer(self._team_of(facts)))

    def _log(self, facts: dict[str, Any], party: Party, actor: User) -> None:
        zone = zoneinfo.ZoneInfo(self.zone.time_zone)
        occurred_at = datetime.datetime.combine(datetime.date.fromisoformat(facts["on"]), NOON, tzinfo=zone)
        log_interaction(
            actor=actor,
            zone=self.zone,
            channel=facts["channel"],
            parties=[party],
            occurred_at=occurred_at,
            place=facts.get("place", ""),
            summary="\n".join(filter(None, [self.both(facts.get("note", "")), facts.get("companies", "")])),
        )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
