"""Money after signing: who may enter it, who verifies it, what is refused."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from investcrm.core.errors import Stale
from investcrm.core.models import ExchangeRate
from projects.models import CapitalIncrease, FundArrival, Lead, LedgerEntry, Notification
from projects.services.funds import change_funds, enter_funds, reject_funds, verify_funds, withdraw_funds
from projects.services.increases import record_increase, take_back_increase
from projects.services.ledger import entries_of, replay
from tests.factories import join, make_lead, make_user

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, signed 100 days ago."""
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed",
        on=centre.zone.today() - 100 * DAY, agreed_investment=Decimal(300_000_000),
    )  # fmt: skip


def entered(centre: SimpleNamespace, lead: Lead, **changes: Any) -> FundArrival:
    """Funds entered by Wang."""
    values: dict[str, Any] = {
        "kind": "funds_in_place", "amount": Decimal(20_000_000), "value_on": centre.zone.today() - 5 * DAY,
        "evidence": "银行进账单 88",
    }  # fmt: skip
    return enter_funds(**{"actor": centre.wang, "lead_id": lead.pk, **values, **changes})


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, str]:
    """The codes of what was refused, by field."""
    if not hasattr(error.value, "error_dict"):
        return {"": error.value.code}
    return {field: errors[0].code for field, errors in error.value.error_dict.items()}


def test_one_enters_and_another_verifies_and_the_first_is_told(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    assert (arrival.status, arrival.entered_by) == ("entered", centre.wang)
    verify_funds(actor=centre.li, fund_id=arrival.pk, note="对账无误")
    arrival.refresh_from_db()
    assert (arrival.status, arrival.checked_by, arrival.check_note) == ("verified", centre.li, "对账无误")
    told = Notification.objects.get(kind="funds_checked")
    assert (told.user, told.kind, told.data["status"]) == (centre.wang, "funds_checked", "verified")


def test_nobody_verifies_what_they_entered_themselves(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead, actor=centre.li)
    with pytest.raises(ValidationError) as error:
        verify_funds(actor=centre.li, fund_id=arrival.pk)
    assert refused(error) == {"": "own_entry"}
    arrival.refresh_from_db()
    assert (arrival.status, arrival.checked_by) == ("entered", None)


def test_the_database_refuses_it_too(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    with pytest.raises(IntegrityError, match="fund_checked_by_another"), transaction.atomic():
        FundArrival.objects.filter(pk=arrival.pk).update(
            status="verified", checked_by=centre.wang, checked_at=timezone.now()
        )


@pytest.mark.parametrize(
    ("amount", "code"), [(Decimal(0), "not_positive"), (Decimal(-5), "not_positive"), (Decimal(10) ** 14, "absurd")]
)
def test_amounts_that_cannot_have_arrived(centre: SimpleNamespace, lead: Lead, amount: Decimal, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        entered(centre, lead, amount=amount)
    assert refused(error) == {"amount": code}
    assert not FundArrival.objects.exists()


def test_a_currency_needs_a_rate_on_the_value_date(centre: SimpleNamespace, lead: Lead) -> None:
    ExchangeRate.objects.create(currency="USD", valid_from=centre.zone.today() - 3 * DAY, cny=Decimal("7.1"))
    with pytest.raises(ValidationError) as error:
        entered(centre, lead, currency="USD")
    assert refused(error) == {"currency": "no_rate"}
    assert entered(centre, lead, currency="USD", value_on=centre.zone.today()).currency == "USD"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value_on": datetime.date(2100, 1, 1)}, {"value_on": "too_late"}),
        ({"currency": "XXX"}, {"currency": "unknown_currency"}),
        ({"kind": "fdi"}, {"kind": "not_foreign"}),
        ({"evidence": "  "}, {"evidence": "blank"}),
        ({"kind": "gift"}, {"kind": "invalid_choice"}),
    ],
)
def test_what_is_refused_beside_its_field(
    centre: SimpleNamespace, lead: Lead, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as error:
        entered(centre, lead, **changes)
    assert refused(error) == expected
    assert not FundArrival.objects.exists()


def test_fdi_is_of_foreign_capital(centre: SimpleNamespace, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(capital_origin="foreign")
    assert entered(centre, lead, kind="fdi").kind == "fdi"


def test_money_follows_signing(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks")
    with pytest.raises(ValidationError) as error:
        entered(centre, lead)
    assert refused(error) == {"__all__": "not_signed"}


def test_who_enters_and_who_verifies(centre: SimpleNamespace, lead: Lead) -> None:
    for person, error in ((centre.sun, PermissionDenied), (centre.zhao, Http404), (centre.qian, Http404)):
        with pytest.raises(error):
            entered(centre, lead, actor=person)
    arrival = entered(centre, lead)
    member = make_user("zhou")
    join(member, "member", centre.zone, centre.g4)
    for person, error in ((member, PermissionDenied), (centre.sun, PermissionDenied), (centre.zhao, Http404)):
        with pytest.raises(error):
            verify_funds(actor=person, fund_id=arrival.pk)
        with pytest.raises(error):
            reject_funds(actor=person, fund_id=arrival.pk, note="不")
    arrival.refresh_from_db()
    assert arrival.status == "entered"


def test_rejecting_needs_a_reason(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    with pytest.raises(ValidationError) as error:
        reject_funds(actor=centre.li, fund_id=arrival.pk, note=" ")
    assert refused(error) == {"check_note": "required"}
    reject_funds(actor=centre.li, fund_id=arrival.pk, note="未到账")
    with pytest.raises(ValidationError) as error:
        verify_funds(actor=centre.chen, fund_id=arrival.pk)
    assert refused(error) == {"": "checked"}


def test_only_its_enterer_changes_it_and_only_before_the_check(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    with pytest.raises(PermissionDenied):
        change_funds(actor=centre.li, fund_id=arrival.pk, changes={"amount": Decimal(1)})
    change_funds(actor=centre.wang, fund_id=arrival.pk, changes={"amount": Decimal(21_000_000)})
    verify_funds(actor=centre.li, fund_id=arrival.pk)
    with pytest.raises(ValidationError) as error:
        change_funds(actor=centre.wang, fund_id=arrival.pk, changes={"amount": Decimal(1)})
    assert refused(error) == {"": "checked"}
    arrival.refresh_from_db()
    assert arrival.amount == 21_000_000


def test_what_was_changed_since_it_was_seen_is_not_verified(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    change_funds(actor=centre.wang, fund_id=arrival.pk, changes={"amount": Decimal(1)})
    with pytest.raises(Stale):
        verify_funds(actor=centre.li, fund_id=arrival.pk, expected_version=arrival.version)


def test_withdrawing(centre: SimpleNamespace, lead: Lead) -> None:
    mine, verified = entered(centre, lead), entered(centre, lead)
    with pytest.raises(PermissionDenied):
        withdraw_funds(actor=centre.li, fund_id=mine.pk)
    withdraw_funds(actor=centre.wang, fund_id=mine.pk)
    verify_funds(actor=centre.li, fund_id=verified.pk)
    with pytest.raises(PermissionDenied):
        withdraw_funds(actor=centre.wang, fund_id=verified.pk, note="退款")
    with pytest.raises(ValidationError) as error:
        withdraw_funds(actor=centre.chen, fund_id=verified.pk)
    assert refused(error) == {"check_note": "required"}
    withdraw_funds(actor=centre.chen, fund_id=verified.pk, note="退款")
    assert not FundArrival.objects.visible_to(centre.chen).exists()
    assert FundArrival.objects.count() == 2


def test_an_increase_adds_its_amount_and_no_project(centre: SimpleNamespace, lead: Lead) -> None:
    increase = record_increase(
        actor=centre.wang, lead_id=lead.pk, amount=Decimal(80_000_000), agreed_on=centre.zone.today(), note="二期"
    )
    entry = increase.entry
    assert (entry.kind, entry.increase_amount, entry.increase_currency) == ("increased", 80_000_000, "CNY")
    assert entry.agreed_investment == 300_000_000
    lead.refresh_from_db()
    assert (lead.agreed_investment, lead.stage_id) == (300_000_000, "signed")
    assert replay(entries_of(lead)).signed_on == lead.signed_on
    with pytest.raises(ValidationError) as error:
        take_back_increase(actor=centre.wang, increase_id=increase.pk, note="")
    assert refused(error) == {"note": "required"}
    take_back_increase(actor=centre.wang, increase_id=increase.pk, note="未签补充协议")
    amounts = list(
        LedgerEntry.objects.filter(kind="increased").order_by("seq").values_list("increase_amount", "occurred_on")
    )
    assert amounts == [(80_000_000, centre.zone.today()), (-80_000_000, centre.zone.today())]
    assert not CapitalIncrease.objects.visible_to(centre.wang).exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": Decimal(-1)}, {"amount": "not_positive"}),
        ({"agreed_on": datetime.date(2100, 1, 1)}, {"agreed_on": "too_late"}),
        ({"agreed_on": datetime.date(2020, 1, 1)}, {"agreed_on": "before_signing"}),
        ({"currency": "USD"}, {"currency": "no_rate"}),
    ],
)
def test_increases_that_cannot_be(
    centre: SimpleNamespace, lead: Lead, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    values = {"amount": Decimal(1), "agreed_on": centre.zone.today(), **changes}
    with pytest.raises(ValidationError) as error:
        record_increase(actor=centre.wang, lead_id=lead.pk, **values)
    assert refused(error) == expected
    assert not LedgerEntry.objects.filter(kind="increased").exists()
    for person, denied in ((centre.sun, PermissionDenied), (centre.zhao, Http404)):
        with pytest.raises(denied):
            record_increase(actor=person, lead_id=lead.pk, amount=Decimal(1), agreed_on=centre.zone.today())
