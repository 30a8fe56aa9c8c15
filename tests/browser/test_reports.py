"""Reports in a browser: a director releases and reads the mail, a leader reports on a phone."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from pipeline.models import Report, TeamStatement
from pipeline.services.reports.delivering import write_mails
from teams.models import Schedule
from teams.services.schedules import ensure_schedules
from tests.browser.conftest import Open, overflows, violations
from tests.pipeline.report_pages_help import saved_report


@pytest.fixture
def centre(browser_centre: SimpleNamespace) -> SimpleNamespace:
    """Weekly bulletins are made since long ago."""
    ensure_schedules(browser_centre.zone)
    Schedule.objects.exclude(job="weekly").update(is_on=False)
    Schedule.objects.update(starts_on=datetime.date(2026, 1, 1))
    return browser_centre


def test_a_director_comments_and_releases_and_reads_the_mail(centre: SimpleNamespace, open_page: Open) -> None:
    draft = saved_report(centre, released=False)
    page = open_page(centre.chen, language="en")
    page.goto("/reports/")
    page.get_by_role("link", name="Guangling Economic Development Zone").first.click()
    page.get_by_label("Comment").fill("抓紧推进拟签约项目。")
    page.get_by_role("button", name="Save the comment").click()
    expect(page.locator(".paper-comment")).to_contain_text("抓紧推进拟签约项目。")
    page.get_by_role("button", name="Release").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("It goes by mail to 1 person: English 1")
    assert violations(page) == []
    dialog.get_by_role("button", name="Release").click()
    expect(page.locator(".report-state")).to_contain_text("Released")
    draft.refresh_from_db()
    assert (draft.status, draft.comment) == ("released", "抓紧推进拟签约项目。")
    assert write_mails() == 1
    page.get_by_role("button", name="More", exact=True).last.click()
    page.get_by_role("link", name="Delivery").click()
    expect(page.locator(".deliveries")).to_contain_text("chen@example.org")
    page.goto("/mails/")
    page.locator("main .data-table a").first.click()
    mail = page.frame_locator(".mail-frame")
    expect(mail.locator("body")).to_contain_text("抓紧推进拟签约项目。")
    expect(page.locator(".mail-text")).to_contain_text("抓紧推进拟签约项目。")
    assert not overflows(page)


def test_a_leader_reports_for_the_team_on_a_phone(centre: SimpleNamespace, open_page: Open) -> None:
    page = open_page(centre.li, phone=True, language="en")
    notice = page.get_by_role("link", name="Report for the team").first
    expect(notice).to_be_visible()
    notice.click()
    expect(page.locator(".report-so-far")).to_be_visible()
    page.get_by_label("Problems and what needs coordination").fill("两家企业缺电")
    page.reload()
    expect(page.get_by_label("Problems and what needs coordination")).to_have_value("两家企业缺电")
    assert violations(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.locator("#reporting")).to_contain_text("Reported")
    assert TeamStatement.objects.get().problems == "两家企业缺电"
    assert not overflows(page)
    assert not Report.objects.exists()
