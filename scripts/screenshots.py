"""The README's screenshots, taken from a running demonstration (`make run`) with a real Chromium.

    .venv/bin/python scripts/screenshots.py [ADDRESS [PASSWORD [reports|data]]]      default http://localhost:8000

Needs Pillow besides the pinned packages (`.venv/bin/pip install pillow`), which nothing else does.

Writes docs/screenshots/<page>-<language>.png: desktop pages at 1366 x 768, the phone's at 390 x 844. With `reports`
only reports are taken: their pages, mails, PDF (pdftoppm) and spreadsheets (LibreOffice); with `data` only imports,
duplicates and keys.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def sign_in(browser: Browser, address: str, login: str, password: str, language: str, *, phone: bool) -> Page:
    """A window of somebody who reads that language."""
    context = browser.new_context(
        base_url=address,
        viewport=PHONE if phone else DESKTOP,
        is_mobile=phone,
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
        timezone_id="Asia/Shanghai",
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    page.locator("[data-dialog-open=more]" if phone else ".user-button").click()
    page.locator(f".language-form button[value={language}]:visible").click()
    page.wait_for_load_state("networkidle")
    return page


def shoot(page: Page, name: str, language: str) -> None:
    """Wait until the page is quiet, and keep it."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}-{language}.png")


def take_dashboards(browser: Browser, address: str, password: str, short: str, language: str) -> None:
    """The desk of director, leader and member at both sizes, and what its numbers open."""
    for role in ("director", "leader", "member"):
        for phone in (False, True):
            page = sign_in(browser, address, f"demo-{role}", password, language, phone=phone)
            page.set_viewport_size({"width": page.viewport_size["width"] if page.viewport_size else 0, "height": 1600})
            page.goto("/dashboard/")
            shoot(page, f"dashboard-{role}{'-phone' if phone else ''}", short)
    page = sign_in(browser, address, "demo-director", password, language, phone=False)
    for name, path in (("league", "/league/"), ("targets", "/targets/"), ("scores", "/targets/scores/")):
        page.goto(path)
        shoot(page, name, short)


# Whose reports, and the words of the list's addresses: the facts' week and month, the generated zone's last week.
REPORTS = {
    "report-week": ("gl-director", "/reports/?zone=guangling&kind=weekly"),
    "report-month": ("gl-director", "/reports/?zone=guangling&kind=monthly"),
    "report-demo-week": ("demo-director", "/reports/?zone=demo&kind=weekly"),
}
SMALL_COLOURS = 64


def make_small(picture: Path) -> None:
    """Few colours are enough for text on white."""
    Image.open(picture).convert("RGB").quantize(SMALL_COLOURS).save(picture, optimize=True)


def first_page(pdf: Path, picture: Path) -> None:
    """The first page of a PDF as a picture."""
    command = ["pdftoppm", "-r", "84", "-png", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, pdf, picture.with_suffix("")], check=True)
    make_small(picture)


def take_files(page: Page, name: str, short: str) -> None:
    """The first page of a report's PDF and of its spreadsheet."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("pdf", "xlsx"):
            file = Path(folder) / f"report.{kind}"
            file.write_bytes(page.request.get(f"{page.url}{kind}/").body())
            if kind == "xlsx":
                command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(file)]
                subprocess.run(command, check=True, capture_output=True)
            first_page(Path(folder) / "report.pdf", FOLDER / f"{name}-{kind}-{short}.png")


def take_reports(browser: Browser, address: str, password: str) -> None:
    """Reports as page, mail, PDF and spreadsheet."""
    for name, (director, listed) in REPORTS.items():
        for short, language in LANGUAGES.items():
            page = sign_in(browser, address, director, password, language, phone=False)
            page.goto(listed)
            page.locator("main a[href^='/reports/0']").first.click()
            page.wait_for_load_state("networkidle")
            page.set_viewport_size({"width": 1366, "height": 1100})
            shoot(page, f"{name}-page", short)
            make_small(FOLDER / f"{name}-page-{short}.png")
            take_files(page, name, short)
            with page.expect_navigation():
                page.locator("form[action$='/mails/test/']").evaluate("form => form.submit()")
            page.goto("/mails/")
            newest = page.locator("main a[href^='/mails/0']").first.get_attribute("href")
            page.goto(f"{newest}html/")
            page.set_viewport_size({"width": 640, "height": 1100})
            shoot(page, f"{name}-mail", short)
            make_small(FOLDER / f"{name}-mail-{short}.png")


# A sheet as a centre sends it: title, head of two merged rows, a total, a note, wrong and doubtful cells.
SHEET: list[list[Any]] = [
    [1, "智能底盘线控制动项目", "苏州远景智能科技有限公司", "91320594MA1MYKLA48", 1.5, "8000万", "演示一组", "3月5日"],
    [2, "柔性玻璃项目", "浙江丽水玻璃股份有限公司", None, "约3亿元", None, "演示二组", "2026.10.12"],
    [3, "氢能缆车项目", "衢州氢能装备有限公司", "91320594MA1MYKLA4X", "2-3亿元", None, "演示一组", 46310],
    [4, "芯片封测项目", "无锡芯片有限公司", None, "三亿", "两千万", "招商九组", None],
    [5, "智能底盘线控制动项目", "远景智能科技（苏州）有限公司", None, 1.5, None, "演示一组", None],
    ["合计", None, None, None, 9.5],
    ["注：总投资以协议为准。"],
]


def write_sheet(path: Path) -> Path:
    """The sheet as a workbook."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("在谈项目")
    sheet.merge_range(0, 0, 0, 7, "在谈项目汇总表")
    for column, heading in enumerate(("序号", "项目名称", "投资方", "统一社会信用代码")):
        sheet.merge_range(1, column, 2, column, heading)
    sheet.merge_range(1, 4, 1, 5, "投资额（亿元）")
    sheet.write_row(2, 4, ["总投资", "固定资产投资"])
    for column, heading in enumerate(("招商组", "首次洽谈时间"), 6):
        sheet.merge_range(1, column, 2, column, heading)
    for number, row in enumerate(SHEET, 3):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def until_done(page: Page) -> None:
    """The worker has done its part of an import."""
    page.locator("#progress").wait_for(state="detached", timeout=60_000)
    page.wait_for_load_state("networkidle")


def take_data(browser: Browser, address: str, password: str) -> None:
    """Data in and out: a sheet at its check, before anything is written; two leads that are one; keys."""
    for short, language in LANGUAGES.items():
        page = sign_in(browser, address, "demo-director", password, language, phone=False)
        with tempfile.TemporaryDirectory() as folder:
            page.goto("/imports/new/")
            page.set_input_files("[name=file]", str(write_sheet(Path(folder) / "在谈项目.xlsx")))
            page.locator("main form button[type=submit]").click()
            until_done(page)
        page.fill("[name=year]", "2026")
        page.locator("form[action$='/columns/'] button[type=submit]").click()
        until_done(page)
        shoot(page, "import", short)
        page.locator("form[action$='/cancel/'] button").click()
        page.goto("/duplicates/?kind=lead")
        page.locator("#results a.btn").first.click()
        shoot(page, "duplicates", short)
        page.goto("/keys/new/")
        shoot(page, "key", short)


def take_all(browser: Browser, address: str, password: str) -> None:
    """Every page that the README shows, in both languages."""
    for short, language in LANGUAGES.items():
        take_dashboards(browser, address, password, short, language)
        page = sign_in(browser, address, "demo-member", password, language, phone=False)
        shoot(page, "today", short)
        page.goto("/leads/")
        shoot(page, "leads", short)
        page.goto("/leads/?stage=key_talks")
        page.locator("a[href^='/leads/0']").first.click()
        page.wait_for_load_state("networkidle")
        shoot(page, "lead", short)
        page.goto("/calendar/?show=month")
        shoot(page, "calendar", short)
        page.goto("/plans/")
        shoot(page, "plans", short)
        page = sign_in(browser, address, "demo-director", password, language, phone=False)
        page.goto("/board/")
        shoot(page, "board", short)
        page.goto("/aftercare/")
        shoot(page, "aftercare", short)
        page = sign_in(browser, address, "demo-member", password, language, phone=True)
        shoot(page, "today-phone", short)
        page.goto("/requests/")
        page.locator("main a[href^='/requests/0']").first.click()
        shoot(page, "request-phone", short)
        page.goto("/leads/")
        page.locator("a[href^='/leads/0']").first.click()
        page.wait_for_load_state("networkidle")
        page.locator("[data-log-open]:visible").first.click()
        page.wait_for_selector("#log-dialog form")
        shoot(page, "log-phone", short)


def main() -> int:
    """Take them all."""
    if CHROMIUM is None:
        print("No Chromium is installed.")
        return 1
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    password = sys.argv[2] if len(sys.argv) > 2 else "zhaoshang-demo"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        if sys.argv[3:] == ["reports"]:
            take_reports(browser, address, password)
        elif sys.argv[3:] == ["data"]:
            take_data(browser, address, password)
        else:
            take_all(browser, address, password)
            take_data(browser, address, password)
            take_reports(browser, address, password)
        browser.close()
    print(f"written to {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
