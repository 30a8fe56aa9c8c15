"""A session that ends while a form is filled in, and a button pressed twice: nothing is lost, nothing is doubled."""

from __future__ import annotations

from types import SimpleNamespace

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from projects.models import Lead
from teams.models import User
from tests.browser.conftest import Open
from tests.factories import PASSWORD, make_company, make_lead
from visits.models import FollowUp, Interaction

SAID = "对方要求月底前看厂房，𠮷田先生同来"
NAME = "氢能高架缆车项目"
COMPANY = "扬州氢能装备有限公司"


def sign_in_again(page: Page, user: User) -> None:
    """Fill in the sign-in form that the browser was sent to."""
    page.wait_for_url("**/accounts/login/**")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def end_session() -> None:
    """All sessions end on the server; the browser does not know yet."""
    Session.objects.all().delete()


def fill_in_lead(page: Page) -> None:
    """A new lead of a new company."""
    page.goto("/leads/new/")
    page.fill("[name=name]", NAME)
    page.locator("[data-new-company] summary").click()
    with page.expect_response("**/leads/similar/**"):
        page.fill("[name=new_company]", COMPANY)
    page.fill("[name=summary]", "高架缆车，氢能驱动")


def my_lead(centre: SimpleNamespace) -> Lead:
    """A lead of Wang's."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, company=make_company(centre.chen))


def fill_in_log(page: Page, lead: Lead) -> None:
    """A video call with the lead, and the next one in three days."""
    page.goto(f"/leads/{lead.id}/")
    page.locator("[data-log-open]:visible").first.click()
    box = page.locator("#log-dialog")
    box.get_by_role("radio", name="视频").check()
    box.locator("[name=summary]").fill(SAID)
    box.locator("[name=next_in][value='3']").check()


def test_a_lead_typed_before_the_session_ended_is_there_after_signing_in(
    browser_centre: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, phone=True)
    fill_in_lead(page)
    end_session()
    page.get_by_role("button", name="保存").click()
    sign_in_again(page, browser_centre.wang)

    page.wait_for_url("**/leads/new/")
    expect(page.locator("[data-draft-notice]")).to_contain_text("已保留")
    expect(page.locator("[name=name]")).to_have_value(NAME)
    expect(page.locator("[name=new_company]")).to_have_value(COMPANY)
    expect(page.locator("[name=summary]")).to_have_value("高架缆车，氢能驱动")
    assert not Lead.objects.exists()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    lead = Lead.objects.get()
    assert (lead.name, lead.company.name, lead.created_by) == (NAME, COMPANY, browser_centre.wang)

    page.goto("/leads/new/")
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[data-draft-notice]")).to_have_count(0)


def test_a_call_typed_before_the_session_ended_is_there_after_signing_in(
    browser_centre: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(browser_centre.wang, phone=True)
    lead = my_lead(browser_centre)
    fill_in_log(page, lead)
    end_session()
    page.locator("#log-dialog").get_by_role("button", name="保存").click()
    sign_in_again(page, browser_centre.wang)

    page.wait_for_url(f"**/leads/{lead.id}/")
    box = page.locator("#log-dialog[open]")
    expect(box.locator("[name=summary]")).to_have_value(SAID)
    expect(box.get_by_role("radio", name="视频")).to_be_checked()
    expect(box.locator("[name=next_in][value='3']")).to_be_checked()
    assert not Interaction.objects.exists()
    box.get_by_role("button", name="保存").click()
    expect(page.locator("#timeline")).to_contain_text(SAID)
    logged = Interaction.objects.get()
    assert (logged.channel, logged.lead, logged.summary) == ("video", lead, SAID)
    assert FollowUp.objects.filter(lead=lead).count() == 1

    page.reload()
    page.locator("[data-log-open]:visible").first.click()
    expect(page.locator("#log-dialog [name=summary]")).to_have_value("")


def test_a_session_that_ends_in_the_middle_of_a_word_loses_nothing(
    browser_centre: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(browser_centre.wang)
    page.goto("/leads/new/")
    page.locator("[name=name]").press_sequentially(NAME[:4])
    end_session()
    # The look for similar leads finds the session gone and sends the reader away while they type.
    page.locator("[name=name]").press_sequentially(NAME[4:])
    sign_in_again(page, browser_centre.wang)
    page.wait_for_url("**/leads/new/")
    expect(page.locator("[name=name]")).to_have_value(NAME)


def test_what_one_person_typed_is_not_shown_to_the_next(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang)
    fill_in_lead(page)
    end_session()
    page.get_by_role("button", name="保存").click()
    sign_in_again(page, browser_centre.li)
    page.wait_for_url("**/leads/new/")
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[data-draft-notice]")).to_have_count(0)


def test_a_page_that_was_open_while_one_signed_in_elsewhere_still_saves(
    browser_centre: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(browser_centre.wang)
    fill_in_lead(page)
    end_session()
    other = page.context.new_page()
    other.goto("/")
    sign_in_again(other, browser_centre.wang)
    other.wait_for_url("**/")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert Lead.objects.get().name == NAME


def test_a_save_that_failed_on_the_way_keeps_what_was_typed(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang)
    fill_in_lead(page)

    def fail(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")
        else:
            route.continue_()

    page.route("**/leads/new/", fail)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="Bad gateway")).to_be_visible()
    page.unroute("**/leads/new/")
    page.goto("/")
    page.goto("/leads/new/")
    expect(page.locator("[name=name]")).to_have_value(NAME)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert Lead.objects.count() == 1


def test_a_double_click_on_save_enters_one_lead(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang)
    fill_in_lead(page)
    page.get_by_role("button", name="保存").dblclick()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert Lead.objects.count() == 1


def test_a_double_click_on_save_logs_one_call(browser_centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(browser_centre.wang)
    lead = my_lead(browser_centre)
    fill_in_log(page, lead)
    page.locator("#log-dialog").get_by_role("button", name="保存").dblclick()
    expect(page.locator("#timeline")).to_contain_text(SAID)
    expect(page.locator("#log-dialog")).not_to_be_visible()
    assert Interaction.objects.count() == 1
    assert FollowUp.objects.count() == 1
