"""Charts on a page: they come without moving anything, say what one points at, and need neither mouse nor eyes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, overflows, violations

# What moved on the page by itself, from its first moment on.
WATCH = """
window.moved = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) { window.moved += entry.value; } })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(autouse=True)
def _with_samples(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.pipeline.chart_urls"


def charts(page: Page) -> Page:
    """The page of sample charts with all of them there."""
    page.add_init_script(WATCH)
    page.goto("/styleguide/charts/")
    expect(page.locator("[data-chart-slot] .chart")).to_have_count(page.locator("[data-chart-slot]").count())
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("language", "phone"), [("zh-hans", True), ("en", False)])
def test_charts_come_without_moving_anything_and_are_accessible(
    browser_centre: SimpleNamespace, open_page: Open, language: str, phone: bool
) -> None:
    page = charts(open_page(browser_centre.wang, phone=phone, language=language))
    assert page.evaluate("window.moved") == 0
    for summary in page.locator(".chart-numbers summary").all():
        summary.click()
    assert violations(page) == []
    assert not overflows(page)
    assert page.evaluate("document.querySelectorAll('.chart [style], .chart [id], .chart script').length") == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_the_mouse_brings_up_the_words_and_opens_the_list(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = charts(open_page(browser_centre.wang, language="en"))
    funnel = page.locator(".chart-funnel .chart-hit")
    funnel.nth(1).hover()
    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("In talks")
    expect(tip).to_contain_text("Reached it: 74")
    box, window = tip.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    funnel.nth(1).click()
    page.wait_for_url("**/leads/")


def test_the_keyboard_goes_through_the_values(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = charts(open_page(browser_centre.wang, language="en"))
    # The way there is by Tab, past the skip link and the frame.
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.chart-funnel [data-chart]')"):
            break
    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("Enquiry")
    page.keyboard.press("ArrowDown")
    expect(tip).to_contain_text("In talks")
    page.keyboard.press("End")
    expect(tip).to_contain_text("Landed")
    page.keyboard.press("ArrowDown")
    expect(tip).to_contain_text("Landed")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Home")
    expect(tip).to_contain_text("Enquiry")
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/")


def test_a_finger_brings_up_the_words_with_a_link(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = charts(open_page(browser_centre.wang, phone=True, language="en"))
    page.locator(".chart-funnel .chart-hit").nth(2).tap()
    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("Key talks")
    tip.get_by_role("link", name="Open the list").tap()
    page.wait_for_url("**/leads/")


def test_a_chart_fits_its_room(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = charts(open_page(browser_centre.wang, phone=True, language="en"))
    for picture in page.locator("[data-chart-slot] .chart-svg").all():
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] - 20 <= float(picture.get_attribute("width") or 0) <= box["width"]
    # One drawn in both widths shows the narrow one here.
    within = page.locator(".chart").last
    expect(within.locator(".chart-narrow")).to_be_visible()
    expect(within.locator(".chart-wide")).to_be_hidden()


def test_without_script_a_slot_leads_to_the_numbers(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/styleguide/charts/funnel/")
    expect(page.get_by_role("heading", level=1)).to_have_text("How far leads come")
    expect(page.get_by_role("cell", name="74")).to_be_visible()
    assert violations(page) == []
