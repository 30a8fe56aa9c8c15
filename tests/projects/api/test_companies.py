"""Companies, contacts, stages and industries through the API."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from projects.models import Contact
from tests.api_help import Client, errors, read
from tests.factories import make_company, make_industry, make_lead


@pytest.fixture
def director(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


def test_a_company_is_entered_read_and_changed(director: Client) -> None:
    response = director.send("POST", "companies/", {"name": "Nordlicht Leuchten GmbH", "country": "DE"})
    row = read(response, 201)
    assert (row["country"], row["credit_code"], row["external_id"], row["version"]) == ("DE", None, None, 1)
    path = f"companies/{row['id']}/"
    assert director.read(path) == row
    assert director.change(path, {"name_en": "Nordlicht"}, if_match=1)["version"] == 2
    director.change(path, {"name_en": "x"}, 412, if_match=1)
    assert [found["id"] for found in director.read("companies/?search=nordlicht")["results"]] == [row["id"]]
    read(director.send("DELETE", path, if_match=2), 405)


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({}, 400, {"#/name": "required"}),
        ({"name": "x", "normalised_name": "y"}, 400, {"#/normalised_name": "unknown_field"}),
        ({"name": "x", "kind": "odd"}, 400, {"#/kind": "invalid_choice"}),
        ({"name": "x", "country": "xx"}, 400, {"#/country": "invalid"}),
        ({"name": "x", "country": 86}, 400, {"#/country": "invalid"}),
        ({"name": "x", "region_code": "12"}, 400, {"#/region_code": "invalid"}),
    ],
)
def test_a_company_of_the_wrong_shape_is_400(
    director: Client, body: dict[str, str], status: int, found: dict[str, str]
) -> None:
    assert errors(director.make("companies/", body, status)) == found


@pytest.mark.parametrize(
    ("field", "value"),
    [("credit_code", "91350211MA32ABCD00"), ("website", "no address")],
)
def test_a_companys_broken_rule_is_422(director: Client, field: str, value: str) -> None:
    assert director.make("companies/", {"name": "x", field: value}, 422)["errors"]


def test_a_credit_code_belongs_to_one_company(director: Client) -> None:
    body = {"name": "x", "credit_code": "91350100M000100Y43"}
    director.make("companies/", body)
    assert errors(director.make("companies/", body, 422)) == {"#/credit_code": "unique"}


def test_who_may_not_write_companies_is_told_so(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    Client(centre.sun).make("companies/", {"name": "x"}, 403)
    Client(centre.bao).change(f"companies/{company.id}/", {"name": "x"}, 403)


def test_contacts_are_seen_through_leads(centre: SimpleNamespace, director: Client) -> None:
    lead = make_lead(centre.li, centre.zone, team=centre.g4)
    row = director.make("contacts/", {"company": str(lead.company_id), "name": "王总", "phone": "0512-66668888"})
    assert (row["phone"], row["phone_e164"], row["zone"]["code"]) == ("0512-66668888", "+8651266668888", "guangling")
    path = f"contacts/{row['id']}/"
    assert Client(centre.wang).read(path) == row
    Client(centre.qian).read(path, 404)
    Client(centre.qian).change(path, {"name": "x"}, 404)
    assert Client(centre.zhao).read("contacts/")["results"] == []
    assert director.read(f"contacts/?company={lead.company_id}")["results"] == [row]
    assert director.change(path, {"wechat": "wang"}, if_match=1)["version"] == 2
    read(director.send("DELETE", path, if_match=1), 412)
    read(director.send("DELETE", path, if_match=2), 204)
    director.read(path, 404)
    assert Contact.objects.get().deleted_at is not None


def test_a_contact_of_an_unknown_company_breaks_a_rule(director: Client) -> None:
    body = {"company": "0198a000-0000-7000-8000-000000000000", "name": "x"}
    assert errors(director.make("contacts/", body, 422)) == {"#/company": "does_not_exist"}


def test_stages_come_in_their_order(director: Client) -> None:
    stages = director.read("stages/")["results"]
    assert [stage["code"] for stage in stages] == [
        "enquiry", "in_talks", "key_talks", "to_sign", "signed", "landed", "closed",
    ]  # fmt: skip
    assert (stages[4]["name"], stages[4]["name_zh"], stages[4]["kind"]) == ("Signed", "签约", "signed")
    assert director.read(f"stages/{stages[0]['id']}/") == stages[0]
    director.make("stages/", {"code": "new"}, 405)


def test_industries_are_those_of_ones_zones(centre: SimpleNamespace, director: Client) -> None:
    make_industry(centre.other_zone, "logistics")
    child = make_industry(centre.zone, "brakes", parent=centre.industry, name_en="Brakes")
    rows = director.read("industries/")["results"]
    assert [(row["code"], row["parent"], row["zone"]) for row in rows] == [
        ("auto-parts", None, "guangling"), ("brakes", "auto-parts", "guangling"),
    ]  # fmt: skip
    assert director.read(f"industries/{child.id}/")["name"] == "Brakes"
    assert [row["code"] for row in Client(centre.qian).read("industries/")["results"]] == ["logistics"]
    assert director.read("industries/count/?code=brakes") == {"count": 1}


def test_another_name_of_its_company_is_told_of_a_lead_and_leaves_its_version(
    director: Client, centre: SimpleNamespace
) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    path = f"/api/v1/leads/{lead.id}/"
    before = director.get(path)
    cursor = director.read("changes/?types=lead")["cursor"]
    director.change(f"companies/{lead.company_id}/", {"name": "北辰光电有限公司"})
    after = director.get(path)
    assert read(after)["company"]["name"] == "北辰光电有限公司"
    assert (after["ETag"], read(after)["updated_at"]) == (before["ETag"], read(before)["updated_at"])
    [change] = director.read(f"changes/?types=lead&since={cursor}")["changes"]
    assert (change["data"]["company"]["name"], change["version"]) == ("北辰光电有限公司", read(before)["version"])
    assert director.read("leads/count/?search=beichen") == {"count": 1}
    director.change(f"leads/{lead.id}/", {"place": "3 号厂房"}, if_match=read(before)["version"])
