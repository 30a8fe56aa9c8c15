"""Six people do all kinds of things to the same few rows at once: each is done or refused, nothing is torn.

What is refused is a rule's refusal. A deadlock, a broken constraint or a lost lock would be an error of the database.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from investcrm.core.errors import Conflict, Stale
from pipeline.services.moves import close_leads, correct_move, move_lead
from projects.choices import ListPage
from projects.models import DefaultView, FundArrival, Lead, LeadTag, LedgerEntry, Notification, SavedView, Tag
from projects.services.bulk import Chosen, assign_leads
from projects.services.comments import write_comment
from projects.services.companies import set_settled, update_company
from projects.services.funds import enter_funds, reject_funds, verify_funds, withdraw_funds
from projects.services.ledger import entries_of, replay
from projects.services.tags import change_tags, delete_tag, merge_tag
from projects.services.views import save_view, set_default
from teams.models import User
from tests.factories import make_lead
from tests.visits.test_parallel import at_once
from visits.models import FollowUp, PlannedVisit, ServiceRequest
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction
from visits.services.parties import Party
from visits.services.planning import cancel_planned_visit, plan_visit, update_planned_visit
from visits.services.request_steps import answer_request, settle_request, take_back_step, withdraw_request
from visits.services.requests import hand_over_request, receive_request

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (ValidationError, PermissionDenied, Http404, Stale, Conflict)
THREADS, ROUNDS = 6, 18
WORDS = ["汽车", "汽配", "外资", "重点"]


class Somebody:
    """One of those at work; what they do next is chance, the same in each run."""

    def __init__(self, centre: SimpleNamespace, leads: list[Lead], number: int) -> None:
        self.centre = centre
        self.leads = leads
        self.chance = random.Random(number)
        self.user: User = [centre.li, centre.chen, centre.gu][number % 3]
        self.today = centre.zone.today()

    def one_of(self, rows: Any) -> Any:
        """A row by chance, as it is now."""
        found = list(rows.order_by("pk"))
        if not found:
            raise Http404
        return self.chance.choice(found)

    def lead(self) -> Lead:
        """One of the leads, as it is now."""
        return Lead.objects.get(pk=self.chance.choice(self.leads).pk)

    def colleague(self) -> User:
        """Somebody of the zone."""
        return self.chance.choice([self.centre.wang, self.centre.li, self.centre.chen])

    def chosen(self) -> list[Chosen]:
        """All leads, as a page showed them a moment ago, in any order."""
        rows = [Chosen(lead.pk, lead.version) for lead in Lead.objects.filter(pk__in=[one.pk for one in self.leads])]
        self.chance.shuffle(rows)
        return rows

    def move(self) -> None:
        stage = self.chance.choice(["enquiry", "signed", "in_talks"])
        move_lead(actor=self.user, lead_id=self.lead().pk, to_stage=stage, note="推进")

    def correct(self) -> None:
        lead = self.lead()
        last = lead.entries.filter(kind="moved").order_by("-seq").first()
        if last is not None:
            correct_move(actor=self.user, lead_id=lead.pk, entry_id=last.pk, note="点错了")

    def assign(self) -> None:
        assign_leads(actor=self.user, rows=self.chosen(), changes={"owner": self.colleague(), "team": self.centre.g4})

    def close(self) -> None:
        close_leads(actor=self.user, rows=self.chosen()[:1], to_stage="closed", reason="无进展")

    def tag(self) -> None:
        add, remove = self.chance.sample(WORDS, 3), self.chance.sample(WORDS, 1)
        change_tags(actor=self.user, lead_id=self.lead().pk, add=add, remove=remove)

    def merge(self) -> None:
        tag, into = self.one_of(Tag.objects.filter(deleted_at=None)), self.one_of(Tag.objects.filter(deleted_at=None))
        merge_tag(actor=self.centre.gu, tag_id=tag.pk, into_id=into.pk)

    def untag(self) -> None:
        delete_tag(actor=self.centre.gu, tag_id=self.one_of(Tag.objects.filter(deleted_at=None)).pk)

    def comment(self) -> None:
        write_comment(actor=self.user, lead_id=self.lead().pk, text="进展如何?@Wang")

    def plan(self) -> None:
        plan_visit(
            actor=self.user, zone=self.centre.zone, lead=self.lead(), channel="visit", planned_on=self.today,
            expected_result="谈定", owner=self.colleague(),
        )  # fmt: skip

    def give_plan(self) -> None:
        visit = self.one_of(PlannedVisit.objects.filter(status="planned"))
        update_planned_visit(actor=self.user, planned_visit_id=visit.pk, changes={"owner": self.colleague()})

    def cancel_plan(self) -> None:
        visit = self.one_of(PlannedVisit.objects.filter(status="planned"))
        cancel_planned_visit(actor=self.user, planned_visit_id=visit.pk, reason="改期")

    def log(self) -> None:
        visit = self.one_of(PlannedVisit.objects.filter(status="planned", lead__isnull=False))
        others = [Party(lead=lead) for lead in self.chance.sample(self.leads, 2) if lead.pk != visit.lead_id]
        log_interaction(
            actor=self.user, zone=self.centre.zone, channel="reception", done_planned_visits=[visit.pk],
            parties=[*others, Party(lead=visit.lead)], next_follow_up_on=self.today,
        )  # fmt: skip

    def follow_up(self) -> None:
        plan_follow_up(actor=self.user, lead_id=self.lead().pk, due_on=self.today, assignee=self.colleague())

    def receive(self) -> None:
        lead = self.lead()
        receive_request(
            actor=self.user, zone=self.centre.zone, company=lead.company, lead=lead, category="permits",
            title="用电", handler=self.colleague(),
        )  # fmt: skip

    def step(self) -> None:
        row = self.one_of(ServiceRequest.objects.all())
        values = {"actor": self.user, "request_id": row.pk}
        steps: list[Callable[[], object]] = [
            lambda: answer_request(**values, answer="好"),
            lambda: settle_request(**values, settlement="办结", answer_too=True),
            lambda: withdraw_request(**values, reason="不再需要"),
            lambda: take_back_step(**values, note="点错了"),
            lambda: hand_over_request(**values, handler=self.colleague()),
        ]
        self.chance.choice(steps)()

    def funds(self) -> None:
        enter_funds(
            actor=self.user, lead_id=self.lead().pk, kind="funds_in_place", amount=Decimal(1000),
            value_on=self.today, evidence="回单",
        )  # fmt: skip

    def check_funds(self) -> None:
        fund = self.one_of(FundArrival.objects.filter(deleted_at=None))
        checks: list[Callable[[], object]] = [
            lambda: verify_funds(actor=self.user, fund_id=fund.pk),
            lambda: reject_funds(actor=self.user, fund_id=fund.pk, note="不符"),
            lambda: withdraw_funds(actor=self.user, fund_id=fund.pk, note="退回"),
        ]
        self.chance.choice(checks)()

    def company(self) -> None:
        company = self.leads[0].company_id
        update_company(actor=self.user, company_id=company, changes={"name": f"苏州{self.chance.random()}公司"})
        set_settled(actor=self.user, company_id=company, zone=self.centre.zone, settled=self.chance.random() < 0.5)

    def view(self) -> None:
        name = self.chance.choice(["我的", "本月"])
        set_default(actor=self.centre.gu, page=ListPage.LEADS, view_id=self.one_of(SavedView.objects.all()).pk)
        save_view(actor=self.centre.gu, page=ListPage.LEADS, name=name, query="q=1")


DEEDS = (
    Somebody.move, Somebody.correct, Somebody.assign, Somebody.close, Somebody.tag, Somebody.merge, Somebody.untag,
    Somebody.comment, Somebody.plan, Somebody.give_plan, Somebody.cancel_plan, Somebody.log, Somebody.follow_up,
    Somebody.receive, Somebody.step, Somebody.funds, Somebody.check_funds, Somebody.company, Somebody.view,
)  # fmt: skip


def test_everything_at_once(centre: SimpleNamespace) -> None:
    amount = {"agreed_investment": Decimal(50_000_000), "agreement_number": "协2026-1"}
    leads = [
        make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", **amount)
        for _ in range(3)
    ]
    save_view(actor=centre.gu, page=ListPage.LEADS, name="全部", query="")
    done: list[str] = []

    def work(number: int) -> None:
        somebody = Somebody(centre, leads, number)
        for _round in range(ROUNDS):
            deed = somebody.chance.choice(DEEDS)
            try:
                deed(somebody)
                done.append(deed.__name__)
            except REFUSALS:
                continue

    at_once(THREADS, work)
    assert len(done) > THREADS * ROUNDS // 3
    for lead in Lead.objects.all():
        entries = entries_of(lead)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        standing = replay(entries)
        assert (standing.stage, standing.signed_on, standing.closed_on) == (
            lead.stage_id,
            lead.signed_on,
            lead.closed_on,
        )
        due = FollowUp.objects.open().filter(lead=lead, deleted_at=None).order_by("due_on").first()
        assert lead.next_follow_up_on == (due.due_on if due else None)
    assert not LeadTag.objects.filter(tag__deleted_at__isnull=False).exists()
    assert DefaultView.objects.count() <= 1
    assert Notification.objects.exists()
    assert LedgerEntry.objects.exists()
