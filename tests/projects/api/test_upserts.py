"""Leads, companies and contacts written by what another system calls them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from investcrm.core.models import ExternalId
from projects.models import Company, Contact, Lead, LedgerEntry, Merge
from projects.services.leads import delete_lead
from sync.models import ApiKey
from teams.access import Role
from tests.api_help import Client, errors, read
from tests.factories import join, make_company, make_user
from tests.visits.test_parallel import at_once

HERE = "leads/by-external-id/erp"


@pytest.fixture
def director(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


@pytest.fixture
def body(centre: SimpleNamespace) -> dict[str, Any]:
    return {"name": "数字照明", "company": str(make_company(centre.chen).id), "team": "G4"}


def put(client: Client, path: str, body: Any, status: int = 200, if_match: int | None = None) -> Any:
    return read(client.send("PUT", path, body, if_match), status)


def limited(user: Any, *systems: str) -> Client:
    client = Client(user)
    ApiKey.objects.filter(user=user).update(source_systems=list(systems))
    return client


def test_a_lead_is_made_changed_and_left_alone(director: Client, body: dict[str, Any]) -> None:
    response = director.send("PUT", f"{HERE}/K-1/", body)
    made = read(response, 201)
    assert (made["source_system"], made["external_id"], made["version"]) == ("erp", "K-1", 1)
    assert response["Location"].endswith(f"/api/v1/leads/{made['id']}/")
    assert response["ETag"] == '"v1"'
    assert director.read(f"{HERE}/K-1/") == made

    changed = put(director, f"{HERE}/K-1/", {"total_investment": "100.00"})
    assert (changed["id"], changed["version"], changed["name"]) == (made["id"], 2, "数字照明")
    entries = LedgerEntry.objects.count()
    again = put(director, f"{HERE}/K-1/", {**body, "zone": "guangling", "total_investment": "100.00"})
    assert again["version"] == 2
    assert LedgerEntry.objects.count() == entries


def test_the_same_id_of_another_system_is_another_row(director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 201)
    put(director, "leads/by-external-id/other/1/", body, 201)
    assert Lead.objects.count() == 2


def test_ids_with_strange_characters_find_their_way(director: Client, body: dict[str, Any]) -> None:
    made = put(director, f"{HERE}/项目 7%3Fa%23b/", body, 201)
    assert made["external_id"] == "项目 7?a#b"
    assert director.read(f"{HERE}/项目 7%3Fa%23b/")["id"] == made["id"]


@pytest.mark.parametrize("path", ["a%2Fb", "%2E%2E", "x" * 201])
def test_addresses_that_do_not_exist(director: Client, body: dict[str, Any], path: str) -> None:
    put(director, f"{HERE}/{path}/", body, 404)
    assert not ExternalId.objects.exists()


def test_a_new_row_needs_what_a_new_row_needs(director: Client) -> None:
    problem = put(director, f"{HERE}/1/", {"team": "G4"}, 422)
    assert errors(problem) == {"#/name": "required", "#/company": "required"}
    assert not ExternalId.objects.exists()
    assert errors(put(director, f"{HERE}/1/", {"nme": "x"}, 400)) == {"#/nme": "unknown_field"}


def test_if_match_is_honoured_where_it_is_sent(director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 412, if_match=1)
    put(director, f"{HERE}/1/", body, 201)
    put(director, f"{HERE}/1/", {"name": "甲"}, 412, if_match=7)
    assert put(director, f"{HERE}/1/", {"name": "甲"}, 200, if_match=1)["version"] == 2


def test_what_never_changes_is_told(director: Client, body: dict[str, Any], centre: SimpleNamespace) -> None:
    put(director, f"{HERE}/1/", {**body, "opening": {"stage": "signed", "occurred_on": "2022-03-05"}}, 201)
    put(director, f"{HERE}/1/", {"opening": {"stage": "in_talks"}})
    assert errors(put(director, f"{HERE}/1/", {"zone": "qingbaijiang"}, 422)) == {"#/zone": "fixed"}
    assert Lead.objects.get().stage_id == "signed"


def test_a_row_out_of_sight_is_not_there(centre: SimpleNamespace, director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 201)
    outsider = Client(centre.zhao)
    put(outsider, f"{HERE}/1/", {"name": "乙", "team": "nowhere"}, 404)
    read(outsider.get(f"/api/v1/{HERE}/1/"), 404)
    delete_lead(actor=centre.chen, lead_id=Lead.objects.get().id)
    put(outsider, f"{HERE}/1/", {"name": "乙"}, 404)
    lead = Lead.objects.get()
    assert lead.name == "数字照明"
    assert lead.deleted_at is not None


def test_a_row_that_was_given_away_is_not_shown(centre: SimpleNamespace, body: dict[str, Any]) -> None:
    leader = Client(centre.li)
    put(leader, f"{HERE}/1/", body, 201)
    assert put(leader, f"{HERE}/1/", {"team": "G1"}, 204) is None
    put(leader, f"{HERE}/1/", {"team": "G4"}, 404)
    assert Lead.objects.get().team == centre.g1


def test_an_observer_writes_nothing(centre: SimpleNamespace, director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 201)
    put(Client(centre.sun), f"{HERE}/1/", {"name": "乙"}, 403)
    put(Client(centre.sun), f"{HERE}/2/", body, 403)
    put(Client(centre.chen, ("read",)), f"{HERE}/2/", body, 403)
    assert Lead.objects.get().name == "数字照明"
    assert ExternalId.objects.count() == 1


def test_a_key_limited_to_systems(centre: SimpleNamespace, director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 201)
    mine = limited(make_user_like(centre), "crm", "sap")
    put(mine, f"{HERE}/1/", {"name": "乙"}, 403)
    read(mine.get(f"/api/v1/{HERE}/1/"), 403)
    assert mine.make("leads/bulk-upsert/", {"source_system": "erp", "items": []}, 403)
    assert mine.read("leads/?source_system=erp")["results"] == []
    assert mine.make("leads/", {**body, "source_system": "erp", "external_id": "x"}, 403)
    refused = mine.make("leads/", {**body, "company": {"source_system": "erp", "external_id": "c"}}, 422)
    assert errors(refused) == {"#/company": "unknown_external_id"}
    # an answer tells the id of the key's own system, else the first that there is
    lead = Lead.objects.get()
    assert mine.read(f"leads/{lead.id}/")["source_system"] == "erp"
    ExternalId.objects.create(kind="lead", row_id=lead.id, source_system="crm", external_id="7")
    assert mine.read(f"leads/{lead.id}/")["external_id"] == "7"
    assert director.read(f"leads/{lead.id}/")["external_id"] == "1"
    assert [row["external_id"] for row in mine.read("leads/?external_id=7")["results"]] == ["7"]


def make_user_like(centre: SimpleNamespace) -> Any:
    """Another director of the zone."""
    user = make_user("dai")
    join(user, Role.DIRECTOR, centre.zone)
    return user


def test_a_deleted_lead_is_revived_and_the_ledger_agrees(
    centre: SimpleNamespace, director: Client, body: dict[str, Any]
) -> None:
    opening = {"stage": "signed", "occurred_on": "2022-03-05"}
    made = put(director, f"{HERE}/1/", {**body, "total_investment": "5.00", "opening": opening}, 201)
    director.delete(f"/api/v1/leads/{made['id']}/", headers={"If-Match": '"v1"'})
    read(director.get(f"/api/v1/{HERE}/1/"), 404)
    put(director, f"{HERE}/1/", {"name": "甲"}, 412, if_match=1)
    revived = put(director, f"{HERE}/1/", {"name": "甲", "total_investment": "7.00"})
    assert (revived["id"], revived["name"], revived["stage"]) == (made["id"], "甲", "signed")
    entries = list(LedgerEntry.objects.order_by("seq").values_list("kind", flat=True))
    assert entries == ["opened", "deleted", "corrected", "revalued"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE ends_on IS NULL) FROM pipeline_leadspan")
        assert cursor.fetchone()[1] == 1
    call_command("check_ledger")
    # once more, and a move afterwards
    director.delete(f"/api/v1/leads/{made['id']}/", headers={"If-Match": f'"v{revived["version"]}"'})
    put(director, f"{HERE}/1/", {})
    call_command("check_ledger")
    assert director.read(f"leads/{made['id']}/")["stage"] == "signed"


def test_an_unchanged_revival_is_a_change(centre: SimpleNamespace, director: Client, body: dict[str, Any]) -> None:
    put(director, f"{HERE}/1/", body, 201)
    delete_lead(actor=centre.chen, lead_id=Lead.objects.get().id)
    answer = director.make(
        "leads/bulk-upsert/", {"source_system": "erp", "items": [{"external_id": "1", **body}]}, 200
    )
    assert (answer["updated"], answer["failed"]) == (1, 0)
    assert Lead.objects.get().deleted_at is None


def test_the_id_of_a_merged_lead_leads_to_the_kept_one(
    centre: SimpleNamespace, director: Client, body: dict[str, Any]
) -> None:
    gone = put(director, f"{HERE}/gone/", body, 201)["id"]
    kept = put(director, f"{HERE}/kept/", body, 201)["id"]
    Lead.objects.filter(id=gone).update(deleted_at="2026-01-01T00:00Z")
    Merge.objects.create(kind="lead", kept_id=kept, gone_id=gone, actor=centre.chen)
    assert put(director, f"{HERE}/gone/", {"name": "甲"})["id"] == kept
    assert director.read(f"{HERE}/gone/")["id"] == kept


def test_post_with_an_external_id(director: Client, body: dict[str, Any]) -> None:
    made = director.make("leads/", {**body, "source_system": "erp", "external_id": "1"})
    assert (made["source_system"], made["external_id"]) == ("erp", "1")
    taken = director.make("leads/", {**body, "source_system": "erp", "external_id": "1"}, 422)
    assert errors(taken) == {"#/external_id": "taken"}
    assert errors(director.make("leads/", {**body, "external_id": "2"}, 422)) == {"#/source_system": "required"}
    wrong = director.make("leads/", {**body, "source_system": "a b", "external_id": "a/b"}, 400)
    assert set(errors(wrong)) == {"#/source_system", "#/external_id"}
    assert Lead.objects.count() == 1


def test_companies_and_contacts_are_upserted(director: Client, centre: SimpleNamespace) -> None:
    company = put(director, "companies/by-external-id/erp/c1/", {"name": "北辰光电有限公司"}, 201)
    assert put(director, "companies/by-external-id/erp/c1/", {"country": "DE"})["version"] == 2
    ref = {"source_system": "erp", "external_id": "c1"}
    contact = put(director, "contacts/by-external-id/erp/p1/", {"name": "林", "company": ref}, 201)
    assert contact["company"] == company["id"]
    assert put(director, "contacts/by-external-id/erp/p1/", {"name": "林", "company": ref})["version"] == 1
    other = str(make_company(centre.chen).id)
    assert errors(put(director, "contacts/by-external-id/erp/p1/", {"company": other}, 422)) == {"#/company": "fixed"}
    director.delete(f"/api/v1/contacts/{contact['id']}/", headers={"If-Match": '"v1"'})
    assert put(director, "contacts/by-external-id/erp/p1/", {"phone": "13800000000"})["id"] == contact["id"]
    Company.objects.filter(id=company["id"]).update(deleted_at="2026-01-01T00:00Z")
    assert put(director, "companies/by-external-id/erp/c1/", {})["id"] == company["id"]
    assert Contact.objects.get().deleted_at is None
    assert director.read("companies/?source_system=erp&external_id=c1")["results"][0]["id"] == company["id"]
    assert director.read("contacts/?source_system=erp")["results"][0]["external_id"] == "p1"


def test_references_by_external_ids(director: Client, centre: SimpleNamespace) -> None:
    put(director, "companies/by-external-id/erp/c1/", {"name": "北辰光电有限公司"}, 201)
    for kind, row in (("team", centre.g4), ("user", centre.wang), ("industry", centre.industry)):
        ExternalId.objects.create(kind=kind, row_id=row.id, source_system="erp", external_id=f"{kind}-1")

    def ref(external_id: str) -> dict[str, str]:
        return {"source_system": "erp", "external_id": external_id}

    lead = director.make(
        "leads/",
        {
            "name": "甲", "company": ref("c1"), "team": ref("team-1"), "owner": ref("user-1"),
            "industry": ref("industry-1"), "referrer_company": ref("c1"),
        },
    )  # fmt: skip
    assert (lead["team"]["code"], lead["owner"]["display_name"], lead["industry"]) == ("G4", "Wang", "auto-parts")
    assert lead["referrer_company"]["name"] == lead["company"]["name"]
    unknown = director.make("leads/", {"name": "甲", "company": ref("c9"), "team": ref("t9")}, 422)
    assert errors(unknown)["#/team"] == "unknown_external_id"
    assert errors(director.make("leads/", {"name": "甲", "company": {"external_id": "c1"}}, 400)) == {
        "#/company": "invalid"
    }


@pytest.mark.django_db(transaction=True)
def test_many_clients_with_one_new_id_make_one_row(centre: SimpleNamespace) -> None:
    company = str(make_company(centre.chen).id)
    clients = [Client(centre.chen) for _ in range(6)]
    paths = ["leads/by-external-id/erp/1/"] * 4 + ["leads/bulk-upsert/"] * 2

    def send(number: int) -> int:
        item = {"name": "甲", "company": company, "team": "G4"}
        if number < 4:
            return clients[number].send("PUT", paths[number], item).status_code
        bulk = {"source_system": "erp", "items": [{"external_id": "1", **item}]}
        response = clients[number].send("POST", paths[number], bulk)
        assert read(response)["failed"] == 0
        return 201 if read(response)["created"] else 200

    results = at_once(6, send)
    assert sorted(map(str, results)) == ["200"] * 5 + ["201"]
    assert (Lead.objects.count(), ExternalId.objects.count(), LedgerEntry.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_bulk_calls_that_cross_each_other_neither_block_nor_double(centre: SimpleNamespace) -> None:
    company = str(make_company(centre.chen).id)
    clients = [Client(centre.chen) for _ in range(4)]

    def send(number: int) -> Any:
        keys = [str(key) for key in range(30)]
        if number % 2:
            keys.reverse()
        items = [{"external_id": key, "name": f"甲 {number}", "company": company, "team": "G4"} for key in keys]
        body = {"source_system": "erp", "items": items, "all_or_nothing": number > 1}
        return read(clients[number].send("POST", "leads/bulk-upsert/", body))["failed"]

    assert at_once(4, send) == [0] * 4
    assert (Lead.objects.count(), ExternalId.objects.count()) == (30, 30)
    assert len(set(Lead.objects.values_list("name", flat=True))) == 1
