"""Uploading in a real browser: several at once, a line that breaks, versions, a download that is written down."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from projects.models import Document, DocumentDownload, Lead, Upload
from tests.browser.conftest import Open, overflows, violations
from tests.documents_help import PDF, stored, use_folders
from tests.factories import log, make_lead
from visits.models import Attachment

# More than one piece of 8 MB.
LARGE = b"%PDF-1.7\n" + b"0123456789abcdef" * (1024 * 1024)


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> Path:
    """Storage and parts in a folder of the test."""
    use_folders(settings, tmp_path)
    return tmp_path


@pytest.fixture
def lead(browser_centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    centre = browser_centre
    return make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def open_lead(page: Page, lead: Lead) -> Any:
    page.goto(f"/leads/{lead.pk}/")
    if page.viewport_size and page.viewport_size["width"] < 600:
        page.locator("#documents").scroll_into_view_if_needed()
    box = page.locator("#documents")
    expect(box.locator("input[type=file]")).to_be_attached()
    return box


def test_two_files_at_once_on_the_desktop_then_a_version_and_a_download(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, folders: Path
) -> None:
    page = open_page(browser_centre.wang, language="en")
    box = open_lead(page, lead)
    assert not page.evaluate("'tus' in window")
    box.locator("select[name=kind]").select_option("pitch")
    page.set_input_files(
        "#documents input[type=file]",
        [
            write(folders, "pitch.pdf", LARGE),
            write(folders, "site plan.pdf", PDF),
            write(folders, "page.html", b"<html>"),
        ],
    )
    expect(box.locator(".upload-row[data-state=done]")).to_have_count(2, timeout=30_000)
    expect(box.locator(".upload-row[data-state=refused]")).to_contain_text(
        "Files of this kind are not accepted (.html)"
    )
    assert sorted(Document.objects.values_list("title", "kind")) == [("pitch", "pitch"), ("site plan", "pitch")]
    assert sorted(path.stat().st_size for path in stored(folders)) == [len(PDF), len(LARGE)]
    assert violations(page) == []
    box.get_by_role("link", name="pitch", exact=True).click()
    page.wait_for_url("**/documents/**")
    page.set_input_files("form[data-upload] input[type=file]", write(folders, "pitch v2.pdf", PDF))
    expect(page.locator("tbody tr")).to_have_count(2, timeout=20_000)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download", exact=True).click()
    download = started.value
    assert download.suggested_filename == "pitch v2.pdf"
    assert Path(download.path()).read_bytes() == PDF
    assert DocumentDownload.objects.get().user == browser_centre.wang
    page.reload()
    page.get_by_role("button", name="Note who was sent it").click()
    page.get_by_label("Sent to").fill("Head office")
    page.locator("[name=way]").select_option("email")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Head office").first).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)


def test_on_the_phone_a_photo_is_attached_to_a_call(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, folders: Path
) -> None:
    interaction = log(browser_centre.wang, lead, summary="第一次通话")
    page = open_page(browser_centre.wang, phone=True)
    page.goto(f"/leads/{lead.pk}/")
    page.locator(f"#interaction-{interaction.pk}").locator("[data-dialog-url*=attachments]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("input[type=file]")).to_be_attached()
    assert "image/*" in (dialog.locator("input[type=file]").get_attribute("accept") or "")
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 5000
    page.set_input_files(
        "dialog[open] input[type=file]",
        [write(folders, "现场照片.png", png), write(folders, "假图.jpg", b"<svg></svg>")],
    )
    expect(dialog.locator(".upload-row[data-state=done]")).to_have_count(1, timeout=20_000)
    expect(dialog.locator(".upload-row[data-state=refused]")).to_have_count(1)
    expect(dialog.locator(".document-title")).to_have_text("现场照片")
    assert not overflows(page)
    assert violations(page) == []
    assert Attachment.objects.get().interaction == interaction
    page.keyboard.press("Escape")
    expect(page.locator(f"#interaction-{interaction.pk} .line-documents")).to_contain_text("现场照片")


def test_a_broken_line_loses_nothing_even_when_the_page_was_closed(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, folders: Path
) -> None:
    page = open_page(browser_centre.wang, language="en")
    box = open_lead(page, lead)
    sent: list[str] = []

    def pieces(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if sent[-1] != "0":
                route.abort("connectionreset")
                return
        route.continue_()

    page.route(re.compile(r"/documents/uploads/.+"), pieces)
    path = write(folders, "film.pdf", LARGE)
    page.set_input_files("#documents input[type=file]", path)
    expect(box.locator(".upload-bar")).to_have_attribute("max", "1000")
    page.wait_for_function("() => document.querySelector('.upload-bar').value >= 400")
    expect(box.locator("[data-upload-pause]")).to_be_visible()
    box.locator("[data-upload-pause]").click()
    expect(box.locator(".upload-row[data-state=paused]")).to_be_visible()
    assert Upload.objects.get().received == 8 * 1024 * 1024
    page.unroute(re.compile(r"/documents/uploads/.+"))
    box = open_lead(page, lead)
    again: list[str] = []
    page.on("request", lambda request: again.append(f"{request.method} {request.headers.get('upload-offset', '')}"))
    page.set_input_files("#documents input[type=file]", path)
    expect(box.locator(".upload-row[data-state=done]")).to_have_count(1, timeout=30_000)
    assert next(one for one in again if one.startswith("PATCH")) == f"PATCH {8 * 1024 * 1024}"
    assert stored(folders)[0].read_bytes() == LARGE
    assert (Document.objects.count(), Upload.objects.count()) == (1, 1)


def test_a_line_that_comes_back_goes_on_by_itself_and_cancel_throws_away(
    browser_centre: SimpleNamespace, lead: Lead, open_page: Open, folders: Path
) -> None:
    page = open_page(browser_centre.wang, language="en")
    box = open_lead(page, lead)
    page.set_input_files("#documents input[type=file]", write(folders, "small.pdf", PDF))
    expect(box.locator(".upload-row[data-state=done]")).to_have_count(1, timeout=20_000)
    page.context.set_offline(True)
    page.set_input_files("#documents input[type=file]", write(folders, "second.pdf", PDF))
    expect(box.locator(".upload-row[data-state=broken]")).to_contain_text("The line broke")
    page.context.set_offline(False)
    expect(box.locator(".upload-row[data-state=done]")).to_have_count(2, timeout=20_000)
    page.route(
        re.compile(r"/documents/uploads/.+"),
        lambda route: route.abort() if route.request.method == "PATCH" else route.continue_(),
    )
    page.set_input_files("#documents input[type=file]", write(folders, "third.pdf", PDF))
    expect(box.locator(".upload-row[data-state=sending]")).to_be_visible()
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('tus::'))")
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        box.locator(".upload-row[data-state=sending] [data-upload-cancel]").click()
    assert Upload.objects.filter(made=None).count() == 0
    assert Document.objects.count() == 2
