"""The README's screenshots, taken from a running demonstration (`make run`) with a real Chromium.

    .venv/bin/python scripts/screenshots.py [ADDRESS]      default http://localhost:8000

Writes docs/screenshots/<page>-<language>.png: desktop pages at 1366 x 768, the phone's at 390 x 844.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

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
        take_all(browser, address, password)
        browser.close()
    print(f"written to {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
