"""Industries and teams written through the API, by administrators."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from projects.models import Industry
from teams.models import Team, User
from tests.api_help import Client, errors, read
from tests.factories import make_industry


@pytest.fixture
def admin(centre: SimpleNamespace) -> Client:
    return Client(centre.gu)


def test_an_industry_is_added_moved_and_disabled(centre: SimpleNamespace, admin: Client) -> None:
    body = {
        "code": "pm",
        "name_zh": "粉末冶金",
        "name_en": "Powder metallurgy",
        "parent": "auto-parts",
        "gb_code": "C33",
    }
    row = admin.make("industries/", body)
    assert {name: row[name] for name in body} == body
    assert (row["zone"], row["version"]) == ("guangling", 1)
    path = f"industries/{row['id']}/"
    found = admin.change(path, {"parent": None, "disabled_on": "2026-05-01"}, if_match=1)
    assert (found["parent"], found["disabled_on"]) == (None, "2026-05-01")
    admin.change(path, {"name_zh": "x"}, 412, if_match=1)
    assert admin.change(path, {"parent": str(centre.industry.pk)})["parent"] == "auto-parts"
    assert errors(admin.change(f"industries/{centre.industry.pk}/", {"parent": "pm"}, 422)) == {"#/parent": "ring"}
    assert errors(admin.make("industries/", body, 422)) == {"#/code": "unique"}
    read(admin.send("DELETE", path, if_match=1), 405)


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"code": "a b"}, 422, {"#/code": "invalid"}),
        ({"code": 5}, 400, {"#/code": "invalid"}),
        ({"gb_code": "33"}, 422, {"#/gb_code": "industry_gb_code"}),
        ({"parent": "nothing"}, 422, {"#/parent": "does_not_exist"}),
        ({"zone": "qingbaijiang"}, 422, {"#/zone": "does_not_exist"}),
        ({"disabled_on": "2199-01-01"}, 422, {"#/disabled_on": "too_late"}),
        ({"version": 5}, 400, {"#/version": "unknown_field"}),
    ],
)
def test_bad_industries_are_refused(
    centre: SimpleNamespace, admin: Client, change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    assert errors(admin.make("industries/", {"code": "pm", "name_zh": "粉末", **change}, status)) == found
    assert Industry.objects.count() == 1


def test_an_industry_of_another_zone_is_no_parent(centre: SimpleNamespace, admin: Client) -> None:
    other = make_industry(centre.other_zone, "steel")
    assert errors(admin.make("industries/", {"code": "pm", "name_zh": "粉末", "parent": "steel"}, 422)) == {
        "#/parent": "does_not_exist"
    }
    admin.change(f"industries/{other.pk}/", {"name_zh": "x"}, 404)


def test_a_team_is_founded_renamed_and_dissolved(centre: SimpleNamespace, admin: Client) -> None:
    body = {"code": "G9", "name_zh": "招商九组", "name_en": "Team G9", "starts_on": "2026-01-01"}
    row = admin.make("teams/", body)
    assert {name: row[name] for name in body} == body
    path = f"teams/{row['id']}/"
    assert admin.change(path, {"dissolved_on": "2026-06-01"}, if_match=1)["dissolved_on"] == "2026-06-01"
    admin.change(path, {"name_zh": "x"}, 412, if_match=1)
    assert errors(admin.change(path, {"dissolved_on": "2025-06-01"}, 422)) == {"#/dissolved_on": "team_dates_in_order"}
    held = admin.change(f"teams/{centre.g4.pk}/", {"dissolved_on": centre.zone.today().isoformat()}, 422)
    assert errors(held) == {"#/dissolved_on": "has_members"}
    assert errors(admin.make("teams/", body, 422)) == {"#/code": "unique"}
    assert errors(admin.make("teams/", {**body, "code": "G8", "starts_on": "0000-01-01"}, 400)) == {
        "#/starts_on": "invalid"
    }
    read(admin.send("DELETE", path, if_match=1), 405)


@pytest.mark.parametrize("who", ["wang", "li", "chen", "sun", "bao"])
def test_only_administrators_write_them(centre: SimpleNamespace, who: str) -> None:
    client = Client(getattr(centre, who))
    client.make("industries/", {"code": "pm", "name_zh": "粉末"}, 403)
    client.make("teams/", {"code": "G9", "name_zh": "九组"}, 403)
    client.change(f"industries/{centre.industry.pk}/", {"name_zh": "x"}, 403)
    client.change(f"teams/{centre.g4.pk}/", {"name_zh": "x"}, 403)
    assert (Industry.objects.count(), Team.objects.count()) == (1, 2)


def test_a_service_account_must_say_which_version(centre: SimpleNamespace) -> None:
    User.objects.filter(pk=centre.gu.pk).update(is_service_account=True)
    centre.gu.refresh_from_db()
    machine = Client(centre.gu)
    machine.change(f"industries/{centre.industry.pk}/", {"name_zh": "x"}, 428)
    machine.change(f"teams/{centre.g4.pk}/", {"name_zh": "x"}, 428)
    assert machine.change(f"teams/{centre.g4.pk}/", {"name_zh": "x"}, if_match=1)["name_zh"] == "x"
