"""Arrivals of funds and capital increases through the API."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.models import ExchangeRate
from projects.models import CapitalIncrease, FundArrival, Lead, LedgerEntry
from teams.models import User
from tests.api_help import Client, errors, read
from tests.factories import make_lead


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", on=datetime.date(2025, 3, 5)
    )


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


@pytest.fixture
def body(lead: Lead) -> dict[str, Any]:
    return {
        "lead": str(lead.id), "kind": "funds_in_place", "amount": "20000000.00", "value_on": "2026-03-05",
        "evidence": "验资报告",
    }  # fmt: skip


def test_funds_are_entered_changed_and_verified(centre: SimpleNamespace, wang: Client, body: dict[str, Any]) -> None:
    response = wang.send("POST", "fund-arrivals/", body)
    row = read(response, 201)
    assert response["ETag"] == '"v1"'
    assert {name: row[name] for name in body} == body
    assert (row["currency"], row["status"], row["entered_by"]) == ("CNY", "entered", str(centre.wang.id))
    path = f"fund-arrivals/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read("fund-arrivals/")["results"] == [row]
    assert wang.change(path, {"amount": "21000000.00"}, if_match=1)["amount"] == "21000000.00"
    wang.change(path, {"amount": "1.00"}, 412, if_match=1)

    li = Client(centre.li)
    wang.make(f"{path}verify/", {}, 403)
    li.change(path, {"amount": "1.00"}, 403)
    assert read(li.send("POST", f"{path}verify/", {}, if_match=1), 412)["current_version"] == 2
    found = read(li.send("POST", f"{path}verify/", {"check_note": "已核"}, if_match=2))
    assert (found["status"], found["checked_by"], found["check_note"]) == ("verified", str(centre.li.id), "已核")
    assert errors(wang.change(path, {"amount": "1.00"}, 422)) == {"#": "checked"}
    assert errors(li.make(f"{path}reject/", {"check_note": "x"}, 422)) == {"#": "checked"}
    wang.make(f"{path}withdraw/", {"check_note": "x"}, 403)
    assert errors(read(li.send("DELETE", path), 422)) == {"#/check_note": "required"}
    assert li.make(f"{path}withdraw/", {"check_note": "重复"}, 204) is None
    li.read(path, 404)
    assert FundArrival.objects.get().check_note == "重复"


def test_who_entered_funds_cannot_verify_them(centre: SimpleNamespace, body: dict[str, Any]) -> None:
    li = Client(centre.li)
    path = f"fund-arrivals/{li.make('fund-arrivals/', body)['id']}/"
    assert errors(li.make(f"{path}verify/", {}, 422)) == {"#": "own_entry"}
    assert errors(li.make(f"{path}reject/", {}, 400)) == {"#/check_note": "required"}
    rejected = Client(centre.chen).make(f"{path}reject/", {"check_note": "金额不符"}, 200)
    assert (rejected["status"], rejected["check_note"]) == ("rejected", "金额不符")


def test_ones_own_entry_that_is_not_checked_is_deleted(wang: Client, body: dict[str, Any]) -> None:
    path = f"fund-arrivals/{wang.make('fund-arrivals/', body)['id']}/"
    read(wang.send("DELETE", path, if_match=7), 412)
    read(wang.send("DELETE", path, if_match=1), 204)
    wang.read(path, 404)


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"amount": 20000000}, 400, {"#/amount": "not_a_string"}),
        ({"amount": "NaN"}, 400, {"#/amount": "invalid"}),
        ({"amount": "1.001"}, 400, {"#/amount": "max_decimal_places"}),
        ({"amount": "0.00"}, 422, {"#/amount": "not_positive"}),
        ({"amount": "-5.00"}, 422, {"#/amount": "not_positive"}),
        ({"amount": "9999999999999999.00"}, 422, {"#/amount": "absurd"}),
        ({"kind": "fdi"}, 422, {"#/kind": "not_foreign"}),
        ({"kind": "odd"}, 400, {"#/kind": "invalid_choice"}),
        ({"currency": "XXX"}, 422, {"#/currency": "unknown_currency"}),
        ({"value_on": "0000-03-05"}, 400, {"#/value_on": "invalid"}),
        ({"value_on": "2199-03-05"}, 422, {"#/value_on": "too_late"}),
        ({"evidence": ""}, 400, {"#/evidence": "blank"}),
        ({"status": "verified"}, 400, {"#/status": "unknown_field"}),
        ({"document": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/document": "does_not_exist"}),
        ({"lead": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/lead": "does_not_exist"}),
    ],
)
def test_bad_funds_are_refused(
    wang: Client, body: dict[str, Any], change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    assert errors(wang.make("fund-arrivals/", {**body, **change}, status)) == found
    assert not FundArrival.objects.exists()


def test_money_follows_signing(centre: SimpleNamespace, wang: Client, body: dict[str, Any]) -> None:
    early = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang, name="新")
    assert errors(wang.make("fund-arrivals/", {**body, "lead": str(early.id)}, 422)) == {"#": "not_signed"}


def test_an_increase_is_recorded_and_taken_back(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    ExchangeRate.objects.get_or_create(
        currency="USD", valid_from=datetime.date(2020, 1, 1), defaults={"cny": "7.100000"}
    )
    body = {
        "lead": str(lead.id), "amount": "3000000.00", "currency": "USD", "agreed_on": "2026-03-05",
        "note": "二期", "evidence": "增资协议",
    }  # fmt: skip
    row = wang.make("capital-increases/", body)
    assert {name: row[name] for name in body} == body
    path = f"capital-increases/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read("capital-increases/")["results"] == [row]
    read(wang.send("PATCH", path, {"amount": "1.00"}, if_match=1), 405)
    assert errors(wang.make(f"{path}take-back/", {}, 400)) == {"#/note": "required"}
    assert read(wang.send("POST", f"{path}take-back/", {"note": "写错"}, if_match=9), 412)["current_version"] == 1
    read(wang.send("POST", f"{path}take-back/", {"note": "写错"}, if_match=1), 204)
    wang.read(path, 404)
    amounts = LedgerEntry.objects.filter(lead=lead, kind="increased").order_by("seq")
    assert [str(entry.increase_amount) for entry in amounts] == ["3000000.00", "-3000000.00"]


def test_an_increase_comes_after_the_signing(wang: Client, lead: Lead) -> None:
    body = {"lead": str(lead.id), "amount": "3000000.00", "agreed_on": "2025-01-05"}
    assert errors(wang.make("capital-increases/", body, 422)) == {"#/agreed_on": "before_signing"}
    assert not CapitalIncrease.objects.exists()


def test_rows_of_another_team_are_not_there_and_who_reads_changes_nothing(
    centre: SimpleNamespace, wang: Client, body: dict[str, Any], lead: Lead
) -> None:
    fund = f"fund-arrivals/{wang.make('fund-arrivals/', body)['id']}/"
    money = {"lead": str(lead.id), "amount": "3000000.00", "agreed_on": "2026-03-05"}
    increase = f"capital-increases/{wang.make('capital-increases/', money)['id']}/"
    outsider, reader = Client(centre.zhao), Client(centre.sun)
    for path in (fund, increase):
        outsider.read(path, 404)
        assert outsider.read(f"{path.split('/')[0]}/count/") == {"count": 0}
        assert reader.read(path)["version"] == 1
    for client, status in ((outsider, 404), (reader, 403)):
        client.change(fund, {"amount": "1.00"}, status)
        client.make(f"{fund}verify/", {}, status)
        read(client.send("DELETE", fund), status)
        client.make(f"{increase}take-back/", {"note": "x"}, status)
    reader.make("fund-arrivals/", body, 403)
    reader.make("capital-increases/", money, 403)
    assert (FundArrival.objects.get().version, CapitalIncrease.objects.get().version) == (1, 1)


def test_a_service_account_must_say_which_version(centre: SimpleNamespace, body: dict[str, Any]) -> None:
    User.objects.filter(pk=centre.chen.pk).update(is_service_account=True)
    centre.chen.refresh_from_db()
    machine = Client(centre.chen)
    path = f"fund-arrivals/{machine.make('fund-arrivals/', body)['id']}/"
    machine.change(path, {"amount": "1.00"}, 428)
    read(machine.send("DELETE", path), 428)
    assert machine.change(path, {"amount": "1.00"}, if_match=1)["amount"] == "1.00"


def test_lists_are_filtered(centre: SimpleNamespace, wang: Client, body: dict[str, Any], lead: Lead) -> None:
    row = wang.make("fund-arrivals/", body)
    wang.make("fund-arrivals/", {**body, "value_on": "2026-04-05"})
    Client(centre.li).make(f"fund-arrivals/{row['id']}/verify/", {}, 200)
    for query in ("status=verified", "value_before=2026-03-31"):
        assert [one["id"] for one in wang.read(f"fund-arrivals/?{query}")["results"]] == [row["id"]], query
    for query in (f"lead={lead.pk}", "team=G4", "zone=guangling", "kind=funds_in_place"):
        assert wang.read(f"fund-arrivals/count/?{query}") == {"count": 2}, query
    wang.read("fund-arrivals/?kind=odd", 400)
    wang.read("capital-increases/?value_on=2026-01-01", 400)


@pytest.mark.parametrize("path", ["fund-arrivals/", "capital-increases/"])
def test_the_number_of_queries_does_not_grow(wang: Client, body: dict[str, Any], path: str) -> None:
    if path == "capital-increases/":
        body = {"lead": body["lead"], "amount": "3000000.00", "agreed_on": "2026-03-05"}

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            wang.read(path)
        return len(found)

    for _turn in range(3):
        wang.make(path, body)
    few = queries()
    for _turn in range(27):
        wang.make(path, body)
    assert len(wang.read(path)["results"]) == 30
    assert queries() == few <= 4
