"""PATCH says what another system calls a row that is there, or that it has no name for it any more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sync.models import ApiKey
from tests.api_help import Client, errors, read
from tests.factories import log, make_company, make_lead
from tests.visits.test_parallel import at_once

Rows = dict[str, str]


@pytest.fixture
def director(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


@pytest.fixture
def rows(centre: SimpleNamespace, director: Client) -> Rows:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    contact = director.make("contacts/", {"name": "林", "company": str(lead.company_id)})
    return {
        "leads": str(lead.id),
        "companies": str(lead.company_id),
        "contacts": contact["id"],
        "interactions": str(log(centre.chen, lead).id),
    }


def link(system: str, external_id: str | None) -> dict[str, Any]:
    return {"source_system": system, "external_id": external_id}


@pytest.mark.parametrize("name", ["leads", "companies", "contacts", "interactions"])
def test_a_row_is_linked_to_a_second_system_and_unlinked(director: Client, rows: Rows, name: str) -> None:
    path = f"{name}/{rows[name]}/"
    director.change(path, link("erp", "1"))
    linked = director.change(path, link("parks", "P-1"))
    assert (linked["source_system"], linked["external_id"]) == ("erp", "1")
    put = director.send("PUT", f"{name}/by-external-id/parks/P-1/", {})
    assert (read(put)["id"], read(put)["version"]) == (rows[name], linked["version"])

    again = director.change(path, link("parks", "P-1"))
    assert again["version"] == linked["version"]
    other = director.change(path, link("parks", "P-2"))
    assert other["version"] > linked["version"]
    director.read(f"{name}/by-external-id/parks/P-1/", 404)

    unlinked = director.change(path, link("erp", None))
    assert (unlinked["source_system"], unlinked["external_id"]) == ("parks", "P-2")
    assert unlinked["version"] > other["version"]
    director.read(f"{name}/by-external-id/erp/1/", 404)
    assert director.change(path, link("erp", None))["version"] == unlinked["version"]


def test_half_a_link_and_one_that_another_row_has_are_refused(
    director: Client, rows: Rows, centre: SimpleNamespace
) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4)
    director.change(f"leads/{other.id}/", link("erp", "1"))
    path = f"leads/{rows['leads']}/"
    assert errors(director.change(path, {"external_id": "2"}, 422)) == {"#/source_system": "required"}
    assert errors(director.change(path, {"source_system": "erp"}, 422)) == {"#/external_id": "required"}
    assert errors(director.change(path, {**link("erp", "1"), "place": "3"}, 422)) == {"#/external_id": "taken"}
    assert errors(director.change(path, link("a b", "x/y"), 400)).keys() == {"#/source_system", "#/external_id"}
    assert errors(director.make("companies/", {"name": "甲", **link("erp", None)}, 400)) == {"#/external_id": "null"}
    row = director.read(path)
    assert (row["place"], row["external_id"]) == ("", None)


def test_a_link_needs_what_a_change_needs(director: Client, rows: Rows, centre: SimpleNamespace) -> None:
    path = f"leads/{rows['leads']}/"
    version = director.read(path)["version"]
    director.change(path, link("erp", "1"), 412, if_match=version + 1)
    Client(centre.zhao).change(path, link("erp", "1"), 404)
    Client(centre.sun).change(path, link("erp", "1"), 403)
    mine = Client(centre.chen)
    ApiKey.objects.filter(user=centre.chen).update(source_systems=["crm"])
    mine.change(path, link("erp", "1"), 403)
    mine.change(path, link("erp", None), 403)
    assert director.read(path)["version"] == version
    assert mine.change(path, link("crm", "7"))["external_id"] == "7"


def test_the_id_of_a_deleted_row_can_be_given_to_the_right_one(director: Client, rows: Rows) -> None:
    company = rows["companies"]
    wrong = director.send("PUT", "leads/by-external-id/erp/1/", {"name": "又一次", "company": company, "team": "G4"})
    director.send("DELETE", f"leads/{read(wrong, 201)['id']}/")
    linked = director.change(f"leads/{rows['leads']}/", link("erp", "1"))
    assert linked["external_id"] == "1"
    assert director.read("leads/by-external-id/erp/1/")["id"] == rows["leads"]


def test_the_feed_tells_of_a_link(director: Client, rows: Rows) -> None:
    cursor = director.read("changes/?types=lead")["cursor"]
    director.change(f"leads/{rows['leads']}/", link("erp", "1"))
    page = director.read(f"changes/?types=lead&since={cursor}")
    assert [change["data"]["external_id"] for change in page["changes"]] == ["1"]
    director.change(f"leads/{rows['leads']}/", link("erp", None))
    page = director.read(f"changes/?types=lead&since={page['cursor']}")
    assert [change["data"]["external_id"] for change in page["changes"]] == [None]


@pytest.mark.django_db(transaction=True)
def test_two_rows_that_are_given_the_same_id_at_once(centre: SimpleNamespace) -> None:
    clients = [Client(centre.chen) for _one in range(2)]
    company = make_company(centre.chen)
    ids = [str(make_lead(centre.chen, centre.zone, team=centre.g4, company=company).id) for _one in range(2)]

    def write(number: int) -> Any:
        return clients[number].send("PATCH", f"leads/{ids[number]}/", link("erp", "1")).status_code

    assert sorted(map(str, at_once(2, write))) == ["200", "422"]
    assert clients[0].read("leads/count/?source_system=erp") == {"count": 1}
