"""The board: the same leads, counts and sums as the list, column by column, page by page."""

import datetime
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pipeline.selectors.board import BOARD_PAGE, board, column_page, sums_of, sums_of_zone
from projects.filters import LeadFilter
from projects.models import Lead, Stage
from projects.selectors import filter_choices
from projects.services.leads import update_lead
from teams.access import Role
from teams.models import User
from tests.factories import join, log, make_company, make_lead, make_team

DAY = datetime.timedelta(days=1)
STAGES = ["enquiry", "in_talks", "key_talks", "to_sign", "signed", "landed", "closed"]


def fill(centre: SimpleNamespace, count: int) -> list[Lead]:
    """Leads in all stages, some with unknown days, amounts and teams."""
    today = centre.zone.today()
    company = make_company(centre.chen)
    return [
        make_lead(
            centre.chen, centre.zone, name=f"项目{number}", company=company,
            stage=STAGES[number % 7], on=None if number % 5 == 0 else today - number * DAY,
            team=(centre.g1, centre.g4, None)[number % 3], owner=centre.wang if number % 2 else None,
            industry=centre.industry if number % 4 else None,
            total_investment=None if number % 6 == 0 else Decimal(number) * 10_000_000,
        )
        for number in range(count)
    ]  # fmt: skip


def signed_in(client: Client, user) -> Client:
    client.force_login(user)
    return client


def cards_in(html: str) -> list[str]:
    return re.findall(r'data-lead-id="([0-9a-f-]+)"', html)


def column_of(html: str, stage: str) -> str:
    return html.split(f'data-stage="{stage}" aria-labelledby')[1].split("</section>")[0]


@pytest.mark.parametrize(
    "query", ["", "team=G4", "owner=wang", "industry=none", "search=项目1", "team=G1,none&light=red"]
)
def test_counts_and_sums_are_those_of_the_list(centre: SimpleNamespace, query: str) -> None:
    fill(centre, 21)
    leads = LeadFilter(QueryDict(query), Lead.objects.visible_to(centre.chen)).qs
    columns = board(leads, list(Stage.objects.all()), centre.zone.today())
    assert [column.stage.code for column in columns] == STAGES
    assert sum(column.count for column in columns) == leads.count()
    for column in columns:
        rows = list(leads.filter(stage_id=column.stage.code))
        assert column.count == len(rows)
        assert column.total_cny == sum((row.total_investment or Decimal(0) for row in rows), Decimal(0))
        assert {card.id for card in column.cards} == {row.id for row in rows}


def test_the_page_shows_each_lead_once_in_its_column(centre: SimpleNamespace, client: Client) -> None:
    leads = fill(centre, 14)
    html = signed_in(client, centre.chen).get(reverse("pipeline:board")).content.decode()
    assert sorted(cards_in(html)) == sorted(str(lead.id) for lead in leads)
    for stage in STAGES:
        expected = {str(lead.id) for lead in leads if lead.stage_id == stage}
        assert set(cards_in(column_of(html, stage))) == expected


def test_paging_a_column_loses_and_doubles_nothing(centre: SimpleNamespace, client: Client) -> None:
    today = centre.zone.today()
    company = make_company(centre.chen)
    leads = [
        make_lead(
            centre.chen, centre.zone, name=f"线索{number}", company=company, stage="enquiry",
            on=None if number % 4 == 0 else today - (number % 7) * DAY,
        )
        for number in range(2 * BOARD_PAGE + 7)
    ]  # fmt: skip
    signed_in(client, centre.chen)
    html = client.get(reverse("pipeline:board")).content.decode()
    seen = cards_in(html)
    while more := re.search(r'hx-get="([^"]+cursor=[^"]+)"', html):
        html = client.get(more[1].replace("&amp;", "&")).content.decode()
        seen += cards_in(html)
    in_order = sorted(leads, key=lambda lead: (lead.stage_entered_on or datetime.date.min, lead.id), reverse=True)
    assert seen == [str(lead.id) for lead in in_order]


def test_a_lead_that_is_entered_meanwhile_hides_and_doubles_no_other(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    first = [
        make_lead(centre.chen, centre.zone, name=f"线索{n}", stage="enquiry", on=today - n * DAY) for n in range(6)
    ]
    rows = Lead.objects.visible_to(centre.chen)
    [column] = board(rows, [Stage.objects.get(code="enquiry")], today, page_size=3)
    make_lead(centre.chen, centre.zone, name="新线索", stage="enquiry", on=today)
    page = column_page(rows, "enquiry", column.next_cursor, page_size=3)
    assert [lead.id for lead in [*column.cards, *page.rows]] == [lead.id for lead in first]
    assert page.next_cursor is None


def test_a_made_up_cursor_and_stage_are_refused(centre: SimpleNamespace, client: Client) -> None:
    signed_in(client, centre.chen)
    assert client.get(reverse("pipeline:column", args=["enquiry"]), {"cursor": "made-up"}).status_code == 400
    assert client.get(reverse("pipeline:column", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize("url", ["board", "column"])
def test_the_number_of_queries_does_not_grow_with_rows(centre: SimpleNamespace, client: Client, url: str) -> None:
    signed_in(client, centre.chen)
    address = reverse("pipeline:board") if url == "board" else reverse("pipeline:column", args=["in_talks"])
    counts = []
    for more in (3, 27):
        for lead in fill(centre, more):
            if lead.team_id == centre.g4.id:
                log(centre.wang, lead)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    # The session, the user and their roles; then the choices of the filters, the sums, the cards.
    assert counts == [6, 6]


def test_a_column_alone_says_its_count_to_the_switcher_too(centre: SimpleNamespace, client: Client) -> None:
    fill(centre, 14)
    html = signed_in(client, centre.chen).get(reverse("pipeline:column", args=["signed"])).content.decode()
    assert len(cards_in(html)) == 2
    assert 'id="board-count-signed" hx-swap-oob="true">2<' in html


def test_the_filter_goes_along_to_the_list_the_columns_and_the_form(centre: SimpleNamespace, client: Client) -> None:
    fill(centre, 14)
    html = (
        signed_in(client, centre.chen).get("/board/?team=G4&listing=province&ordering=-name&cursor=x").content.decode()
    )
    assert f'href="{reverse("projects:lead_list")}?team=G4&amp;listing=province&amp;ordering=-name"' in html
    assert "/board/signed/?team=G4&amp;listing=province" in html
    assert '<input type="hidden" name="listing" value="province">' in html
    assert f'<option value="{centre.g4.id}" selected>' in html


def test_chips_name_what_is_filtered_and_take_it_away(centre: SimpleNamespace, client: Client) -> None:
    client.cookies["django_language"] = "en"
    address = f"/board/?team=G4,none&owner={centre.wang.id}&stage_kind=open&stage_kind=signed&zone="
    response = signed_in(client, centre.chen).get(address)
    found = [(str(chip["label"]), chip["value"]) for chip in response.context["state"].chips]
    assert found == [
        ("Team", "Team G4"), ("Team", "(nobody)"), ("Owner", "Wang"),
        ("Kind of stage", "Open"), ("Kind of stage", "Signed"),
    ]  # fmt: skip
    assert "/board/?team=G4&amp;owner=" in response.content.decode()


def test_a_filter_for_somebody_who_has_left_stays_on(centre: SimpleNamespace, client: Client) -> None:
    fill(centre, 4)
    centre.wang.is_active = False
    centre.wang.save()
    response = signed_in(client, centre.chen).get("/board/?owner=wang")
    assert len(cards_in(response.content.decode())) == 2
    assert response.context["state"].unknown == []


def test_nobody_filters_by_the_people_of_another_zone(centre: SimpleNamespace) -> None:
    choices = filter_choices(centre.qian)
    assert [choice.code for choice in choices["zone"]] == ["qingbaijiang"]
    assert choices["team"] == choices["industry"] == []
    assert [choice.code for choice in choices["owner"]] == ["qian"]


def test_a_filter_that_cannot_be_read_is_said(centre: SimpleNamespace, client: Client) -> None:
    response = signed_in(client, centre.chen).get("/board/?signed_after=yesterday")
    assert response.status_code == 200
    assert "notice-warning" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "count", "movable"),
    [("chen", 6, True), ("wang", 2, True), ("sun", 6, False), ("bao", 0, False), ("qian", 0, False)],
)
def test_everybody_sees_their_leads_and_the_buttons_they_may_use(
    centre: SimpleNamespace, client: Client, who: str, count: int, movable: bool
) -> None:
    fill(centre, 6)
    html = signed_in(client, getattr(centre, who)).get(reverse("pipeline:board")).content.decode()
    assert len(cards_in(html)) == count
    assert ("data-movable" in html) == movable
    assert ("board-move" in html) == movable


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    for address in ("/board/", "/board/signed/"):
        assert client.get(address).status_code == 302


def test_a_card_tells_amount_age_next_step_and_light(centre: SimpleNamespace, client: Client) -> None:
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks", on=today - 95 * DAY,
        total_investment=Decimal(500_000_000),
    )  # fmt: skip
    log(centre.wang, lead, next_follow_up_on=today, next_step="寄样品")
    signed_in(client, centre.wang)
    client.cookies["django_language"] = "en"
    english = client.get(reverse("pipeline:board")).content.decode()
    assert "CNY 500 million" in english
    assert "95 days in stage" in english
    assert "95 days idle" in english
    assert f'datetime="{today.isoformat()}"' in english
    client.cookies["django_language"] = "zh-hans"
    assert "5亿元" in client.get(reverse("pipeline:board")).content.decode()


def test_amounts_of_other_currencies_are_summed_at_the_days_rate_and_shown_as_they_are(
    centre: SimpleNamespace, client: Client
) -> None:
    lead = make_lead(centre.chen, centre.zone, total_investment=Decimal(30_000_000), currency="USD")
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g4})
    html = signed_in(client, centre.chen).get(reverse("pipeline:board")).content.decode()
    assert re.search(r"3,000万美元|USD 30 million", html)


def test_who_sees_one_zone_whole_reads_its_sums_from_the_tallies(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    make_lead(centre.chen, centre.zone, stage="signed", total_investment=Decimal(10**9))
    make_lead(centre.chen, centre.zone, team=centre.g4, currency="EUR", total_investment=Decimal(5))
    leads = Lead.objects.visible_to(centre.chen)
    assert sums_of_zone(centre.chen, today) == sums_of(leads, today)
    assert sums_of_zone(centre.wang, today) is None
    join(centre.chen, Role.MEMBER, centre.other_zone, make_team(centre.other_zone, "Q1"))
    assert sums_of_zone(User.objects.get(pk=centre.chen.pk), today) is None


def test_names_on_cards_are_never_markup(client: Client, centre: SimpleNamespace) -> None:
    company = make_company(centre.chen, "<b>Ltd</b>")
    make_lead(centre.chen, centre.zone, name='<script>alert("1")</script>', company=company)
    page = signed_in(client, centre.chen).get(reverse("pipeline:board")).content.decode()
    assert not [tag for tag in ("<script>alert", "<b>Ltd") if tag in page]
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;") == 2  # its name, and its button's
