"""Follow-ups and planned visits through the API."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Lead
from teams.models import User
from tests.api_help import Client, errors, read
from tests.factories import make_company, make_lead
from visits.models import FollowUp, PlannedVisit
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import plan_visit


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


def in_days(centre: SimpleNamespace, days: int) -> str:
    day: datetime.date = centre.zone.today() + datetime.timedelta(days=days)
    return day.isoformat()


def test_a_follow_up_is_planned_changed_and_cancelled(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    body = {"lead": str(lead.id), "due_on": in_days(centre, 3), "note": "寄图纸"}
    response = wang.send("POST", "follow-ups/", body)
    row = read(response, 201)
    assert response["Location"].endswith(f"/api/v1/follow-ups/{row['id']}/")
    assert {name: row[name] for name in body} == body
    assert (row["assignee"], row["status"], row["version"]) == (str(centre.wang.id), "open", 1)
    path = f"follow-ups/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read("follow-ups/")["results"] == [row]
    assert wang.read(f"leads/{lead.id}/")["next_follow_up_on"] == body["due_on"]

    later = {"due_on": in_days(centre, 9)}
    assert errors(wang.change(path, later, 422, if_match=1)) == {"#/snooze_reason": "required"}
    assert wang.read(path) == row
    found = wang.change(path, {**later, "snooze_reason": "出差", "note": "寄样品", "assignee": "li"}, if_match=1)
    assert (found["due_on"], found["note"], found["assignee"]) == (later["due_on"], "寄样品", str(centre.li.id))
    assert found["delegated_by"] == str(centre.wang.id)
    wang.change(path, {"note": "x"}, 412, if_match=1)

    assert errors(wang.make(f"{path}give-back/", {}, 422)) == {"#": "not_delegated"}
    assert Client(centre.li).make(f"{path}give-back/", {}, 200)["assignee"] == str(centre.wang.id)
    assert errors(wang.make(f"{path}cancel/", {}, 400)) == {"#/cancel_reason": "required"}
    stale = wang.send("POST", f"{path}cancel/", {"cancel_reason": "不再需要"}, if_match=1)
    assert read(stale, 412)["current_version"] > 1
    done = wang.make(f"{path}cancel/", {"cancel_reason": "不再需要"}, 200)
    assert (done["status"], done["cancel_reason"]) == ("cancelled", "不再需要")
    assert errors(wang.make(f"{path}cancel/", {"cancel_reason": "again"}, 422)) == {"#": "not_open"}
    assert wang.read(f"leads/{lead.id}/")["next_follow_up_on"] is None
    read(wang.send("DELETE", path, if_match=done["version"]), 405)


def test_a_planned_visit_is_planned_changed_and_cancelled(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    body = {
        "lead": str(lead.id), "channel": "visit", "planned_on": in_days(centre, 3), "starts_at": "09:30:00",
        "duration_minutes": 90, "place": "苏州", "purpose": "考察", "expected_result": "定地块",
    }  # fmt: skip
    row = wang.make("planned-visits/", {**body, "staff": ["li"]})
    assert {name: row[name] for name in body} == body
    assert (row["owner"], row["staff"], row["status"]) == (str(centre.wang.id), [str(centre.li.id)], "planned")
    assert (row["company"], row["team"]) == (str(lead.company_id), str(centre.g4.id))
    path = f"planned-visits/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read("planned-visits/")["results"] == [row]

    change = {"planned_on": in_days(centre, 5), "starts_at": None, "staff": []}
    found = wang.change(path, change, if_match=1)
    assert {name: found[name] for name in change} == change
    assert found["first_planned_on"] == body["planned_on"]
    wang.change(path, {"place": "x"}, 412, if_match=1)
    staff = wang.change(path, {"staff": ["li", "chen"]})["staff"]
    assert sorted(staff) == sorted([str(centre.li.id), str(centre.chen.id)])
    done = wang.make(f"{path}cancel/", {"cancel_reason": "客户改期"}, 200)
    assert (done["status"], done["cancel_reason"]) == ("cancelled", "客户改期")
    assert errors(wang.change(path, {"place": "x"}, 422)) == {"#": "not_planned"}
    read(wang.send("DELETE", path, if_match=1), 405)


def test_a_visit_to_a_company_without_a_lead_needs_a_zone_of_the_caller(centre: SimpleNamespace, wang: Client) -> None:
    company = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    body = {"company": str(company.id), "channel": "video", "planned_on": in_days(centre, 0), "expected_result": "x"}
    row = wang.make("planned-visits/", body)
    assert (row["lead"], row["company"], row["zone"]["code"]) == (None, str(company.id), "guangling")
    wang.make("planned-visits/", {**body, "zone": "guangling"})
    assert errors(wang.make("planned-visits/", {**body, "zone": "qingbaijiang"}, 422)) == {"#/zone": "does_not_exist"}


def test_an_interaction_does_what_was_planned(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    step = wang.make("follow-ups/", {"lead": str(lead.id), "due_on": in_days(centre, 1)})
    plan = wang.make(
        "planned-visits/",
        {"lead": str(lead.id), "channel": "visit", "planned_on": in_days(centre, 0), "expected_result": "x"},
    )
    talk = wang.make(
        "interactions/",
        {
            "lead": str(lead.id), "channel": "visit", "done_follow_ups": [step["id"]],
            "done_planned_visits": [plan["id"]],
        },
    )  # fmt: skip
    for path in (f"follow-ups/{step['id']}/", f"planned-visits/{plan['id']}/"):
        found = wang.read(path)
        assert (found["status"], found["done_by"]) == ("done", talk["id"])


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"due_on": "0000-01-01"}, 400, {"#/due_on": "invalid"}),
        ({"due_on": "0001-01-01"}, 400, {"#/due_on": "too_early"}),
        ({"due_on": "2020-01-01"}, 422, {"#/due_on": "in_past"}),
        ({"due_on": None}, 400, {"#/due_on": "null"}),
        ({"due": "2026-01-01"}, 400, {"#/due": "unknown_field"}),
        ({"note": 5}, 400, {"#/note": "invalid"}),
        ({"assignee": "nobody"}, 422, {"#/assignee": "does_not_exist"}),
        ({"assignee": "qian"}, 422, {"#/assignee": "does_not_exist"}),
        ({"lead": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/lead": "does_not_exist"}),
        ({"lead": {"source_system": "erp", "external_id": "?"}}, 422, {"#/lead": "unknown_external_id"}),
        ({"lead": 5}, 400, {"#/lead": "invalid"}),
    ],
)
def test_bad_follow_ups_are_refused(
    centre: SimpleNamespace, wang: Client, lead: Lead, change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    body = {"lead": str(lead.id), "due_on": in_days(centre, 1), **change}
    assert errors(wang.make("follow-ups/", body, status)) == found
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"channel": "phone"}, 400, {"#/channel": "invalid_choice"}),
        ({"starts_at": "9:30"}, 400, {"#/starts_at": "invalid"}),
        ({"starts_at": "24:00"}, 400, {"#/starts_at": "invalid"}),
        ({"starts_at": 930}, 400, {"#/starts_at": "invalid"}),
        ({"duration_minutes": 4}, 400, {"#/duration_minutes": "min_value"}),
        ({"duration_minutes": 1.5}, 400, {"#/duration_minutes": "invalid"}),
        ({"planned_on": "2020-01-01"}, 422, {"#/planned_on": "in_past"}),
        ({"planned_on": "2199-01-01"}, 422, {"#/planned_on": "too_late"}),
        ({"expected_result": ""}, 400, {"#/expected_result": "blank"}),
        ({"staff": ["wang", "nobody"]}, 422, {"#/staff/1": "does_not_exist"}),
        ({"staff": "wang"}, 400, {"#/staff": "not_a_list"}),
        ({"lead": None}, 422, {"#/lead": "required"}),
        ({"status": "done"}, 400, {"#/status": "unknown_field"}),
        ({"company": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/company": "does_not_exist"}),
    ],
)
def test_bad_plans_are_refused(
    centre: SimpleNamespace, wang: Client, lead: Lead, change: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    body = {"lead": str(lead.id), "channel": "visit", "planned_on": in_days(centre, 1), "expected_result": "x"}
    assert errors(wang.make("planned-visits/", {**body, **change}, status)) == found
    assert not PlannedVisit.objects.exists()


def test_nan_is_no_json(wang: Client) -> None:
    read(wang.send("POST", "planned-visits/", b'{"duration_minutes": NaN}'), 400)
    read(wang.send("POST", "follow-ups/", b'{"note": "\xff"}'), 400)


def rows_of(centre: SimpleNamespace, lead: Lead) -> tuple[str, str]:
    step = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="谈")
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定",
    )  # fmt: skip
    return f"follow-ups/{step.pk}/", f"planned-visits/{visit.pk}/"


def test_rows_of_another_team_are_not_there(centre: SimpleNamespace, lead: Lead) -> None:
    outsider = Client(centre.zhao)
    for path in rows_of(centre, lead):
        outsider.read(path, 404)
        outsider.change(path, {"note": "x"}, 404)
        outsider.make(f"{path}cancel/", {"cancel_reason": "x"}, 404)
        assert outsider.read(f"{path.split('/')[0]}/")["results"] == []
        assert outsider.read(f"{path.split('/')[0]}/count/") == {"count": 0}
    assert {FollowUp.objects.get().status, PlannedVisit.objects.get().status} == {"open", "planned"}


def test_who_only_reads_may_change_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    reader = Client(centre.sun)
    step, visit = rows_of(centre, lead)
    for path, change in ((step, {"note": "x"}), (visit, {"place": "x"})):
        assert reader.read(path)["version"] == 1
        reader.change(path, change, 403)
        reader.make(f"{path}cancel/", {"cancel_reason": "x"}, 403)
    reader.make("follow-ups/", {"lead": str(lead.id), "due_on": in_days(centre, 1)}, 403)
    assert {FollowUp.objects.get().version, PlannedVisit.objects.get().version} == {1}


def test_a_colleagues_plan_is_theirs(centre: SimpleNamespace, lead: Lead) -> None:
    step = plan_follow_up(actor=centre.li, lead_id=lead.pk, due_on=centre.zone.today())
    Client(centre.wang).change(f"follow-ups/{step.pk}/", {"note": "x"}, 403)
    _step, visit = rows_of(centre, lead)
    assert Client(centre.li).change(visit, {"place": "苏州"})["place"] == "苏州"


def test_a_service_account_must_say_which_version(centre: SimpleNamespace, lead: Lead) -> None:
    User.objects.filter(pk=centre.chen.pk).update(is_service_account=True)
    centre.chen.refresh_from_db()
    machine = Client(centre.chen)
    for path in rows_of(centre, lead):
        field = "note" if path.startswith("follow") else "place"
        machine.change(path, {field: "x"}, 428)
        machine.change(path, {field: "x"}, 412, if_match=7)
        assert machine.change(path, {field: "x"}, if_match=1)[field] == "x"


def test_lists_are_filtered_and_ordered(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    early, late = (
        plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today() + datetime.timedelta(days=days))
        for days in (1, 9)
    )
    _step, visit = rows_of(centre, lead)
    ids = [row["id"] for row in wang.read(f"follow-ups/?due_after={in_days(centre, 1)}&ordering=due_on")["results"]]
    assert ids == [str(early.pk), str(late.pk)]
    for query in (f"lead={lead.pk}", "assignee=wang", "status=open", "team=G4", "zone=guangling"):
        assert wang.read(f"follow-ups/count/?{query}") == {"count": 3}, query
    for query in (f"lead={lead.pk}", "owner=wang", "status=planned", "channel=visit", f"company={lead.company_id}"):
        assert wang.read(f"planned-visits/count/?{query}") == {"count": 1}, query
    assert visit.endswith(f"{PlannedVisit.objects.get().pk}/")
    wang.read("follow-ups/?dueafter=2026-01-01", 400)
    wang.read("follow-ups/?due_after=2026-13-01", 400)
    wang.read("planned-visits/?ordering=secret", 400)
    wang.read("planned-visits/?cursor=made-up", 400)


@pytest.mark.parametrize("path", ["follow-ups/", "planned-visits/"])
def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, wang: Client, lead: Lead, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            wang.read(path)
        return len(found)

    for _turn in range(3):
        rows_of(centre, lead)
    few = queries()
    for _turn in range(27):
        rows_of(centre, lead)
    assert len(wang.read(path)["results"]) == 30
    assert queries() == few <= 4
