"""What surrounds the generated leads: plans, settled companies and what they ask for, funds, talk, tags, views.

The days lie around the day the demonstration is told on, so that a calendar and a month's plan have something to show.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.utils import timezone

from investcrm.core.calendar import next_working_day
from pipeline.demo import words
from pipeline.demo.gathering import Gathering
from pipeline.demo.lead_rows import Crew
from projects.choices import EntryKind, FundKind, FundStatus, ListPage, MilestoneKind, NotificationKind, StageKind
from projects.models import (
    CapitalIncrease,
    Comment,
    FundArrival,
    Lead,
    LeadTag,
    Milestone,
    Notification,
    SavedView,
    Settlement,
    Tag,
)
from projects.services.ledger import append_entry, next_seq
from teams.models import User
from visits.choices import PLANNABLE, Channel, PlanStatus
from visits.models import DossierCheck, DossierItem, Interaction, PlannedVisit, ServiceRequest

DAY = datetime.timedelta(days=1)
MONTH = datetime.timedelta(days=31)
# Of the visits made in the last month, so many of each person were planned.
PLANNED_OF_DONE = 4
# Further planned visits of each person, in days from today: missed or cancelled, today, ahead.
PLANS = (-6, -2, 0, 1, 3, 8)
INCREASES = 3


class WorkingDay:
    """Writes the rows around the leads of the generated zone."""

    def __init__(self, gathering: Gathering, crews: list[Crew]) -> None:
        self.gathering, self.crews = gathering, crews
        self.zone, self.today, self.chance = gathering.zone, gathering.today, gathering.chance
        self.items = list(DossierItem.objects.filter(zone=None, deleted_at=None))

    def write(self) -> None:
        """Everything, team by team."""
        for crew in self.crews:
            self._plans(crew)
            self._aftercare(crew)
            self._talk(crew)
        self._tags()
        self._increases()
        SavedView.objects.create(
            page=ListPage.LEADS, name="十亿元以上在谈", query="stage_kind=open&total_investment_min=1000000000",
            owner=self.gathering.director, zone=self.zone,
        )  # fmt: skip
        SavedView.objects.create(
            page=ListPage.LEADS, name="停滞项目", query="light=red&ordering=stage_entered_on",
            owner=self.crews[0].people[0], team=self.crews[0].team,
        )  # fmt: skip

    def _open(self, owner: User) -> list[Lead]:
        rows = Lead.objects.filter(zone=self.zone, owner=owner, stage_kind__in=[StageKind.OPEN, StageKind.SIGNED])
        return list(rows.select_related("company").order_by("number"))

    # --- plans

    def _plans(self, crew: Crew) -> None:
        """What was done this month had been planned for the most part; then what lies ahead, and what was missed."""
        for owner in crew.people:
            for meeting in self._meetings(owner):
                day = timezone.localtime(meeting.occurred_at, self.gathering.time_zone).date()
                self._plan(crew, owner, meeting.lead, day, meeting.channel, done_by=meeting)
            leads = self._open(owner)
            for offset, lead in zip(PLANS, leads, strict=False):
                day = next_working_day(self.today + offset * DAY)
                self._plan(crew, owner, lead, min(day, self.today - DAY) if offset < 0 else day)

    def _meetings(self, owner: User) -> list[Interaction]:
        rows = Interaction.objects.filter(
            created_by=owner, channel__in=PLANNABLE, occurred_at__gte=self.gathering.at(self.today - MONTH)
        )
        return list(rows.select_related("lead__company").order_by("occurred_at"))[:PLANNED_OF_DONE]

    def _plan(
        self,
        crew: Crew,
        owner: User,
        lead: Lead | None,
        day: datetime.date,
        channel: str = "",
        done_by: Interaction | None = None,
    ) -> None:
        if lead is None:
            return
        channel = channel or self.chance.choice((Channel.VISIT, Channel.VISIT, Channel.RECEPTION, Channel.MEETING))
        hour = timezone.localtime(done_by.occurred_at, self.gathering.time_zone).hour if done_by else 10
        plan = PlannedVisit(
            zone=self.zone, team=crew.team, owner=owner, lead=lead, company=lead.company, channel=channel,
            planned_on=day, first_planned_on=day, starts_at=datetime.time(hour), duration_minutes=90,
            place=self.chance.choice(words.CITIES) if channel == Channel.VISIT else "",
            purpose=self.chance.choice(words.PURPOSES), expected_result=self.chance.choice(words.EXPECTED),
            created_by=owner, created_at=self.gathering.at(day - 12 * DAY),
        )  # fmt: skip
        if done_by is not None:
            plan.status, plan.done_by, plan.closed_at = PlanStatus.DONE, done_by, done_by.created_at
        elif day < self.today and self.chance.random() < 0.6:
            plan.status, plan.closed_at = PlanStatus.CANCELLED, self.gathering.at(day)
            plan.cancel_reason = self.chance.choice(words.CANCELLED)
        plan.save(force_insert=True)
        for item in self.items[: self.chance.randint(0, len(self.items))]:
            DossierCheck.objects.create(
                planned_visit=plan, item=item, note=words.FINDINGS.get(item.code, ""), done_by=owner
            )

    # --- after landing

    def _aftercare(self, crew: Crew) -> None:
        landed = Lead.objects.filter(team=crew.team, stage_kind=StageKind.LANDED, registered_company__isnull=False)
        for number, lead in enumerate(landed.select_related("registered_company", "owner").order_by("number")):
            company, owner = lead.registered_company, lead.owner or crew.people[0]
            if company is None:
                continue
            Settlement.objects.create(
                company=company, zone=self.zone, since=lead.landed_on, owner=owner,
                visit_every_days=30 if number % 4 == 0 else None,
            )  # fmt: skip
            self._funds(lead, owner, crew.people[0])
            if number < 4:
                self._request(crew, lead, owner, number)

    def _funds(self, lead: Lead, owner: User, leader: User) -> None:
        arrived = Milestone.objects.filter(lead=lead, kind=MilestoneKind.FUNDS_IN_PLACE).first()
        if arrived is None or lead.registered_capital is None:
            return
        verified = self.chance.random() < 0.7
        checker = self.gathering.director if owner == leader else leader
        FundArrival.objects.create(
            lead=lead, kind=FundKind.FDI if lead.currency == "USD" else FundKind.FUNDS_IN_PLACE,
            amount=lead.registered_capital, currency=lead.currency, value_on=arrived.occurred_on,
            evidence="银行进账单、验资报告", entered_by=owner,
            status=FundStatus.VERIFIED if verified else FundStatus.ENTERED,
            checked_by=checker if verified else None,
            checked_at=self.gathering.at(min(arrived.occurred_on + 2 * DAY, self.today)) if verified else None,
        )  # fmt: skip

    def _request(self, crew: Crew, lead: Lead, handler: User, number: int) -> None:
        """One just come in, one answered and late, one settled, one reported back, in turn."""
        category, title, answer = words.REQUESTS[(number + len(crew.team.code)) % len(words.REQUESTS)]
        came = self.today - (1, 24, 12, 40)[number] * DAY
        request = ServiceRequest(
            zone=self.zone, company=lead.registered_company, lead=lead, category=category, title=title,
            received_at=self.gathering.at(came, 10), handler=handler, team=crew.team,
            answer_due_on=came + self.zone.request_answer_days * DAY,
            settle_due_on=came + self.zone.request_settle_days * DAY, created_by=handler,
            created_at=self.gathering.at(came, 10, 20),
        )  # fmt: skip
        if number >= 1:
            request.answered_at, request.answered_by = self.gathering.at(came, 15), handler
            request.answer = answer
        if number >= 2:
            settled = came + 8 * DAY
            request.settled_at, request.settled_by = self.gathering.at(settled, 11), handler
            request.settlement = "已协调解决。"
            request.report_due_on = settled + self.zone.request_report_days * DAY
        if number >= 3:
            request.reported_at, request.reported_by = self.gathering.at(came + 9 * DAY, 9), handler
            request.report = "企业表示满意。"
        request.save(force_insert=True)

    def _increases(self) -> None:
        """A few investors that landed early add capital."""
        early = Lead.objects.filter(
            zone=self.zone, stage_kind=StageKind.LANDED, landed_on__lt=self.today - 60 * DAY, currency="CNY"
        )
        for lead in early.order_by("landed_on")[:INCREASES]:
            day, actor = self.today - self.chance.randint(10, 50) * DAY, lead.owner or self.gathering.director
            amount = Decimal(self.chance.choice((2000, 5000, 8000))) * 10_000
            entry = append_entry(
                lead, kind=EntryKind.INCREASED, actor=actor, occurred_on=day, seq=next_seq(lead), note="二期增资",
                increase_amount=amount, increase_currency="CNY",
            )  # fmt: skip
            CapitalIncrease.objects.create(
                lead=lead, amount=amount, currency="CNY", agreed_on=day, evidence="增资协议", note="二期增资",
                entered_by=actor, entry=entry,
            )  # fmt: skip

    # --- talk and tags

    def _talk(self, crew: Crew) -> None:
        leader = crew.people[0]
        for owner in crew.people[1:]:
            for lead in self._open(owner)[:1]:
                comment = Comment.objects.create(
                    lead=lead, author=leader, text=f"@{owner.display_name} {self.chance.choice(words.REMARKS)}",
                    created_at=self.gathering.at(self.today - DAY, 17),
                )  # fmt: skip
                comment.mentions.add(owner)
                Notification.objects.create(
                    user=owner, kind=NotificationKind.MENTIONED, lead=lead, actor=leader,
                    key=f"comment:{comment.id}:{owner.id}", created_at=comment.created_at,
                    data={"comment": str(comment.id), "excerpt": comment.text},
                )  # fmt: skip

    def _tags(self) -> None:
        leads = list(Lead.objects.filter(zone=self.zone).exclude(stage_kind=StageKind.CLOSED).order_by("number"))
        for name in words.TAGS:
            tag = Tag.objects.create(zone=self.zone, name=name, created_by=self.gathering.director)
            LeadTag.objects.bulk_create(
                LeadTag(lead=lead, tag=tag, added_by=lead.owner) for lead in self.chance.sample(leads, 12)
            )
