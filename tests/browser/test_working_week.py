"""A leader's Monday and a member's Tuesday, in Chinese on a phone and in English on a desktop."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from projects.models import Lead
from projects.services.companies import set_settled
from teams.access import Role
from tests.browser.conftest import Open, overflows, violations
from tests.factories import join, log, make_company, make_lead, make_user
from visits.models import Interaction, PlannedVisit, ServiceRequest
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

DEVICES = pytest.mark.parametrize(("language", "phone"), [("zh-hans", True), ("en", False)])


@pytest.fixture
def week(browser_centre: SimpleNamespace) -> SimpleNamespace:
    """Team G4 with a second member, Xu, and six leads of Wang's, the first ones first."""
    centre = browser_centre
    centre.xu = make_user("xu", display_name="许文")
    join(centre.xu, Role.MEMBER, centre.zone, centre.g4)
    centre.leads = [
        make_lead(
            centre.chen, centre.zone, name=f"{word}项目", team=centre.g4, owner=centre.wang, industry=centre.industry,
            company=make_company(centre.chen, f"苏州{word}有限公司"), stage="in_talks",
            on=centre.zone.today() - datetime.timedelta(days=20),
        )
        for word in ("数控机床", "汽车照明", "柔性玻璃", "热储能", "粉末冶金", "感应门把手")
    ]  # fmt: skip
    return centre


def is_fine(page: Page) -> None:
    """Accessible, and nothing to scroll sideways."""
    assert violations(page) == []
    assert not overflows(page)


def send(page: Page, dialog: str = "#dialog") -> None:
    """Send the open dialog's form; it closes when all was well."""
    page.locator(f"{dialog} .form-actions button[type=submit]").first.click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def pick(field: Locator, page: Page, text: str) -> None:
    """Choose an entry of a picker: type, see what is found, take it."""
    box = field.locator(".ts-control input")
    field.locator(".ts-control").click()
    if field.locator("select[data-select-url]").count():
        with page.expect_response("**/options/?q=%*"):
            box.press_sequentially(text)
    else:
        box.press_sequentially(text)
    expect(page.locator(".ts-dropdown:visible .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)
    # what goes with the choice (contacts, open steps) comes in below it, and moves what stands there
    page.wait_for_load_state("networkidle")


def plan(page: Page, lead: Lead, day: str, expected: str, goes: str = "") -> None:
    """Plan a visit from the calendar, on a day given as its chip."""
    page.goto("/calendar/")
    page.locator("main [data-dialog-url*='/plans/new/']:visible").first.click()
    dialog = page.locator("#dialog")
    pick(dialog.locator(".field:has([name=lead])"), page, lead.name)
    dialog.locator("label:has([name=channel][value=visit])").click()
    dialog.locator(f"label:has([name=due_in][value='{day}'])").click()
    dialog.locator("[name=expected_result]").fill(expected)
    if goes:
        dialog.locator("details.more summary").click()
        pick(dialog.locator(".field:has([name=owner])"), page, goes)
    send(page)


@DEVICES
def test_a_leaders_monday(week: SimpleNamespace, open_page: Open, language: str, phone: bool) -> None:
    """Plans the week, hands leads to a colleague, looks at plan against actual."""
    today = week.zone.today()
    done, _new = plan_visit(
        actor=week.wang, zone=week.zone, lead=week.leads[2], channel="visit", planned_on=today,
        expected_result="看厂房",
    )  # fmt: skip
    page = open_page(week.li, phone=phone, language=language)
    plan(page, week.leads[0], "0", "确认用地 60 亩")
    plan(page, week.leads[1], "1", "约定签约时间", goes="许文")
    mine, given = PlannedVisit.objects.exclude(pk=done.pk).order_by("created_at")
    assert (mine.owner, given.owner) == (week.li, week.xu)
    assert (given.planned_on - today).days == 1
    page.goto(f"/calendar/?show=week&whose=team&on={today}")
    is_fine(page)

    page.goto("/leads/?ordering=created_at")
    for lead in week.leads[3:5]:
        page.locator(f'[data-choose][value^="{lead.pk}"]').check()
    page.locator("[data-bulk-url*='assign']").click()
    dialog = page.locator("#dialog")
    pick(dialog.locator(".field:has([name=owner])"), page, "许文")
    dialog.locator(".form-actions button[type=submit]").first.click()
    expect(dialog.locator(".outcomes").first).to_be_attached()
    is_fine(page)
    handed = Lead.objects.filter(owner=week.xu)
    assert set(handed) == set(week.leads[3:5])
    assert all(lead.entries.filter(kind="transferred", actor=week.li).count() == 1 for lead in handed)

    log(week.wang, week.leads[2], channel="visit", summary="厂房合适", done_planned_visits=[done.pk])
    page.goto(f"/plans/?month={today:%Y-%m}")
    expect(page.locator(".visits-table")).to_contain_text("确认用地 60 亩")
    expect(page.locator(".visits-table")).to_contain_text("厂房合适")
    row = page.locator(".month-table tbody tr:not(.team-row)", has_text="Wang")
    assert [row.locator("td").nth(number).inner_text() for number in (0, 2, 6)] == ["1", "1", "1"]
    is_fine(page)
    page.emulate_media(media="print")
    expect(page.locator(".rail, .tabbar").first).not_to_be_visible()


@DEVICES
def test_a_members_tuesday(week: SimpleNamespace, open_page: Open, language: str, phone: bool) -> None:
    """Three calls, a reception of four companies, a service request settled."""
    first = week.leads[0]
    set_settled(actor=week.wang, company_id=first.company_id, zone=week.zone, settled=True)
    request = receive_request(
        actor=week.wang,
        zone=week.zone,
        company=first.company,
        category="utilities",
        title="用电增容",
        handler=week.wang,
    )
    page = open_page(week.wang, phone=phone, language=language)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("用电增容")
    is_fine(page)
    box = page.locator("#log-dialog")
    for lead in week.leads[:3]:
        page.locator("[data-log-open]:visible").first.click()
        pick(box.locator(".party-lead"), page, lead.name)
        box.locator("label:has([name=channel][value=phone])").click()
        box.locator("[name=summary]").fill(f"与{lead.name}通话")
        box.locator("label:has([name=next_in][value='3'])").click()
        send(page, "#log-dialog")
    calls = Interaction.objects.filter(channel="phone", created_by=week.wang)
    assert {call.lead for call in calls} == set(week.leads[:3])

    page.locator("[data-log-open]:visible").first.click()
    pick(box.locator(".party-lead").first, page, week.leads[2].name)
    box.locator("label:has([name=channel][value=reception])").click()
    box.locator("[name=summary]").fill("商会带队，四家企业考察")
    details = box.locator("details.more")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for number, lead in enumerate(week.leads[3:6], 1):
        box.locator("[name=add_party]").click()
        party = box.locator("fieldset.party").nth(number - 1)
        pick(party.locator(".party-lead"), page, lead.name)
        party.locator("[name$=-outcome]").fill(f"{lead.name}下周回访")
    is_fine(page)
    send(page, "#log-dialog")
    reception = Interaction.objects.get(channel="reception")
    assert [party.lead for party in reception.parties.order_by("position")] == week.leads[2:6]
    assert [party.outcome for party in reception.parties.order_by("position")][1:] == [
        f"{lead.name}下周回访" for lead in week.leads[3:6]
    ]

    page.goto(f"/requests/{request.pk}/")
    for step, field, words in (("answer", "answer", "周三现场勘察"), ("settle", "settlement", "已增容到 1250kVA")):
        page.locator(f"[data-dialog-url*='/{step}/']:visible").first.click()
        page.locator(f"dialog[open] [name={field}]").fill(words)
        send(page)
        expect(page.locator("#request-steps")).to_contain_text(words)
    is_fine(page)
    settled = ServiceRequest.objects.get(pk=request.pk)
    assert (settled.answered_by, settled.settled_by) == (week.wang, week.wang)
    assert settled.reported_at is None


def test_an_answer_that_comes_late_leaves_the_choice_alone(week: SimpleNamespace, open_page: Open) -> None:
    """Somebody quick chooses a lead while the search for it is still under way."""
    page = open_page(week.wang, language="en")
    late: list[Route] = []
    page.route(
        "**/leads/options/?q=*", lambda route: late.append(route) if "q=%" in route.request.url else route.continue_()
    )
    page.goto("/")
    page.locator("[data-log-open]:visible").first.click()
    field = page.locator("#log-dialog .party-lead")
    field.locator(".ts-control input").click()
    expect(page.locator(".ts-dropdown:visible .option", has_text=week.leads[0].name)).to_be_visible()
    field.locator(".ts-control input").press_sequentially("数控")
    with page.expect_request("**/leads/options/?q=%*"):
        pass
    page.locator(".ts-dropdown:visible .option", has_text=week.leads[0].name).click()
    with page.expect_response("**/leads/options/?q=%*"):
        late[-1].continue_()
    expect(page.locator("#log-dialog [name=p0-lead]")).to_have_value(str(week.leads[0].pk))
    page.wait_for_load_state("networkidle")
    expect(page.locator("#log-dialog [name=p0-lead]")).to_have_value(str(week.leads[0].pk))
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)
