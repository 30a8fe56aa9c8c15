"""Interactions written by what another system calls them."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from investcrm.core.external_ids import remember
from projects.models import Lead
from tests.api_help import Client, errors, read
from tests.factories import make_lead
from visits.models import FollowUp, Interaction

HERE = "interactions/by-external-id/phone"


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    row = make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang)
    remember("lead", row.pk, "erp", "K-1")
    remember("company", row.company_id, "erp", "C-1")
    return row


@pytest.fixture
def client(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


def put(client: Client, path: str, body: Any, status: int = 200) -> Any:
    return read(client.send("PUT", path, body), status)


def ref(external_id: str) -> dict[str, str]:
    return {"source_system": "erp", "external_id": external_id}


def test_an_interaction_is_logged_changed_and_left_alone(client: Client, lead: Lead) -> None:
    body = {"lead": ref("K-1"), "company": ref("C-1"), "channel": "phone", "summary": "谈"}
    made = put(client, f"{HERE}/1/", body, 201)
    assert (made["lead"], made["external_id"]) == (str(lead.id), "1")
    same = put(client, f"{HERE}/1/", {**body, "staff": ["wang"]})
    assert same["version"] == made["version"]
    assert put(client, f"{HERE}/1/", {"summary": "再谈"})["version"] == made["version"] + 1
    lead.refresh_from_db()
    assert lead.last_interaction_at is not None
    assert client.read("interactions/?source_system=phone&external_id=1")["results"][0]["summary"] == "再谈"


def test_parties_by_external_ids(client: Client, lead: Lead) -> None:
    body = {"channel": "reception", "parties": [{"lead": ref("K-1"), "outcome": "看中"}, {"company": ref("C-1")}]}
    made = put(client, f"{HERE}/1/", body, 201)
    assert [party["company"] for party in made["parties"]] == [str(lead.company_id)] * 2
    assert put(client, f"{HERE}/1/", body)["version"] == made["version"]
    body["parties"] = [{"lead": ref("K-9")}]
    assert errors(put(client, f"{HERE}/1/", body, 422)) == {"#/parties/0/lead": "unknown_external_id"}


def test_the_token_of_a_device_still_works(client: Client, lead: Lead) -> None:
    token = str(uuid.uuid4())
    body = {"lead": str(lead.id), "channel": "phone", "client_token": token}
    first = client.make("interactions/", body)
    second = put(client, f"{HERE}/1/", body)
    assert (second["id"], second["external_id"]) == (first["id"], "1")
    assert put(client, f"{HERE}/1/", body)["version"] == first["version"]
    other = {**body, "client_token": str(uuid.uuid4())}
    assert errors(put(client, f"{HERE}/1/", other, 422)) == {"#/client_token": "fixed"}
    assert Interaction.objects.count() == 1


def test_one_that_was_taken_back_is_logged_again(client: Client, lead: Lead, centre: SimpleNamespace) -> None:
    day = centre.zone.today().isoformat()
    made = put(client, f"{HERE}/1/", {"lead": ref("K-1"), "channel": "visit", "next_follow_up_on": day}, 201)
    headers = {"If-Match": f'"v{made["version"]}"'}
    assert client.delete(f"/api/v1/interactions/{made['id']}/", headers=headers).status_code == 204
    assert not FollowUp.objects.filter(deleted_at=None).exists()
    put(Client(centre.zhao), f"{HERE}/1/", {"summary": "乙"}, 404)
    again = put(client, f"{HERE}/1/", {"lead": ref("K-1"), "summary": "再来"})
    assert (again["id"], again["summary"]) == (made["id"], "再来")
    assert FollowUp.objects.get(deleted_at=None).due_on.isoformat() == day
    lead.refresh_from_db()
    assert lead.next_follow_up_on is not None
    assert lead.last_interaction_at is not None


def test_many_at_once(client: Client, lead: Lead) -> None:
    items = [
        {"external_id": "1", "lead": ref("K-1"), "channel": "phone"},
        {"external_id": "2", "channel": "phone"},
        {"external_id": "3", "lead": ref("K-1"), "channel": "smoke"},
        {"external_id": "1", "summary": "后来"},
    ]
    answer = client.make("interactions/bulk-upsert/", {"source_system": "phone", "items": items}, 200)
    assert [result["status"] for result in answer["results"]] == ["created", "error", "error", "updated"]
    assert [error["pointer"] for error in answer["results"][2]["errors"]] == ["#/items/2/channel"]
    assert (answer["created"], answer["updated"], answer["unchanged"], answer["failed"]) == (1, 1, 0, 2)
    assert Interaction.objects.get().summary == "后来"
