"""The number beside *today* in both menus goes down by logging; the choice is saved in its place."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from projects.models import Lead
from tests.browser.conftest import Open, overflows, violations
from tests.factories import log, make_lead
from visits.models import FollowUp, ReminderChoice
from visits.selectors.mornings import stop_token
from visits.services.follow_ups import plan_follow_up


@pytest.fixture
def follow_up(browser_centre: SimpleNamespace) -> FollowUp:
    """One thing that is due for Wang."""
    centre = browser_centre
    lead: Lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
    return plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="回电")


@pytest.mark.parametrize("phone", [False, True])
def test_the_number_goes_with_what_was_done(
    browser_centre: SimpleNamespace, follow_up: FollowUp, open_page: Open, phone: bool
) -> None:
    page = open_page(browser_centre.wang, phone=phone, language="en")
    page.goto("/leads/")
    entry = page.locator(".tabbar .nav-entry" if phone else ".rail nav .nav-entry").first
    expect(entry.locator(".due-number")).to_have_text("1")
    expect(entry).to_have_accessible_name("Today (1 due)")
    place = entry.bounding_box()
    assert violations(page) == []
    assert not overflows(page)
    log(browser_centre.wang, follow_up.lead, done_follow_ups=[follow_up.pk])
    page.evaluate("htmx.trigger(document.body, 'lead-changed')")
    expect(entry.locator(".due-number")).to_have_count(0)
    expect(entry).to_have_accessible_name("Today")
    assert entry.bounding_box() == place


def test_the_choice_is_saved_in_its_place(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/notifications/choices/")
    part = page.locator("[data-reminders]")
    box = part.get_by_label("A mail each morning with what is due")
    expect(box).to_be_checked()
    box.uncheck()
    part.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts").get_by_text("Saved.")).to_be_visible()
    expect(box).not_to_be_checked()
    assert not ReminderChoice.objects.get(user=browser_centre.wang).by_mail
    assert violations(page) == []


def test_the_link_of_a_mail_stops_it_without_signing_in(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(phone=True)
    page.goto(f"/reminders/stop/{stop_token(browser_centre.wang)}/")
    assert violations(page) == []
    assert not overflows(page)
    page.locator("main form button").click()
    expect(page.locator("main form")).to_have_count(0)
    assert not ReminderChoice.objects.get(user=browser_centre.wang).by_mail
