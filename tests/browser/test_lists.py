"""Lists in a browser: saved views, columns, many rows of which one changed meanwhile, keys; and on a phone."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from projects.models import Lead, SavedView
from projects.services.leads import update_lead
from projects.services.tags import change_tags
from tests.browser.conftest import Open, overflows, violations
from tests.factories import log, make_company, make_lead


@pytest.fixture
def leads(browser_centre: SimpleNamespace) -> list[Lead]:
    """Five leads of team G4, the newest first, the first with a tag."""
    centre = browser_centre
    found = [
        make_lead(
            centre.chen, centre.zone, name=f"项目{number}", team=centre.g4, owner=centre.wang,
            industry=centre.industry, company=make_company(centre.chen, f"公司{number}号有限公司"),
        )
        for number in range(5)
    ]  # fmt: skip
    change_tags(actor=centre.wang, lead_id=found[4].pk, add=["重点", "新能源"])
    log(centre.wang, found[4], summary="谈")
    return found[::-1]


def box(page: Page, lead: Lead) -> None:
    page.locator(f'[data-choose][value^="{lead.pk}"]').check()


def test_a_view_is_saved_changed_reset_and_opens_the_list(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/leads/")
    page.select_option("[name=stage]", "enquiry")
    page.wait_for_url("**stage=enquiry**")
    page.get_by_role("button", name="Save as a view…").click()
    page.fill("#dialog [name=name]", "New ones")
    page.locator("#dialog [name=is_default]").check()
    page.locator("#dialog").get_by_role("button", name="Save").click()
    page.wait_for_url("**view=**")
    expect(page.locator(".view-name")).to_contain_text("New ones")
    page.select_option("[name=mine]", "true")
    expect(page.locator(".view-bar")).to_contain_text("changed")
    page.get_by_role("link", name="Reset").click()
    expect(page.locator(".view-bar")).not_to_contain_text("changed")
    page.wait_for_load_state("networkidle")
    page.select_option("[name=mine]", "true")
    page.locator(".view-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".view-bar")).not_to_contain_text("changed")
    assert SavedView.objects.get().query == "mine=true&stage=enquiry"
    page.goto("/leads/")
    expect(page.locator(".view-name")).to_contain_text("New ones")
    page.locator(".view-name").click()
    page.get_by_role("link", name="Everything").click()
    page.wait_for_url("**view=all")
    expect(page.locator(".view-name")).to_contain_text("Views")


def test_columns_are_chosen_and_ordered_with_the_keyboard(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/leads/?stage=enquiry")
    page.get_by_role("button", name="Columns").focus()
    page.keyboard.press("Enter")
    page.locator("#columns").get_by_label("Tags", exact=True).focus()
    page.keyboard.press("Space")
    for _step in range(3):
        page.get_by_role("button", name="Move Progress up").focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Show these").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**columns=**")
    assert "stage=enquiry" in page.url
    heads = [text.strip() for text in page.locator("thead th").all_inner_texts() if text.strip()]
    assert heads[:2] == ["Lead", "Progress"]
    assert heads[-1] == "Tags"
    expect(page.locator("tbody tr").first).to_contain_text("重点")


def test_many_are_assigned_and_the_one_that_changed_is_named(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open
) -> None:
    centre = browser_centre
    page = open_page(centre.li, language="en")
    page.goto("/leads/")
    page.locator("[data-choose]").nth(0).check()
    page.locator("[data-choose]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("3")
    update_lead(actor=centre.chen, lead_id=leads[1].pk, changes={"source": "来自别处"})
    page.locator("[data-bulk]").get_by_role("button", name="Assign").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=owner] + .ts-wrapper").click()
    dialog.locator(".ts-dropdown .option", has_text="Li").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_contain_text("2 leads done")
    expect(dialog).to_contain_text("1 refused")
    expect(dialog.locator(".outcomes").first).to_contain_text("changed meanwhile")
    expect(dialog.get_by_role("link", name=re.compile(leads[1].name))).to_be_visible()
    assert violations(page) == []
    assert Lead.objects.get(pk=leads[1].pk).owner == centre.wang
    dialog.get_by_role("button", name="Try the refused one again").click()
    expect(dialog).to_contain_text("1 lead done")
    assert Lead.objects.get(pk=leads[1].pk).owner == centre.li
    dialog.locator(".form-actions").get_by_role("button", name="Close").click()
    expect(page.locator("tbody tr").first).to_contain_text("Li")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_rows_are_reached_chosen_and_opened_by_keys(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/leads/")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("[data-row]").nth(1).locator("[data-row-link]")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-row]").nth(2).locator("[data-row-link]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{leads[2].pk}/")
    for address in ("/companies/", "/interactions/"):
        page.goto(address)
        page.keyboard.press("j")
        expect(page.locator("[data-row]").first.locator("a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Next and previous row of a list")


def test_a_file_is_downloaded_and_the_page_stays(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open
) -> None:
    page = open_page(browser_centre.wang, language="en")
    page.goto("/leads/")
    page.locator(".list-tools").get_by_role("button", name="Export").click()
    with page.expect_download() as started:
        page.locator("#dialog").get_by_role("button", name="Download").click()
    assert started.value.suggested_filename.endswith(".xlsx")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", False), ("en", True)])
def test_all_of_it_fits_a_phone(
    browser_centre: SimpleNamespace, leads: list[Lead], open_page: Open, language: str, dark: bool
) -> None:
    page = open_page(browser_centre.gu, phone=True, language=language)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto("/leads/?stage=enquiry&columns=stage,tags,summary,created_by,total_investment")
    box(page, leads[0])
    box(page, leads[1])
    page.locator('a[href*="/leads/totals/"]').click()
    expect(page.locator(".totals")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
    openers = [
        "[data-bulk-url*=assign]",
        "[data-bulk-url*='/tag/']",
        "[data-bulk-url*=close]",
        "[data-bulk-url*=export]",
    ]
    for opener in (*openers, "[data-dialog-open=columns]", ".view-bar [data-dialog-url]"):
        page.locator(opener).click()
        expect(page.locator("dialog[open] form").first).to_be_visible()
        assert violations(page) == []
        assert not overflows(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto("/tags/")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert violations(page) == []
    assert not overflows(page)
