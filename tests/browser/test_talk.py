"""Searching with the key, a comment with a mention, and the bell of whoever was mentioned."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from projects.models import Comment, Lead
from projects.services.comments import write_comment
from teams.models import User
from tests.browser.conftest import Open, overflows, violations
from tests.factories import log, make_lead

POWDER = "粉末冶金汽车零部件项目"


@pytest.fixture
def centre(browser_centre: SimpleNamespace) -> SimpleNamespace:
    """A centre whose people have names that one types, and a lead of theirs."""
    for who, name, key in (("wang", "王芳", "wang fang"), ("li", "李明", "li ming"), ("zhao", "赵磊", "zhao lei")):
        User.objects.filter(username=who).update(display_name=name, name_key=key)
        getattr(browser_centre, who).refresh_from_db()
    browser_centre.lead = make_lead(
        browser_centre.chen, browser_centre.zone, name=POWDER, team=browser_centre.g4, owner=browser_centre.wang
    )
    log(browser_centre.wang, browser_centre.lead, summary="谈了土地价格")
    return browser_centre


def search(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.type(words, delay=20)


def test_a_leader_finds_comments_and_the_member_hears_of_it(centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(centre.li, language="en")
    search(page, "fmyj")
    option = page.get_by_role("option", name=POWDER).first
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("option", name="谈了土地价格")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(option).not_to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{centre.lead.id}/")

    box = page.locator("#comments textarea")
    box.click()
    page.keyboard.type("Please look at the price @wf", delay=20)
    expect(page.locator(".mention-list [role=option]")).to_have_text(["王芳wang"])
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(box).to_have_value("Please look at the price @王芳 ")
    page.locator("#comments").get_by_role("button", name="Send").click()
    expect(page.locator(".comment .mention")).to_have_text("@王芳")
    expect(box).to_have_value("")

    member = open_page(centre.wang, phone=True)
    expect(member.locator(".bell-count")).not_to_be_empty()
    member.locator(".bell").click()
    assert violations(member) == []
    assert not overflows(member)
    member.locator(".note-row a", has_text="Please look").click()
    comment = Comment.objects.get()
    member.wait_for_url(f"**/leads/{centre.lead.id}/#comment-{comment.id}")
    expect(member.locator(f"#comment-{comment.id}")).to_be_visible()


def test_a_member_searches_and_answers_on_a_phone_in_chinese(centre: SimpleNamespace, open_page: Open) -> None:
    write_comment(actor=centre.li, lead_id=centre.lead.id, text="@王芳 请看")
    page = open_page(centre.wang, phone=True)
    page.locator("[data-search-open]").tap()
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.type("土地")
    expect(page.get_by_role("option", name="谈了土地价格")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
    page.get_by_role("option", name="谈了土地价格").tap()
    page.wait_for_url(f"**/leads/{centre.lead.id}/#interaction-*")

    box = page.locator("#comments textarea")
    box.fill("@赵磊 已经报价")
    page.locator("#comments button[type=submit]").tap()
    expect(page.locator("#comments .field-errors")).to_contain_text("赵磊")
    expect(box).to_have_value("@赵磊 已经报价")
    assert violations(page) == []
    box.fill("已经报价 @")
    box.press("End")
    page.locator(".mention-list [role=option]", has_text="李明").tap()
    expect(box).to_have_value("已经报价 @李明 ")
    page.locator("#comments button[type=submit]").tap()
    expect(page.locator(".comment")).to_have_count(2)
    assert not overflows(page)

    page.locator(".comment [hx-post]").first.tap()
    expect(page.locator(".comment")).to_have_count(1)
    page.locator("#toasts [data-toast-undo] button").tap()
    expect(page.locator(".comment")).to_have_count(2)


def test_the_slash_goes_to_the_lists_own_search_else_over_all(centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(centre.wang)
    page.goto("/leads/")
    page.keyboard.press("/")
    expect(page.locator("main [data-search]").first).to_be_focused()
    page.goto(f"/leads/{centre.lead.id}/")
    page.keyboard.press("/")
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name=POWDER)).to_be_visible()


def test_more_holds_the_rest_on_a_phone(centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(centre.gu, phone=True, language="en")
    page.get_by_role("button", name="More").tap()
    sheet = page.locator("#more")
    for name in ("Calendar", "Companies", "Aftercare", "Calls and visits", "Profile", "Administration"):
        expect(sheet.get_by_role("link", name=name, exact=True)).to_be_visible()
    assert violations(page) == []
    sheet.get_by_role("button", name="Sign out").tap()
    page.wait_for_url("**/accounts/login/**")


def test_the_bell_asks_no_more_after_signing_out_elsewhere(centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(centre.wang)
    page.goto(f"/leads/{centre.lead.id}/")
    page.wait_for_load_state("networkidle")
    page.locator("#comments textarea").fill("mitten im Wort")
    page.context.clear_cookies()
    with page.expect_response("**/notifications/bell/") as answer:
        page.evaluate("htmx.trigger(document.body, 'bell-refresh')")
    assert answer.value.status == 286
    expect(page.locator("[data-bell]")).to_have_accessible_name(re.compile("^通知"))
    expect(page.locator("#comments textarea")).to_have_value("mitten im Wort")
    assert Lead.objects.count() == 1
