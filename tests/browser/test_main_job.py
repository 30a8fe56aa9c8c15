"""The main job, in a browser, on the facts of a real centre."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from investcrm.core.credit_code import credit_code_check_value
from pipeline.demo.facts import load_centre
from projects.models import Lead, Stage, StageRequirement
from projects.stages import seed_stages
from teams.models import User
from tests.browser.conftest import Open, overflows
from tests.factories import PASSWORD
from visits.models import Interaction

POWDER = "粉末冶金汽车零部件项目"
LIGHTING = "汽车数字照明系统项目"
CODE = "91321002MA1XFACT0"
CREDIT_CODE = CODE + credit_code_check_value(CODE)


@pytest.fixture
def guangling(transactional_db: None, settings: Any) -> None:
    """The facts of Guangling; its logins have the tests' password."""
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    load_centre("guangling")
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def person(username: str) -> User:
    return User.objects.get(username=username)


def test_a_member_logs_a_reception_on_a_phone_in_chinese(guangling: None, open_page: Open) -> None:
    page = open_page(person("g4member"), phone=True)
    page.goto("/leads/")
    page.get_by_role("link", name=POWDER).first.click()
    expect(page.get_by_role("heading", name=POWDER)).to_be_visible()
    page.locator("[data-log-open]:visible").first.click()
    box = page.locator("#log-dialog")
    box.get_by_role("radio", name="接待").check()
    box.locator("[name=summary]").fill("投资方看了 10 米层高的厂房，想月底前定下来")
    box.locator("[name=next_in][value='7']").check()
    box.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("撤销")
    expect(box).not_to_be_visible()
    expect(page.locator("main")).to_contain_text("想月底前定下来")
    assert not overflows(page)

    lead = Lead.objects.get(name=POWDER)
    logged = Interaction.objects.filter(lead=lead).latest("created_at")
    assert (logged.channel, logged.created_by) == ("reception", person("g4member"))
    assert lead.last_interaction_at == logged.occurred_at
    assert (lead.next_follow_up_on - lead.zone.today()).days == 7


def test_undo_takes_the_log_back(guangling: None, open_page: Open) -> None:
    page = open_page(person("g4member"))
    lead = Lead.objects.get(name=POWDER)
    before = lead.last_interaction_at
    page.goto(f"/leads/{lead.id}/")
    page.locator("body").press("l")
    box = page.locator("#log-dialog")
    box.get_by_role("radio", name="电话").check()
    box.locator("[name=summary]").fill("记错了")
    box.get_by_role("button", name="保存").click()
    page.locator("#toasts").get_by_role("button", name="撤销").click()
    expect(page.locator("body")).not_to_contain_text("记错了")
    lead.refresh_from_db()
    assert lead.last_interaction_at == before


def open_move(page: Page, to: str) -> None:
    """Open the move dialog and choose a stage."""
    page.get_by_role("button", name="Move stage", exact=True).click()
    page.locator(f"#dialog [hx-get$='to={to}']").click()
    expect(page.locator("#dialog select[name=to_stage]")).to_have_value(to)


def test_a_director_moves_a_lead_through_signed_to_landed_asked_for_what_is_missing(
    guangling: None, open_page: Open
) -> None:
    page = open_page(person("gl-director"), language="en")
    lead = Lead.objects.get(name=LIGHTING)
    page.goto(f"/leads/{lead.id}/")
    dialog = page.locator("#dialog")

    open_move(page, "signed")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.locator("[name=agreed_investment]")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("[name=agreement_number]")).to_have_attribute("aria-invalid", "true")
    lead.refresh_from_db()
    assert lead.stage_id == "to_sign"

    dialog.locator("[name=agreed_investment]").fill("20亿")
    dialog.locator("[name=agreement_number]").fill("GL-2026-001")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("main")).to_contain_text("Signed")
    lead.refresh_from_db()
    assert (lead.stage_id, lead.agreed_investment, lead.signed_on) == ("signed", 2_000_000_000, lead.zone.today())

    page.reload()
    open_move(page, "landed")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.locator("[name=place]")).to_have_attribute("aria-invalid", "true")
    dialog.locator("[name=place]").fill("南区 3 号地块")
    dialog.locator("#move_registered_company-ts-control").fill("扬州数字照明有限公司")
    dialog.locator(".ts-dropdown .create").click()
    dialog.locator("[name=registered_credit_code]").fill(CREDIT_CODE)
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog).not_to_be_visible()
    lead.refresh_from_db()
    assert (lead.stage_id, lead.landed_on) == ("landed", lead.zone.today())
    assert lead.registered_company.credit_code == CREDIT_CODE


def test_an_outsider_sees_none_of_it(guangling: None, open_page: Open) -> None:
    page = open_page(person("g1member"))
    lead = Lead.objects.get(name=POWDER)
    for address in ("/leads/", "/board/", "/", "/leads/?search=粉末", "/interactions/"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text(POWDER)
    response = page.goto(f"/leads/{lead.id}/")
    assert response is not None
    assert response.status == 404


def test_enter_saves_the_log_and_adds_no_company(guangling: None, open_page: Open) -> None:
    page = open_page(person("g4member"))
    lead = Lead.objects.get(name=POWDER)
    page.goto(f"/leads/{lead.id}/")
    page.locator("body").press("l")
    box = page.locator("#log-dialog")
    box.get_by_role("radio", name="拜访").check()
    box.locator("[name=summary]").fill("看了厂房")
    box.locator("[name=place]").fill("扬州")
    box.locator("[name=place]").press("Enter")
    expect(box).not_to_be_visible()
    assert Interaction.objects.get(lead=lead, summary="看了厂房").place == "扬州"
