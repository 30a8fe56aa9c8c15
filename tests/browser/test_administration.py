"""An administrator's work in a browser: a leaver handed over, a device signed out, two-step sign-in set up."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import expect

from projects.models import Lead
from teams.models import User
from tests.browser.conftest import Open, overflows, violations
from tests.factories import PASSWORD, make_lead


@pytest.fixture(autouse=True)
def _no_limits_used() -> None:
    cache.clear()


def test_a_leaver_is_handed_over_in_chinese(browser_centre: SimpleNamespace, open_page: Open) -> None:
    centre = browser_centre
    leads = [
        make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.li, stage="in_talks", name=name)
        for name in ("粉末冶金项目", "数字照明项目")
    ]
    page = open_page(centre.gu)
    page.goto("/administration/")
    page.locator(".admin-card", has_text="人员").click()
    page.locator("#results").get_by_role("link", name="Li", exact=True).click()
    page.get_by_role("link", name="离职交接").click()
    expect(page.locator(".counts .stat").first).to_contain_text("2")
    assert violations(page) == []
    page.fill("[name=last_day]", str(centre.zone.today()))
    page.locator("[name=successor]").evaluate(f"(field) => field.tomselect.setValue('{centre.wang.pk}')")
    page.get_by_role("button", name="交接", exact=True).click()
    expect(page.locator(".field-errors").first).to_contain_text("招商G4组")
    page.locator("[name=lead_teams]").check()
    page.locator("summary").click()
    page.locator(f"[name=lead-{leads[1].pk}]").select_option(str(centre.zhao.pk))
    page.get_by_role("button", name="交接", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Li")
    expect(page.locator("main")).to_contain_text("已停用")
    owners = dict(Lead.objects.values_list("name", "owner__username"))
    assert owners == {"粉末冶金项目": "wang", "数字照明项目": "zhao"}
    assert not User.objects.get(pk=centre.li.pk).is_active


def test_a_session_that_is_ended_elsewhere_is_signed_out_in_english_on_a_phone(
    browser_centre: SimpleNamespace, open_page: Open
) -> None:
    desk = open_page(browser_centre.wang, language="en")
    phone = open_page(browser_centre.wang, phone=True, language="en")
    phone.goto("/accounts/sessions/")
    expect(phone.locator("tbody tr")).to_have_count(2)
    assert violations(phone) == []
    assert not overflows(phone)
    phone.locator("tbody tr").nth(1).get_by_role("button", name="Sign out").click()
    expect(phone.locator("tbody tr")).to_have_count(1)
    desk.goto("/leads/")
    expect(desk.locator("[name=login]")).to_be_visible()
    phone.goto("/leads/")
    expect(phone.locator("main h1")).to_be_visible()


def test_an_administrator_must_set_up_two_step_sign_in_and_then_uses_it(
    browser_centre: SimpleNamespace, open_page: Open, settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = "administrators"
    page = open_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", "gu")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    # who sets it up says again who they are
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("img.qr")).to_be_visible()
    assert violations(page) == []
    secret = page.locator("[data-secret]").inner_text()
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.press("[name=code]", "Enter")
    codes = page.locator(".recovery-codes li")
    expect(codes).to_have_count(10)
    first = codes.first.inner_text()
    page.goto("/leads/")
    expect(page.locator("main h1")).to_be_visible()

    other = open_page(phone=True, language="en")
    other.goto("/accounts/login/")
    other.fill("[name=login]", "gu")
    other.fill("[name=password]", PASSWORD)
    other.press("[name=password]", "Enter")
    expect(other.locator("[name=code]")).to_be_visible()
    assert violations(other) == []
    other.fill("[name=code]", first)
    other.press("[name=code]", "Enter")
    expect(other.locator("main h1")).to_be_visible()
