"""Own pages, at both sizes, in both languages: no violation found by axe, no sideways scroll, no untranslated word."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from pipeline.models import Report, Target
from pipeline.services.moves import move_lead
from pipeline.services.targets import create_letter
from pipeline.services.tiers import add_tier_item, create_tier
from projects.models import Lead
from projects.services.companies import set_settled
from projects.services.funds import enter_funds
from sync.models import WebhookDelivery
from teams.services.schedules import ensure_schedules
from tests.browser.conftest import Open, overflows, violations
from tests.documents_help import add_document
from tests.factories import log, make_lead
from tests.pipeline.report_pages_help import saved_report
from tests.pipeline.report_samples import zeros
from tests.webhooks_help import keys_of, webhooks_of
from visits.models import ServiceRequest
from visits.services.follow_ups import plan_follow_up
from visits.services.requests import receive_request


@pytest.fixture
def lead(browser_centre: SimpleNamespace, tmp_path: Path) -> Lead:
    """A lead with something in every part of its page."""
    centre = browser_centre
    lead = make_lead(
        centre.chen,
        centre.zone,
        team=centre.g4,
        owner=centre.wang,
        industry=centre.industry,
        stage="in_talks",
        on=centre.zone.today() - datetime.timedelta(days=100),
    )
    log(centre.wang, lead, summary="第一次通话")
    plan_follow_up(actor=centre.wang, lead_id=lead.id, due_on=centre.zone.today(), note="回电")
    move_lead(
        actor=centre.chen,
        lead_id=lead.id,
        to_stage="signed",
        fields={"agreed_investment": 50_000_000, "agreement_number": "GL-7"},
    )
    look_after(centre, lead)
    add_document(centre.wang, lead, tmp_path)
    ask_for(centre)
    saved_report(centre, centre.g4, figures=zeros("weekly"))
    ensure_schedules(centre.zone)
    webhooks_of(centre.gu)
    keys_of(centre.gu, centre.zone)
    return lead


def ask_for(centre: SimpleNamespace) -> None:
    """Its team has signed for something; a tier says what teams are asked for."""
    year = centre.zone.today().year
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    create_letter(
        actor=centre.chen, zone_id=centre.zone.pk,
        values={"team": centre.g4, "title": "责任状", "begins_on": first, "ends_on": last},
        targets=[{"metric": "signed_count", "minimum": Decimal(5), "starts_on": first, "ends_on": last}],
    )  # fmt: skip
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档", "name_en": "一档"})
    add_tier_item(actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(12)})


def look_after(centre: SimpleNamespace, lead: Lead) -> None:
    """Its company is settled and asks for something; money has arrived."""
    set_settled(actor=centre.wang, company_id=lead.company_id, zone=centre.zone, settled=True)
    receive_request(
        actor=centre.wang, zone=centre.zone, company=lead.company, lead=lead, category="permits", title="用电增容"
    )
    enter_funds(
        actor=centre.wang, lead_id=lead.id, kind="funds_in_place", amount=Decimal(5_000_000),
        value_on=centre.zone.today(), evidence="进账单 88",
    )  # fmt: skip


def addresses(lead: Lead) -> dict[str, str]:
    """Each page with what must be on it."""
    delivery = WebhookDelivery.objects.filter(replay_of=None).earliest("id")
    return {
        "/": "main",
        "/leads/": "main",
        "/leads/?search=zz&stage=signed": "main",
        "/leads/?columns=tags,summary,agreed_investment,land_mu,created_by": "tbody tr",
        "/tags/": "main",
        "/leads/new/": "main form",
        f"/leads/{lead.id}/": "#timeline .timeline",
        f"/leads/{lead.id}/edit/": "main form",
        "/board/": ".board-card",
        f"/documents/{lead.documents.get().pk}/": "main form",
        f"/leads/{lead.id}/documents/": "main form",
        "/companies/": "main",
        "/companies/new/": "main form",
        f"/companies/{lead.company_id}/": "main",
        "/interactions/": ".timeline",
        "/calendar/": "#calendar",
        "/calendar/?show=month": "#calendar table",
        "/calendar/?show=team&whose=zone": "#calendar table",
        "/calendar/addresses/": "main form",
        "/plans/": ".month-table",
        "/profile/": "main form",
        "/people/": "main",
        "/accounts/password/change/": "main form",
        "/accounts/2fa/": "main",
        "/aftercare/": "main .data-table",
        "/requests/": "main .data-table",
        "/requests/?state=all&search=zz": "main",
        f"/requests/{ServiceRequest.objects.get().pk}/": "#attachments .panel-body > *",
        "/duplicates/": "main .panel",
        "/exports/": "main .panel",
        "/funds/": "main .data-table",
        "/administration/": ".admin-card",
        f"/people/{lead.owner_id}/": "main dl",
        f"/people/{lead.owner_id}/leave/": "main form",
        "/administration/teams/": "main",
        "/administration/zone/": "main form",
        "/administration/industries/": "main",
        "/administration/limits/": "main form",
        "/administration/stages/": "main",
        "/administration/rates/": "main",
        "/dashboard/": "main .chart-plot",
        "/dashboard/needs-me/": "main .panel",
        "/dashboard/lists/red/": "[data-answer=count]",
        "/figures/?what=stock&by=team": "[data-answer=count]",
        "/dashboard/ledger-check/": "main",
        "/administration/dossier/": "main form",
        "/accounts/sessions/": "main",
        "/no/such/page/": "main",
        "/search/?q=粉末": "main form",
        "/notifications/": "main",
        "/notifications/choices/": "main [data-reminders] form",
        "/reminders/": "main form",
        "/league/": ".league-table tbody tr",
        "/league/?view=people&period=2026": ".league-table tbody tr",
        "/activity/?what=interactions&period=2026&by=team": "main .data-table",
        "/targets/": "main .data-table",
        "/targets/new/": "main form",
        f"/targets/{Target.objects.get().letter_id}/": "main .data-table",
        f"/targets/items/{Target.objects.get().pk}/": ".target-bar",
        "/targets/tiers/": "main .tier-items",
        "/schemes/": "main",
        f"/targets/scores/?period={lead.zone.today().year}": "main",
        "/reports/": "#reporting tbody tr",
        f"/reports/{Report.objects.get().pk}/": ".paper",
        f"/reports/{Report.objects.get().pk}/mails/": "main .empty",
        "/reports/preview/": ".paper",
        "/reports/subscriptions/": "main form",
        f"/reports/statements/{lead.team_id}/weekly/2026-03-02/": ".report-so-far",
        "/schedules/": "#schedules tbody tr",
        "/schedules/calendar/": "main form",
        "/imports/": "main .empty",
        "/imports/new/": "main form",
        "/mails/": "main",
        "/keys/": "main .data-table",
        "/profile/keys/": "main .data-table",
        "/webhooks/": "main .data-table",
        "/webhooks/new/": "main form",
        f"/webhooks/{delivery.webhook_id}/": "main .data-table",
        f"/webhooks/{delivery.webhook_id}/edit/": "main form",
        f"/webhooks/{delivery.webhook_id}/delete/": "main form",
        f"/webhooks/{delivery.webhook_id}/{delivery.pk}/recover/": "main form",
    }


def look_at(page: Page, lead: Lead) -> list[str]:
    """What is wrong on any page, in a line each."""
    wrong = []
    for address, awaited in addresses(lead).items():
        page.goto(address)
        expect(page.locator(awaited).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        wrong += [f"{address} {violation}" for violation in violations(page)]
        if overflows(page):
            wrong.append(f"{address} scrolls sideways")
    return wrong


@pytest.mark.parametrize(("language", "phone"), [("zh-hans", True), ("en", False)])
def test_pages_are_accessible_and_fit(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, language: str, phone: bool
) -> None:
    page = open_page(browser_centre.gu, phone=phone, language=language)
    assert look_at(page, lead) == []


@pytest.mark.parametrize(("language", "phone"), [("zh-hans", False), ("en", True)])
def test_dialogs_are_accessible_and_fit(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, language: str, phone: bool
) -> None:
    page = open_page(browser_centre.chen, phone=phone, language=language)
    wrong = []
    page.goto(f"/leads/{lead.id}/")
    page.wait_for_load_state("networkidle")
    for opener in page.locator("main [data-dialog-url]:visible, main [data-log-open]:visible").all()[:8]:
        opener.click()
        expect(page.locator("dialog[open] form, dialog[open] .move-stages").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        wrong += violations(page)
        if overflows(page):
            wrong.append("scrolls sideways")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert wrong == []


def test_dark_pages_keep_their_contrast(browser_centre: SimpleNamespace, lead: Lead, open_page: Open) -> None:
    page = open_page(browser_centre.gu)
    page.emulate_media(color_scheme="dark")
    assert look_at(page, lead) == []


def test_chinese_pages_have_no_english_words_of_ours(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.gu)
    left = set()
    for address in addresses(lead):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        # The names of time zones are those of the IANA table (Port of Spain), in every language.
        page.locator("[name=time_zone] option").evaluate_all("options => options.forEach((one) => one.remove())")
        words = re.findall(r"[A-Za-z]{3,}(?: [a-z]+)+", page.locator("body").inner_text())
        left |= {f"{address}: {word}" for word in words}
    assert left == set()
