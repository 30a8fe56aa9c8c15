"""What goes wrong in a ledger: days before a company was entered, moves corrected late, currencies without a rate."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from investcrm.core.changes import give_positions
from investcrm.core.models import ExchangeRate
from pipeline.selectors.figures import answer, lead_ids
from pipeline.selectors.periods import parse_period, period_of
from pipeline.selectors.questions import NEW, SIGNED, STOCK, Question
from pipeline.selectors.scopes import Scope
from pipeline.services.checking.zones import compare_zone
from pipeline.services.moves import correct_move, move_lead
from projects.models import Lead
from projects.services.increases import record_increase
from tests.factories import make_company, make_lead

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SIGNING = {"agreed_investment": Decimal(10**8), "agreement_number": "1"}


def nothing_differs(centre: SimpleNamespace) -> bool:
    """Whether the recount finds nothing."""
    return compare_zone(centre.zone, centre.zone.today())[1].kept == []


def test_a_lead_may_have_come_before_its_company_was_entered(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    today = centre.zone.today()
    came = today - 200 * DAY
    assert company.created_at.date() > came
    lead = make_lead(centre.chen, centre.zone, company=company, stage="in_talks", on=came)
    then = Question(STOCK, Scope(centre.zone), came)
    assert lead_ids(then) == [lead.id]
    assert answer(replace(then, as_of=came - DAY)).count == 0
    assert lead_ids(Question(NEW, Scope(centre.zone), today, period_of("month", came))) == [lead.id]
    assert nothing_differs(centre)


def test_a_lead_entered_today_is_redated_by_its_first_move_that_was_entered_late(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, company=make_company(centre.chen), team=centre.g4)
    known = give_positions()
    closing = {"close_reason": "x"}
    move = move_lead(
        actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=today - 90 * DAY, fields=closing
    )
    then = Question(STOCK, Scope(centre.zone), today - 90 * DAY)
    assert answer(then).count == 1
    assert answer(replace(then, known=known)).count == 0
    correct_move(actor=centre.chen, lead_id=lead.id, entry_id=move.id, note="another one")
    assert answer(then).count == 0
    assert nothing_differs(centre)


@pytest.mark.parametrize(
    "day",
    [datetime.date(1989, 12, 31), None],
    ids=["before there were zones", "tomorrow"],
)
def test_absurd_days_are_refused_in_a_sentence(centre: SimpleNamespace, day: datetime.date | None) -> None:
    day = day or centre.zone.today() + DAY
    with pytest.raises(ValidationError) as error:
        make_lead(centre.chen, centre.zone, stage="signed", on=day)
    assert list(error.value.error_dict) == ["opening"]
    assert error.value.messages[0].endswith(("。", "."))
    lead = make_lead(centre.chen, centre.zone)
    with pytest.raises(ValidationError) as error:
        move_lead(actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=day, fields={"close_reason": "x"})
    assert "occurred_on" in error.value.error_dict
    assert Lead.objects.count() == 1
    assert nothing_differs(centre)


def test_a_lead_that_was_opened_as_signed_cannot_have_moved_before(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, stage="signed", on=today)
    with pytest.raises(ValidationError) as error:
        move_lead(
            actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=today - 20 * DAY,
            fields={"close_reason": "x"},
        )  # fmt: skip
    assert error.value.error_dict["occurred_on"][0].code == "before_previous"
    assert nothing_differs(centre)


def test_a_move_corrected_after_a_report_leaves_what_was_known_and_changes_the_figure(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    day = today - 60 * DAY
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=day, industry=centre.industry)
    move = move_lead(actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=day + DAY, fields=SIGNING)
    reported = Question(
        SIGNED, Scope(centre.zone), day + 30 * DAY, parse_period(f"{day}..{day + 30 * DAY}"), give_positions()
    )
    said = answer(reported), lead_ids(reported)
    assert (said[0].count, said[0].agreed_cny) == (1, 10**8)
    correct_move(actor=centre.chen, lead_id=lead.id, entry_id=move.id, note="not signed at all")
    assert (answer(reported), lead_ids(reported)) == said
    assert answer(replace(reported, known=None)).count == 0
    assert answer(replace(reported, known=give_positions())).count == 0
    assert answer(Question(STOCK, Scope(centre.zone), day + 30 * DAY, stage=("in_talks",))).count == 1
    assert nothing_differs(centre)


def test_a_currency_without_a_rate_counts_and_adds_nothing_and_is_named(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=today - 20 * DAY, industry=centre.industry,
        currency="EUR", total_investment=Decimal(10**7),
    )  # fmt: skip
    make_lead(centre.chen, centre.zone, total_investment=Decimal(5))
    stock = Question(STOCK, Scope(centre.zone), today)
    for question in (stock, replace(stock, known=give_positions())):
        told = answer(question)
        assert (told.count, told.total_cny, told.without_rate) == (2, 5, 1)
        assert len(lead_ids(question)) == 2
    assert nothing_differs(centre)
    ExchangeRate.objects.create(currency="EUR", valid_from=today - 10 * DAY, cny=Decimal(8), source="test")
    assert answer(stock).total_cny == 8 * 10**7 + 5
    assert answer(stock).without_rate == 0
    # signed before the rate was there: its signing day has none
    fields = SIGNING | {"currency": "EUR"}
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=today - 15 * DAY, fields=fields)
    signed = answer(Question(SIGNED, Scope(centre.zone), today, period_of("year", today - 15 * DAY)))
    assert (signed.count, signed.agreed_cny, signed.without_rate) == (1, 0, 1)
    with pytest.raises(ValidationError) as error:
        record_increase(
            actor=centre.chen, lead_id=lead.id, amount=Decimal(5), agreed_on=today - 12 * DAY, currency="EUR"
        )
    assert error.value.error_dict["currency"][0].code == "no_rate"
    assert nothing_differs(centre)
