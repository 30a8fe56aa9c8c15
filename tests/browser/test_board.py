"""The board in a browser: carrying cards, the dialog of a move, folding, one column at a time on a phone."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.services.moves import move_lead
from projects.models import Lead
from projects.services.leads import update_lead
from tests.browser.conftest import Open, overflows, violations
from tests.factories import log, make_lead


@pytest.fixture
def lead(browser_centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, with one call, that misses nothing for signing but the agreement."""
    centre = browser_centre
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry, stage="in_talks",
        on=centre.zone.today() - datetime.timedelta(days=100), total_investment=Decimal(500_000_000),
    )  # fmt: skip
    log(centre.wang, lead)
    return lead


def column(page: Page, stage: str) -> Locator:
    return page.locator(f".board-column[data-stage={stage}]")


def carry(page: Page, lead: Lead, stage: str) -> None:
    """Drag the card as a hand does: the browser wants more than one movement."""
    card = page.locator(f'[data-lead-id="{lead.id}"]').bounding_box()
    there = column(page, stage).locator("[data-cards]").bounding_box()
    assert card
    assert there
    page.mouse.move(card["x"] + 60, card["y"] + 40)
    page.mouse.down()
    page.mouse.move(card["x"] + 75, card["y"] + 45, steps=4)
    page.mouse.move(there["x"] + 20, there["y"] + 30, steps=12)
    page.mouse.move(there["x"] + 22, there["y"] + 34, steps=3)
    page.mouse.up()


def stage_of(lead: Lead) -> str:
    lead.refresh_from_db()
    return lead.stage_id


def test_a_card_that_misses_nothing_moves_where_it_is_dropped(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    update_lead(
        actor=browser_centre.wang, lead_id=lead.id,
        changes={"agreed_investment": Decimal(500_000_000), "agreement_number": "GL-7"},
    )  # fmt: skip
    page = open_page(browser_centre.wang, language="en")
    page.goto("/board/")
    carry(page, lead, "signed")
    expect(column(page, "signed").locator(".count")).to_have_text("1")
    expect(column(page, "signed").locator(".board-sum")).to_contain_text("CNY 500 million")
    expect(column(page, "in_talks").locator(".count")).to_have_text("0")
    expect(column(page, "signed").locator(".board-card")).to_have_count(1)
    expect(page.locator("[data-toast]")).to_contain_text(lead.name)
    expect(page.locator("[data-toast] a")).to_have_attribute("href", f"/leads/{lead.id}/")
    assert page.locator("dialog[open]").count() == 0
    assert stage_of(lead) == "signed"


def test_a_card_that_misses_something_goes_back_until_the_dialog_has_moved_it(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/board/")
    carry(page, lead, "signed")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Agreement number")).to_be_visible()
    expect(column(page, "in_talks").locator(".board-card")).to_have_count(1)
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).not_to_be_visible()
    assert stage_of(lead) == "in_talks"

    carry(page, lead, "signed")
    dialog.get_by_label("Agreed investment").fill("4.3亿")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.locator("#move_agreement_number_errors")).to_be_visible()
    expect(dialog.get_by_label("Agreed investment")).to_have_value("4.3亿")
    dialog.get_by_label("Agreement number").fill("GL-2026-7")
    dialog.get_by_role("button", name="Move", exact=True).dblclick()
    expect(dialog).not_to_be_visible()
    expect(column(page, "signed").locator(".board-card")).to_have_count(1)
    assert stage_of(lead) == "signed"
    assert lead.agreed_investment == 430_000_000
    assert lead.entries.filter(kind="moved").count() == 1


def test_who_drops_a_card_that_has_moved_meanwhile_is_told(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/board/")
    move_lead(actor=browser_centre.li, lead_id=lead.id, to_stage="closed", fields={"close_reason": "no answer"})
    carry(page, lead, "signed")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("It is in the stage “Closed” now.")
    expect(column(page, "in_talks").locator(".board-card")).to_have_count(0)
    dialog.get_by_role("button", name="Go on from there").click()
    expect(dialog.get_by_label("Agreement number")).to_be_visible()
    dialog.get_by_label("To stage").select_option("in_talks")
    expect(dialog.get_by_label("Agreement number")).to_have_count(0)
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog).not_to_be_visible()
    expect(column(page, "in_talks").locator(".board-card")).to_have_count(1)


def test_by_keyboard_the_button_on_the_card_moves_it(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/board/")
    page.locator(".board-move").focus()
    page.keyboard.press("Enter")
    # The dialog takes the focus when it has settled.
    expect(page.locator("#dialog [data-dialog-title]")).to_be_focused()
    choice = page.locator("#dialog .move-stage", has_text="Closed")
    choice.focus()
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_label("Reason for closing").fill("moved to another city")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(column(page, "closed").locator(".count")).to_have_text("1")
    assert stage_of(lead) == "closed"


def test_a_folded_column_stays_folded_and_takes_cards(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    update_lead(actor=browser_centre.wang, lead_id=lead.id, changes={"close_reason": "no answer"})
    page = open_page(browser_centre.wang)
    page.goto("/board/")
    column(page, "enquiry").locator("[data-fold]").click()
    page.reload()
    expect(column(page, "enquiry").locator("[data-fold]")).to_have_attribute("aria-expanded", "false")
    expect(column(page, "closed").locator("[data-fold]")).to_have_attribute("aria-expanded", "false")
    carry(page, lead, "closed")
    expect(column(page, "closed").locator(".count")).to_have_text("1")
    column(page, "closed").locator("[data-fold]").click()
    expect(column(page, "closed").locator(".board-card")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_phone_shows_one_column_at_a_time(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, language: str
) -> None:
    page = open_page(browser_centre.wang, phone=True, language=language)
    page.goto("/board/")
    expect(column(page, "in_talks")).to_be_visible()
    expect(column(page, "signed")).not_to_be_visible()
    assert not overflows(page)
    assert violations(page) == []
    page.locator("[data-show=closed]").click()
    expect(column(page, "closed")).to_be_visible()
    expect(column(page, "in_talks")).not_to_be_visible()
    page.locator("[data-show=in_talks]").click()
    page.locator(".board-move").click()
    page.locator("#dialog .move-stage", has=page.locator("[data-stage=closed]")).click()
    page.locator("#move_close_reason").fill("x")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#board-count-closed")).to_have_text("1")
    expect(page.locator("#board-count-in_talks")).to_have_text("0")
    assert not overflows(page)


def test_the_leads_page_shows_its_stages_and_corrects_the_latest_move(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    move_lead(actor=browser_centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    page = open_page(browser_centre.li, language="en")
    page.goto(f"/leads/{lead.id}/")
    page.get_by_role("button", name="Correct the latest move").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Nothing is erased")
    dialog.get_by_label("What was wrong?").fill("wrong lead")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    expect(dialog).not_to_be_visible()
    expect(page.locator(".step-here")).to_contain_text("In talks")
    assert stage_of(lead) == "in_talks"
