"""Zones, teams and people through the API: read only, and of one's own zones only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.api_help import Client


def test_one_sees_ones_own_zones_teams_and_colleagues(centre: SimpleNamespace) -> None:
    client = Client(centre.wang)
    assert [zone["code"] for zone in client.read("zones/")["results"]] == ["guangling"]
    teams = client.read("teams/")["results"]
    assert [(team["code"], team["zone"], team["name"]) for team in teams] == [
        ("G1", "guangling", "Team G1"), ("G4", "guangling", "Team G4"),
    ]  # fmt: skip
    people = client.read("users/")["results"]
    assert {person["username"] for person in people} == {"wang", "li", "zhao", "chen", "gu", "bao", "sun"}
    assert set(people[0]) == {"id", "username", "display_name", "is_active", "is_service_account"}
    client.read(f"users/{centre.qian.id}/", 404)
    client.read(f"zones/{centre.other_zone.id}/", 404)
    assert client.read(f"teams/{centre.g4.id}/") == teams[1]
    assert client.read("teams/count/?code=G4") == {"count": 1}


@pytest.mark.parametrize("path", ["zones/", "teams/", "users/"])
def test_they_are_read_only(centre: SimpleNamespace, path: str) -> None:
    Client(centre.gu).make(path, {"code": "x"}, 405)
