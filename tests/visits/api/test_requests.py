"""Service requests through the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Lead
from projects.services.companies import create_contact
from teams.models import User
from tests.api_help import Client, errors, read
from tests.factories import make_company, make_lead
from visits.models import ServiceRequest
from visits.services.requests import receive_request

AT = "2026-03-05T09:30:00+08:00"


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


@pytest.fixture
def body(lead: Lead) -> dict[str, Any]:
    return {"company": str(lead.company_id), "category": "utilities", "title": "增容 2000 kVA"}


def test_a_request_goes_all_its_steps(centre: SimpleNamespace, wang: Client, lead: Lead, body: dict[str, Any]) -> None:
    contact = create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="王总")
    told = {**body, "lead": str(lead.id), "raised_by": str(contact.id), "received_at": AT, "detail": "年底前"}
    response = wang.send("POST", "service-requests/", told)
    row = read(response, 201)
    assert response["ETag"] == '"v1"'
    assert {name: row[name] for name in told} == told
    assert (row["state"], row["handler"], row["team"]) == ("to_answer", str(centre.wang.id), str(centre.g4.id))
    assert row["answer_due_on"] > "2026-03-05"
    path = f"service-requests/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read("service-requests/")["results"] == [row]
    assert wang.change(path, {"title": "增容 3000 kVA"}, if_match=1)["version"] == 2
    wang.change(path, {"title": "x"}, 412, if_match=1)

    assert errors(wang.make(f"{path}settle/", {"settlement": "已增容"}, 422)) == {"#/answer_too": "not_answered"}
    assert errors(wang.make(f"{path}report/", {}, 422)) == {"#": "meanwhile"}
    early = {"answer": "已转供电公司", "answered_at": "2026-03-04T09:00:00+08:00"}
    assert errors(wang.make(f"{path}answer/", early, 422)) == {"#/answered_at": "too_early"}
    answered = wang.make(f"{path}answer/", {"answer": "已转供电公司"}, 200)
    assert (answered["state"], answered["answered_by"]) == ("to_settle", str(centre.wang.id))
    assert errors(wang.make(f"{path}answer/", {"answer": "again"}, 422)) == {"#": "meanwhile"}
    settled = wang.make(f"{path}settle/", {"settlement": "已增容"}, 200)
    assert settled["state"] == "to_report"
    assert settled["report_due_on"] is not None
    back = wang.make(f"{path}take-back/", {"note": "写错了", "state": "to_report"}, 200)
    assert (back["state"], back["settlement"], back["report_due_on"]) == ("to_settle", "", None)
    assert errors(wang.make(f"{path}take-back/", {"note": "x", "state": "to_report"}, 422)) == {"#": "meanwhile"}
    wang.make(f"{path}settle/", {"settlement": "已增容"}, 200)
    stale = wang.send("POST", f"{path}report/", {"report": "满意"}, if_match=2)
    assert read(stale, 412)["current_version"] > 2
    assert wang.make(f"{path}report/", {"report": "满意"}, 200)["state"] == "done"
    assert errors(wang.make(f"{path}withdraw/", {"withdraw_reason": "x"}, 422)) == {"#": "meanwhile"}
    read(wang.send("DELETE", path, if_match=1), 405)


def test_a_request_is_handed_over_and_withdrawn(centre: SimpleNamespace, wang: Client, body: dict[str, Any]) -> None:
    row = wang.make("service-requests/", body)
    path = f"service-requests/{row['id']}/"
    assert errors(wang.make(f"{path}hand-over/", {"handler": "qian"}, 422)) == {"#/handler": "does_not_exist"}
    given = wang.make(f"{path}hand-over/", {"handler": "li"}, 200)
    assert given["handler"] == str(centre.li.id)
    assert Client(centre.li).make(f"{path}withdraw/", {"withdraw_reason": "企业撤回"}, 200)["state"] == "withdrawn"


def test_who_gives_away_what_they_no_longer_see_gets_no_row(centre: SimpleNamespace, body: dict[str, Any]) -> None:
    entered = Client(centre.zhao).make("service-requests/", body)
    path = f"service-requests/{entered['id']}/"
    ServiceRequest.objects.update(created_by=centre.chen)
    answer = Client(centre.zhao).send("POST", f"{path}hand-over/", {"handler": "wang"})
    assert (answer.status_code, answer.content) == (204, b"")
    Client(centre.zhao).read(path, 404)
    assert Client(centre.wang).read(path)["team"] == str(centre.g4.id)


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"category": "odd"}, 400, {"#/category": "invalid_choice"}),
        ({"title": ""}, 400, {"#/title": "blank"}),
        ({"title": None}, 400, {"#/title": "null"}),
        ({"titel": "x"}, 400, {"#/titel": "unknown_field"}),
        ({"received_at": "2026-03-05"}, 400, {"#/received_at": "invalid"}),
        ({"received_at": "0001-01-01T00:00:00Z"}, 400, {"#/received_at": "too_early"}),
        ({"received_at": "2199-01-01T00:00:00Z"}, 422, {"#/received_at": "future"}),
        ({"answer_due_on": "2026-02-30"}, 400, {"#/answer_due_on": "invalid"}),
        ({"company": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/company": "does_not_exist"}),
        ({"handler": "nobody"}, 422, {"#/handler": "does_not_exist"}),
        ({"zone": "qingbaijiang"}, 422, {"#/zone": "does_not_exist"}),
        ({"came_from": "x"}, 400, {"#/came_from": "invalid"}),
        ({"state": "done"}, 400, {"#/state": "unknown_field"}),
    ],
)
def test_bad_requests_are_refused(
    wang: Client, body: dict[str, Any], change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    assert errors(wang.make("service-requests/", {**body, **change}, status)) == found
    assert not ServiceRequest.objects.exists()


def test_a_lead_of_another_company_is_refused(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    other = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    told = {"company": str(other.id), "lead": str(lead.id), "category": "land", "title": "x"}
    assert errors(wang.make("service-requests/", told, 422)) == {"#/lead": "other_company"}


def test_rows_of_another_team_are_not_there_and_who_reads_changes_nothing(
    centre: SimpleNamespace, wang: Client, lead: Lead, body: dict[str, Any]
) -> None:
    path = f"service-requests/{wang.make('service-requests/', body)['id']}/"
    outsider, reader = Client(centre.zhao), Client(centre.sun)
    outsider.read(path, 404)
    outsider.change(path, {"title": "x"}, 404)
    outsider.make(f"{path}answer/", {"answer": "x"}, 404)
    assert outsider.read("service-requests/count/") == {"count": 0}
    assert reader.read(path)["version"] == 1
    reader.change(path, {"title": "x"}, 403)
    reader.make(f"{path}answer/", {"answer": "x"}, 403)
    reader.make("service-requests/", body, 403)
    assert (ServiceRequest.objects.get().version, ServiceRequest.objects.count()) == (1, 1)


def test_a_service_account_must_say_which_version(centre: SimpleNamespace, wang: Client, body: dict[str, Any]) -> None:
    path = f"service-requests/{wang.make('service-requests/', body)['id']}/"
    User.objects.filter(pk=centre.chen.pk).update(is_service_account=True)
    centre.chen.refresh_from_db()
    machine = Client(centre.chen)
    machine.change(path, {"title": "x"}, 428)
    assert machine.change(path, {"title": "x"}, if_match=1)["title"] == "x"


def test_lists_are_filtered(centre: SimpleNamespace, wang: Client, lead: Lead, body: dict[str, Any]) -> None:
    row = wang.make("service-requests/", {**body, "lead": str(lead.id)})
    wang.make("service-requests/", {**body, "category": "land"})
    wang.make(f"service-requests/{row['id']}/answer/", {"answer": "x"}, 200)
    for query in (
        "state=to_settle", "state=to_settle&state=done", f"lead={lead.pk}", "category=utilities",
    ):  # fmt: skip
        assert [one["id"] for one in wang.read(f"service-requests/?{query}")["results"]] == [row["id"]], query
    for query in ("handler=wang", "team=G4", f"company={lead.company_id}", "zone=guangling"):
        assert wang.read(f"service-requests/count/?{query}") == {"count": 2}, query
    wang.read("service-requests/?state=odd", 400)
    wang.read("service-requests/?state=", 400)


def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    def more(number: int) -> None:
        for _turn in range(number):
            receive_request(
                actor=centre.wang, zone=centre.zone, company=lead.company, category="land", title="x", lead=lead
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            wang.read("service-requests/")
        return len(found)

    more(3)
    few = queries()
    more(27)
    assert len(wang.read("service-requests/")["results"]) == 30
    assert queries() == few <= 4
