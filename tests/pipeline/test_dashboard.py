"""The dashboard: who sees whose, each number opens its list, what it costs, what junk in its address says."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pipeline.charts import ageing
from pipeline.models import LedgerCheck
from pipeline.selectors.desk import lists, standing
from pipeline.selectors.scopes import Scope
from tests.factories import make_lead
from tests.pipeline.desk_rows import answers_on, figures_on, fill, fragments_of
from tests.projects.pages import signed_in

DASHBOARD = reverse("pipeline:dashboard")


@pytest.fixture
def full(centre: SimpleNamespace) -> SimpleNamespace:
    """The centre with something in every part."""
    return fill(centre)


def fragment(client: Client, url: str) -> str:
    response = client.get(url, headers={"HX-Request": "true"})
    assert response.status_code == 200, url
    return response.content.decode()


def check_every_number(client: Client, address: str) -> int:
    """Open the list behind each number of the page and of what it loads; returns how many there were."""
    page = client.get(address).content.decode()
    parts = [page, *(fragment(client, url) for url in fragments_of(page) if "needs-me" not in url)]
    found = {link for part in parts for link in figures_on(part)}
    for link in found:
        if not link.url.startswith(("/figures/", "/dashboard/lists/", "/activity/")):
            continue
        answers = answers_on(client, link.url)
        assert (answers[link.of] if link.of else link.text) in (link.text, *answers.values()), link
        assert link.text in ([answers[link.of]] if link.of else answers.values()), (link, answers)
    return len(found)


@pytest.mark.parametrize("who", ["chen", "li", "wang", "sun"])
def test_each_number_opens_a_list_that_says_the_same_number(full: SimpleNamespace, who: str) -> None:
    assert check_every_number(signed_in(getattr(full, who)), DASHBOARD) > 60


def test_so_do_the_numbers_of_a_team_of_another_period_and_of_a_day_that_has_passed(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    month = f"{full.zone.today():%Y-%m}"
    past = full.zone.today() - datetime.timedelta(days=30)
    assert check_every_number(client, f"{DASHBOARD}?scope=team-{full.g4.pk}&period={month}&moved=period") > 60
    assert check_every_number(client, f"{DASHBOARD}?as_of={past}") > 40


@pytest.mark.parametrize("who", ["chen", "li", "wang"])
def test_the_first_screen_costs_eight_queries_whatever_the_number_of_leads(full: SimpleNamespace, who: str) -> None:
    client = signed_in(getattr(full, who))
    client.get(DASHBOARD)

    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    page = client.get(DASHBOARD).content.decode()
    before = {url: cost(url) for url in [DASHBOARD, *fragments_of(page)]}
    for number in range(25):
        make_lead(
            full.chen, full.zone, name=f"更多 {number}", team=full.g4, owner=full.wang, stage="key_talks",
            on=full.zone.today() - datetime.timedelta(days=100), expected_signing_on=full.zone.today(),
        )  # fmt: skip
    after = {url: cost(url) for url in before}
    assert before[DASHBOARD] <= 8
    assert after[DASHBOARD] == before[DASHBOARD]
    # a list with more rows than are shown is counted, by one query more
    assert all(after[url] <= before[url] + 3 for url in before)


def test_whoever_only_reports_leads_has_no_dashboard(centre: SimpleNamespace) -> None:
    client = signed_in(centre.bao)
    assert client.get(DASHBOARD).status_code == 404
    assert DASHBOARD not in client.get("/").content.decode()
    assert client.get(reverse("pipeline:desk_chart", args=["trend"])).status_code == 404


def test_nobody_sees_the_figures_of_others(full: SimpleNamespace) -> None:
    for who, code in (
        (full.wang, Scope(full.zone).code),
        (full.wang, Scope(full.zone, team=full.g1).code),
        (full.li, Scope(full.zone, team=full.g1).code),
        (full.li, Scope(full.zone, person=full.zhao).code),
        (full.qian, Scope(full.zone).code),
        (full.chen, Scope(full.other_zone).code),
        (full.chen, "team-x"),
    ):
        for name, arguments in (("dashboard", []), ("desk_panel", ["silent"]), ("desk_list", ["red"])):
            address = f"{reverse(f'pipeline:{name}', args=arguments)}?scope={code}"
            assert signed_in(who).get(address).status_code == 404, (who, code, name)


def test_directors_begin_with_the_zone_leaders_with_their_team_members_with_themselves(full: SimpleNamespace) -> None:
    for who, begin in (
        (full.chen, Scope(full.zone)),
        (full.li, Scope(full.zone, team=full.g4)),
        (full.wang, Scope(full.zone, person=full.wang)),
    ):
        assert signed_in(who).get(DASHBOARD).context["desk"].scope.code == begin.code


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("as_of=2999-01-01", "Today is shown."),
        ("as_of=nonsense", "This date cannot be read."),
        ("as_of=" + "9" * 10_000, "This date cannot be read."),
        ("period=nonsense", "That is no period."),
        ("period=2026-13", "That is no period."),
        ("period=" + "9" * 10_000, "That is no period."),
        ("period=2026-03-05..2026-03-01", "The period ends before it begins."),
        ("period=2199", "This period has not begun yet"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(centre: SimpleNamespace, query: str, sentence: str) -> None:
    response = signed_in(centre.chen).get(f"{DASHBOARD}?{query}")
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_two_days_make_a_period(centre: SimpleNamespace) -> None:
    response = signed_in(centre.chen).get(f"{DASHBOARD}?from=2026-03-01&to=2026-03-09&scope={centre.zone.pk}")
    assert response.status_code == 302
    assert "period=2026-03-01..2026-03-09" in response["Location"]


def test_what_moved_balances_in_number_and_amount(full: SimpleNamespace) -> None:
    for who in (full.chen, full.li, full.wang):
        page = signed_in(who).get(f"{DASHBOARD}?moved=period")
        rows = page.context["flow"]["rows"]
        assert rows
        for row in rows:
            cells = {cell["column"]: cell["answer"] for cell in row["cells"]}
            opening, closing = cells.pop("opening"), cells.pop("closing")
            assert opening.count + sum(one.count for one in cells.values()) == closing.count
            assert opening.total_cny + sum(one.total_cny for one in cells.values()) == closing.total_cny


def test_stalled_leads_are_those_of_the_lead_list(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    for light in ("red", "yellow"):
        listed = client.get(f"/leads/?light={light}&zone={full.zone.code}").context["rows"]
        here = client.get(reverse("pipeline:desk_list", args=[light])).context["rows"]
        assert {row["lead"].pk for row in here} == {row.lead.pk for row in listed}
    overdue = client.get("/leads/?follow_up=overdue").context["rows"]
    here = client.get(reverse("pipeline:desk_list", args=["follow-ups"])).context["rows"]
    assert {row["lead"].pk for row in here} == {row.lead.pk for row in overdue} == {full.leads.soon.pk}


def test_a_count_beyond_its_bound_says_so_in_number_and_list_alike(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    with patch.object(lists, "MOST", 1):
        address = reverse("pipeline:desk_list", args=["red"])
        assert str(client.get(address).context["count"]) == "1+"
        many = lists.bounded_count(lists.desk_rows(full.chen, Scope(full.zone), "red"))
    assert many.count == 2


def test_the_rule_of_teams_out_says_whether_it_is_kept(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    address = reverse("pipeline:desk_panel", args=["out"])
    assert "at least 3: not yet" not in fragment(client, address) or full.zone.teams_out_per_week == 3
    for least, words in ((1, "at least 1: kept"), (2, "at least 2: not yet")):
        full.zone.teams_out_per_week = least
        full.zone.save()
        assert "1 of 2 teams were out" in fragment(client, address)
        assert words in fragment(client, address)
    full.zone.teams_out_per_week = None
    full.zone.save()
    assert "at least" not in fragment(client, address)


def test_a_difference_of_the_nightly_recount_is_told_to_directors_alone(full: SimpleNamespace) -> None:
    LedgerCheck.objects.create(
        zone=full.zone, checked_on=full.zone.today(), leads=9, difference_count=2, differences=[]
    )
    assert "found 2 differences" in signed_in(full.chen).get(DASHBOARD).content.decode()
    for who in (full.li, full.wang, full.sun):
        assert "differences between" not in signed_in(who).get(DASHBOARD).content.decode()


def test_the_buckets_of_days_are_those_of_their_picture() -> None:
    assert standing.BUCKETS == ageing.BUCKETS


def test_a_chart_or_panel_that_does_not_exist_is_not_found(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    for name in ("desk_chart", "desk_panel", "desk_list"):
        assert client.get(reverse(f"pipeline:{name}", args=["nonsense"])).status_code == 404


def test_without_script_each_panel_is_a_page(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    for url in fragments_of(client.get(DASHBOARD).content.decode()):
        if url.startswith("/dashboard/"):
            assert "<h1>" in client.get(url).content.decode(), url
