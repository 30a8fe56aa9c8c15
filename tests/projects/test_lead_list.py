"""The list of leads: who sees what, filters, search, order, pages."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Lead
from projects.views import filtering
from teams.access import Role
from tests.factories import join, log, make_company, make_lead, make_user
from tests.projects.pages import signed_in

LIST = "/leads/"


def shown(client: Client, address: str = LIST) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [row.lead.name for row in response.context["rows"]]


@pytest.fixture
def three(centre: SimpleNamespace) -> SimpleNamespace:
    """A lead of team G4, one of G1, one of nobody."""
    centre.four = make_lead(
        centre.chen, centre.zone, name="粉末冶金项目", team=centre.g4, owner=centre.wang, industry=centre.industry,
        total_investment=Decimal(150_000_000), stage="in_talks", on=centre.zone.today() - datetime.timedelta(days=100),
    )  # fmt: skip
    centre.one = make_lead(
        centre.chen, centre.zone, name="冷链物流中心", team=centre.g1, total_investment=Decimal(20_000_000),
        company=make_company(centre.chen, "重庆𠮷㛃照明有限公司"),
    )  # fmt: skip
    centre.nobodys = make_lead(
        centre.bao, centre.zone, name="数字照明 😀", company=make_company(centre.chen, "Nordic Lights AB")
    )
    return centre


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("wang", {"粉末冶金项目"}),
        ("li", {"粉末冶金项目"}),
        ("zhao", {"冷链物流中心"}),
        ("bao", {"数字照明 😀"}),
        ("chen", {"粉末冶金项目", "冷链物流中心", "数字照明 😀"}),
        ("gu", {"粉末冶金项目", "冷链物流中心", "数字照明 😀"}),
        ("sun", {"粉末冶金项目", "冷链物流中心", "数字照明 😀"}),
        ("qian", set()),
    ],
)
def test_everybody_sees_the_leads_of_their_role(three: SimpleNamespace, who: str, names: set[str]) -> None:
    assert set(shown(signed_in(getattr(three, who)))) == names


def test_an_observer_gets_no_button_to_enter_a_lead(three: SimpleNamespace) -> None:
    assert "/leads/new/" not in signed_in(three.sun).get(LIST).content.decode()
    assert "/leads/new/" in signed_in(three.wang).get(LIST).content.decode()


def test_the_list_is_for_those_who_are_signed_in(db: None) -> None:
    response = Client().get(LIST)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("冶金", ["粉末冶金项目"]),
        ("fenmoyejin", ["粉末冶金项目"]),
        ("fmyj", ["粉末冶金项目"]),
        ("lengl", ["冷链物流中心"]),
        ("chongqing", ["冷链物流中心"]),
        ("𠮷㛃", ["冷链物流中心"]),
        ("照明", ["数字照明 😀", "冷链物流中心"]),
        ("数字照明", ["数字照明 😀"]),
        ("没有的", []),
    ],
)
def test_search_takes_characters_pinyin_and_initials(three: SimpleNamespace, query: str, names: list[str]) -> None:
    assert shown(signed_in(three.chen), f"{LIST}?search={query}") == names


def test_filters_stand_in_the_address_and_come_off_one_by_one(three: SimpleNamespace) -> None:
    client = signed_in(three.chen)
    response = client.get(f"{LIST}?stage=in_talks&team={three.g4.pk}&total_investment_min=1亿&light=red")
    assert [row.lead.name for row in response.context["rows"]] == ["粉末冶金项目"]
    chips = {str(chip["label"]): chip for chip in response.context["state"].chips}
    assert {label: chip["value"] for label, chip in chips.items()} == {
        "Stage": "In talks", "Team": "Team G4", "Total investment from (CNY)": "CNY 100 million", "Light": "Red",
    }  # fmt: skip
    without = chips["Team"]["url"]
    assert "team=" not in without
    assert "stage=in_talks" in without


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("team=none", ["数字照明 😀"]),
        ("team=G1", ["冷链物流中心"]),
        ("owner=wang", ["粉末冶金项目"]),
        ("industry=auto-parts", ["粉末冶金项目"]),
        ("stage=in_talks,enquiry&team=G4", ["粉末冶金项目"]),
        ("stage=in_talks&stage=enquiry&team=G4", ["粉末冶金项目"]),
        ("total_investment_max=２０００万", ["冷链物流中心"]),
        ("idle_days_min=９０", ["粉末冶金项目"]),
    ],
)
def test_filters_leave_what_fits(three: SimpleNamespace, query: str, names: list[str]) -> None:
    assert shown(signed_in(three.chen), f"{LIST}?{query}") == names


@pytest.mark.parametrize(
    "query",
    [
        "stage=nowhere", "team=G9", "light=blue", "foo=1", "owner=00000000-0000-0000-0000-000000000000",
        "total_investment_min=much", "company=x", "created_after=yesterday", "ordering=taste", "cursor=made-up",
        "idle_days_min=-1", "team=%00", "search=%00",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_and_the_list_still_works(three: SimpleNamespace, query: str) -> None:
    response = signed_in(three.chen).get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert len(response.context["rows"]) == 3
    assert "could not be understood" in response.content.decode()


def test_column_heads_sort_and_turn_around(three: SimpleNamespace) -> None:
    client = signed_in(three.chen)
    assert shown(client, f"{LIST}?ordering=-total_investment")[:2] == ["粉末冶金项目", "冷链物流中心"]
    response = client.get(f"{LIST}?ordering=total_investment&stage=enquiry,in_talks")
    head = next(head for head in response.context["heads"] if head["sort"])
    assert head["sort"] == "ascending"
    assert "ordering=-total_investment" in head["url"]
    assert "stage=" in head["url"]
    assert 'aria-sort="ascending"' in response.content.decode()


def test_pages_follow_each_other_without_a_gap_or_a_double(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "PAGE_SIZE", 4)
    for number in range(10):
        make_lead(centre.chen, centre.zone, name=f"项目{number}")
    client, address, names = signed_in(centre.chen), f"{LIST}?ordering=name", []
    for _page in range(3):
        response = client.get(address)
        names += [row.lead.name for row in response.context["rows"]]
        address = response.context["next_url"]
    assert address == ""
    assert names == [f"项目{number}" for number in range(10)]
    assert response.context["previous_url"]


def test_the_count_is_made_on_demand_only(three: SimpleNamespace) -> None:
    client = signed_in(three.chen)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert not [query for query in captured.captured_queries if "COUNT(" in query["sql"].upper()]
    assert client.get(f"{LIST}count/?stage=in_talks").content.decode().strip() == "1 lead"


def test_an_empty_list_says_what_to_do_next(centre: SimpleNamespace) -> None:
    assert "Enter the first one" in signed_in(centre.wang).get(LIST).content.decode()
    assert "No lead fits these filters" in signed_in(centre.wang).get(f"{LIST}?search=nothing").content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("?ordering=-total_investment", 6),
        ("?columns=tags,company", 7),
        ("?team=G4&owner=wang&stage=in_talks,enquiry&light=red&silent_days_min=1&ordering=name", 6),
    ],
)
def test_queries_do_not_grow_with_the_rows(centre: SimpleNamespace, query: str, count: int) -> None:
    # The session, the user and their roles; then the default view, the leads, the views, the choices.
    def queries() -> int:
        client = signed_in(centre.chen)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{LIST}{query}").status_code == 200
        return len(captured)

    for _number in range(3):
        log(centre.wang, make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang))
    assert queries() == count
    for number in range(27):
        join(make_user(f"colleague{number}"), Role.MEMBER, centre.zone, centre.g4)
        company = make_company(centre.chen, f"第{number}家公司")
        log(centre.chen, make_lead(centre.chen, centre.zone, company=company, team=centre.g1, owner=centre.zhao))
    assert Lead.objects.count() == 30
    assert queries() == count


def test_names_with_markup_are_shown_as_text(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, name="<script>alert(1)</script>")
    page = signed_in(centre.chen).get(LIST).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_names_are_never_markup(three: SimpleNamespace) -> None:
    name = '<script>alert("1")</script>'
    company = make_company(three.chen, "<b>Ltd</b>")
    make_lead(three.chen, three.zone, name=name, company=company, source='"><i>', place="<u>")
    page = signed_in(three.chen).get(f"{LIST}?columns=company,source,place,owner_and_team,tags,stage").content.decode()
    assert not [tag for tag in ("<script>alert", "<b>Ltd", "<i>", "<u>") if tag in page]
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in page
