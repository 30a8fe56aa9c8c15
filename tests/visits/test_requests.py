"""Service requests: each step by whom and when, what is refused, what is overdue, who may."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from investcrm.core.errors import Stale
from projects.models import Lead, Notification
from projects.services.companies import create_contact
from tests.factories import log, make_company, make_lead
from visits.models import ServiceRequest
from visits.selectors.requests import due_on_of, found_by, open_counts, requests_due, state_of
from visits.services.request_steps import (
    answer_request,
    report_request,
    settle_request,
    take_back_step,
    withdraw_request,
)
from visits.services.requests import hand_over_request, receive_request, update_request

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A landed lead of team G4."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="landed")


def received(centre: SimpleNamespace, of: Lead, **changes: Any) -> ServiceRequest:
    """A request that Wang received ten days ago."""
    values: dict[str, Any] = {
        "actor": centre.wang, "zone": centre.zone, "company": of.company, "category": "permits",
        "title": "用电增容", "received_at": timezone.now() - 10 * DAY,
    }  # fmt: skip
    return receive_request(**{**values, **changes})


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, str]:
    """The codes of what was refused, by field."""
    if not hasattr(error.value, "error_dict"):
        return {"": error.value.code}
    return {field: errors[0].code for field, errors in error.value.error_dict.items()}


def test_the_days_come_from_the_settings_of_the_zone(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    came = timezone.localtime(request.received_at).date()
    assert (request.answer_due_on, request.settle_due_on) == (came + DAY, came + 15 * DAY)
    assert (request.report_due_on, request.team, request.handler) == (None, centre.g4, centre.wang)
    given = received(centre, lead, answer_due_on=came + 20 * DAY)
    assert (given.answer_due_on, given.settle_due_on) == (came + 20 * DAY, came + 20 * DAY)


def test_each_step_says_who_and_when_and_what_is_due_next(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    assert (state_of(request), due_on_of(request)) == ("to_answer", request.answer_due_on)
    at = request.received_at + HOUR
    request = answer_request(actor=centre.wang, request_id=request.pk, answer="供电公司下周来", at=at)
    assert (request.answered_at, request.answered_by, state_of(request)) == (at, centre.wang, "to_settle")
    request = settle_request(actor=centre.li, request_id=request.pk, settlement="已增容", at=at + DAY)
    assert (request.settled_at, request.settled_by, state_of(request)) == (at + DAY, centre.li, "to_report")
    assert due_on_of(request) == timezone.localtime(at + DAY).date() + 3 * DAY
    request = report_request(actor=centre.wang, request_id=request.pk, report="满意")
    assert (request.reported_by, request.report, state_of(request)) == (centre.wang, "满意", "done")
    assert due_on_of(request) is None


def test_a_request_answered_before_it_came(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    with pytest.raises(ValidationError) as error:
        answer_request(actor=centre.wang, request_id=request.pk, answer="好", at=request.received_at - MINUTE)
    assert refused(error) == {"answered_at": "too_early"}
    request.refresh_from_db()
    assert request.answered_at is None


def test_no_step_in_the_future_and_none_before_the_one_before(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    later = timezone.now() + 2 * MINUTE
    with pytest.raises(ValidationError) as error:
        received(centre, lead, received_at=later)
    assert refused(error) == {"received_at": "future"}
    with pytest.raises(ValidationError) as error:
        answer_request(actor=centre.wang, request_id=request.pk, answer="好", at=later)
    assert refused(error) == {"answered_at": "future"}
    answer_request(actor=centre.wang, request_id=request.pk, answer="好", at=request.received_at + DAY)
    for at, code in ((request.received_at, "too_early"), (later, "future")):
        with pytest.raises(ValidationError) as error:
            settle_request(actor=centre.wang, request_id=request.pk, settlement="好", at=at)
        assert refused(error) == {"settled_at": code}
    settle_request(actor=centre.wang, request_id=request.pk, settlement="好", at=request.received_at + 2 * DAY)
    with pytest.raises(ValidationError) as error:
        report_request(actor=centre.wang, request_id=request.pk, at=request.received_at + DAY)
    assert refused(error) == {"reported_at": "too_early"}
    with pytest.raises(ValidationError) as error:
        update_request(
            actor=centre.wang, request_id=request.pk, changes={"received_at": request.received_at + 3 * DAY}
        )
    assert refused(error)["received_at"] == "after_answer"


def test_settling_what_was_never_answered_says_so(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    with pytest.raises(ValidationError) as error:
        settle_request(actor=centre.wang, request_id=request.pk, settlement="当场办结")
    assert refused(error) == {"answer_too": "not_answered"}
    request = settle_request(actor=centre.wang, request_id=request.pk, settlement="当场办结", answer_too=True)
    assert request.answered_at == request.settled_at
    assert (request.answered_by, request.answer) == (centre.wang, "当场办结")


def test_an_answer_says_something_and_a_withdrawal_says_why(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    with pytest.raises(ValidationError) as error:
        answer_request(actor=centre.wang, request_id=request.pk, answer=" ")
    assert refused(error) == {"answer": "required"}
    with pytest.raises(ValidationError) as error:
        withdraw_request(actor=centre.wang, request_id=request.pk, reason=" ")
    assert refused(error) == {"withdraw_reason": "required"}
    request = withdraw_request(actor=centre.wang, request_id=request.pk, reason="企业自行解决")
    assert state_of(request) == "withdrawn"
    with pytest.raises(ValidationError) as error:
        answer_request(actor=centre.wang, request_id=request.pk, answer="好")
    assert refused(error) == {"": "meanwhile"}


def test_the_latest_step_is_taken_back_and_why_is_kept(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    with pytest.raises(ValidationError) as error:
        take_back_step(actor=centre.wang, request_id=request.pk, note="错")
    assert refused(error) == {"": "nothing"}
    settle_request(actor=centre.wang, request_id=request.pk, settlement="办结", answer_too=True)
    with pytest.raises(ValidationError) as error:
        take_back_step(actor=centre.wang, request_id=request.pk, note="")
    assert refused(error) == {"note": "required"}
    with pytest.raises(ValidationError) as error:
        take_back_step(actor=centre.wang, request_id=request.pk, note="错", state="to_settle")
    assert refused(error) == {"": "meanwhile"}
    request = take_back_step(actor=centre.wang, request_id=request.pk, note="点错了", state="to_report")
    assert (state_of(request), request.report_due_on, request.settlement) == ("to_settle", None, "")
    last: Any = request.events.order_by("-pgh_id").first()  # type: ignore[attr-defined]
    assert last.pgh_context.metadata["note"] == "点错了"
    request = take_back_step(actor=centre.wang, request_id=request.pk, note="点错了")
    assert state_of(request) == "to_answer"
    withdraw_request(actor=centre.wang, request_id=request.pk, reason="不需要了")
    assert state_of(take_back_step(actor=centre.wang, request_id=request.pk, note="还要")) == "to_answer"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, {"title": "blank"}),
        ({"category": "weather"}, {"category": "invalid_choice"}),
        ({"answer_due_on": datetime.date(2000, 1, 1)}, {"answer_due_on": "before_it_came"}),
        ({"settle_due_on": datetime.date(2200, 1, 1)}, {"settle_due_on": "too_late"}),
    ],
)
def test_what_is_refused_beside_its_field(
    centre: SimpleNamespace, lead: Lead, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as error:
        received(centre, lead, **changes)
    assert refused(error) == expected
    assert not ServiceRequest.objects.exists()


def test_rows_of_others_are_refused(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_company(centre.chen, "扬州别家电子有限公司")
    contact = create_contact(actor=centre.chen, zone=centre.zone, company=other, name="王五")
    with pytest.raises(ValidationError) as error:
        received(centre, lead, company=other, lead=lead, raised_by=None)
    assert refused(error) == {"lead": "other_company"}
    with pytest.raises(ValidationError) as error:
        received(centre, lead, raised_by=contact, handler=centre.qian)
    assert refused(error) == {"raised_by": "other_company", "handler": "not_in_zone"}
    assert not ServiceRequest.objects.exists()


def test_handing_it_to_a_colleague_of_another_team(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead, lead=lead)
    with pytest.raises(Http404):
        answer_request(actor=centre.zhao, request_id=request.pk, answer="好")
    request = hand_over_request(actor=centre.wang, request_id=request.pk, handler=centre.zhao)
    assert (request.handler, request.team) == (centre.zhao, centre.g1)
    told = Notification.objects.get(user=centre.zhao)
    assert (told.user, told.data["what"], told.data["id"]) == (centre.zhao, "service_request", str(request.pk))
    answer_request(actor=centre.zhao, request_id=request.pk, answer="已联系")
    update_request(actor=centre.zhao, request_id=request.pk, changes={"title": "用电增容二期"})
    for person in (centre.qian, centre.sun):
        with pytest.raises(ValidationError) as error:
            hand_over_request(actor=centre.chen, request_id=request.pk, handler=person)
        assert refused(error) == {"handler": "not_in_zone"}


def test_who_may_handle_a_request(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead, actor=centre.chen, lead=lead)
    ServiceRequest.objects.filter(pk=request.pk).update(team=centre.g4)
    for person, error in (
        (centre.wang, PermissionDenied),
        (centre.sun, PermissionDenied),
        (centre.zhao, Http404),
        (centre.qian, Http404),
        (centre.bao, Http404),
    ):
        with pytest.raises(error):
            answer_request(actor=person, request_id=request.pk, answer="好")
    request.refresh_from_db()
    assert request.answered_at is None
    answer_request(actor=centre.li, request_id=request.pk, answer="好")
    for person in (centre.sun, centre.bao):
        with pytest.raises(PermissionDenied):
            received(centre, lead, actor=person)


def test_two_editors_lose_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    request = received(centre, lead)
    update_request(actor=centre.li, request_id=request.pk, changes={"detail": "800kVA"}, base={"detail": ""})
    update_request(actor=centre.wang, request_id=request.pk, changes={"title": "增容"}, base={"title": "用电增容"})
    with pytest.raises(Stale) as stale:
        update_request(actor=centre.wang, request_id=request.pk, changes={"detail": "500"}, base={"detail": ""})
    assert stale.value.current == {"detail": "800kVA"}
    request.refresh_from_db()
    assert (request.title, request.detail) == ("增容", "800kVA")


def test_what_is_overdue_is_counted_by_its_step(centre: SimpleNamespace, lead: Lead) -> None:
    received(centre, lead, title="无人答复")
    answered = received(centre, lead, title="已答复")
    answer_request(actor=centre.wang, request_id=answered.pk, answer="好", at=answered.received_at)
    old = received(centre, lead, title="很久", received_at=timezone.now() - 40 * DAY)
    settle_request(actor=centre.wang, request_id=old.pk, settlement="好", answer_too=True, at=old.received_at)
    fresh = received(centre, lead, title="今天的", received_at=timezone.now())
    assert open_counts(centre.wang) == {
        "to_answer": 2, "late_to_answer": 1, "to_settle": 1, "late_to_settle": 0, "to_report": 1, "late_to_report": 1,
    }  # fmt: skip
    assert {row.title for row in found_by(centre.wang, overdue=True)} == {"无人答复", "很久"}
    assert {row.title for row in requests_due(centre.wang, own=True)} == {"无人答复", "很久", "今天的"}
    assert not requests_due(centre.li, own=True).exists()
    assert requests_due(centre.li, own=False, teams=[centre.g4.pk]).count() == 3
    withdraw_request(actor=centre.wang, request_id=fresh.pk, reason="重复")
    assert [row.title for row in found_by(centre.wang, state="withdrawn")] == ["今天的"]
    assert [row.title for row in found_by(centre.wang, query="很久")] == ["很久"]
    assert found_by(centre.wang, state="open").count() == 3


def test_a_request_remembers_the_talk_it_came_from(centre: SimpleNamespace, lead: Lead) -> None:
    talk = log(centre.wang, lead, channel="visit", summary="提到用电")
    assert received(centre, lead, came_from=talk, lead=lead).came_from == talk
    with pytest.raises(ValidationError) as error:
        received(centre, lead, actor=centre.zhao, came_from=talk)
    assert refused(error) == {"came_from": "gone"}
