"""Many leads and companies in one call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.external_ids import remember
from investcrm.core.models import ExternalId
from projects.models import Company, Lead, LedgerEntry
from teams.access import Role
from tests.api_help import Client, errors
from tests.factories import join, make_company, make_team, make_user
from tests.projects.api.test_leads import queries

BULK = "leads/bulk-upsert/"


@pytest.fixture
def director(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


@pytest.fixture
def company(centre: SimpleNamespace) -> Company:
    row = make_company(centre.chen)
    remember("company", row.pk, "erp", "C-1")
    return row


def send(client: Client, items: Any, status: int = 200, path: str = BULK, **more: Any) -> Any:
    return client.make(path, {"source_system": "erp", "items": items, **more}, status)


def item(external_id: str, **fields: Any) -> dict[str, Any]:
    company = {"source_system": "erp", "external_id": "C-1"}
    return {"external_id": external_id, "name": f"项目 {external_id}", "company": company, "team": "G4", **fields}


def codes(result: Any) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in result["errors"]}


@pytest.mark.usefixtures("company")
def test_each_item_has_an_answer_in_its_place(director: Client, centre: SimpleNamespace) -> None:
    first = send(
        director, [item("1"), item("2", owner="wang", industry="auto-parts"), item("3", total_investment="x")]
    )
    assert [one["status"] for one in first["results"]] == ["created", "created", "error"]
    assert codes(first["results"][2]) == {"#/items/2/total_investment": "invalid"}
    assert first["results"][0]["version"] == 1
    ids = [one["id"] for one in first["results"]]
    lead = director.read(f"leads/{ids[1]}/")
    assert (lead["owner"]["display_name"], lead["industry"], lead["external_id"]) == ("Wang", "auto-parts", "2")
    # whoever sends without naming an owner owns it, as with POST
    assert director.read(f"leads/{ids[0]}/")["owner"]["display_name"] == "Chen"

    second = send(director, [item("2"), item("1", total_investment="5.00"), item("4", team="G9"), item("2")])
    assert [one["status"] for one in second["results"]] == ["unchanged", "updated", "error", "unchanged"]
    assert [one["id"] for one in second["results"][:2]] == [ids[1], ids[0]]
    assert codes(second["results"][2]) == {"#/items/2/team": "does_not_exist"}
    counts = {name: second[name] for name in ("created", "updated", "unchanged", "failed")}
    assert counts == {"created": 0, "updated": 1, "unchanged": 2, "failed": 1}
    assert set(ExternalId.objects.filter(kind="lead").values_list("external_id", flat=True)) == {"1", "2"}
    call_command("check_ledger")


@pytest.mark.usefixtures("company")
def test_what_is_no_item_hurts_no_other(director: Client) -> None:
    strange: list[Any] = [
        None, 7, [], {}, {"external_id": 7}, {"external_id": "a/b"}, item("1", stage="signed"), item("1", version="1"),
        item("2", version=1), {"external_id": "3", "name": "只有名字"}, item("4", opening={"stage": "nowhere"}),
        item("5", zone="nowhere"), item("6", company={"source_system": "erp", "external_id": "C-9"}),
        item("7", owner="nobody"), item("8", name="  "), item("9"),
    ]  # fmt: skip
    answer = send(director, strange)
    assert [one["status"] for one in answer["results"]] == ["error"] * 15 + ["created"]
    found = [codes(one) for one in answer["results"]]
    assert answer["results"][0]["external_id"] is None
    assert found[3] == {"#/items/3/external_id": "required"}
    assert found[5] == {"#/items/5/external_id": "invalid_external_id"}
    assert found[6] == {"#/items/6/stage": "unknown_field"}
    assert found[8] == {"#/items/8/version": "stale"}
    assert found[9] == {"#/items/9/company": "required"}
    assert found[10] == {"#/items/10/opening/stage": "does_not_exist"}
    assert found[11] == {"#/items/11/zone": "does_not_exist"}
    assert found[12] == {"#/items/12/company": "unknown_external_id"}
    assert found[13] == {"#/items/13/owner": "does_not_exist"}
    assert (Lead.objects.count(), ExternalId.objects.filter(kind="lead").count()) == (1, 1)


@pytest.mark.usefixtures("company")
def test_one_id_several_times_is_written_in_order(director: Client) -> None:
    answer = send(director, [item("1", name="一"), item("1", name="二", version=1), item("1", name="三", version=1)])
    assert [one["status"] for one in answer["results"]] == ["created", "updated", "error"]
    assert codes(answer["results"][2]) == {"#/items/2/version": "stale"}
    assert Lead.objects.get().name == "二"


@pytest.mark.usefixtures("company")
def test_all_or_nothing(director: Client) -> None:
    problem = send(director, [item("1"), item("2", currency="???"), item("3", nme="x")], 422, all_or_nothing=True)
    assert errors(problem) == {"#/items/2/nme": "unknown_field"}
    problem = send(director, [item("1"), item("2", currency="ZZZ")], 422, all_or_nothing=True)
    assert errors(problem) == {"#/items/1/currency": "unknown_currency"}
    assert (Lead.objects.count(), LedgerEntry.objects.count()) == (0, 0)
    assert not ExternalId.objects.filter(kind="lead").exists()
    assert send(director, [item("1"), item("2")], all_or_nothing=True)["created"] == 2


@pytest.mark.usefixtures("company")
def test_limits_and_bodies(director: Client) -> None:
    send(director, [item("1")] * 1001, 413)
    send(director, [item("1")] * 10_001, 413)
    send(director, {"external_id": "1"}, 400)
    assert errors(send(director, [], 400, dry_run=True)) == {"#/dry_run": "unknown_field"}
    assert errors(director.make(BULK, {"source_system": "a b", "items": []}, 400)) == {
        "#/source_system": "invalid_system"
    }
    assert send(director, []) == {"results": [], "created": 0, "updated": 0, "unchanged": 0, "failed": 0}
    assert not Lead.objects.exists()


@pytest.mark.usefixtures("company")
def test_rows_out_of_sight_and_out_of_reach(director: Client, centre: SimpleNamespace) -> None:
    send(director, [item("1"), item("2", team="G1")])
    answer = send(Client(centre.zhao), [item("1", name="乙"), item("2", name="丙", team="G1"), item("3")])
    assert [one["status"] for one in answer["results"]] == ["error", "updated", "error"]
    assert codes(answer["results"][0]) == {"#/items/0": "not_found"}
    assert codes(answer["results"][2]) == {"#/items/2": "forbidden"}
    assert sorted(Lead.objects.values_list("name", flat=True)) == ["丙", "项目 1"]


@pytest.mark.usefixtures("company")
def test_a_service_account_owns_nothing_and_names_the_zone(centre: SimpleNamespace) -> None:
    account = make_user("stats", is_service_account=True)
    join(account, Role.DIRECTOR, centre.zone)
    join(account, Role.DIRECTOR, centre.other_zone)
    make_team(centre.other_zone, "G4")
    client = Client(account)
    answer = send(client, [item("1"), item("2", zone="guangling"), item("3", team=None), item("4", team="G1")])
    assert [one["status"] for one in answer["results"]] == ["error", "created", "error", "created"]
    assert codes(answer["results"][0]) == {"#/items/0/team": "ambiguous"}
    assert codes(answer["results"][2]) == {"#/items/2/zone": "required"}
    assert set(Lead.objects.values_list("owner", flat=True)) == {None}
    assert send(client, [item("2", zone="qingbaijiang", name="新")])["failed"] == 1


@pytest.mark.usefixtures("company")
def test_the_number_of_queries_does_not_grow(director: Client) -> None:
    send(director, [item("0")])
    counts = []
    for begin, count in ((10, 3), (100, 60)):
        items = [item(str(begin + number), owner="wang", industry="auto-parts") for number in range(count)]
        counts.append(queries(lambda items=items: send(director, items)))
    assert counts[0] == counts[1]
    unchanged = [item(str(100 + number)) for number in range(60)]
    few = queries(lambda: send(director, unchanged[:3]))
    assert queries(lambda: send(director, unchanged)) == few


def test_companies(director: Client, centre: SimpleNamespace) -> None:
    items = [
        {"external_id": "1", "name": "北辰光电有限公司", "credit_code": "91321002MA1MTFHT59"},
        {"external_id": "2", "name": "重复代码", "credit_code": "91321002MA1MTFHT59"},
        {"external_id": "1", "name": "北辰光电有限公司", "country": "CN"},
        {"external_id": "3", "name": "国外公司", "country": "XX"},
    ]
    answer = send(director, items, path="companies/bulk-upsert/")
    assert [one["status"] for one in answer["results"]] == ["created", "error", "unchanged", "error"]
    assert codes(answer["results"][1]) == {"#/items/1/credit_code": "unique"}
    assert Company.objects.count() == 1
    twice = [
        {"external_id": "4", "name": "甲", "version": 1}, {"external_id": "5"}, {"external_id": "6", "name": "乙"},
        {"external_id": "6", "name": "丙"}, {"external_id": "1", "name": "北辰光电有限公司", "version": 9},
        {"external_id": "1", "address": "文昌路 1 号"},
    ]  # fmt: skip
    answer = send(director, twice, path="companies/bulk-upsert/")
    assert [one["status"] for one in answer["results"]] == ["error", "error", "created", "updated", "error", "updated"]
    assert codes(answer["results"][0]) == {"#/items/0/version": "stale"}
    assert codes(answer["results"][1]) == {"#/items/1/name": "required"}
    refused = send(Client(centre.sun), items[:1] + twice[2:4], path="companies/bulk-upsert/")
    assert {one["status"] for one in refused["results"]} == {"error"}
    assert sorted(Company.objects.values_list("name", flat=True)) == ["丙", "北辰光电有限公司"]
    with CaptureQueriesContext(connection) as captured:
        again = send(director, items[:1], path="companies/bulk-upsert/")
    assert again["unchanged"] == 1
    # its leads are found by its name, and stay unlocked where it is the same
    assert not any("projects_lead" in query["sql"] for query in captured.captured_queries)


def test_new_companies_together_are_a_few_statements(director: Client) -> None:
    def several(begin: int, count: int) -> list[dict[str, Any]]:
        return [{"external_id": str(begin + number), "name": f"公司 {begin + number}"} for number in range(count)]

    path = "companies/bulk-upsert/"
    send(director, several(0, 1), path=path)
    few, many = several(10, 3), several(100, 60)
    assert queries(lambda: send(director, few, path=path)) == queries(lambda: send(director, many, path=path))
    assert queries(lambda: send(director, few, path=path)) == queries(lambda: send(director, many, path=path))
    assert Company.objects.count() == 64
    twice = send(director, [*several(200, 2), {"external_id": "9", "name": ""}], 422, path=path, all_or_nothing=True)
    assert errors(twice) == {"#/items/2/name": "blank"}
    assert Company.objects.count() == 64


def test_teams_industries_and_people_are_known_by_other_names(centre: SimpleNamespace) -> None:
    admin = Client(centre.gu)
    known = {"source_system": "erp", "external_id": "T-1"}
    team = admin.change(f"teams/{centre.g4.id}/", known, if_match=centre.g4.version)
    assert (team["external_id"], team["version"]) == ("T-1", centre.g4.version + 1)
    assert errors(admin.change(f"teams/{centre.g1.id}/", known, 422)) == {"#/external_id": "taken"}
    assert admin.change(f"industries/{centre.industry.id}/", known)["source_system"] == "erp"
    assert admin.change(f"users/{centre.wang.id}/", known)["external_id"] == "T-1"
    assert errors(admin.change(f"users/{centre.wang.id}/", {**known, "title": "x"}, 400)) == {
        "#/title": "unknown_field"
    }
    assert errors(admin.change(f"users/{centre.wang.id}/", {"external_id": "7"}, 422)) == {
        "#/source_system": "required"
    }
    Client(centre.chen).change(f"users/{centre.wang.id}/", known, 403)
    admin.change(f"users/{centre.wang.id}/", {**known, "external_id": "T-2"}, 412, if_match="9")
    made = admin.make("teams/", {"code": "G8", "name_zh": "八组", "source_system": "erp", "external_id": "T-8"})
    assert made["external_id"] == "T-8"
