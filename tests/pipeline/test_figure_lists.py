"""The list behind a figure: number and rows, the rule in words, what the reader may not see, junk."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from investcrm.core.changes import give_positions
from pipeline.selectors.figures import answer, figure_url
from pipeline.selectors.periods import parse_period
from pipeline.selectors.questions import FLOW, NEW, SIGNED, STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.services.leads import delete_lead, update_lead
from tests.factories import make_lead
from tests.pipeline.desk_rows import answers_on, figures_on, fill
from tests.projects.pages import signed_in

FIGURE = reverse("pipeline:figure")
NEEDS_ME = reverse("pipeline:needs_me")


@pytest.fixture
def full(centre: SimpleNamespace) -> SimpleNamespace:
    """The centre with something in every part."""
    return fill(centre)


def year(centre: SimpleNamespace) -> Any:
    today = centre.zone.today()
    return parse_period(f"{today - datetime.timedelta(days=365)}..{today}")


def rows(response: Any) -> list[Any]:
    assert response.status_code == 200
    return response.context["rows"]


def test_the_page_says_the_number_the_rule_and_every_lead(full: SimpleNamespace) -> None:
    question = Question(SIGNED, Scope(full.zone), full.zone.today(), year(full))
    response = signed_in(full.chen).get(figure_url(question))
    page = response.content.decode()
    told = answer(question)
    assert (
        answers_on(signed_in(full.chen), figure_url(question))["count"] == str(told.count) == str(len(rows(response)))
    )
    assert "Leads signed for the first time" in page
    assert "Credited to whoever had the lead at the end of that day." in page
    assert full.leads.signed.number in page


def test_rows_that_the_reader_may_not_see_are_counted_without_a_name(full: SimpleNamespace) -> None:
    today = full.zone.today()
    client = signed_in(full.li)
    question = Question(NEW, Scope(full.zone, team=full.g4), today, year(full))
    update_lead(actor=full.chen, lead_id=full.leads.landed.id, changes={"team": full.g1, "owner": full.zhao})
    response = client.get(figure_url(question))
    page = response.content.decode()
    assert len(rows(response)) == answer(question).count
    assert "now with another team" in page
    assert full.leads.landed.number not in page
    assert full.leads.landed.name not in page


def test_a_deleted_lead_is_in_the_figures_of_days_before_and_has_no_name(full: SimpleNamespace) -> None:
    today = full.zone.today()
    period = parse_period(f"{today}..{today}")
    flow = Question(FLOW, Scope(full.zone), today, period, cause=("deleted",))
    delete_lead(actor=full.chen, lead_id=full.leads.dollars.id)
    response = signed_in(full.chen).get(figure_url(flow))
    (row,) = rows(response)
    assert row.row.n == -1
    assert row.lead is None
    assert full.leads.dollars.name not in response.content.decode()
    assert answers_on(signed_in(full.chen), figure_url(flow))["count"] == "1"


def test_other_currencies_show_their_rate(full: SimpleNamespace) -> None:
    question = Question(STOCK, Scope(full.zone), full.zone.today(), stage=("key_talks",))
    page = signed_in(full.chen).get(figure_url(question)).content.decode()
    assert "1 USD = 7.1 CNY since" in page
    assert "(7.1000)" in page
    assert "without an amount" in page


def test_a_figure_can_be_cut_and_each_part_opens_its_list(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    question = Question(STOCK, Scope(full.zone), full.zone.today())
    for by in ("team", "owner", "stage", "industry", "mode", "origin", "listing", "referrer"):
        response = client.get(f"{figure_url(question)}&by={by}")
        parts = response.context["parts"]
        assert sum(one["part"].answer.count for one in parts) == answer(question).count
        for link in figures_on(response.content.decode()):
            assert answers_on(client, link.url)["count"] == link.text, link


def test_limits_are_chips_that_can_be_taken_off(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    question = Question(STOCK, Scope(full.zone), full.zone.today(), stage=("signed",), team=(str(full.g4.pk),))
    response = client.get(figure_url(question))
    chips = {chip["label"]: chip for chip in response.context["chips"]}
    assert set(chips) == {"Stage", "Team"}
    assert chips["Team"]["value"] == full.g4.name
    assert client.get(chips["Team"]["url"]).context["question"].team == ()


def test_what_was_recorded_later_is_left_out_where_a_moment_is_asked(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    known = give_positions()
    question = Question(STOCK, Scope(full.zone), full.zone.today(), known=known)
    before = answers_on(client, figure_url(question))
    make_lead(full.chen, full.zone, name="后来的项目", team=full.g4)
    assert answers_on(client, figure_url(question)) == before
    assert "what was recorded later is left out" in client.get(figure_url(question)).content.decode()
    plain = figure_url(Question(STOCK, Scope(full.zone), full.zone.today()))
    redirected = client.get(f"{plain}&known_at=2020-01-01T00:00")
    assert redirected.status_code == 302
    assert answers_on(client, redirected["Location"])["count"] == "0"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("what=nonsense", "There is no such figure."),
        ("what=new", "Say for which period."),
        ("what=new&period=2026-99", "That is no period."),
        ("what=stock&as_of=2999-01-01", "has not come yet"),
        ("what=stock&as_of=" + "9" * 10_000, "That is no day."),
        ("what=stock&known=²", "This is no position"),
        ("what=stock&known=" + "9" * 10_000, "This is no position"),
        ("what=stock&rates=2999-01-01", "has not come yet"),
        ("what=stock&known_at=nonsense", "This moment cannot be read."),
        ("what=stock&known_at=2999-01-01T00:00", "has not come yet"),
        ("what=stock&total_investment=1e99999999", "That is no amount."),
    ],
)
def test_a_figure_that_does_not_exist_is_refused_in_a_sentence(
    centre: SimpleNamespace, query: str, sentence: str
) -> None:
    response = signed_in(centre.chen).get(f"{FIGURE}?{query}")
    assert response.status_code == 400
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=²", "page=" + "9" * 5000, "by=nonsense", "team=nonsense", "stage=%00", "team=none"],
)
def test_other_junk_is_an_ordinary_page(centre: SimpleNamespace, query: str) -> None:
    assert signed_in(centre.chen).get(f"{FIGURE}?what=stock&{query}").status_code in (200, 400)


def test_a_page_of_rows_costs_the_same_for_three_and_thirty(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    url = figure_url(Question(STOCK, Scope(full.zone), full.zone.today()))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    client.get(url)
    before = cost()
    for number in range(60):
        make_lead(full.chen, full.zone, name=f"更多 {number}", team=full.g4, owner=full.wang)
    # one less where no foreign currency is among the rows
    assert cost() <= before
    assert rows(client.get(f"{url}&page=2"))
    assert len(rows(client.get(url))) == 50


# -- the queue --------------------------------------------------------------------------------------------------------


def kinds(response: Any) -> list[str]:
    return [need.kind for need in response.context["needs"]]


def test_the_queue_is_ranked_and_each_row_has_one_action(full: SimpleNamespace) -> None:
    response = signed_in(full.chen).get(NEEDS_ME)
    assert response.status_code == 200
    assert kinds(response) == ["red-key", "request", "fund", "teamless"]
    actions = {need.kind: need.action for need in response.context["needs"]}
    assert actions["red-key"].url == reverse("pipeline:move", args=[full.leads.dollars.pk])
    assert actions["fund"].in_dialog
    page = response.content.decode()
    assert page.count('class="need need-') == 4
    assert "How it is ranked" in page


def test_a_leader_sees_the_queue_of_the_team_and_no_teamless_leads(full: SimpleNamespace) -> None:
    assert kinds(signed_in(full.li).get(NEEDS_ME)) == ["red-key", "request", "fund"]


@pytest.mark.parametrize("who", ["wang", "sun"])
def test_whoever_leads_nobody_has_no_queue(full: SimpleNamespace, who: str) -> None:
    client = signed_in(getattr(full, who))
    assert client.get(NEEDS_ME).status_code == 403
    assert NEEDS_ME not in client.get(reverse("pipeline:dashboard")).content.decode()


def test_ones_own_entry_of_funds_waits_for_somebody_else(full: SimpleNamespace) -> None:
    full.leads.landed.fund_arrivals.update(entered_by=full.chen)
    assert "fund" not in kinds(signed_in(full.chen).get(NEEDS_ME))


def test_the_queue_costs_the_same_for_one_and_thirty_leads(full: SimpleNamespace) -> None:
    client = signed_in(full.chen)
    day = full.zone.today() - datetime.timedelta(days=120)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(NEEDS_ME)
        return len(queries)

    client.get(NEEDS_ME)
    before = cost()
    for number in range(30):
        make_lead(
            full.chen, full.zone, name=f"停滞 {number}", team=full.g4, stage="key_talks", on=day,
            total_investment=Decimal(10**8),
        )  # fmt: skip
    # one more: there are more than are read, so they are counted
    assert cost() <= before + 1
    response = client.get(NEEDS_ME)
    assert kinds(response).count("red-key") == 20
    assert "not shown" in response.content.decode()
