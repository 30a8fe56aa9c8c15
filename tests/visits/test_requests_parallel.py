"""Two who answer one request at once, and two who hold the books at once, each over a connection of their own."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from projects.models import CapitalIncrease, FundArrival, Lead
from projects.services.funds import change_funds, enter_funds, reject_funds, verify_funds
from projects.services.increases import record_increase, take_back_increase
from tests.factories import make_lead
from tests.visits.test_parallel import at_once
from visits.models import ServiceRequest
from visits.services.request_steps import answer_request, settle_request, take_back_step
from visits.services.requests import receive_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(transactional_db: None, centre: SimpleNamespace) -> Lead:
    """A signed lead of team G4."""
    on = centre.zone.today() - datetime.timedelta(days=9)
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", on=on)


@pytest.fixture
def request_row(centre: SimpleNamespace, lead: Lead) -> ServiceRequest:
    """What its company asks for."""
    return receive_request(
        actor=centre.wang, zone=centre.zone, company=lead.company, category="permits", title="用电增容"
    )


@pytest.fixture
def arrival(centre: SimpleNamespace, lead: Lead) -> FundArrival:
    """Funds that Wang entered."""
    return enter_funds(
        actor=centre.wang, lead_id=lead.pk, kind="funds_in_place", amount=Decimal(5_000_000),
        value_on=centre.zone.today(), evidence="进账单",
    )  # fmt: skip


def tried(work: object) -> str:
    """`done`, or the code of the refusal."""
    try:
        work()  # type: ignore[operator]
    except ValidationError as error:
        return error.code or "refused"
    return "done"


def test_two_who_answer_at_once_give_one_answer(centre: SimpleNamespace, request_row: ServiceRequest) -> None:
    people = [centre.wang, centre.li, centre.chen, centre.gu]

    def answer(number: int) -> str:
        person = people[number]
        return tried(lambda: answer_request(actor=person, request_id=request_row.pk, answer=f"答复{number}"))

    results = at_once(4, answer)
    assert sorted(results) == ["done", "meanwhile", "meanwhile", "meanwhile"]  # type: ignore[type-var]
    request_row.refresh_from_db()
    number = results.index("done")
    assert (request_row.answer, request_row.answered_by) == (f"答复{number}", people[number])


def test_settling_and_taking_back_at_once_leave_a_whole_row(
    centre: SimpleNamespace, request_row: ServiceRequest
) -> None:
    answer_request(actor=centre.wang, request_id=request_row.pk, answer="好")

    def act(number: int) -> str:
        if number % 2:
            return tried(lambda: settle_request(actor=centre.wang, request_id=request_row.pk, settlement="办结"))
        return tried(lambda: take_back_step(actor=centre.li, request_id=request_row.pk, note="错", state="to_settle"))

    assert sum(result == "done" for result in at_once(2, act)) == 1
    request_row.refresh_from_db()
    assert (request_row.settled_at is None) == (request_row.report_due_on is None)


def test_verifying_and_rejecting_at_once_is_done_by_one(centre: SimpleNamespace, arrival: FundArrival) -> None:
    def check(number: int) -> str:
        if number % 2:
            return tried(lambda: verify_funds(actor=centre.li, fund_id=arrival.pk))
        return tried(lambda: reject_funds(actor=centre.chen, fund_id=arrival.pk, note="未到"))

    results = at_once(6, check)
    assert sorted(results) == ["checked"] * 5 + ["done"]  # type: ignore[type-var]
    arrival.refresh_from_db()
    assert arrival.checked_by == (centre.li if results.index("done") % 2 else centre.chen)


def test_what_is_verified_is_not_changed_at_the_same_time(centre: SimpleNamespace, arrival: FundArrival) -> None:
    seen = arrival.version

    def act(number: int) -> str:
        try:
            if number:
                verify_funds(actor=centre.li, fund_id=arrival.pk, expected_version=seen)
            else:
                change_funds(actor=centre.wang, fund_id=arrival.pk, changes={"amount": Decimal(9)})
        except Exception as error:  # the name of the refusal is compared below
            return type(error).__name__
        return "done"

    assert set(at_once(2, act)) in ({"done", "Stale"}, {"done", "ValidationError"})
    arrival.refresh_from_db()
    assert (arrival.amount, arrival.status) in ((Decimal(9), "entered"), (Decimal(5_000_000), "verified"))


def test_one_increase_is_taken_back_once(centre: SimpleNamespace, lead: Lead) -> None:
    increase = record_increase(actor=centre.wang, lead_id=lead.pk, amount=Decimal(5), agreed_on=centre.zone.today())

    def act(_number: int) -> str:
        try:
            take_back_increase(actor=centre.wang, increase_id=increase.pk, note="错")
        except Exception as error:  # the name of the refusal is compared below
            return type(error).__name__
        return "done"

    assert sorted(at_once(4, act)) == ["Http404"] * 3 + ["done"]  # type: ignore[type-var]
    assert [entry.increase_amount for entry in lead.entries.filter(kind="increased").order_by("seq")] == [5, -5]
    assert CapitalIncrease.objects.get().deleted_at is not None


def test_one_form_sent_over_several_connections_makes_one_entry(
    centre: SimpleNamespace, lead: Lead, arrival: FundArrival
) -> None:
    token = arrival.pk

    def send(_number: int) -> FundArrival:
        return enter_funds(
            actor=centre.wang, lead_id=lead.pk, kind="funds_in_place", amount=Decimal(5_000_000),
            value_on=centre.zone.today(), evidence="进账单", fund_id=token,
        )  # fmt: skip

    assert {row.pk for row in at_once(4, send)} == {token}  # type: ignore[attr-defined]
    assert FundArrival.objects.count() == 1
