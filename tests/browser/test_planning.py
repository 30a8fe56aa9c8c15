"""Planning in a browser: from plan to log on a phone in Chinese, the calendar on a desktop in English."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from projects.models import Lead
from tests.browser.conftest import Open, overflows, violations
from tests.factories import make_lead
from visits.models import DossierCheck, Interaction, PlannedVisit
from visits.services.planning import plan_visit


@pytest.fixture
def lead(browser_centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(
        browser_centre.chen, browser_centre.zone, team=browser_centre.g4, owner=browser_centre.wang, stage="in_talks"
    )


def test_a_visit_is_planned_prepared_and_logged_on_a_phone(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, phone=True)
    page.goto(f"/leads/{lead.pk}/")
    page.locator("#plans [data-dialog-url]").click()
    dialog = page.locator("#dialog")
    dialog.locator("label:has([name=channel][value=visit])").click()
    dialog.locator("label:has([name=due_in][value='0'])").click()
    dialog.locator("[name=expected_result]").fill("谈定用地面积")
    dialog.locator("[name=place]").fill("扬州")
    dialog.locator("form button[type=submit]").click()
    expect(dialog).not_to_be_visible()
    visit = PlannedVisit.objects.get()
    page.locator("#plans a.task-title").click()
    expect(page.locator("h1")).to_contain_text(lead.name)

    first = page.locator("#dossier .dossier-item").first
    first.locator("summary").click()
    first.locator("[name=note]").fill("注册资本2亿元")
    first.locator("form button.btn-primary").click()
    expect(page.locator("#dossier .dossier-note")).to_have_text("注册资本2亿元")
    assert DossierCheck.objects.get().note == "注册资本2亿元"
    assert violations(page) == []
    assert not overflows(page)

    page.locator(f"[data-dialog-url$='plan={visit.pk}']").click()
    expect(dialog.locator("[name=p0-planned]")).to_be_checked()
    expect(dialog.locator("[name=place]")).to_have_value("扬州")
    dialog.locator("[name=summary]").fill("用地谈定 60 亩")
    dialog.locator("form button.btn-primary").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("#planned-visit")).to_contain_text("用地谈定 60 亩")
    visit.refresh_from_db()
    assert visit.done_by == Interaction.objects.get()

    page.goto("/plans/")
    expect(page.locator(".visits-table")).to_contain_text("用地谈定 60 亩")
    expect(page.locator(".month-table .team-row td").nth(2)).to_have_text("1")
    assert not overflows(page)


def test_the_calendar_on_a_desktop_in_english(browser_centre: SimpleNamespace, lead: Lead, open_page: Open) -> None:
    centre = browser_centre
    today = centre.zone.today()
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=today,
        starts_at=datetime.time(9, 30), expected_result="Agree on the land",
    )  # fmt: skip
    page = open_page(centre.wang, language="en")
    page.goto("/calendar/")
    entry = page.locator(".week .entry")
    expect(entry).to_contain_text("09:30")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calendar")
    entry.locator("[data-put-off]").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    dialog.locator("label:has([name=due_in][value='7'])").click()
    dialog.get_by_role("button", name="Put on this day").click()
    expect(page.locator("#toasts")).to_contain_text("Put on")
    visit.refresh_from_db()
    assert (visit.planned_on, visit.first_planned_on) == (today + datetime.timedelta(days=7), today)
    expect(page.locator(".week .entry")).to_have_count(0)
    page.goto(f"/calendar/?on={visit.planned_on}")
    expect(page.locator(".week .entry")).to_have_count(1)
    for show in ("week", "month", "team"):
        page.goto(f"/calendar/?show={show}&on={visit.planned_on}")
        expect(page.locator("#calendar .entry").first).to_be_visible()
        assert violations(page) == []
        assert not overflows(page)


def test_an_address_for_the_phone_is_made_and_revoked(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/calendar/addresses/")
    page.locator("[name=label]").fill("My phone")
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("#address").input_value()
    assert address.endswith(".ics")
    assert violations(page) == []
    assert page.request.get(address).status == 200
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#toasts")).to_contain_text("closed")
    assert page.request.get(address).status == 404
