"""Numbers through the API: those of the pages, and no others."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.changes import position_at
from pipeline.selectors.answers import NOTHING
from pipeline.selectors.figures import answer, answers_by
from pipeline.selectors.flow import cohort, days_in_stages, flow
from pipeline.selectors.periods import parse_period
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import move_lead
from projects.models import Lead
from tests.api_help import Client, errors
from tests.factories import join, make_industry, make_lead
from tests.pipeline.test_figures import busy_centre

DAY = datetime.timedelta(days=1)
AMOUNTS = ("count", "total_investment_cny", "agreed_investment_cny")


@pytest.fixture
def busy(db: None) -> SimpleNamespace:
    return busy_centre()


def shown(of: Any) -> tuple[int, Decimal, Decimal]:
    """An answer of the API as numbers."""
    return of["count"], Decimal(of["total_investment_cny"]), Decimal(of["agreed_investment_cny"])


def of_page(of: Any) -> tuple[int, Decimal, Decimal]:
    """An answer of the selectors as numbers."""
    return of.count, of.total_cny, of.agreed_cny


def test_a_summary_says_what_the_pages_say(busy: SimpleNamespace) -> None:
    today = busy.zone.today()
    for client, team in ((Client(busy.chen), None), (Client(busy.wang), busy.g4)):
        for day in (today, today - 30 * DAY, today - 200 * DAY, datetime.date(1990, 1, 1)):
            query = f"as_of={day}" + (f"&team={team.code}" if team else "")
            told = client.read(f"pipeline/summary/?{query}")
            question = Question(STOCK, Scope(busy.zone, team=team), day)
            by_stage = answers_by(question, "stage")
            assert {row["stage"]: shown(row) for row in told["results"]} == {
                row["stage"]: of_page(by_stage.get(row["stage"], NOTHING)) for row in told["results"]
            }
            assert shown(told["total"]) == of_page(answer(question))
            assert told["as_of"] == str(day)
            assert all(isinstance(told["total"][name], str) for name in AMOUNTS[1:])
    assert Client(busy.chen).read("pipeline/summary/")["total"]["count"] == Lead.objects.filter(
        zone=busy.zone, deleted_at=None
    ).count()  # fmt: skip


def test_a_summary_names_its_scope(busy: SimpleNamespace) -> None:
    told = Client(busy.chen).read(f"pipeline/summary/?zone=guangling&team={busy.g4.pk}")
    assert (told["zone"]["code"], told["team"]["code"], told["currency"], told["known_at"]) == (
        "guangling", "G4", "CNY", None,
    )  # fmt: skip
    assert [row["stage"] for row in told["results"]][:2] == ["enquiry", "in_talks"]
    assert Client(busy.wang).read("pipeline/summary/")["team"]["code"] == "G4"


def test_a_summary_of_an_industry_is_that_of_its_leads(centre: SimpleNamespace) -> None:
    steel = make_industry(centre.zone, "steel")
    make_lead(centre.chen, centre.zone, industry=steel, total_investment=Decimal(5), team=centre.g4)
    make_lead(centre.chen, centre.zone, industry=centre.industry, total_investment=Decimal(7), team=centre.g4)
    chen = Client(centre.chen)
    for name in ("steel", str(steel.pk)):
        told = chen.read(f"pipeline/summary/?industry={name}")
        assert (told["industry"], told["total"]["count"], told["total"]["total_investment_cny"]) == (
            "steel",
            1,
            "5.00",
        )
    assert errors(chen.read("pipeline/summary/?industry=nothing", 422)) == {"#/industry": "does_not_exist"}


def test_what_was_recorded_later_is_not_known_before(centre: SimpleNamespace) -> None:
    chen = Client(centre.chen)
    make_lead(centre.chen, centre.zone, team=centre.g4, name="eins")
    first = chen.read("pipeline/summary/")
    with connection.cursor() as cursor:
        position_at(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
    make_lead(centre.chen, centre.zone, team=centre.g4, name="zwei")
    assert chen.read("pipeline/summary/")["total"]["count"] == first["total"]["count"] + 1
    for text in (moment.isoformat(), moment.isoformat().replace("+", "%2B")):
        told = chen.read(f"pipeline/summary/?known_at={text}")
        assert told["total"] == first["total"]
        assert datetime.datetime.fromisoformat(told["known_at"]) == moment


def test_the_flow_balances_and_says_what_the_pages_say(busy: SimpleNamespace) -> None:
    today = busy.zone.today()
    for first, last in ((today - 350 * DAY, today), (today - 45 * DAY, today - 20 * DAY), (today, today)):
        for team in (None, busy.g4):
            scope, period = Scope(busy.zone, team=team), parse_period(f"{first}..{last}")
            query = f"from={first}&to={last}" + (f"&team={team.pk}" if team else "")
            told = Client(busy.chen).read(f"pipeline/flow/?{query}")
            page = flow(scope, period, last)
            for row, (stage, there) in zip(told["results"], page.by_stage, strict=True):
                assert row["stage"] == stage.code
                for name in ("opening", "closing"):
                    assert shown(row[name]) == of_page(there.columns[name])
                for name, found in row["causes"].items():
                    assert shown(found) == of_page(there.columns[name])
                assert row["moved_on"] + row["closed"] == -there.columns["moved_out"].count
            for row in (*told["results"], told["total"]):
                opening, entered, left, closing = (
                    shown(row[name]) for name in ("opening", "entered", "left", "closing")
                )
                assert tuple(a + b - c for a, b, c in zip(opening, entered, left, strict=True)) == closing
            new, *steps = cohort(scope, period, last)
            assert told["new_leads"] == new.answer.count
            reached = {step.stage.code: step.answer.count for step in steps if step.stage is not None}
            assert {row["stage"]: row["reached"] for row in told["results"] if row["reached"] is not None} == reached
            days = {one.stage.code: one.completed.median for one in days_in_stages(scope, period, last)}
            assert {row["stage"]: row["median_days"] for row in told["results"]} == days
            summary = Client(busy.chen).read(f"pipeline/summary/?as_of={last}" + (f"&team={team.pk}" if team else ""))
            assert {name: told["total"]["closing"][name] for name in AMOUNTS} == {
                name: summary["total"][name] for name in AMOUNTS
            }


def test_some_leads_are_closed_and_some_move_on(busy: SimpleNamespace) -> None:
    today = busy.zone.today()
    lost = make_lead(busy.chen, busy.zone, team=busy.g4, name="无果")
    move_lead(actor=busy.chen, lead_id=lost.pk, to_stage="closed", fields={"close_reason": "撤资"})
    told = Client(busy.chen).read(f"pipeline/flow/?from={today - 3000 * DAY}&to={today}")
    assert sum(row["moved_on"] for row in told["results"]) > 0
    came = next(row for row in told["results"] if row["stage_kind"] == "closed")["causes"]["moved_in"]["count"]
    assert sum(row["closed"] for row in told["results"]) == came > 0


@pytest.mark.parametrize(
    ("address", "status", "found"),
    [
        ("summary/?as_of=2199-01-01", 422, {"#/as_of": "future"}),
        ("summary/?as_of=0000-01-01", 400, {"#/as_of": "invalid"}),
        ("summary/?as_of=0001-01-01", 400, {"#/as_of": "too_early"}),
        ("summary/?as_of=2026-02-30", 400, {"#/as_of": "invalid"}),
        ("summary/?as_of=", 400, {"#/as_of": "blank"}),
        ("summary/?asof=2026-02-01", 400, {"#/asof": "unknown_parameter"}),
        ("summary/?known_at=2026-03-05", 400, {"#/known_at": "invalid"}),
        ("summary/?known_at=2199-03-05T00:00:00Z", 422, {"#/known_at": "future"}),
        ("summary/?team=G99", 422, {"#/team": "does_not_exist"}),
        ("summary/?zone=nowhere", 422, {"#/zone": "does_not_exist"}),
        ("summary/?zone=qingbaijiang", 422, {"#/zone": "does_not_exist"}),
        ("summary/?team=%00", 400, {"#/team": "null_characters_not_allowed"}),
        ("flow/", 400, {"#/from": "required", "#/to": "required"}),
        ("flow/?from=2026-01-01", 400, {"#/to": "required"}),
        ("flow/?from=2026-01-02&to=2026-01-01", 422, {"#/to": "order"}),
        ("flow/?from=2026-01-01&to=2199-01-01", 422, {"#/to": "future"}),
        ("flow/?from=0001-01-01&to=2026-01-01", 400, {"#/from": "too_early"}),
        ("flow/?from=NaN&to=2026-01-01", 400, {"#/from": "invalid"}),
        ("flow/?from=2026-01-01&to=2026-01-02&team=G99", 422, {"#/team": "does_not_exist"}),
    ],
)
def test_bad_questions_are_refused(centre: SimpleNamespace, address: str, status: int, found: dict[str, str]) -> None:
    assert errors(Client(centre.chen).read(f"pipeline/{address}", status)) == found


def test_a_member_reads_their_teams_figures_and_no_others(centre: SimpleNamespace) -> None:
    wang = Client(centre.wang)
    assert wang.read("pipeline/summary/?team=G4")["team"]["code"] == "G4"
    assert errors(wang.read("pipeline/summary/?team=G1", 422)) == {"#/team": "does_not_exist"}
    wang.read("pipeline/summary/?zone=guangling", 403)
    Client(centre.bao).read("pipeline/summary/", 403)
    Client().read("pipeline/summary/", 401)
    assert Client(centre.qian).read("pipeline/summary/")["zone"]["code"] == "qingbaijiang"


def test_who_reads_several_zones_names_one(centre: SimpleNamespace) -> None:
    join(centre.chen, "director", centre.other_zone)
    chen = Client(centre.chen)
    assert errors(chen.read("pipeline/summary/", 422)) == {"#/zone": "required"}
    assert chen.read("pipeline/summary/?zone=qingbaijiang")["total"]["count"] == 0


@pytest.mark.parametrize("address", ["summary/", "flow/?from={first}&to={last}"])
def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, address: str) -> None:
    chen = Client(centre.chen)
    today = centre.zone.today()
    path = f"pipeline/{address.format(first=today - 9 * DAY, last=today)}"

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            chen.read(path)
        return len(found)

    for number in range(3):
        make_lead(centre.chen, centre.zone, team=centre.g4, name=f"eins {number}")
    few = queries()
    for number in range(27):
        make_lead(centre.chen, centre.zone, team=centre.g1, name=f"zwei {number}")
    assert queries() == few <= 20
