"""Stage moves through the API."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from projects.models import Lead, LedgerEntry
from projects.services.leads import delete_lead
from projects.services.reviving import revive_lead
from tests.api_help import Client, errors, read
from tests.factories import log, make_company, make_lead


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry, stage="in_talks",
        on=centre.zone.today() - datetime.timedelta(days=30),
    )  # fmt: skip
    log(centre.wang, lead)
    return lead


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


def test_next_stages_say_what_is_missing(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    stages = {one["stage"]: one for one in wang.read(f"leads/{lead.id}/next-stages/")["results"]}
    assert list(stages) == ["enquiry", "key_talks", "to_sign", "signed", "landed", "closed"]
    assert stages["signed"] == {
        "stage": "signed",
        "label": "Signed",
        "goes_back": False,
        "missing": [
            {"field": "agreed_investment", "label": "Agreed investment"},
            {"field": "agreement_number", "label": "Agreement number or document"},
        ],
    }
    assert stages["enquiry"]["goes_back"] is True
    assert Client(centre.sun).read(f"leads/{lead.id}/next-stages/") == {"results": []}
    assert wang.read(f"leads/{lead.id}/next-stages/?odd=1", 400)["errors"] == [
        {"pointer": "#/odd", "code": "unknown_parameter", "detail": "This parameter is not known here."}
    ]


def test_a_move_sets_the_fields_and_the_stage_together(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    day = centre.zone.today().isoformat()
    body = {
        "to_stage": "signed", "from_stage": "in_talks", "occurred_on": day, "note": "集中签约",
        "fields": {"agreed_investment": "500000000.00", "agreement_number": "GL-1", "industry": "auto-parts"},
    }  # fmt: skip
    response = wang.send("POST", f"leads/{lead.id}/moves/", body)
    move = read(response, 201)
    assert move | {
        "from_stage": "in_talks", "to_stage": "signed", "occurred_on": day, "note": "集中签约", "evidence": "",
        "reverses": None,
    } == move  # fmt: skip
    assert move["actor"] == {"id": str(centre.wang.id), "display_name": "Wang"}
    again = wang.get(response["Location"])
    assert read(again) == move
    assert again["ETag"] == response["ETag"] == '"v1"'
    assert wang.read(f"leads/{lead.id}/moves/")["results"] == [move]
    assert wang.read("stage-moves/?to_stage=signed")["results"] == [move]
    row = wang.read(f"leads/{lead.id}/")
    assert (row["stage"], row["signed_on"], row["agreed_investment"]) == ("signed", day, "500000000.00")


def test_unmet_requirements_are_told_field_by_field_and_nothing_is_set(wang: Client, lead: Lead) -> None:
    body = {"to_stage": "signed", "fields": {"agreement_number": "GL-1"}}
    problem = wang.make(f"leads/{lead.id}/moves/", body, 422)
    assert errors(problem) == {"#/fields/agreed_investment": "required"}
    fresh = Lead.objects.get(pk=lead.pk)
    assert (fresh.stage_id, fresh.agreement_number, fresh.version) == ("in_talks", "", lead.version + 1)


def test_who_saw_the_lead_elsewhere_is_told_where_it_is(wang: Client, lead: Lead) -> None:
    body = {"to_stage": "closed", "from_stage": "enquiry", "fields": {"close_reason": "x"}}
    problem = wang.make(f"leads/{lead.id}/moves/", body, 409)
    assert problem["current"] == "in_talks"


def test_landing_takes_the_registered_company_and_its_code(centre: SimpleNamespace, lead: Lead) -> None:
    company = make_company(centre.chen, "苏州新厂有限公司")
    fields = {"registered_company": str(company.id), "registered_credit_code": "91350100M000100Y43", "place": "A"}
    body = {"to_stage": "landed", "fields": fields}
    director = Client(centre.chen)
    wrong = {**body, "fields": {**fields, "registered_credit_code": "91350100M000100Y44"}}
    assert set(errors(director.make(f"leads/{lead.id}/moves/", wrong, 422))) == {"#/fields/registered_credit_code"}
    director.make(f"leads/{lead.id}/moves/", body)
    company.refresh_from_db()
    assert company.credit_code == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({}, 400, {"#/to_stage": "required"}),
        ({"to_stage": "closed", "stage": "x"}, 400, {"#/stage": "unknown_field"}),
        ({"to_stage": "closed", "fields": {"stage": "x"}}, 400, {"#/fields/stage": "unknown_field"}),
        ({"to_stage": "closed", "fields": {"opening": None}}, 400, {"#/fields/opening": "unknown_field"}),
        ({"to_stage": "closed", "fields": []}, 400, {"#/fields": "invalid"}),
        ({"to_stage": "nowhere"}, 422, {"#/to_stage": "unknown_stage"}),
        ({"to_stage": "in_talks"}, 422, {"#/to_stage": "same_stage"}),
        ({"to_stage": "enquiry"}, 422, {"#/note": "required"}),
        ({"to_stage": "closed", "occurred_on": "2199-01-01"}, 422, None),
        ({"to_stage": "key_talks", "fields": {"industry": "odd"}}, 422, {"#/fields/industry": "does_not_exist"}),
    ],
)
def test_wrong_moves_are_refused(
    wang: Client, lead: Lead, body: dict[str, object], status: int, found: dict[str, str] | None
) -> None:
    problem = wang.make(f"leads/{lead.id}/moves/", body, status)
    assert found is None or errors(problem) == found
    assert not LedgerEntry.objects.filter(kind="moved").exists()


def test_who_may_not_move_or_assign_is_refused(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    path = f"leads/{lead.id}/moves/"
    Client(centre.sun).make(path, {"to_stage": "closed", "fields": {"close_reason": "x"}}, 403)
    wang.make(path, {"to_stage": "closed", "fields": {"close_reason": "x", "team": "G1"}}, 403)
    assert wang.read(path)["results"] == []
    assert Client(centre.zhao).read("stage-moves/count/") == {"count": 0}


def test_a_deletion_that_was_taken_back_is_no_move(centre: SimpleNamespace, wang: Client, lead: Lead) -> None:
    made = wang.make(f"leads/{lead.id}/moves/", {"to_stage": "enquiry", "note": "回到线索"})
    delete_lead(actor=centre.chen, lead_id=lead.pk)
    revive_lead(actor=centre.chen, lead_id=lead.pk)
    assert LedgerEntry.objects.filter(lead=lead, kind="corrected").count() == 1
    for path in (f"leads/{lead.id}/moves/", f"stage-moves/?lead={lead.id}"):
        assert [row["id"] for row in wang.read(path)["results"]] == [made["id"]]
    assert wang.read("stage-moves/count/") == {"count": 1}
