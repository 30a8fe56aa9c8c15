"""Two leads are compared and merged in a browser, in both languages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from projects.models import Lead, Merge
from tests.browser.conftest import Open, overflows, violations
from tests.factories import make_lead


@pytest.mark.parametrize(("language", "phone"), [("en", False), ("zh-hans", True)])
def test_two_leads_become_one(browser_centre: SimpleNamespace, open_page: Open, language: str, phone: bool) -> None:
    centre = browser_centre
    first = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, source="经销商")
    second = make_lead(centre.chen, centre.zone, team=centre.g4, source="展会", summary="年产三百万件")
    page = open_page(centre.chen, phone=phone, language=language)
    page.goto("/duplicates/?kind=lead")
    assert (violations(page), overflows(page)) == ([], False)
    page.locator(".actions-cell a").click()
    expect(page.locator(f'a[href="/leads/{first.pk}/"]')).to_be_visible()
    assert (violations(page), overflows(page)) == ([], False)
    page.locator('[name="keep"][value="first"]').check()
    page.locator('[name="pick-source"][value="first"]').check()
    page.locator("#merge-form .btn-primary").click()
    # not without the confirmation, and nothing chosen is lost
    expect(page.locator(".notice-danger")).to_be_visible()
    expect(page.locator('[name="pick-source"][value="first"]')).to_be_checked()
    page.locator('[name="confirmed"]').check()
    page.locator("#merge-form .btn-primary").click()
    page.wait_for_url(f"**/leads/{first.pk}/")
    # the page loads its parts: none may be under way when the tables are emptied
    page.wait_for_load_state("networkidle")
    assert Merge.objects.get().gone_id == second.pk
    assert Lead.objects.get(deleted_at=None).summary == "年产三百万件"
