"""The wizard in a real browser, with a messy sheet made like a centre's: merged heads, notes, totals, wrong cells."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from projects.models import Lead
from sync.models import ImportRun
from sync.services.imports.running import work_on
from tests.browser.conftest import Open, overflows, violations
from tests.documents_help import use_folders
from tests.sync.sheets import messy_book


@pytest.fixture
def book(settings: Any, tmp_path: Path, client: Client) -> Path:
    """The sheet; files are kept in a folder of the test."""
    use_folders(settings, tmp_path)
    # the first request of a process imports every page, which on a busy machine takes longer than a browser waits
    client.get("/accounts/login/")
    return messy_book(tmp_path / "在谈项目.xlsx")


def work() -> ImportRun:
    """What a worker would do with the latest import."""
    run = ImportRun.objects.latest("created_at")
    while work_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def fits(page: Page) -> None:
    """The page has no fault that axe finds, and does not scroll sideways."""
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert not overflows(page)


def put_right(page: Page, row: int, cell: int, text: str) -> None:
    """Write something else in a cell of a row."""
    page.locator(f"#row-{row} .import-cell").nth(cell).locator("a.import-text").click()
    box = page.locator(f"#row-{row} .import-fix [name=text]")
    expect(box).to_be_focused()
    box.fill(text)
    page.locator(f"#row-{row} .import-fix button[type=submit]").click()
    expect(page.locator(".import-fix")).to_have_count(0)


@pytest.mark.parametrize(("language", "phone"), [("zh-hans", False), ("zh-hans", True), ("en", False), ("en", True)])
def test_the_whole_way(
    browser_centre: SimpleNamespace, open_page: Open, book: Path, language: str, phone: bool
) -> None:
    page = open_page(browser_centre.chen, language=language, phone=phone)
    page.goto("/leads/")
    page.locator("a[href='/imports/']").click()
    fits(page)
    page.locator("a[href='/imports/new/']").click()
    fits(page)
    page.set_input_files("[name=file]", str(book))
    page.fill("[name=source]", "区发改局")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#progress")).to_be_visible()
    fits(page)
    work()
    # the page finds out by itself
    expect(page.locator("[name=column_1]")).to_have_value("name")
    expect(page.locator("[name=column_4]")).to_have_value("total_investment")
    expect(page.locator("tr.is-head")).to_have_count(2)
    fits(page)
    page.fill("[name=year]", "2022")
    page.locator("form[action$='/columns/'] button[type=submit]").click()
    expect(page.locator("#progress")).to_be_visible()
    work()
    expect(page.locator(".import-error")).to_have_count(2)
    fits(page)
    put_right(page, 8, 2, "")
    expect(page.locator("#row-8.import-new")).to_be_visible()
    put_right(page, 9, 3, "几千万")
    expect(page.locator("#row-9.import-error .import-reason").first).to_be_visible()
    put_right(page, 9, 3, "三千万")
    put_right(page, 9, 6, "G1")
    expect(page.locator("#row-9.import-new")).to_be_visible()
    fits(page)
    page.locator(".tab[href$='rows=skipped']").click()
    expect(page.locator(".import-skipped")).to_have_count(6)
    page.locator(".tab[href$='rows=duplicate']").click()
    fits(page)
    page.locator("#row-13 button[value=skip]").click()
    expect(page.locator("#row-13.import-skipped")).to_be_visible()
    page.locator("form[action$='/go/'] button").click()
    expect(page.locator("#progress")).to_be_visible()
    work()
    expect(page.locator(".import-new .import-row-head a").first).to_be_visible()
    fits(page)
    assert Lead.objects.count() == 6
    assert Lead.objects.get(name="芯片封测项目").total_investment == 30_000_000
    with page.expect_download() as download:
        page.locator(".import-files button[value=csv]").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    # once more, as the other kind: the page has stayed as it was
    with page.expect_download():
        page.locator(".import-files button[value=xlsx]").click()
    assert len(rows) == 14
    assert "智能底盘项目" in rows[2]


def test_in_the_dark_and_without_a_mouse(browser_centre: SimpleNamespace, open_page: Open, book: Path) -> None:
    page = open_page(browser_centre.chen, language="en")
    page.emulate_media(color_scheme="dark")
    page.goto("/imports/new/")
    page.set_input_files("[name=file]", str(book))
    page.locator("main form button[type=submit]").press("Enter")
    expect(page.locator("#progress")).to_be_visible()
    work()
    expect(page.locator("[name=column_1]")).to_be_visible()
    fits(page)
    page.locator("form[action$='/columns/'] button[type=submit]").press("Enter")
    expect(page.locator("#progress")).to_be_visible()
    work()
    cell = page.locator("#row-9 a.import-text").nth(3)
    cell.press("Enter")
    box = page.locator("#row-9 [name=text]")
    expect(box).to_be_focused()
    box.fill("3亿")
    box.press("Enter")
    expect(page.locator("#row-9 .import-fixed")).to_be_visible()
    fits(page)
    page.locator("form[action$='/cancel/'] button").press("Enter")
    expect(page.locator("form[action$='/go/']")).to_have_count(0)
    assert not Lead.objects.exists()
