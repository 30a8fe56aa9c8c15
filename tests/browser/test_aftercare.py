"""Aftercare in a browser: a request from first to last on a phone, and funds that a second person verifies."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from projects.models import FundArrival, Lead, Settlement
from projects.services.companies import set_settled
from tests.browser.conftest import Open, overflows, violations
from tests.factories import log, make_lead
from visits.models import Interaction, ServiceRequest

TITLE = "厂区用电增容到 1250kVA"


@pytest.fixture
def lead(browser_centre: SimpleNamespace) -> Lead:
    """A lead signed 40 days ago, whose company is settled and was visited today."""
    centre = browser_centre
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed",
        on=centre.zone.today() - datetime.timedelta(days=40), agreed_investment=Decimal(300_000_000),
    )  # fmt: skip
    set_settled(actor=centre.wang, company_id=lead.company_id, zone=centre.zone, settled=True)
    log(centre.wang, lead, channel="visit", summary="企业提到用电不够")
    return lead


def dialog(page: Page, opener: str) -> None:
    """Open a dialog by its address, see that it is accessible and fits."""
    page.locator(f"[data-dialog-url*='{opener}']:visible").first.click()
    expect(page.locator("dialog[open] form")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)


def save(page: Page) -> None:
    """Send the dialog's form; it closes when it was saved."""
    page.locator("dialog[open] .form-actions button[type=submit]").first.click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_request_is_received_answered_settled_and_reported_back_on_a_phone(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, phone=True)
    page.goto(f"/leads/{lead.pk}/")
    dialog(page, "came_from=")
    page.fill("dialog[open] [name=title]", TITLE)
    page.select_option("dialog[open] [name=category]", "utilities")
    page.fill("dialog[open] [name=detail]", "二期两条压机线十二月到货")
    save(page)
    expect(page.locator("#requests")).to_contain_text(TITLE)

    page.locator("#requests a", has_text=TITLE).click()
    steps = page.locator("#request-steps")
    dialog(page, "/answer/")
    page.fill("dialog[open] [name=answer]", "供电公司周三到现场")
    page.fill("dialog[open] [name=answered_at]", "2020-01-01T08:00")
    page.locator("dialog[open] .form-actions button[type=submit]").first.click()
    # an answer before it came: said beside the field, and what was typed is still there
    expect(page.locator("dialog[open] .field-errors")).to_be_visible()
    expect(page.locator("dialog[open] [name=answer]")).to_have_value("供电公司周三到现场")
    page.fill("dialog[open] [name=answered_at]", "")
    save(page)
    expect(steps).to_contain_text("供电公司周三到现场")

    dialog(page, "/settle/")
    page.fill("dialog[open] [name=settlement]", "已送电")
    save(page)
    expect(steps).to_contain_text("已送电")
    dialog(page, "/report/")
    page.fill("dialog[open] [name=report]", "企业满意")
    save(page)
    expect(steps).to_contain_text("企业满意")
    expect(page.locator("[data-dialog-url*='/report/']")).to_have_count(0)
    assert violations(page) == []
    assert not overflows(page)

    request = ServiceRequest.objects.get()
    assert request.came_from == Interaction.objects.get()
    assert (request.answered_by, request.settled_by, request.reported_by) == (browser_centre.wang,) * 3


def test_funds_are_entered_by_one_and_verified_by_another(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    member = open_page(browser_centre.wang, language="en")
    member.goto(f"/leads/{lead.pk}/")
    dialog(member, "/funds/new/")
    member.fill("dialog[open] [name=amount]", "2000万")
    member.fill("dialog[open] [name=value_on]", browser_centre.zone.today().isoformat())
    member.fill("dialog[open] [name=evidence]", "Bank receipt 88")
    save(member)
    funds = member.locator("#funds")
    expect(funds).to_contain_text("CNY 20 million")
    expect(funds.locator("[data-dialog-url*='/check/']")).to_have_count(0)

    leader = open_page(browser_centre.li, language="en")
    leader.goto("/aftercare/")
    leader.get_by_role("link", name="Funds to verify").click()
    expect(leader.locator("#results")).to_contain_text("Bank receipt 88")
    dialog(leader, "/check/")
    leader.fill("dialog[open] [name=check_note]", "checked with the bank")
    leader.get_by_role("button", name="It did arrive").click()
    expect(leader.locator("dialog[open]")).to_have_count(0)
    expect(leader.locator("#results")).to_contain_text("Nothing waits to be verified")
    arrival = FundArrival.objects.get()
    assert (arrival.amount, arrival.status, arrival.checked_by) == (20_000_000, "verified", browser_centre.li)

    member.reload()
    expect(member.locator("#funds")).to_contain_text("7% of the agreed amount")
    expect(member.locator("#funds")).to_contain_text("verified by Li")


def test_a_settled_company_is_looked_after(browser_centre: SimpleNamespace, lead: Lead, open_page: Open) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/aftercare/")
    row = page.locator("#results tbody tr")
    expect(row).to_contain_text("every 90 days")
    dialog(page, "/edit/")
    page.fill("dialog[open] [name=visit_every_days]", "30")
    save(page)
    expect(row).to_contain_text("in 30 days")
    assert Settlement.objects.get().visit_every_days == 30
    dialog(page, "/log/?company=")
    expect(page.locator("dialog[open] [name=channel][value=visit]")).to_be_checked()
    save(page)
    assert Interaction.objects.filter(channel="visit", lead=None, company=lead.company).count() == 1
    assert violations(page) == []
