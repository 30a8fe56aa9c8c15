"""The pages of service requests: the list, one with its steps, the dialogs."""

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Lead
from tests.factories import log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.models import ServiceRequest
from visits.selectors import requests as selector
from visits.services.request_steps import answer_request, settle_request, take_back_step
from visits.services.requests import receive_request, update_request

DAY = datetime.timedelta(days=1)
LIST, NEW = "/requests/", "/requests/new/"


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A landed lead of team G4."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="landed")


def received(centre: SimpleNamespace, of: Lead, title: str = "用电增容", **changes: Any) -> ServiceRequest:
    values = {"actor": centre.wang, "zone": centre.zone, "company": of.company, "category": "permits", **changes}
    return receive_request(title=title, **values)


def clock(moment: datetime.datetime) -> str:
    """A moment as the browser's picker sends it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def new_form(**changes: Any) -> dict[str, Any]:
    return {"title": "用电增容", "category": "permits", **changes}


def test_a_request_is_entered_for_a_lead_and_sent_twice_is_one(centre: SimpleNamespace, lead: Lead) -> None:
    client, token = signed_in(centre.wang), str(uuid.uuid4())
    data = new_form(handler=centre.wang.pk, lead=lead.pk, token=token)
    talk = log(centre.wang, lead, channel="visit")
    for _time in range(2):
        answer = client.post(f"{NEW}?lead={lead.pk}&came_from={talk.pk}", data, HTTP_HX_REQUEST="true")
        assert answer.status_code == 204
    request = ServiceRequest.objects.get()
    assert (request.company, request.lead, request.came_from) == (lead.company, lead, talk)
    assert str(request.pk) == token


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    data = new_form(handler=centre.wang.pk, received_at=clock(timezone.now() + DAY), detail="写了很久的话")
    answer = client.post(f"{NEW}?company={lead.company_id}", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.as_data()["received_at"][0].code == "future"
    assert "写了很久的话" in answer.content.decode()
    assert not ServiceRequest.objects.exists()


def test_the_steps_one_after_the_other(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead, received_at=timezone.now() - 2 * DAY)
    client, page = signed_in(centre.wang), f"/requests/{request.pk}/"
    early = client.post(f"{page}answer/", {"answer": "好", "answered_at": clock(request.received_at - DAY)})
    assert early.status_code == 422
    assert "It cannot be answered before it came." in early.content.decode()
    assert client.post(f"{page}answer/", {"answer": "周一上门"}).status_code == 302
    assert client.post(f"{page}settle/", {"settlement": "已通电"}).status_code == 302
    assert client.post(f"{page}report/", {"report": ""}).status_code == 302
    request.refresh_from_db()
    assert (request.answered_by, request.settled_by, request.reported_by) == (centre.wang,) * 3
    text = client.get(page).content.decode()
    assert "周一上门" in text
    assert "已通电" in text
    assert client.post(f"{page}take-back/", {"note": "还没有", "state": "done"}).status_code == 302
    assert "还没有" in client.get(page).content.decode()


def test_settling_at_once_is_one_form(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    client, page = signed_in(centre.wang), f"/requests/{request.pk}/"
    refused = client.post(f"{page}settle/", {"settlement": "当场办结"})
    assert refused.status_code == 422
    assert "answer_too" in refused.context["form"].errors
    assert client.post(f"{page}settle/", {"settlement": "当场办结", "answer_too": "on"}).status_code == 302
    assert "answer_too" not in client.get(f"{page}settle/").context["form"].fields


def test_withdrawing_needs_a_reason(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    client, page = signed_in(centre.wang), f"/requests/{request.pk}/"
    assert client.post(f"{page}withdraw/", {"withdraw_reason": " "}).status_code == 422
    request.refresh_from_db()
    assert request.withdrawn_at is None


def test_editing_keeps_what_others_changed(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    client, page = signed_in(centre.wang), f"/requests/{request.pk}/edit/"
    form = client.get(page).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data["received_at"] = clock(request.received_at)
    update_request(actor=centre.li, request_id=request.pk, changes={"detail": "800kVA"})
    assert client.post(page, {**data, "title": "增容到 800"}).status_code == 302
    request.refresh_from_db()
    assert (request.title, request.detail) == ("增容到 800", "800kVA")
    both = client.post(page, {**data, "detail": "500kVA"})
    assert both.status_code == 409
    assert "800kVA" in both.content.decode()
    assert "500kVA" in both.content.decode()


def test_the_list_shows_what_is_open_and_filters(centre: SimpleNamespace, lead: Lead) -> None:
    received(centre, lead, "早就该答复", received_at=timezone.now() - 9 * DAY)
    settled = received(centre, lead, "已办结")
    settle_request(actor=centre.wang, request_id=settled.pk, settlement="好", answer_too=True)
    client = signed_in(centre.wang)

    def titles(query: str = "") -> list[str]:
        response = client.get(f"{LIST}{query}")
        assert response.status_code == 200
        return [row.title for row in response.context["rows"]]

    assert titles() == ["早就该答复", "已办结"]
    assert titles("?overdue=on") == ["早就该答复"]
    assert titles("?state=to_report") == ["已办结"]
    assert titles("?state=done") == []
    assert titles(f"?company={lead.company_id}&category=permits&team={centre.g4.pk}&who=me&search=办结") == ["已办结"]
    assert titles("?state=nonsense&team=nobody&cursor=!!&company=7") == ["早就该答复", "已办结"]
    assert [row["late"] for row in client.get(LIST).context["stats"]] == [1, 0, 0]
    assert signed_in(centre.zhao).get(LIST).context["rows"] == []


def test_pages_follow_each_other_without_a_gap_or_a_double(
    centre: SimpleNamespace, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "PAGE", 3)
    for number in range(7):
        request = received(centre, lead, f"事项{number}")
        if number > 3:
            settle_request(actor=centre.wang, request_id=request.pk, settlement="好", answer_too=True)
    take_back_step(actor=centre.wang, request_id=request.pk, note="错")
    client = signed_in(centre.wang)
    for query in ("state=all", "state=all&ordering=-received_at"):
        address, titles = f"?{query}", []
        while address:
            response = client.get(f"{LIST}{address}")
            titles += [row.title for row in response.context["rows"]]
            address = response.context["next_url"]
        assert sorted(titles) == [f"事项{number}" for number in range(7)]


def test_queries_do_not_grow_with_the_rows(centre: SimpleNamespace, lead: Lead) -> None:
    def queries(address: str) -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    pages = (LIST, f"/leads/{lead.pk}/requests/", f"/companies/{lead.company_id}/requests/", "/")
    for number in range(3):
        received(centre, lead, f"事项{number}", lead=lead)
    few = [queries(page) for page in pages]
    for number in range(27):
        company = make_company(centre.chen, f"第{number}家公司")
        of = make_lead(centre.chen, centre.zone, company=company, team=centre.g4)
        received(centre, of, f"事项{number}", lead=of)
        received(centre, lead, f"另一事项{number}", lead=lead)
    assert [queries(page) for page in pages] == few
    assert max(few[:3]) < 25


def test_one_with_many_changes_costs_the_same(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    client = signed_in(centre.wang)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/requests/{request.pk}/").status_code == 200
        return len(captured)

    update_request(actor=centre.li, request_id=request.pk, changes={"title": "一"})
    few = queries()
    for number in range(10):
        answer_request(actor=centre.wang, request_id=request.pk, answer=f"第{number}次")
        take_back_step(actor=centre.li, request_id=request.pk, note="再改")
    assert queries() == few


def test_today_shows_what_of_mine_is_due(centre: SimpleNamespace, lead: Lead) -> None:
    received(centre, lead, "我的诉求")
    answered = received(centre, lead, "不急的")
    answer_request(actor=centre.wang, request_id=answered.pk, answer="好")
    text = signed_in(centre.wang).get("/").content.decode()
    assert "我的诉求" in text
    assert "不急的" not in text
    assert "我的诉求" not in signed_in(centre.li).get("/?scope=own").content.decode()
    assert "我的诉求" in signed_in(centre.li).get("/?scope=team").content.decode()


def test_a_hidden_lead_is_not_told_to_whoever_handles_its_request(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead, lead=lead, handler=centre.zhao)
    page = signed_in(centre.zhao).get(f"/requests/{request.pk}/")
    assert page.status_code == 200
    assert str(lead) not in page.content.decode()
    answer = signed_in(centre.zhao).post(f"/requests/{request.pk}/answer/", {"answer": "好"})
    assert answer.status_code == 302


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1500-06-01T08:00", "9999-12-31T23:59"])
def test_moments_that_no_calendar_can_count_from_are_refused(centre: SimpleNamespace, lead: Lead, moment: str) -> None:
    """A request of the year 1 in Shanghai lies before year 1 in UTC: no list could be read any more."""
    client = signed_in(centre.wang)
    values = {"title": "用电", "category": "permits", "handler": str(centre.wang.pk), "received_at": moment}
    answer = client.post(f"{NEW}?company={lead.company_id}", {**values, "company": str(lead.company_id)})
    assert answer.status_code == 422
    assert not ServiceRequest.objects.exists()
    row = received(centre, lead)
    for step, text in (("answer", "answer"), ("settle", "settlement")):
        sent = {text: "好", f"{text}ed_at": moment, "answered_at": moment, "settled_at": moment, "answer_too": "on"}
        assert client.post(f"/requests/{row.pk}/{step}/", sent).status_code == 422
    row.refresh_from_db()
    assert row.answered_at is None
    assert client.get(LIST).status_code == 200
