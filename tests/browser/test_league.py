"""League tables in the browser: sorting, the rule behind a number, and each number opens a list that says the same."""

from __future__ import annotations

from types import SimpleNamespace

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.factories import log, make_lead


def test_each_number_of_the_league_opens_its_list(browser_centre: SimpleNamespace, open_page: Open) -> None:
    centre = browser_centre
    for number in range(3):
        lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name=f"电机{number}项目")
        log(centre.wang, lead, "visit")
    make_lead(centre.chen, centre.zone, team=centre.g1, owner=centre.zhao, name="轴承项目")
    page = open_page(centre.chen)
    page.goto("/league/")
    expect(page.locator("#sources tbody tr").first).to_contain_text("G4")
    links = page.locator("a[data-figure=new], a[data-figure=visits]")
    for place in range(links.count()):
        link = links.nth(place)
        shown, address = link.inner_text(), link.get_attribute("href") or ""
        there = page.context.new_page()
        there.goto(address)
        expect(there.locator("[data-answer=count]")).to_have_text(shown)
        there.close()
    page.locator("#care summary").click()
    expect(page.locator("#care .rule-list")).to_be_visible()
    page.locator("#care summary").click()
    page.locator("#care .sort-link").nth(3).click()
    expect(page.locator("#care th[aria-sort]")).to_have_count(1)
    expect(page.locator("#care tbody tr").first).to_contain_text("G4")
