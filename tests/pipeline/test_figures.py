"""Figures from spans and from tallies: the same, whatever is asked."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from investcrm.core.changes import give_positions
from investcrm.core.models import ExchangeRate
from pipeline.models import LeadSpan, Tally, TallyDelta
from pipeline.selectors import tallied
from pipeline.selectors.figures import DIMENSIONS, answer, answers_by, lead_ids, rows
from pipeline.selectors.periods import parse_period, period_of
from pipeline.selectors.questions import FLOW, INCREASED, NEW, OF_A_DAY, SIGNED, STOCK, WHATS, Question, Size
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import correct_move, move_lead
from pipeline.services.tallies import fold, rebuild
from projects.models import Lead
from projects.services.increases import record_increase, take_back_increase
from projects.services.leads import delete_lead, update_lead
from tests.factories import make_centre, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> SimpleNamespace:
    return make_centre()


def busy_centre() -> SimpleNamespace:
    """A centre in which a little of everything has happened."""
    centre = make_centre()
    today = centre.zone.today()
    for days, rate in ((400, "7.10"), (100, "7.20"), (2, "7.30")):
        ExchangeRate.objects.create(
            currency="USD", valid_from=today - datetime.timedelta(days=days), cny=Decimal(rate), source="test"
        )

    def ago(days: int) -> datetime.date:
        return today - datetime.timedelta(days=days)

    def make(**fields: Any) -> Lead:
        return make_lead(centre.chen, centre.zone, team=centre.g4, industry=centre.industry, **fields)

    old = make(stage="in_talks", on=ago(300), total_investment=Decimal(10**9), owner=centre.wang)
    undated = make(stage="signed", agreed_investment=Decimal(5 * 10**8), agreement_number="1")
    dollars = make(stage="in_talks", on=ago(200), currency="USD", total_investment=Decimal(3 * 10**7))
    euros = make(currency="EUR", total_investment=Decimal(10**7))
    fresh = make(acquisition_mode="fund", listing="province")
    gone = make(stage="in_talks", on=ago(50))
    signing = {"agreed_investment": Decimal(8 * 10**8), "agreement_number": "2026-1"}
    move_lead(actor=centre.chen, lead_id=old.id, to_stage="signed", occurred_on=ago(40), fields=signing)
    in_dollars = signing | {"currency": "USD"}
    move_lead(actor=centre.chen, lead_id=dollars.id, to_stage="signed", occurred_on=ago(120), fields=in_dollars)
    wrong = move_lead(actor=centre.chen, lead_id=fresh.id, to_stage="closed", fields={"close_reason": "错"})
    correct_move(actor=centre.chen, lead_id=fresh.id, entry_id=wrong.id, note="记错")
    update_lead(actor=centre.chen, lead_id=old.id, changes={"team": centre.g1, "owner": centre.zhao})
    update_lead(actor=centre.chen, lead_id=fresh.id, changes={"total_investment": Decimal(2 * 10**8)})
    increase = record_increase(actor=centre.chen, lead_id=old.id, amount=Decimal(10**8), agreed_on=ago(10))
    record_increase(actor=centre.chen, lead_id=dollars.id, amount=Decimal(10**7), agreed_on=ago(5), currency="USD")
    take_back_increase(actor=centre.chen, increase_id=increase.id, note="错")
    delete_lead(actor=centre.chen, lead_id=gone.id)
    centre.leads = SimpleNamespace(old=old, undated=undated, dollars=dollars, euros=euros, fresh=fresh, gone=gone)
    return centre


def every_question(centre: SimpleNamespace, as_of: datetime.date) -> Iterator[Question]:
    year = parse_period(f"{as_of - datetime.timedelta(days=365)}..{as_of}")
    scopes = [Scope(centre.zone), Scope(centre.zone, team=centre.g4), Scope(centre.zone, person=centre.zhao)]
    limits: dict[str, Any] = {"listed": {"listing": ("province",)}, "reached": {"stage": ("signed",)}}
    for what, scope in itertools.product(WHATS, scopes):
        yield Question(what, scope, as_of, None if what in OF_A_DAY else year, **limits.get(what, {}))


def test_tallies_answer_as_the_spans_do_before_and_after_folding_and_after_a_rebuild() -> None:
    centre = busy_centre()
    compared = 0
    for step in (lambda: None, fold, lambda: rebuild(centre.zone)):
        step()
        for question in every_question(centre, centre.zone.today()):
            for dimension in ("", *DIMENSIONS):
                if not tallied.can_tell(question, dimension):
                    continue
                compared += 1
                told = answers_by(question, dimension) if dimension else {"": answer(question)}
                with patch.object(tallied, "can_tell", return_value=False):
                    counted = answers_by(question, dimension) if dimension else {"": answer(question)}
                assert {k: v for k, v in told.items() if v.count or v.agreed_cny} == {
                    k: v for k, v in counted.items() if v.count or v.agreed_cny
                }, (question, dimension)
    assert compared > 100


def test_a_list_has_as_many_rows_as_its_number_and_its_parts_make_the_whole() -> None:
    centre = busy_centre()
    today = centre.zone.today()
    known = give_positions()
    for as_of, position in itertools.product((today, today - datetime.timedelta(days=45)), (None, known)):
        for question in every_question(centre, as_of):
            asked = replace(question, known=position)
            whole = answer(asked)
            if asked.what != FLOW:
                assert len(lead_ids(asked)) == whole.count, asked
            assert len(rows(asked, limit=1000)) == len(lead_ids(asked))
            for dimension in DIMENSIONS:
                parts = answers_by(asked, dimension).values()
                assert sum(part.count for part in parts) == whole.count, (asked, dimension)


def test_what_is_recorded_later_does_not_change_what_was_known() -> None:
    centre = busy_centre()
    today = centre.zone.today()
    known = give_positions()
    questions = [replace(question, known=known) for question in every_question(centre, today)]
    before = [(answer(question), lead_ids(question)) for question in questions]
    move_lead(
        actor=centre.chen, lead_id=centre.leads.fresh.id, to_stage="closed",
        occurred_on=today - datetime.timedelta(days=30), fields={"close_reason": "x"},
    )  # fmt: skip
    make_lead(centre.chen, centre.zone, stage="signed", on=today - datetime.timedelta(days=60))
    delete_lead(actor=centre.chen, lead_id=centre.leads.old.id)
    record_increase(actor=centre.chen, lead_id=centre.leads.dollars.id, amount=Decimal(5), agreed_on=today)
    assert [(answer(question), lead_ids(question)) for question in questions] == before
    now = [(answer(replace(question, known=None)), lead_ids(replace(question, known=None))) for question in questions]
    assert now != before


def test_a_lead_counts_as_opened_no_later_than_its_first_move(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    moved_on = today - datetime.timedelta(days=20)
    closing = {"close_reason": "x"}
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=moved_on, fields=closing)
    scope = Scope(centre.zone)
    assert lead_ids(Question(NEW, scope, today, parse_period(f"{moved_on}..{moved_on}"))) == [lead.id]
    assert answer(Question(NEW, scope, today, parse_period(f"{today}..{today}"))).count == 0
    assert answer(Question(STOCK, scope, moved_on - datetime.timedelta(days=1))).count == 0
    assert lead_ids(Question(STOCK, scope, moved_on, stage=("closed",))) == [lead.id]


def test_who_had_the_lead_when_it_was_signed_keeps_the_credit(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    day = today - datetime.timedelta(days=30)
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=day, industry=centre.industry)
    signing = {"agreed_investment": Decimal(10**8), "agreement_number": "1"}
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=day, fields=signing)
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1})
    question = Question(SIGNED, Scope(centre.zone), today, period_of("year", day))
    assert set(answers_by(question, "team")) == {str(centre.g4.id)}
    assert set(answers_by(Question(STOCK, Scope(centre.zone), today), "team")) == {str(centre.g1.id)}


def test_size_classes_are_pairs_and_other_currencies_go_by_dollars(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    for currency, rate in (("USD", "7"), ("EUR", "8")):
        ExchangeRate.objects.create(currency=currency, valid_from=today, cny=Decimal(rate), source="test")
    made = {
        name: make_lead(centre.chen, centre.zone, name=name, currency=name[:3], total_investment=Decimal(amount)).id
        for name, amount in {"CNY1": 10**9, "CNY2": 10**9 - 1, "USD1": 10**8, "USD2": 10**8 - 1, "EUR1": 10**8}.items()
    }
    size = Size(Decimal(10**9), Decimal(10**8))
    found = lead_ids(Question(STOCK, Scope(centre.zone), today, total_investment=size))
    assert set(found) == {made["CNY1"], made["USD1"], made["EUR1"]}
    alone = lead_ids(Question(STOCK, Scope(centre.zone), today, total_investment=Size(Decimal(7 * 10**8 - 7))))
    assert set(alone) == {made["CNY1"], made["CNY2"], made["USD1"], made["USD2"], made["EUR1"]}


def test_spans_end_where_the_lead_stands() -> None:
    busy_centre()
    for lead in Lead.objects.filter(deleted_at=None):
        last = LeadSpan.objects.get(lead=lead, ends_on=None)
        assert (last.stage_id, last.stage_since, last.signed_on, last.landed_on, last.team_id, last.owner_id) == (
            lead.stage_id, lead.stage_entered_on, lead.signed_on, lead.landed_on, lead.team_id, lead.owner_id
        )  # fmt: skip
    assert TallyDelta.objects.exists()
    fold()
    assert not TallyDelta.objects.exists()
    assert Tally.objects.exists()


def test_amounts_told_with_a_move_hold_from_its_day_and_a_transfer_from_today(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    day = today - datetime.timedelta(days=20)
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=day, industry=centre.industry)
    fields = {"agreed_investment": Decimal(10**8), "agreement_number": "1", "team": centre.g1}
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=day, fields=fields)
    then = Question(SIGNED, Scope(centre.zone), day, period_of("year", day))
    assert answer(then).agreed_cny == 10**8
    assert set(answers_by(then, "team")) == {str(centre.g4.id)}


def test_an_increase_that_was_taken_back_is_not_in_the_list_and_one_before_the_first_day_is(
    centre: SimpleNamespace,
) -> None:
    today = centre.zone.today()
    day = today - datetime.timedelta(days=9)
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="landed", on=day + datetime.timedelta(days=3))
    kept, wrong = (record_increase(actor=centre.chen, lead_id=lead.id, amount=Decimal(7), agreed_on=day) for _ in "ab")
    record_increase(actor=centre.chen, lead_id=lead.id, amount=Decimal(7), agreed_on=today)
    take_back_increase(actor=centre.chen, increase_id=wrong.id, note="twice")
    question = Question(INCREASED, Scope(centre.zone), today, parse_period(f"{day}..{today}"))
    for asked in (question, replace(question, known=give_positions())):
        assert (answer(asked).count, answer(asked).agreed_cny) == (2, 14)
        assert lead_ids(asked) == [lead.id, lead.id]
        assert set(answers_by(asked, "team")) == {str(centre.g4.id)}
    assert kept.entry_id != wrong.entry_id
