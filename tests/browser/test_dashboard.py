"""The dashboard in a browser: each number is clicked, its list says the same; nothing jumps while panels come."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, overflows, violations
from tests.pipeline.desk_rows import fill

DASHBOARD = "/dashboard/"
# Numbers with a list of their own, those of the pictures' tables too.
NUMBERS = "main a[data-figure], main .chart-table td a"
LISTS = ("/figures/", "/dashboard/lists/", "/activity/")


@pytest.fixture
def full(browser_centre: SimpleNamespace) -> SimpleNamespace:
    """A centre with something in every part of the dashboard."""
    return fill(browser_centre)


def loaded(page: Page) -> None:
    """Wait until every panel has come."""
    page.goto(DASHBOARD)
    expect(page.locator("main .loading")).to_have_count(0, timeout=60_000)


def said_by(page: Page) -> dict[str, str]:
    """The numbers at the head of the list that is open."""
    page.wait_for_selector("[data-answer=count]")
    told: dict[str, str] = page.eval_on_selector_all(
        "[data-answer]", "(all) => Object.fromEntries(all.map((one) => [one.dataset.answer, one.textContent.trim()]))"
    )
    return {name: text.lstrip("−") for name, text in told.items()}


@pytest.mark.parametrize("who", ["chen", "li", "wang"])
def test_each_number_is_clicked_and_its_list_says_the_same(full: SimpleNamespace, open_page: Open, who: str) -> None:
    page = open_page(getattr(full, who), language="en")
    loaded(page)
    page.evaluate("document.querySelectorAll('.chart-numbers').forEach((one) => { one.open = true; })")
    # What the lists say is asked, not how they look.
    page.context.route("**/static/**", lambda route: route.abort())
    links = page.locator(NUMBERS)
    said: dict[str, dict[str, str]] = {}
    for place in range(links.count()):
        link = links.nth(place)
        url, of = link.get_attribute("href") or "", link.get_attribute("data-figure")
        if not url.startswith(LISTS):
            continue
        if url not in said:
            with page.context.expect_page() as opened:
                link.click(modifiers=["ControlOrMeta"])
            said[url] = said_by(opened.value)
            opened.value.close()
        shown = link.inner_text().strip().lstrip("+−")
        assert shown in ([said[url][of]] if of else said[url].values()), (url, of, shown, said[url])
    assert len(said) > 40


def test_nothing_jumps_while_the_panels_come(full: SimpleNamespace, open_page: Open) -> None:
    page = open_page(full.chen)
    page.goto("/leads/")
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) { if (!entry.hadRecentInput) { window.shift += entry.value; } }
        }).observe({type: "layout-shift", buffered: true});"""
    )
    loaded(page)
    assert page.evaluate("window.shift") < 0.05


def test_the_period_is_chosen_and_turned_and_carried_along(full: SimpleNamespace, open_page: Open) -> None:
    page = open_page(full.chen, language="en")
    loaded(page)
    page.get_by_role("link", name="Month", exact=True).click()
    expect(page.locator(".desk-periods [aria-current=true]")).to_have_text("Month")
    before = page.locator(".desk-turn b").inner_text()
    page.get_by_role("link", name="Period before").click()
    expect(page.locator(".desk-turn b")).not_to_have_text(before)
    page.select_option("select[name=scope]", label="Team G4")
    expect(page.locator("h1")).to_have_text("Team G4")
    assert "period=" in page.url


def test_a_stalled_lead_is_moved_from_the_queue(full: SimpleNamespace, open_page: Open) -> None:
    page = open_page(full.chen, language="en")
    page.goto("/dashboard/needs-me/")
    expect(page.locator(".need-red-key")).to_have_count(1)
    page.locator(".need-red-key").get_by_role("button").click()
    expect(page.locator("#dialog")).to_be_visible()
    expect(page.locator("#dialog")).to_contain_text(full.leads.dollars.name)


@pytest.mark.parametrize("who", ["chen", "li", "wang"])
@pytest.mark.parametrize("phone", [False, True])
def test_the_dashboard_has_no_violation_and_no_sideways_scroll(
    full: SimpleNamespace, open_page: Open, who: str, phone: bool
) -> None:
    page = open_page(getattr(full, who), phone=phone, language="en")
    loaded(page)
    assert violations(page) == []
    assert not overflows(page)
