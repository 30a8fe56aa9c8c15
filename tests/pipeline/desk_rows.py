"""A centre with something in every part of the dashboard, and what the tests read of its pages."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import NamedTuple

from django.test import Client

from investcrm.core.models import ExchangeRate
from pipeline.services.moves import move_lead
from projects.models import Lead
from projects.services.companies import set_settled
from projects.services.funds import enter_funds
from projects.services.increases import record_increase
from projects.services.leads import update_lead
from tests.factories import log, make_company, make_lead
from visits.models import Interaction, ServiceRequest
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import plan_visit
from visits.services.requests import receive_request


def fill(centre: SimpleNamespace) -> SimpleNamespace:
    """Leads of both teams in all stages; some stand still, some are due; visits, funds, a request."""
    today = centre.zone.today()

    def ago(days: int) -> datetime.date:
        return today - datetime.timedelta(days=days)

    for currency, rate in (("USD", "7.10"), ("EUR", "8.00")):
        ExchangeRate.objects.create(currency=currency, valid_from=ago(500), cny=Decimal(rate), source="test")
    yi = Decimal(10**8)
    four = {"team": centre.g4, "owner": centre.wang, "industry": centre.industry}
    signing = {"agreed_investment": 3 * yi, "agreement_number": "2026-1"}

    def make(name: str, **fields: object) -> Lead:
        return make_lead(centre.chen, centre.zone, name=name, **{**four, **fields})

    signed = make("已签约项目", stage="in_talks", on=ago(60), total_investment=5 * yi, acquisition_mode="chain")
    move_lead(actor=centre.chen, lead_id=signed.id, to_stage="signed", occurred_on=today, fields=signing)
    record_increase(actor=centre.chen, lead_id=signed.id, amount=yi, agreed_on=today)
    landed = make("已落地项目", stage="signed", on=ago(200), agreed_investment=2 * yi, agreement_number="2025-9")
    dollars = make("美元项目", stage="key_talks", on=ago(120), currency="USD", total_investment=Decimal(3 * 10**7))
    overdue = make(
        "拟签约项目", stage="to_sign", on=ago(70), total_investment=2 * yi, expected_signing_on=ago(3), owner=centre.li
    )
    soon = make("即将签约", stage="key_talks", on=ago(5), expected_signing_on=today + datetime.timedelta(days=20))
    make("稍后签约", stage="key_talks", on=ago(5), expected_signing_on=today + datetime.timedelta(days=45))
    fresh = make("新线索", referrer_company=make_company(centre.chen, "江苏省汽车工业协会"))
    moved_over = make("流转项目", stage="in_talks", on=ago(20), total_investment=yi)
    update_lead(actor=centre.chen, lead_id=moved_over.id, changes={"team": centre.g1, "owner": centre.zhao})
    update_lead(actor=centre.chen, lead_id=fresh.id, changes={"total_investment": 2 * yi})
    teamless = make_lead(centre.chen, centre.zone, name="无组项目")
    log(centre.wang, fresh, channel="visit")
    call = log(centre.wang, dollars)
    silent_since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=100)
    Interaction.objects.filter(pk=call.pk).update(occurred_at=silent_since)
    Lead.objects.filter(pk=dollars.pk).update(last_interaction_at=silent_since)
    plan_follow_up(actor=centre.wang, lead_id=soon.id, due_on=today, note="回电")
    Lead.objects.filter(pk=soon.pk).update(next_follow_up_on=ago(2))
    plan_visit(
        actor=centre.wang, zone=centre.zone, lead=soon, channel="visit", planned_on=today, expected_result="谈定用地"
    )
    set_settled(actor=centre.wang, company_id=landed.company_id, zone=centre.zone, settled=True)
    asked = receive_request(
        actor=centre.wang, zone=centre.zone, company=landed.company, category="permits", title="用电增容"
    )
    ServiceRequest.objects.filter(pk=asked.pk).update(answer_due_on=ago(4), settle_due_on=ago(3))
    enter_funds(
        actor=centre.wang, lead_id=landed.id, kind="funds_in_place", amount=Decimal(5_000_000),
        value_on=today, evidence="进账单 88",
    )  # fmt: skip
    centre.leads = SimpleNamespace(
        signed=signed, landed=landed, dollars=dollars, overdue=overdue, soon=soon, fresh=fresh,
        moved_over=moved_over, teamless=teamless,
    )  # fmt: skip
    return centre


class Link(NamedTuple):
    """A number on a page: the list it opens, which number of the list it is, and how it is written."""

    url: str
    of: str
    text: str


LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*?data-figure="(\w+)"[^>]*>(.*?)</a>', re.S)
ANSWER = re.compile(r'data-answer="(\w+)">(.*?)</dd>', re.S)
CELL = re.compile(r'<td class="num"><a href="([^"]+)">(.*?)</a>', re.S)
LOADED = re.compile(r'hx-get="(/(?:dashboard|targets)/[^"]+)"')


def plain(html: str) -> str:
    """The words without tags; a sign says which way it went, and the list counts what went."""
    return unescape(re.sub(r"<[^>]+>", "", html)).strip().lstrip("+−-")


def figures_on(html: str) -> list[Link]:
    """Every number of a page that opens a list."""
    links = [Link(unescape(url), of, plain(text)) for url, of, text in LINK.findall(html)]
    return links + [Link(unescape(url), "", plain(text)) for url, text in CELL.findall(html)]


def fragments_of(html: str) -> list[str]:
    """The addresses that the page loads by itself."""
    return [unescape(url) for url in LOADED.findall(html)]


def answers_on(client: Client, url: str) -> dict[str, str]:
    """The numbers at the head of a list."""
    response = client.get(url)
    assert response.status_code == 200, url
    return {name: plain(text) for name, text in ANSWER.findall(response.content.decode())}
