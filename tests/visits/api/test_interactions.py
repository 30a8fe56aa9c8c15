"""Interactions through the API."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Lead
from projects.services.companies import create_contact
from teams.access import Role
from tests.api_help import Client, errors, read
from tests.factories import join, log, make_company, make_lead, make_user
from visits.models import Interaction
from visits.services.interactions import log_interaction
from visits.services.parties import Party

NAMES = (
    "id lead company contacts parties channel occurred_at duration_minutes team staff person_times place summary "
    "outcome next_follow_up_on client_token version created_at updated_at"
)
FIELDS = set(NAMES.split())
AT = "2026-03-05T09:30:00+08:00"


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


def contact_of(centre: SimpleNamespace, lead: Lead, name: str = "王总") -> Any:
    return create_contact(actor=centre.chen, zone=centre.zone, company=lead.company, name=name)


def test_a_call_is_logged_with_a_lead_and_a_channel(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    response = wang.send("POST", "interactions/", {"lead": str(lead.id), "channel": "phone"})
    row = read(response, 201)
    assert set(row) >= FIELDS
    assert response["ETag"] == '"v1"'
    assert response["Location"].endswith(f"/api/v1/interactions/{row['id']}/")
    assert (row["lead"], row["company"], row["team"]) == (str(lead.id), str(lead.company_id), str(centre.g4.id))
    assert (row["staff"], row["person_times"], row["contacts"]) == ([str(centre.wang.id)], 1, [])
    assert row["parties"] == [
        {"company": str(lead.company_id), "lead": str(lead.id), "contacts": [], "outcome": ""},
    ]  # fmt: skip
    assert wang.read(f"interactions/{row['id']}/") == row
    assert wang.read("interactions/")["results"] == [row]
    assert wang.read(f"leads/{lead.id}/")["last_interaction_at"] == row["occurred_at"]


def test_everything_about_a_visit_is_kept(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    contact = contact_of(centre, lead)
    body = {
        "lead": str(lead.id), "contacts": [str(contact.id)], "channel": "visit", "occurred_at": AT,
        "duration_minutes": 90, "team": "G4", "staff": ["wang", str(centre.li.id)], "person_times": 3, "place": "苏州",
        "summary": "看了厂房 𠮷", "outcome": "有意向", "next_follow_up_on": centre.zone.today().isoformat(),
    }  # fmt: skip
    row = wang.make("interactions/", body)
    expected = {
        **body, "team": str(centre.g4.id), "staff": row["staff"],
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert set(row["staff"]) == {str(centre.wang.id), str(centre.li.id)}
    assert wang.read(f"leads/{lead.id}/")["next_follow_up_on"] == body["next_follow_up_on"]


def test_a_reception_has_parties_with_an_outcome_each(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    other = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    body = {
        "channel": "reception",
        "parties": [{"lead": str(lead.id), "outcome": "满意"}, {"company": str(other.id), "outcome": "再议"}],
    }
    row = wang.make("interactions/", body)
    assert [(party["company"], party["lead"], party["outcome"]) for party in row["parties"]] == [
        (str(lead.company_id), str(lead.id), "满意"), (str(other.id), None, "再议"),
    ]  # fmt: skip
    assert row["lead"] == str(lead.id)


def test_a_repeated_post_of_a_device_answers_with_the_first_row(wang: Client, lead: Lead) -> None:
    body = {"lead": str(lead.id), "channel": "phone", "client_token": str(uuid.uuid4())}
    first = wang.make("interactions/", body)
    assert wang.make("interactions/", {**body, "summary": "again"}, 200) == first
    assert Interaction.objects.count() == 1
    read(wang.send("DELETE", f"interactions/{first['id']}/"), 204)
    wang.make("interactions/", body, 409)


def test_of_a_lead_that_the_reader_may_not_see_only_the_company_is_told(centre: SimpleNamespace, lead: Lead) -> None:
    theirs = make_lead(centre.chen, centre.zone, name="theirs", team=centre.g1)
    secret = contact_of(centre, theirs)
    interaction, _new = log_interaction(
        actor=centre.chen, zone=centre.zone, channel="reception",
        parties=[Party(lead=theirs, contacts=[secret], outcome="secret"), Party(lead=lead, outcome="open")],
    )  # fmt: skip
    hidden, shown = Client(centre.wang).read(f"interactions/{interaction.id}/")["parties"]
    assert hidden == {"company": str(theirs.company_id), "lead": None, "contacts": [], "outcome": ""}
    assert (shown["lead"], shown["outcome"]) == (str(lead.id), "open")
    row = Client(centre.wang).read(f"interactions/?lead={lead.id}")["results"][0]
    assert (row["lead"], row["contacts"]) == (None, [])
    assert Client(centre.wang).read(f"interactions/?lead={theirs.id}")["results"] == []
    assert Client(centre.chen).read(f"interactions/{interaction.id}/")["parties"][0]["outcome"] == "secret"


def test_an_interaction_of_another_team_is_not_there(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, summary="ours")
    outsider, path = Client(centre.zhao), f"interactions/{interaction.id}/"
    outsider.read(path, 404)
    outsider.change(path, {"summary": "theirs"}, 404, if_match=1)
    read(outsider.send("DELETE", path, if_match=1), 404)
    assert errors(outsider.make("interactions/", {"lead": str(lead.id), "channel": "phone"}, 422)) == {
        "#/lead": "does_not_exist"
    }
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.version) == ("ours", 1)


def test_who_may_only_read_cannot_log(centre: SimpleNamespace, lead: Lead) -> None:
    Client(centre.sun).make("interactions/", {"lead": str(lead.id), "channel": "phone"}, 403)
    row = log(centre.wang, lead)
    Client(centre.sun).change(f"interactions/{row.id}/", {"summary": "x"}, 403)
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"channel": "pigeon"}, 400, {"#/channel": "invalid_choice"}),
        ({"channle": "phone"}, 400, {"#/channle": "unknown_field"}),
        ({"occurred_at": "2026-03-05T09:30:00"}, 400, {"#/occurred_at": "invalid"}),
        ({"occurred_at": "2199-03-05T09:30:00Z"}, 422, {"#/occurred_at": "in_future"}),
        ({"client_token": 5}, 400, {"#/client_token": "invalid"}),
        ({"person_times": 0}, 400, {"#/person_times": "min_value"}),
        ({"person_times": 10_001}, 400, {"#/person_times": "max_value"}),
        ({"duration_minutes": True}, 400, {"#/duration_minutes": "invalid"}),
        ({"lead": None}, 422, {"#/company": "required"}),
        ({"parties": []}, 422, {"#/lead": "not_with_parties"}),
        ({"staff": ["nobody"]}, 422, {"#/staff/0": "does_not_exist"}),
        ({"contacts": ["0198a000-0000-7000-8000-000000000000"]}, 422, {"#/contacts/0": "does_not_exist"}),
        ({"next_follow_up_on": "2020-01-01"}, 422, {"#/next_follow_up_on": "in_past"}),
    ],
)
def test_wrong_shapes_are_400_and_broken_rules_422(
    wang: Client, lead: Lead, change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    body = {"lead": str(lead.id), "channel": "phone", **change}
    assert errors(wang.make("interactions/", body, status)) == found
    assert not Interaction.objects.exists()


def test_parties_are_pointed_at_by_their_place(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    nobody = "0198a000-0000-7000-8000-000000000000"
    body = {"channel": "event", "parties": [{"lead": str(lead.id)}, {"company": nobody}, {"lead": "x"}]}
    assert errors(wang.make("interactions/", body, 400)) == {"#/parties/2/lead": "invalid"}
    body["parties"][2] = {"lead": nobody, "contacts": [nobody]}
    assert set(errors(wang.make("interactions/", body, 422))) == {
        "#/parties/1/company", "#/parties/2/lead", "#/parties/2/contacts/0",
    }  # fmt: skip
    body["parties"] = [{"lead": str(lead.id)}, {"lead": str(lead.id)}]
    assert errors(wang.make("interactions/", body, 422)) == {"#/parties": "twice"}


def test_an_interaction_is_changed_under_its_version(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    first, contact = log(centre.wang, lead), contact_of(centre, lead)
    path = f"interactions/{first.id}/"
    row = wang.change(path, {"summary": "x", "occurred_at": AT, "staff": ["li"]}, if_match=1)
    assert (row["summary"], row["occurred_at"], row["staff"]) == ("x", AT, [str(centre.li.id)])
    wang.change(path, {"summary": "y"}, 412, if_match=1)
    wang.change(path, {"client_token": str(uuid.uuid4())}, 400)
    row = wang.change(path, {"contacts": [str(contact.id)]})
    assert (row["lead"], row["contacts"]) == (str(lead.id), [str(contact.id)])
    other = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    row = wang.change(path, {"lead": None, "company": str(other.id)})
    assert (row["lead"], row["company"], row["contacts"]) == (None, str(other.id), [])
    row = wang.change(path, {"parties": [{"lead": str(lead.id)}, {"company": str(other.id)}]})
    assert len(row["parties"]) == 2
    assert errors(wang.change(path, {"contacts": []}, 422)) == {"#/parties": "required"}


def test_a_list_costs_the_same_for_any_number_of_rows(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    def cost(rows: int) -> int:
        while Interaction.objects.count() < rows:
            log(centre.wang, lead)
        with CaptureQueriesContext(connection) as queries:
            assert len(wang.read("interactions/?page_size=100")["results"]) == rows
        return len(queries)

    assert (cost(3), cost(30)) == (3, 3)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("channel=phone", 1), ("channel=phone&channel=visit", 2), ("team=G4", 2), ("team=G1", 0), ("staff=wang", 2),
        ("staff=li", 0), ("search=厂房", 1), ("occurred_before=2026-04-01T00:00:00Z", 1), ("zone=guangling", 2),
    ],
)  # fmt: skip
def test_interactions_are_found_by_filters(
    centre: SimpleNamespace, wang: Client, lead: Lead, query: str, count: int
) -> None:
    log(centre.wang, lead)
    wang.make("interactions/", {"lead": str(lead.id), "channel": "visit", "occurred_at": AT, "summary": "看厂房"})
    assert len(wang.read(f"interactions/?{query}")["results"]) == count
    assert wang.read(f"interactions/count/?{query}") == {"count": count}


def test_a_service_account_is_not_one_of_the_people(centre: SimpleNamespace, lead: Lead) -> None:
    account = make_user("park", is_service_account=True)
    join(account, Role.MEMBER, centre.zone, centre.g4)
    client = Client(account)
    body = {"lead": str(lead.id), "channel": "visit"}
    assert client.make("interactions/", body)["staff"] == []
    assert client.make("interactions/", {**body, "staff": ["wang"]})["staff"] == [str(centre.wang.id)]
