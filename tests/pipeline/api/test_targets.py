"""Targets and their progress through the API."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.models import Target
from pipeline.selectors.near import counting_rows
from pipeline.selectors.targets import ask_of, for_progress, progress_of
from projects.services.funds import enter_funds, verify_funds
from teams.models import User
from tests.api_help import Client, errors, read
from tests.factories import log, make_lead
from tests.pipeline.test_progress import BILLION, FIRST, LARGE, LAST, landed, letter_of


@pytest.fixture
def chen(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


def test_a_target_is_added_changed_and_taken_out(centre: SimpleNamespace, chen: Client) -> None:
    letter = letter_of(centre)
    body = {
        "letter": str(letter.pk), "metric": "landed_count", "minimum": "5.00", "total_investment_cny": "1000000000.00",
        "total_investment_usd": "100000000.00", "listing": "city", "origin": "foreign", "industry": "auto-parts",
        "name_zh": "大项目", "name_en": "Large ones",
    }  # fmt: skip
    response = chen.send("POST", "targets/", body)
    row = read(response, 201)
    assert response["ETag"] == '"v1"'
    assert {name: row[name] for name in body} == body
    assert (row["starts_on"], row["ends_on"], row["team"], row["zone"], row["name"]) == (
        str(FIRST), str(LAST), str(centre.g4.pk), "guangling", "Large ones",
    )  # fmt: skip
    path = f"targets/{row['id']}/"
    assert chen.read(path) == row
    assert chen.read("targets/")["results"] == [row]
    found = chen.change(path, {"minimum": "6.00", "industry": None}, if_match=1)
    assert (found["minimum"], found["industry"]) == ("6.00", None)
    chen.change(path, {"minimum": "7.00"}, 412, if_match=1)
    part = chen.make("targets/", {**body, "industry": None, "minimum": "2.00", "ends_on": "2025-03-31",
                                  "parent": row["id"]})  # fmt: skip
    assert part["parent"] == row["id"]
    assert errors(chen.change(path, {"parent": part["id"]}, 422)) == {"#/parent": "circle"}
    assert errors(chen.make("targets/", {**body, "industry": None}, 422)) == {"#/confirm_overlap": "overlap"}
    chen.make("targets/", {**body, "industry": None, "confirm_overlap": True})
    read(chen.send("DELETE", path, if_match=1), 412)
    read(chen.send("DELETE", path, if_match=found["version"]), 204)
    chen.read(path, 404)


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"metric": "odd"}, 400, {"#/metric": "invalid_choice"}),
        ({"minimum": 5}, 400, {"#/minimum": "not_a_string"}),
        ({"minimum": "0.00"}, 422, {"#/minimum": "not_positive"}),
        ({"minimum": "1.50"}, 422, {"#/minimum": "not_whole"}),
        ({"total_investment_cny": "5.00"}, 422, {"#/total_investment_usd": "pair"}),
        ({"starts_on": "0000-01-01"}, 400, {"#/starts_on": "invalid"}),
        ({"starts_on": "2024-12-31"}, 422, {"#/starts_on": "outside_letter"}),
        ({"ends_on": "2024-12-31"}, 422, {"#/ends_on": "order"}),
        ({"industry": "nothing"}, 422, {"#/industry": "does_not_exist"}),
        ({"parent": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/parent": "does_not_exist"}),
        ({"letter": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/letter": "does_not_exist"}),
        ({"actual": "5.00"}, 400, {"#/actual": "unknown_field"}),
    ],
)
def test_bad_targets_are_refused(
    centre: SimpleNamespace, chen: Client, change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    body = {"letter": str(letter_of(centre).pk), "metric": "landed_count", "minimum": "5.00"}
    assert errors(chen.make("targets/", {**body, **change}, status)) == found
    assert not Target.objects.exists()


def test_who_may_not_set_targets_reads_them_and_others_do_not(centre: SimpleNamespace) -> None:
    letter = letter_of(centre, LARGE)
    path = f"targets/{letter.targets.get().pk}/"
    for who in (centre.wang, centre.li, centre.sun):
        client = Client(who)
        assert client.read(path)["version"] == 1
        client.change(path, {"minimum": "1.00"}, 403)
        read(client.send("DELETE", path), 403)
        client.make("targets/", {"letter": str(letter.pk), "metric": "landed_count", "minimum": "5.00"}, 403)
    for who in (centre.zhao, centre.qian, centre.bao):
        client = Client(who)
        client.read(path, 404)
        client.change(path, {"minimum": "1.00"}, 404)
        assert client.read("targets/count/") == {"count": 0}
        assert client.read("targets/progress/")["results"] == []
    assert Target.objects.get().version == 1


def test_a_service_account_must_say_which_version(centre: SimpleNamespace) -> None:
    letter = letter_of(centre, LARGE)
    User.objects.filter(pk=centre.chen.pk).update(is_service_account=True)
    centre.chen.refresh_from_db()
    Client(centre.chen).change(f"targets/{letter.targets.get().pk}/", {"minimum": "1.00"}, 428)


def the_progress(client: Client, query: str = "as_of=2025-12-31") -> list[dict[str, Any]]:
    """The rows of progress."""
    found: list[dict[str, Any]] = client.read(f"targets/progress/?{query}")["results"]
    return found


def test_progress_is_that_of_the_pages_with_the_leads_that_count(centre: SimpleNamespace, chen: Client) -> None:
    letter = letter_of(centre, LARGE, {"metric": "signed_count", "minimum": Decimal(9)})
    whole = letter_of(centre, LARGE, {"metric": "agreed_investment", "minimum": BILLION}, team=None, title="全中心")
    own = letter_of(centre, {"metric": "landed_count", "minimum": Decimal(1)}, team=None, person=centre.wang)
    large = [
        landed(centre, datetime.date(2025, 2 + number, 10), name=f"大 {number}", total_investment=BILLION,
               agreed_investment=BILLION, owner=centre.wang if number else centre.li)
        for number in range(3)
    ]  # fmt: skip
    landed(centre, datetime.date(2025, 3, 1), name="小", total_investment=BILLION - 1)
    other = landed(centre, datetime.date(2025, 3, 2), name="别组", total_investment=BILLION, team=centre.g1)
    rows = {row["id"]: row for row in the_progress(chen)}
    assert len(rows) == 5
    targets = list(for_progress(Target.objects.all()))
    page = progress_of(targets, as_of=LAST)
    for target in targets:
        row, found = rows[str(target.pk)], page[target.pk]
        assert (Decimal(row["actual"]), Decimal(row["value"]), row["light"], row["state"]) == (
            found.actual, found.minimum, found.light, found.state,
        )  # fmt: skip
        assert Decimal(row["pace"]) == found.pace
        total = counting_rows(ask_of(target, LAST), centre.chen).total
        assert (len(row["leads"]), row["hidden"], row["counted"]["ids"]) == (total, 0, row["leads"])
    first, second = (rows[str(one.pk)] for one in letter.targets.order_by("position"))
    assert set(first["leads"]) == {str(lead.pk) for lead in large}
    assert len(second["leads"]) == 4
    assert str(other.pk) in rows[str(whole.targets.order_by("position").first().pk)]["leads"]
    assert set(rows[str(own.targets.get().pk)]["leads"]) == {str(lead.pk) for lead in large[1:]}


def test_visits_and_funds_that_count_are_named(centre: SimpleNamespace, chen: Client) -> None:
    today = centre.zone.today()
    letter_of(
        centre, *({"metric": metric, "minimum": Decimal(3), "starts_on": FIRST, "ends_on": today} for metric in
                  ("visits", "receptions", "funds_in_place")), ends_on=today,
    )  # fmt: skip
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", on=FIRST)
    visit = log(centre.wang, lead, "visit")
    arrival = enter_funds(
        actor=centre.wang, lead_id=lead.pk, kind="funds_in_place", amount=Decimal(5), value_on=today, evidence="x"
    )
    verify_funds(actor=centre.li, fund_id=arrival.pk)
    rows = {row["metric"]: row for row in the_progress(chen, f"as_of={today}")}
    assert (rows["visits"]["actual"], rows["visits"]["leads"]) == ("1.00", [str(lead.pk)])
    assert rows["visits"]["counted"] == {"kind": "interaction", "ids": [str(visit.pk)]}
    assert rows["receptions"]["counted"] == {"kind": "interaction", "ids": []}
    assert rows["funds_in_place"]["counted"] == {"kind": "fund_arrival", "ids": [str(arrival.pk)]}
    assert rows["funds_in_place"]["actual"] == "5.00"


def test_leads_that_the_reader_does_not_see_are_only_numbered(centre: SimpleNamespace) -> None:
    letter_of(centre, LARGE, team=None)
    landed(centre, datetime.date(2025, 3, 1), name="本组", total_investment=BILLION)
    landed(centre, datetime.date(2025, 3, 2), name="别组", total_investment=BILLION, team=centre.g1)
    (row,) = the_progress(Client(centre.wang))
    assert (row["actual"], len(row["leads"]), row["hidden"]) == ("2.00", 1, 1)


def test_before_its_window_nothing_counts(centre: SimpleNamespace, chen: Client) -> None:
    letter_of(centre, LARGE, {"metric": "visits", "minimum": Decimal(3)})
    for row in the_progress(chen, "as_of=2024-12-31"):
        assert (row["actual"], row["state"], row["light"], row["leads"]) == ("0.00", "ahead", "green", [])


def test_what_was_recorded_later_is_not_known_before(centre: SimpleNamespace, chen: Client) -> None:
    letter_of(centre, LARGE)
    landed(centre, datetime.date(2025, 3, 1), name="早", total_investment=BILLION)
    the_progress(chen, "known_at=2020-01-01T00:00:00Z")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0].isoformat()
    landed(centre, datetime.date(2025, 3, 2), name="晚", total_investment=BILLION)
    (row,) = the_progress(chen, f"as_of=2025-12-31&known_at={moment}")
    assert (row["actual"], len(row["leads"])) == ("1.00", 1)
    assert the_progress(chen)[0]["actual"] == "2.00"


@pytest.mark.parametrize(
    ("query", "status", "found"),
    [
        ("as_of=2199-01-01", 422, {"#/as_of": "future"}),
        ("as_of=0000-01-01", 400, {"#/as_of": "invalid"}),
        ("as_of=", 400, {"#/as_of": "blank"}),
        ("known_at=2199-01-01T00:00:00Z", 422, {"#/known_at": "future"}),
        ("asof=2025-01-01", 400, {"#/asof": "unknown_parameter"}),
        ("metric=odd", 400, {"#/metric": "invalid_choice"}),
        ("page_size=501", 400, {"#/page_size": "invalid_page_size"}),
    ],
)
def test_bad_questions_are_refused(
    centre: SimpleNamespace, chen: Client, query: str, status: int, found: dict[str, str]
) -> None:
    letter_of(centre, LARGE)
    assert errors(chen.read(f"targets/progress/?{query}", status)) == found


def test_progress_is_paged_and_filtered(centre: SimpleNamespace, chen: Client) -> None:
    letter = letter_of(centre, LARGE, {"metric": "signed_count", "minimum": Decimal(9)})
    letter_of(centre, LARGE, team=centre.g1)
    page = chen.read("targets/progress/?page_size=2&as_of=2025-12-31")
    assert len(page["results"]) == 2
    assert "as_of=2025-12-31" in page["next"]
    rest = read(chen.get(page["next"]))
    assert len(rest["results"]) == 1
    for query in (f"letter={letter.pk}", "team=G4"):
        assert len(the_progress(chen, query)) == 2
    for query in ("metric=signed_count", "team=G1"):
        assert len(the_progress(chen, query)) == 1
    assert len(chen.read("targets/?current_on=2025-05-05")["results"]) == 3
    assert chen.read("targets/count/?current_on=2024-05-05") == {"count": 0}


def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, chen: Client) -> None:
    letter = letter_of(centre, LARGE)
    landed(centre, datetime.date(2025, 3, 1), total_investment=BILLION)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            chen.read(path)
        return len(found)

    few = [queries(path) for path in ("targets/", "targets/progress/?as_of=2025-12-31")]
    for number in range(27):
        letter_of(centre, LARGE, title=f"责任状 {number}", team=centre.g1 if number % 2 else centre.g4)
    assert letter.targets.count() == 1
    assert len(chen.read("targets/progress/")["results"]) == 28
    assert [queries(path) for path in ("targets/", "targets/progress/?as_of=2025-12-31")] == few
    assert few[0] <= 4
    assert few[1] <= 16
