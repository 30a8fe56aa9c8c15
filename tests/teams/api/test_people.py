"""Zones, teams and people through the API: read only, and of one's own zones only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from teams.models import User
from tests.api_help import Client, errors
from tests.factories import make_team


def test_one_sees_ones_own_zones_teams_and_colleagues(centre: SimpleNamespace) -> None:
    client = Client(centre.wang)
    assert [zone["code"] for zone in client.read("zones/")["results"]] == ["guangling"]
    teams = client.read("teams/")["results"]
    assert [(team["code"], team["zone"], team["name"]) for team in teams] == [
        ("G1", "guangling", "Team G1"), ("G4", "guangling", "Team G4"),
    ]  # fmt: skip
    people = client.read("users/")["results"]
    assert {person["username"] for person in people} == {"wang", "li", "zhao", "chen", "gu", "bao", "sun"}
    assert set(people[0]) == {
        "id", "username", "display_name", "is_active", "is_service_account", "source_system", "external_id",
    }  # fmt: skip
    client.read(f"users/{centre.qian.id}/", 404)
    client.read(f"zones/{centre.other_zone.id}/", 404)
    assert client.read(f"teams/{centre.g4.id}/") == teams[1]
    assert client.read("teams/count/?code=G4") == {"count": 1}


def test_a_person_has_an_entity_tag_that_changes_with_them(centre: SimpleNamespace) -> None:
    client = Client(centre.wang)
    path = f"/api/v1/users/{centre.li.id}/"
    tag = client.get(path)["ETag"]
    unchanged = client.get(path, headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", tag)
    User.objects.filter(id=centre.li.id).update(display_name="Li Na")
    changed = client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["display_name"]) == (200, "Li Na")


def test_lists_come_in_the_order_of_creation_unless_another_is_asked_for(centre: SimpleNamespace) -> None:
    make_team(centre.zone, "A1")
    client = Client(centre.wang)
    assert [team["code"] for team in client.read("teams/")["results"]] == ["G1", "G4", "A1"]
    assert [team["code"] for team in client.read("teams/?ordering=code")["results"]] == ["A1", "G1", "G4"]
    names = [person["username"] for person in client.read("users/?ordering=-created_at")["results"]]
    assert names == ["sun", "bao", "gu", "chen", "zhao", "li", "wang"]


def test_what_another_system_calls_a_colleague_is_said_and_taken_back(centre: SimpleNamespace) -> None:
    client, path = Client(centre.gu), f"users/{centre.li.id}/"
    link = {"source_system": "hr", "external_id": "7"}
    assert client.change(path, link)["external_id"] == "7"
    assert client.change(path, {})["external_id"] == "7"
    assert errors(client.change(path, {"external_id": "8"}, 422)) == {"#/source_system": "required"}
    assert errors(client.change(f"users/{centre.wang.id}/", link, 422)) == {"#/external_id": "taken"}
    assert Client(centre.wang).change(path, {}, 403)
    assert client.change(path, {**link, "external_id": None})["external_id"] is None
    assert client.read(path)["source_system"] is None


@pytest.mark.parametrize("path", ["zones/", "users/"])
def test_they_are_read_only(centre: SimpleNamespace, path: str) -> None:
    Client(centre.gu).make(path, {"code": "x"}, 405)
