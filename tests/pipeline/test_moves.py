"""Moving a lead through the stages: what each asks for, what is refused, what the ledger keeps."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from investcrm.core.errors import Conflict
from pipeline.selectors.stages import latest_move, next_stages
from pipeline.services.moves import correct_move, move_lead
from projects.models import Lead, LedgerEntry
from projects.services.ledger import entries_of, replay
from tests.factories import log, make_company, make_lead

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks since 30 days ago, with one call."""
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry, stage="in_talks",
        on=centre.zone.today() - 30 * DAY,
    )  # fmt: skip
    log(centre.wang, lead)
    return lead


def errors_of(call) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        call()
    return {field: [error.code for error in errors] for field, errors in refused.value.error_dict.items()}


def test_signing_asks_for_what_is_missing_and_moves_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    errors = errors_of(lambda: move_lead(actor=centre.wang, lead_id=lead.id, to_stage="signed"))
    assert errors == {"agreed_investment": ["required"], "agreement_number": ["required"]}
    lead.refresh_from_db()
    assert (lead.stage_id, lead.signed_on, lead.entries.count()) == ("in_talks", None, 1)


def test_signing_with_its_fields_sets_them_the_day_and_the_ledger(centre: SimpleNamespace, lead: Lead) -> None:
    day = centre.zone.today() - 3 * DAY
    entry = move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="signed", occurred_on=day, note="expo",
        fields={"agreed_investment": Decimal("500000000"), "agreement_number": "GL-2026-7"},
    )  # fmt: skip
    lead.refresh_from_db()
    assert (lead.stage_id, lead.stage_kind, lead.signed_on, lead.stage_entered_on) == ("signed", "signed", day, day)
    assert lead.last_progress_on == day
    assert (entry.from_stage_id, entry.stage_id, entry.agreed_investment) == ("in_talks", "signed", Decimal(500000000))
    assert [e.kind for e in entries_of(lead)] == ["opened", "revalued", "moved"]


def test_a_failed_move_leaves_its_fields_unset(centre: SimpleNamespace, lead: Lead) -> None:
    errors_of(
        lambda: move_lead(
            actor=centre.wang, lead_id=lead.id, to_stage="signed", fields={"agreed_investment": Decimal(5)}
        )
    )
    lead.refresh_from_db()
    assert lead.agreed_investment is None


def test_landing_needs_the_credit_code_of_a_domestic_company_only(centre: SimpleNamespace, lead: Lead) -> None:
    domestic = make_company(centre.wang, "扬州精工粉末冶金有限公司")
    foreign = make_company(centre.wang, "Powder AG", country="DE")
    fields = {"registered_company": domestic, "place": "A区3号厂房"}
    assert errors_of(lambda: move_lead(actor=centre.wang, lead_id=lead.id, to_stage="landed", fields=fields)) == {
        "registered_credit_code": ["required"]
    }
    assert "registered_credit_code" in errors_of(
        lambda: move_lead(
            actor=centre.wang,
            lead_id=lead.id,
            to_stage="landed",
            fields=fields | {"registered_credit_code": "123"},
        )
    )
    move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="landed", fields={"registered_company": foreign, "place": "A区"}
    )
    lead.refresh_from_db()
    assert lead.landed_on == centre.zone.today()


def test_a_move_is_refused_before_the_previous_one_in_the_future_and_in_absurd_years(
    centre: SimpleNamespace, lead: Lead
) -> None:
    for day, code in (
        (centre.zone.today() - 31 * DAY, "before_previous"),
        (centre.zone.today() + DAY, "too_late"),
        (datetime.date(2199, 1, 1), "too_late"),
        (datetime.date(1899, 1, 1), "too_early"),
    ):
        errors = errors_of(
            lambda day=day: move_lead(
                actor=centre.wang,
                lead_id=lead.id,
                to_stage="closed",
                occurred_on=day,
                fields={"close_reason": "moved elsewhere"},
            )
        )
        assert errors == {"occurred_on": [code]}


def test_a_lead_entered_late_is_moved_on_the_day_it_really_happened(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)
    day = centre.zone.today() - 20 * DAY
    fields = {"agreed_investment": Decimal(5), "agreement_number": "1"}
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="signed", occurred_on=day, fields=fields)
    lead.refresh_from_db()
    assert (lead.signed_on, lead.stage_entered_on) == (day, day)
    errors = errors_of(lambda: move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", occurred_on=day - DAY))
    assert errors["occurred_on"] == ["before_previous"]


def test_moving_back_needs_a_note_and_reopening_does_not(centre: SimpleNamespace, lead: Lead) -> None:
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "no answer"})
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="in_talks")
    lead.refresh_from_db()
    assert (lead.stage_id, lead.closed_on, lead.close_reason) == ("in_talks", None, "")
    assert errors_of(lambda: move_lead(actor=centre.wang, lead_id=lead.id, to_stage="enquiry")) == {
        "note": ["required"]
    }
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="enquiry", note="the investor asks for time")


def test_a_lead_that_moved_meanwhile_is_a_conflict_that_says_where_it_is(centre: SimpleNamespace, lead: Lead) -> None:
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    with pytest.raises(Conflict) as refused:
        move_lead(actor=centre.li, lead_id=lead.id, to_stage="key_talks", from_stage="in_talks")
    assert refused.value.current == "closed"


def test_a_correction_restores_stage_and_dates_and_erases_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    before = (lead.stage_id, lead.stage_entered_on)
    entry = move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="signed",
        fields={"agreed_investment": Decimal(5), "agreement_number": "1"},
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        correct_move(actor=centre.wang, lead_id=lead.id, entry_id=entry.id, note="wrong lead")
    correction = correct_move(actor=centre.li, lead_id=lead.id, entry_id=entry.id, note="wrong lead")
    lead.refresh_from_db()
    assert (lead.stage_id, lead.stage_entered_on) == before
    assert lead.signed_on is None
    assert correction.reverses_id == entry.id
    assert latest_move(lead) is None
    with pytest.raises(Conflict):
        correct_move(actor=centre.li, lead_id=lead.id, entry_id=entry.id, note="again")


def test_the_ledger_can_only_grow(centre: SimpleNamespace, lead: Lead) -> None:
    entry = lead.entries.get()
    with pytest.raises(Exception, match="append_only"):
        LedgerEntry.objects.filter(id=entry.id).update(note="changed")


def test_the_stage_is_what_the_ledger_says(centre: SimpleNamespace, lead: Lead) -> None:
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    lead.refresh_from_db()
    standing = replay(entries_of(lead))
    assert (standing.stage, standing.closed_on) == (lead.stage_id, lead.closed_on)


def test_outsiders_observers_and_contributors_move_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    for user, error in (
        (centre.zhao, Http404),
        (centre.qian, Http404),
        (centre.bao, Http404),
        (centre.sun, PermissionDenied),
    ):
        with pytest.raises(error):
            move_lead(actor=user, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    lead.refresh_from_db()
    assert lead.stage_id == "in_talks"


def test_naming_the_present_owner_is_no_assignment(centre: SimpleNamespace, lead: Lead) -> None:
    fields = {"close_reason": "x", "owner": centre.wang, "team": centre.g4}
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields=fields)
    with pytest.raises(PermissionDenied):
        move_lead(actor=centre.wang, lead_id=lead.id, to_stage="in_talks", fields={"owner": centre.li})


def test_next_stages_name_what_is_missing(centre: SimpleNamespace, lead: Lead) -> None:
    missing = {step.stage.code: [r.field for r in step.missing] for step in next_stages(lead, centre.wang)}
    assert missing["signed"] == ["agreed_investment", "agreement_number"]
    assert missing["key_talks"] == ["total_investment", "site_need", "expected_signing_on"]
    assert "in_talks" not in missing
