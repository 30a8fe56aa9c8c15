"""Moving and correcting on the pages: what the dialog asks for, what it refuses, what it says and never loses."""

import datetime
import json
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pipeline.selectors.stages import next_stages, stage_history
from pipeline.services.moves import correct_move, move_lead
from pipeline.steps import steps_of
from projects.models import Company, Lead
from projects.services.leads import update_lead
from tests.factories import log, make_company, make_industry, make_lead, make_team

DAY = datetime.timedelta(days=1)
OWN = {"to_stage", "from_stage", "occurred_on", "note", "evidence", "csrfmiddlewaretoken"}
CODE = "91350100M000100Y43"


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks since 30 days ago, with one call."""
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry, stage="in_talks",
        on=centre.zone.today() - 30 * DAY,
    )  # fmt: skip
    log(centre.wang, lead)
    return lead


@pytest.fixture
def wang(centre: SimpleNamespace, client: Client) -> Client:
    """Wang's browser, in English."""
    client.force_login(centre.wang)
    client.cookies["django_language"] = "en"
    return client


def address(lead: Lead, name: str = "move") -> str:
    return reverse(f"pipeline:{name}", args=[lead.id])


def dialog(client: Client, lead: Lead, to: str) -> str:
    return client.get(address(lead), {"to": to}).content.decode()


def asked(html: str) -> set[str]:
    """The names of the fields of the dialog, beyond those every move has."""
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', html)) - OWN


def send(client: Client, lead: Lead, to: str, **fields: str):
    data = {"to_stage": to, "from_stage": lead.stage_id, "occurred_on": lead.zone.today().isoformat(), **fields}
    return client.post(address(lead), data, headers={"HX-Request": "true"})


def stage_of(lead: Lead) -> str:
    lead.refresh_from_db()
    return lead.stage_id


@pytest.mark.parametrize(
    ("to", "fields"),
    [
        ("key_talks", {"total_investment", "currency", "site_need", "expected_signing_on"}),
        ("to_sign", {"review_conclusion", "draft_agreement_on"}),
        ("signed", {"agreed_investment", "currency", "agreement_number"}),
        ("landed", {"registered_company", "registered_credit_code", "place"}),
        ("closed", {"close_reason"}),
        ("enquiry", set()),
    ],
)
def test_the_dialog_asks_for_exactly_what_is_missing(wang: Client, lead: Lead, to: str, fields: set[str]) -> None:
    assert asked(dialog(wang, lead, to)) == fields


def test_what_is_filled_in_is_not_asked_for_again(wang: Client, centre: SimpleNamespace, lead: Lead) -> None:
    update_lead(actor=centre.wang, lead_id=lead.id, changes={"total_investment": Decimal(5), "currency": "USD"})
    html = dialog(wang, lead, "signed")
    # The currency is settled by the amount that is there.
    assert asked(html) == {"agreed_investment", "agreement_number"}
    assert '<span class="unit">USD</span>' in html


def test_the_choice_of_stages_names_what_each_misses(wang: Client, lead: Lead) -> None:
    html = wang.get(address(lead)).content.decode()
    assert re.search(
        r"Signed</span>\s*<span class=\"move-needs\">still missing: Agreed investment, Agreement number or document",
        html,
    )
    assert "back; needs a note" in html


def test_a_move_with_what_it_needs_is_done_and_tells_the_page(wang: Client, lead: Lead) -> None:
    response = send(
        wang, lead, "signed", agreed_investment="5亿", currency="CNY", agreement_number="GL-7", evidence="扫描件"
    )
    assert response.status_code == 204
    events = json.loads(response["HX-Trigger"])
    assert events["closeDialog"] is True
    assert events["lead-changed"] == {"lead": str(lead.id), "moved": True}
    assert {"column-in_talks", "column-signed"} <= set(events)
    assert "Signed" in events["toast"]["text"]
    assert events["toast"]["url"] == reverse("projects:lead", args=[lead.id])
    assert stage_of(lead) == "signed"
    assert (lead.agreed_investment, lead.currency, lead.signed_on) == (500_000_000, "CNY", lead.zone.today())
    assert lead.entries.get(kind="moved").evidence == "扫描件"


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("５亿", "CNY", 500_000_000),
        ("１，２００．５万", "CNY", 12_005_000),
        ("30 million", "USD", 30_000_000),
        ("1亿5000万元", "CNY", 150_000_000),
    ],
)
def test_amounts_are_read_as_staff_write_them(
    wang: Client, lead: Lead, typed: str, currency: str, amount: int
) -> None:
    response = send(wang, lead, "signed", agreed_investment=typed, currency=currency, agreement_number="1")
    assert response.status_code == 204
    lead.refresh_from_db()
    assert (lead.agreed_investment, lead.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreed_investment": "about five"}, "agreed_investment"),
        ({"agreed_investment": "-5"}, "agreed_investment"),
        ({"agreed_investment": "900万亿"}, "agreed_investment"),
        ({"agreed_investment": "5亿美元"}, "agreed_investment"),
        ({"agreement_number": " "}, "agreement_number"),
        ({"occurred_on": "2199-01-01"}, "occurred_on"),
        ({"occurred_on": "1899-01-01"}, "occurred_on"),
        ({"occurred_on": "31/31/2026"}, "occurred_on"),
        ({"occurred_on": "2020-05-01"}, "occurred_on"),
        ({"currency": "XXX"}, "currency"),
        ({"note": "长" * 2001}, "note"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(
    wang: Client, lead: Lead, wrong: dict[str, str], field: str
) -> None:
    good = {"agreed_investment": "5亿", "currency": "CNY", "agreement_number": "GL-2026-7", "note": "typed"}
    response = send(wang, lead, "signed", **good | wrong)
    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="move_{field}_errors"' in html
    for name, value in good.items():
        if name not in wrong and name != "currency":
            assert value in html
    assert stage_of(lead) == "in_talks"


def test_stages_may_be_skipped_and_a_move_back_needs_a_note(wang: Client, lead: Lead) -> None:
    assert send(wang, lead, "to_sign", review_conclusion="同意", draft_agreement_on="2026-09-01").status_code == 204
    lead.refresh_from_db()
    refused = send(wang, lead, "in_talks")
    assert refused.status_code == 422
    assert 'id="move_note_errors"' in refused.content.decode()
    assert send(wang, lead, "in_talks", note="the board wants time").status_code == 204
    assert stage_of(lead) == "in_talks"


def test_a_project_cannot_land_before_it_is_signed(wang: Client, centre: SimpleNamespace, lead: Lead) -> None:
    move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="signed", occurred_on=centre.zone.today() - 2 * DAY,
        fields={"agreed_investment": Decimal(5), "agreement_number": "1"},
    )  # fmt: skip
    lead.refresh_from_db()
    foreign = make_company(centre.wang, "Powder AG", country="DE")
    early = (centre.zone.today() - 5 * DAY).isoformat()
    response = send(wang, lead, "landed", registered_company=str(foreign.id), place="A区", occurred_on=early)
    assert response.status_code == 422
    html = response.content.decode()
    assert 'id="move_occurred_on_errors"' in html
    assert f'<option value="{foreign.id}" selected>Powder AG</option>' in html
    assert stage_of(lead) == "signed"


def test_landing_takes_a_new_company_by_its_name_and_credit_code(wang: Client, lead: Lead) -> None:
    name = "扬州广陵精工科技有限公司"
    refused = send(wang, lead, "landed", registered_company=name, place="A区3号厂房")
    assert refused.status_code == 422
    assert 'id="move_registered_credit_code_errors"' in refused.content.decode()
    assert not Company.objects.filter(name=name).exists()
    assert (
        send(wang, lead, "landed", registered_company=name, registered_credit_code=CODE, place="A区").status_code
        == 204
    )
    lead.refresh_from_db()
    assert (lead.registered_company.name, lead.registered_company.credit_code) == (name, CODE)


def test_landing_takes_the_known_company_when_its_exact_name_is_typed(
    wang: Client, centre: SimpleNamespace, lead: Lead
) -> None:
    known = make_company(centre.wang, "扬州精工有限公司", credit_code=CODE)
    assert send(wang, lead, "landed", registered_company=" 扬州精工有限公司 ", place="A区").status_code == 204
    lead.refresh_from_db()
    assert lead.registered_company == known


def test_a_credit_code_of_another_company_is_refused_at_its_field(
    wang: Client, centre: SimpleNamespace, lead: Lead
) -> None:
    make_company(centre.wang, "已有公司", credit_code=CODE)
    response = send(
        wang, lead, "landed", registered_company="新公司有限公司", registered_credit_code=CODE, place="A区"
    )
    assert response.status_code == 422
    assert 'id="move_registered_credit_code_errors"' in response.content.decode()


def test_industry_team_and_owner_are_those_of_the_zone(centre: SimpleNamespace, client: Client) -> None:
    other = make_industry(centre.other_zone, "chips", name_zh="芯片", name_en="Chips")
    away = make_team(centre.other_zone, "Q1")
    lead = make_lead(centre.chen, centre.zone)
    client.force_login(centre.chen)
    html = dialog(client, lead, "in_talks")
    assert asked(html) == {"team", "owner", "industry"}
    assert str(centre.g4.id) in html
    assert str(centre.wang.id) in html
    for foreign in (other.id, away.id, centre.qian.id):
        assert str(foreign) not in html
    assert send(client, lead, "in_talks", team=str(away.id)).status_code == 422


def test_a_missing_interaction_is_not_a_field_but_a_button(centre: SimpleNamespace, client: Client) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry)
    client.force_login(centre.wang)
    html = dialog(client, lead, "in_talks")
    assert asked(html) == set()
    assert f'data-log-open data-lead="{lead.id}"' in html
    assert send(client, lead, "in_talks").status_code == 422
    assert stage_of(lead) == "enquiry"
    log(centre.wang, lead)
    assert send(client, lead, "in_talks").status_code == 204


def test_who_may_not_assign_is_told_who_can(centre: SimpleNamespace, wang: Client) -> None:
    lead = make_lead(centre.wang, centre.zone)
    html = dialog(wang, lead, "in_talks")
    assert asked(html) == {"industry"}
    assert "Team is missing. Your team leader or director can set it." in html


def test_choosing_another_stage_in_the_dialog_keeps_what_was_typed(wang: Client, lead: Lead) -> None:
    response = send(wang, lead, "closed", choose="1", note="half a thought", agreed_investment="5亿")
    html = response.content.decode()
    assert response.status_code == 200
    assert asked(html) == {"close_reason"}
    assert "half a thought" in html
    assert stage_of(lead) == "in_talks"


def test_a_dropped_card_moves_at_once_or_opens_the_dialog(wang: Client, centre: SimpleNamespace, lead: Lead) -> None:
    html = send(wang, lead, "signed", direct="1").content.decode()
    assert asked(html) == {"agreed_investment", "currency", "agreement_number"}
    assert "field-errors" not in html
    assert "Note" in send(wang, lead, "enquiry", direct="1").content.decode()
    assert stage_of(lead) == "in_talks"
    changes = {"agreed_investment": Decimal(5), "agreement_number": "1"}
    update_lead(actor=centre.wang, lead_id=lead.id, changes=changes)
    assert send(wang, lead, "signed", direct="1").status_code == 204
    assert stage_of(lead) == "signed"


def test_who_comes_second_is_told_where_the_lead_is_and_keeps_what_was_typed(
    wang: Client, centre: SimpleNamespace, lead: Lead
) -> None:
    move_lead(actor=centre.li, lead_id=lead.id, to_stage="closed", fields={"close_reason": "no answer"}, note="gone")
    response = send(wang, lead, "signed", agreed_investment="5亿", agreement_number="GL-7")
    html = response.content.decode()
    assert response.status_code == 409
    assert "“Closed” now" in html
    assert "Li, today" in html
    assert '<input type="hidden" name="agreed_investment" value="5亿">' in html
    assert {"column-in_talks", "column-closed"} <= set(json.loads(response["HX-Trigger"]))
    assert stage_of(lead) == "closed"
    again = send(wang, lead, "signed", choose="1", agreed_investment="5亿", agreement_number="GL-7").content.decode()
    assert 'value="5亿"' in again
    assert '<input type="hidden" name="from_stage" value="closed"' in again


def test_a_second_click_moves_nothing_twice(wang: Client, lead: Lead) -> None:
    fields = {"close_reason": "no answer"}
    data = {"to_stage": "closed", "from_stage": "in_talks", "occurred_on": lead.zone.today().isoformat(), **fields}
    codes = [wang.post(address(lead), data, headers={"HX-Request": "true"}).status_code for _ in range(2)]
    assert codes == [204, 409]
    assert lead.entries.filter(kind="moved").count() == 1


def test_stages_that_are_none_or_the_present_one_are_refused(wang: Client, lead: Lead) -> None:
    for to in ("nowhere", "in_talks", ""):
        assert send(wang, lead, to).status_code == 422
    assert wang.get(address(lead), {"to": "nowhere"}).status_code == 200
    assert stage_of(lead) == "in_talks"


def test_without_script_a_move_leads_to_the_leads_page(wang: Client, lead: Lead) -> None:
    data = {"to_stage": "closed", "from_stage": "in_talks", "occurred_on": "2026-01-01", "close_reason": "x"}
    data["occurred_on"] = lead.zone.today().isoformat()
    response = wang.post(address(lead), data)
    assert (response.status_code, response["Location"]) == (302, reverse("projects:lead", args=[lead.id]))


@pytest.mark.parametrize(
    ("who", "status"), [("zhao", 404), ("qian", 404), ("bao", 404), ("sun", 403), ("wang", 204), ("chen", 204)]
)
def test_who_may_move(centre: SimpleNamespace, client: Client, lead: Lead, who: str, status: int) -> None:
    client.force_login(getattr(centre, who))
    assert client.get(address(lead)).status_code == (200 if status == 204 else status)
    assert send(client, lead, "closed", close_reason="x").status_code == status
    assert stage_of(lead) == ("closed" if status == 204 else "in_talks")


@pytest.mark.parametrize(("who", "status"), [("zhao", 404), ("sun", 403), ("wang", 403), ("li", 204), ("chen", 204)])
def test_who_may_correct(centre: SimpleNamespace, client: Client, lead: Lead, who: str, status: int) -> None:
    entry = move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    client.force_login(getattr(centre, who))
    page = client.get(address(lead, "correct"))
    assert page.status_code == (200 if status == 204 else status)
    response = client.post(
        address(lead, "correct"), {"entry": entry.id, "note": "wrong lead"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == status
    assert stage_of(lead) == ("in_talks" if status == 204 else "closed")
    assert lead.entries.filter(kind="moved").count() == 1
    if status == 204:
        assert {"column-in_talks", "column-closed"} <= set(json.loads(response["HX-Trigger"]))


def test_a_correction_needs_a_note_and_the_latest_move(centre: SimpleNamespace, client: Client, lead: Lead) -> None:
    first = move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
    client.force_login(centre.li)
    assert client.post(address(lead, "correct"), {"entry": first.id, "note": " "}).status_code == 422
    assert client.post(address(lead, "correct"), {"entry": "x", "note": "n"}).status_code == 422
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="in_talks")
    late = client.post(address(lead, "correct"), {"entry": first.id, "note": "my reason"})
    assert late.status_code == 409
    assert "my reason" in late.content.decode()
    assert stage_of(lead) == "in_talks"


def test_without_a_move_there_is_nothing_to_correct(centre: SimpleNamespace, client: Client, lead: Lead) -> None:
    client.force_login(centre.li)
    client.cookies["django_language"] = "en"
    assert "There is no move to correct." in client.get(address(lead, "correct")).content.decode()


def test_the_stepper_shows_the_way_and_what_is_missing_next(wang: Client, centre: SimpleNamespace, lead: Lead) -> None:
    html = wang.get(address(lead, "stepper")).content.decode()
    assert "Next: Key talks" in html
    assert "Total investment, Site need, or that none is needed, Expected signing" in html
    assert f'data-dialog-url="{address(lead)}?to=key_talks"' in html
    assert address(lead, "correct") not in html
    client = Client()
    for who, moves, corrects in (("sun", False, False), ("li", True, True)):
        move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"})
        client.force_login(getattr(centre, who))
        html = client.get(address(lead, "stepper")).content.decode()
        assert (f'data-dialog-url="{address(lead)}"' in html) == moves
        assert (address(lead, "correct") in html) == corrects
        move_lead(actor=centre.wang, lead_id=lead.id, to_stage="in_talks")
    client.force_login(centre.zhao)
    for name in ("stepper", "lead_moves"):
        assert client.get(address(lead, name)).status_code == 404


def test_corrected_moves_stay_in_the_list_struck_through(centre: SimpleNamespace, client: Client, lead: Lead) -> None:
    entry = move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "x"}, note="first"
    )
    client.force_login(centre.li)
    client.post(address(lead, "correct"), {"entry": entry.id, "note": "wrong lead"})
    client.cookies["django_language"] = "en"
    html = client.get(address(lead, "lead_moves")).content.decode()
    assert "<s>In talks → Closed</s>" in html
    for text in ("wrong lead", "first", "Wang", "Li", "recorded"):
        assert text in html


def test_the_stepper_tells_passed_skipped_and_unknown_stages_apart(centre: SimpleNamespace, lead: Lead) -> None:
    def states() -> dict[str, tuple[str, str]]:
        stages = [step.stage for step in next_stages(lead, centre.wang)]
        with translation.override("en"):
            return {
                step["label"]: (step["state"], step["note"]) for step in steps_of(lead, stages, stage_history(lead))
            }

    entry = move_lead(
        actor=centre.wang, lead_id=lead.id, to_stage="signed",
        fields={"agreed_investment": Decimal(5), "agreement_number": "1"},
    )  # fmt: skip
    lead.refresh_from_db()
    found = states()
    assert found["Enquiry"] == ("ahead", "before entry")
    assert found["In talks"][0] == "done"
    assert found["To sign"] == ("ahead", "skipped")
    assert found["Signed"][0] == "here"
    assert found["Landed"] == ("ahead", "")
    assert "Closed" not in found
    correct_move(actor=centre.li, lead_id=lead.id, entry_id=entry.id, note="wrong lead")
    lead.refresh_from_db()
    assert states()["Signed"] == ("ahead", "")
