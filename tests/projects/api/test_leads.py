"""Leads through the API: what is read, written and refused."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from projects.models import Lead, Stage, StageRequirement
from projects.stages import seed_stages
from teams.access import Role
from tests.api_help import Client, errors, read
from tests.factories import join, log, make_centre, make_company, make_industry, make_lead, make_team, make_user

NAMES = (
    "id number name company zone team owner stage stage_kind stage_entered_on industry acquisition_mode source "
    "referrer_company referrer_contact capital_origin listing total_investment fixed_asset_investment "
    "registered_capital agreed_investment currency total_investment_cny land_mu floor_area_m2 clear_height_m "
    "floor_load_t_m2 power_kva needs_waterway place registered_company agreement_number summary expected_signing_on "
    "first_contact_on signed_on landed_on closed_on close_reason milestones last_interaction_at next_follow_up_on "
    "silent_days idle_days light gaps source_system external_id version created_at updated_at"
)
LEAD_FIELDS = set(NAMES.split())

# The history's context is written before a statement, in the same round trip.
MARK = re.compile(r"(^|; )(SAVEPOINT|RELEASE|BEGIN|COMMIT)")

CREDIT_CODE = "91321002MA1MTFHT59"


@pytest.fixture
def director(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


@pytest.fixture
def service(centre: SimpleNamespace) -> Client:
    account = make_user("stats", is_service_account=True)
    join(account, Role.DIRECTOR, centre.zone)
    return Client(account)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang, total_investment="1000000000")


def queries(call: Any) -> int:
    """Statements that call() sends, without the marks of transactions."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(not MARK.search(query["sql"]) for query in captured.captured_queries)


def test_a_lead_has_every_promised_field(director: Client, centre: SimpleNamespace, lead: Lead) -> None:
    response = director.get(f"/api/v1/leads/{lead.id}/")
    row = read(response)
    assert set(row) >= LEAD_FIELDS
    assert response["ETag"] == '"v1"'
    assert row["company"] == {"id": str(lead.company_id), "name": lead.company.name}
    assert row["zone"] == {"code": "guangling", "name": "Guangling Economic Development Zone"}
    assert row["team"] == {"id": str(centre.g4.id), "code": "G4", "name": "Team G4"}
    assert row["owner"] == {"id": str(centre.wang.id), "display_name": "Wang"}
    assert (row["stage"], row["stage_kind"], row["light"], row["gaps"]) == ("enquiry", "open", "green", [])
    assert (row["total_investment"], row["currency"], row["total_investment_cny"]) == (
        "1000000000.00", "CNY", "1000000000.00",
    )  # fmt: skip
    assert set(row["milestones"]) == {
        "registered_on", "funds_in_place_on", "construction_started_on", "completed_on", "in_production_on",
        "full_capacity_on",
    }  # fmt: skip
    assert director.read("leads/")["results"] == [row]


def test_names_follow_the_language_of_the_request(centre: SimpleNamespace, lead: Lead) -> None:
    chinese = Client(centre.chen, **{"Accept-Language": "zh-Hans"})
    assert chinese.read(f"leads/{lead.id}/")["zone"]["name"] == "广陵经济开发区"


def test_creating_a_lead_costs_eight_queries(director: Client, centre: SimpleNamespace) -> None:
    body = {"name": "数字照明", "company": str(make_company(centre.chen).id), "team": "G4", "currency": "USD"}
    assert queries(lambda: director.make("leads/", body)) == 8


def test_a_lead_is_born_in_the_teams_zone_owned_by_its_person(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    wang = Client(centre.wang)
    response = wang.send(
        "POST", "leads/", {"name": "数字照明", "company": str(company.id), "team": "G4", "total_investment": "5.50"}
    )
    row = read(response, 201)
    assert response["Location"].endswith(f"/api/v1/leads/{row['id']}/")
    assert response["ETag"] == '"v1"'
    assert (row["stage"], row["zone"]["code"], row["team"]["code"]) == ("enquiry", "guangling", "G4")
    assert row["owner"]["display_name"] == "Wang"
    assert row["total_investment"] == "5.50"


def test_a_service_accounts_lead_has_no_owner(service: Client, centre: SimpleNamespace) -> None:
    row = service.make("leads/", {"name": "数字照明", "company": str(make_company(centre.chen).id)})
    assert (row["owner"], row["team"]) == (None, None)


def test_references_are_taken_by_id_and_by_code(director: Client, centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    for team, owner, industry in (
        ("G4", "WANG", "auto-parts"),
        (str(centre.g4.id), str(centre.wang.id), str(centre.industry.id)),
    ):
        body = {"name": "x", "company": str(company.id), "team": team, "owner": owner, "industry": industry}
        row = director.make("leads/", body)
        assert row["team"]["code"] == "G4"
        assert row["owner"]["id"] == str(centre.wang.id)
        assert row["industry"] == "auto-parts"


def test_companies_are_also_named_by_their_credit_code(director: Client, centre: SimpleNamespace) -> None:
    company = make_company(centre.chen, credit_code=CREDIT_CODE)
    row = director.make("leads/", {"name": "x", "company": CREDIT_CODE, "referrer_company": str(company.id)})
    assert row["company"] == row["referrer_company"] == {"id": str(company.id), "name": company.name}
    changed = director.change(f"leads/{row['id']}/", {"registered_company": CREDIT_CODE.lower()})
    assert changed["registered_company"]["id"] == str(company.id)
    assert director.make("contacts/", {"name": "x", "company": CREDIT_CODE})["company"] == str(company.id)
    met = director.make("interactions/", {"channel": "phone", "company": CREDIT_CODE})
    assert met["company"] == str(company.id)
    unknown = {"name": "x", "company": "91320594MA1MTFHT4U"}
    assert errors(director.make("leads/", unknown, 422)) == {"#/company": "does_not_exist"}
    assert errors(director.make("leads/", {"name": "x", "company": "G4"}, 400)) == {"#/company": "invalid"}


def test_an_external_id_that_nobody_has_breaks_a_rule(director: Client) -> None:
    named = {"source_system": "statistics", "external_id": "17"}
    body = {"name": "x", "company": named, "team": named, "industry": named}
    assert set(errors(director.make("leads/", body, 422)).values()) == {"unknown_external_id"}
    half = {"name": "x", "company": {"external_id": "17"}}
    assert errors(director.make("leads/", half, 400)) == {"#/company": "invalid"}


def test_references_that_are_not_there_are_told_together(director: Client, centre: SimpleNamespace) -> None:
    nobody = "0198a000-0000-7000-8000-000000000000"
    body = {
        "name": "x", "company": nobody, "team": "G9", "owner": "nobody", "industry": "none",
        "referrer_company": nobody, "opening": {"stage": "nowhere"},
    }  # fmt: skip
    assert errors(director.make("leads/", body, 422)) == dict.fromkeys(
        ["#/company", "#/team", "#/owner", "#/industry", "#/referrer_company", "#/opening/stage"], "does_not_exist"
    )
    assert not Lead.objects.exists()


def test_another_zones_team_and_industry_are_not_known_by_their_codes(
    director: Client, centre: SimpleNamespace
) -> None:
    make_team(centre.other_zone, "Q1")
    make_industry(centre.other_zone, "logistics")
    body = {"name": "x", "company": str(make_company(centre.chen).id), "team": "Q1", "industry": "logistics"}
    assert set(errors(director.make("leads/", body, 422)).values()) == {"does_not_exist"}


def test_who_has_several_zones_names_one(director: Client, centre: SimpleNamespace) -> None:
    join(centre.chen, Role.DIRECTOR, centre.other_zone)
    make_team(centre.other_zone, "G4")
    body = {"name": "x", "company": str(make_company(centre.chen).id)}
    assert errors(director.make("leads/", body, 422)) == {"#/zone": "required"}
    assert errors(director.make("leads/", {**body, "team": "G4"}, 422)) == {"#/team": "ambiguous"}
    made = director.make("leads/", {**body, "team": "G4", "zone": "qingbaijiang"})
    assert (made["zone"]["code"], made["team"]["code"]) == ("qingbaijiang", "G4")
    assert director.make("leads/", {**body, "team": str(centre.g1.id)})["zone"]["code"] == "guangling"
    assert errors(director.make("leads/", {**body, "zone": "nowhere"}, 422)) == {"#/zone": "does_not_exist"}


def test_history_opens_at_any_stage_and_lists_the_gaps(centre: SimpleNamespace, director: Client) -> None:
    body = {
        "name": "旧项目", "company": str(make_company(centre.chen).id),
        "opening": {"stage": "signed", "occurred_on": "2022-03-05"},
    }  # fmt: skip
    row = director.make("leads/", body)
    assert (row["stage"], row["signed_on"], row["stage_entered_on"]) == ("signed", "2022-03-05", "2022-03-05")
    assert row["gaps"] == ["agreed_investment", "agreement_number"]
    undated = director.make("leads/", {**body, "opening": {"stage": "landed", "occurred_on": None}})
    assert (undated["landed_on"], undated["light"]) == (None, "none")
    Client(centre.li).make("leads/", body, 403)
    late = {**body, "opening": {"stage": "signed", "occurred_on": "2199-01-01"}}
    assert errors(director.make("leads/", late, 422)) == {"#/opening": "too_late"}


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("stage", "signed", 400, "unknown_field"),
        ("number", "2026-1", 400, "unknown_field"),
        ("nmae", "x", 400, "unknown_field"),
        ("version", 5, 400, "unknown_field"),
        ("total_investment", 5, 400, "not_a_string"),
        ("total_investment", "1,000", 400, "invalid"),
        ("total_investment", "-5", 422, "negative"),
        ("total_investment", "99999999999999", 422, "absurd"),
        ("land_mu", "12.3456", 400, "max_decimal_places"),
        ("currency", "XYZ", 422, "unknown_currency"),
        ("listing", "world", 400, "invalid_choice"),
        ("expected_signing_on", "2199-01-01", 422, "too_late"),
        ("expected_signing_on", "05.03.2026", 400, "invalid"),
        ("first_contact_on", "2199-01-01", 422, "too_late"),
        ("company", "x", 400, "invalid"),
        ("company", None, 400, "null"),
        ("company", {"external_id": "1", "source_system": "stats"}, 422, "unknown_external_id"),
        ("name", "", 400, "blank"),
        ("name", "n" * 301, 400, "max_length"),
        ("needs_waterway", "yes", 400, "invalid"),
    ],
)
def test_wrong_shapes_are_400_and_broken_rules_422(
    director: Client, lead: Lead, field: str, value: Any, status: int, code: str
) -> None:
    assert errors(director.change(f"leads/{lead.id}/", {field: value}, status)) == {f"#/{field}": code}
    assert Lead.objects.get(pk=lead.pk).version == 1


def test_name_and_company_are_needed(director: Client, centre: SimpleNamespace) -> None:
    assert errors(director.make("leads/", {}, 400)) == {"#/name": "required", "#/company": "required"}
    read(director.send("POST", "leads/", []), 400)
    read(director.send("POST", "leads/", b""), 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": NaN}', 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b"[" * 1000 + b"]" * 1000, 400),
        (b'{"name": "' + b"a" * (10 * 1024 * 1024) + b'"}', 413),
    ],
    ids=["NaN", "UTF-8", "surrogate", "NUL", "depth", "10 MB"],
)
def test_what_is_no_sane_json_is_refused(director: Client, lead: Lead, body: bytes, status: int) -> None:
    read(director.send("POST", "leads/", body), status)
    read(director.send("PATCH", f"leads/{lead.id}/", body), status)


def test_a_lead_is_changed_under_its_version(service: Client, centre: SimpleNamespace, lead: Lead) -> None:
    path = f"leads/{lead.id}/"
    service.change(path, {"name": "新"}, 428)
    assert service.change(path, {"name": "新"}, 412, if_match=9)["current_version"] == 1
    response = service.send("PATCH", path, {"name": "新名 𠮷", "team": "G1", "owner": "zhao", "industry": None}, 1)
    row = read(response)
    assert (row["name"], row["team"]["code"], row["owner"]["display_name"]) == ("新名 𠮷", "G1", "Zhao")
    assert response["ETag"] == f'"v{row["version"]}"'
    assert row["version"] > 1
    assert read(service.send("PATCH", path, {"name": "x"}, 1), 412)["current_version"] == row["version"]


def test_a_person_may_leave_out_if_match(director: Client, lead: Lead) -> None:
    assert director.change(f"leads/{lead.id}/", {"summary": "x"})["summary"] == "x"


def test_two_fields_that_disagree_are_told_at_their_field(director: Client, lead: Lead) -> None:
    problem = director.change(f"leads/{lead.id}/", {"fixed_asset_investment": "1000000000.01"}, 422)
    assert errors(problem) == {"#/fixed_asset_investment": "exceeds_total"}


def test_a_deleted_lead_is_gone(service: Client, lead: Lead) -> None:
    path = f"leads/{lead.id}/"
    read(service.send("DELETE", path), 428)
    read(service.send("DELETE", path, if_match=7), 412)
    read(service.send("DELETE", path, if_match=1), 204)
    service.read(path, 404)
    read(service.send("DELETE", path, if_match=2), 404)
    assert Lead.objects.get(pk=lead.pk).deleted_at is not None
    assert service.read("leads/count/") == {"count": 0}


def test_a_lead_of_another_team_is_not_there(centre: SimpleNamespace, lead: Lead) -> None:
    for outsider in (centre.zhao, centre.qian, centre.bao):
        client, path = Client(outsider), f"leads/{lead.id}/"
        client.read(path, 404)
        client.change(path, {"name": "theirs"}, 404, if_match=1)
        read(client.send("DELETE", path, if_match=1), 404)
        client.read(f"{path}moves/", 404)
        client.read(f"{path}next-stages/", 404)
        client.make(f"{path}moves/", {"to_stage": "closed", "fields": {"close_reason": "x"}}, 404)
        assert client.read("leads/")["results"] == []
        assert client.read("leads/count/") == {"count": 0}
    fresh = Lead.objects.get(pk=lead.pk)
    assert (fresh.name, fresh.version, fresh.stage_id) == (lead.name, 1, "enquiry")


def test_each_role_does_what_it_may(centre: SimpleNamespace, lead: Lead) -> None:
    path, company = f"leads/{lead.id}/", str(lead.company_id)
    Client(centre.wang).change(path, {"summary": "mine"})
    Client(centre.wang).change(path, {"team": "G1"}, 403)
    read(Client(centre.wang).send("DELETE", path), 403)
    Client(centre.wang).make("leads/", {"name": "x", "company": company, "team": "G1"}, 403)
    Client(centre.sun).read(path)
    Client(centre.sun).change(path, {"summary": "x"}, 403)
    Client(centre.sun).make("leads/", {"name": "x", "company": company}, 403)
    contributor = Client(centre.bao)
    own = contributor.make("leads/", {"name": "my report", "company": company})
    assert [row["id"] for row in contributor.read("leads/")["results"]] == [own["id"]]
    contributor.change(f"leads/{own['id']}/", {"summary": "x"}, 403)
    read(Client(centre.li).send("DELETE", path), 204)


def test_a_list_of_any_length_costs_four_queries(director: Client, centre: SimpleNamespace) -> None:
    for number in range(10):
        log(centre.wang, make_lead(centre.chen, centre.zone, name=f"项目{number}", team=centre.g4))
    few = queries(lambda: director.read("leads/?page_size=100"))
    Lead.objects.filter(name="项目0").update(place="A 区")
    for number in range(10, 100):
        make_lead(centre.chen, centre.zone, name=f"项目{number}", team=centre.g4)
    many = queries(lambda: len(director.read("leads/?page_size=100")["results"]) == 100)
    assert (few, many) == (4, 4)
    assert queries(lambda: director.read("leads/count/")) == 3
    assert queries(lambda: director.read(f"leads/{Lead.objects.first().pk}/")) == 4


def test_a_list_leaves_postgresql_few_joins_to_weigh_up(director: Client, centre: SimpleNamespace) -> None:
    """Planning grows with the power of the joined tables: eight took 30 ms for a query of 1.5 ms, six take 3 ms."""
    make_lead(centre.chen, centre.zone)
    with CaptureQueriesContext(connection) as captured:
        director.read("leads/")
    (listing,) = [query["sql"] for query in captured.captured_queries if "total_investment_cny" in query["sql"]]
    assert listing.count(" JOIN ") <= 5


def test_the_registered_companys_code_is_a_gap_where_it_must_have_one(
    director: Client, centre: SimpleNamespace
) -> None:
    landed = {"opening": {"stage": "landed"}, "place": "A 区", "company": str(make_company(centre.chen).id)}
    for name, fields, gap in (
        ("本地一公司", {}, True),
        ("本地二公司", {"credit_code": CREDIT_CODE}, False),
        ("Nordlicht Leuchten GmbH", {"country": "DE"}, False),
    ):
        company = make_company(centre.chen, name=name, **fields)
        made = director.make("leads/", {"name": "x", "registered_company": str(company.id), **landed})
        (listed,) = [row for row in director.read("leads/")["results"] if row["id"] == made["id"]]
        assert listed == made
        assert made["registered_company"] == {"id": str(company.id), "name": name}
        assert ("registered_credit_code" in made["gaps"]) is gap


def test_every_lead_comes_once_by_following_next(director: Client, centre: SimpleNamespace) -> None:
    made = {str(make_lead(centre.chen, centre.zone, name=f"项目{number}").id) for number in range(13)}
    for ordering in ("-created_at", "name", "-total_investment", "expected_signing_on"):
        seen, path = [], f"leads/?page_size=5&ordering={ordering}"
        while path:
            page = director.read(path)
            seen += [row["id"] for row in page["results"]]
            path = page["next"] and page["next"].removeprefix("http://testserver/api/v1/")
        assert (len(seen), set(seen)) == (13, made)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("search=粉末", {"粉末冶金"}),
        ("search=fmyj", {"粉末冶金"}),
        ("search=shuzi", {"数字照明"}),
        ("team=G4", {"粉末冶金"}),
        ("team=none", {"数字照明"}),
        ("owner=wang", {"粉末冶金"}),
        ("stage=signed,landed", {"数字照明"}),
        ("stage_kind=open", {"粉末冶金"}),
        ("total_investment_min=500000000", {"粉末冶金"}),
        ("signed_after=2022-01-01&signed_before=2022-12-31", {"数字照明"}),
        ("idle_days_min=300", {"数字照明"}),
        ("zone=guangling", {"粉末冶金", "数字照明"}),
        ("zone=qingbaijiang", set()),
        ("capital_origin=foreign", set()),
        ("external_id=1", set()),
    ],
)
def test_leads_are_found_by_filters(director: Client, centre: SimpleNamespace, query: str, names: set[str]) -> None:
    make_lead(
        centre.chen, centre.zone, name="粉末冶金", team=centre.g4, owner=centre.wang, total_investment="1000000000"
    )
    company = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    on = centre.zone.today().replace(year=2022, month=3, day=5)
    make_lead(centre.chen, centre.zone, name="数字照明", company=company, stage="signed", on=on)
    assert {row["name"] for row in director.read(f"leads/?{query}")["results"]} == names
    assert director.read(f"leads/count/?{query}") == {"count": len(names)}


@pytest.mark.parametrize(
    "query",
    [
        "cursor=made-up", "page_size=501", "page_size=0", "ordering=summary", "stag=signed", "idle_days_min=1.5",
        "idle_days_min=99999999999", "total_investment_min=NaN", "stage_kind=odd", "company=x", "search=a%00b",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_400(director: Client, query: str) -> None:
    director.read(f"leads/?{query}", 400)


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_version_at_once_one_wins() -> None:
    seed_stages(Stage, StageRequirement)
    centre = make_centre()
    lead = make_lead(centre.chen, centre.zone)
    clients = [Client(centre.chen), Client(centre.gu)]
    gate, statuses = threading.Barrier(2), []

    def change(client: Client, name: str) -> None:
        try:
            gate.wait(10)
            statuses.append(client.send("PATCH", f"leads/{lead.id}/", {"name": name}, 1).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(client, str(number))) for number, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200, 412]
    assert Lead.objects.get(pk=lead.pk).version == 2
