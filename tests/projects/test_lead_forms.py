"""Entering and editing leads through the pages: rights, similar leads, merging, double clicks."""

import datetime
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Company, Lead
from projects.services.leads import update_lead
from tests.factories import make_company, make_lead
from tests.projects.pages import edit, enter, errors, filled, signed_in, standing


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, summary="一期\n二期",
        total_investment=Decimal(150_000_000),
    )  # fmt: skip


# ---- entering ----


def test_a_member_enters_a_lead_with_a_name_and_a_new_company(centre: SimpleNamespace) -> None:
    response = enter(signed_in(centre.wang), name="粉末冶金项目", new_company="苏州精工粉末冶金有限公司")
    lead = Lead.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/leads/{lead.pk}/"
    assert (lead.company.name, lead.team, lead.owner, lead.stage_id) == (
        "苏州精工粉末冶金有限公司", centre.g4, centre.wang, "enquiry",
    )  # fmt: skip


def test_a_director_gets_no_team_and_no_owner_by_themselves(centre: SimpleNamespace) -> None:
    enter(signed_in(centre.chen), name="项目", new_company="公司甲")
    lead = Lead.objects.get()
    assert (lead.team, lead.owner) == (None, None)


def test_a_contributor_enters_a_lead_of_nobody_and_sees_it(centre: SimpleNamespace) -> None:
    client = signed_in(centre.bao)
    assert "team" not in client.get("/leads/new/").context["form"].fields
    response = enter(client, name="线索", new_company="公司甲")
    assert client.get(response["Location"]).status_code == 200
    assert Lead.objects.get().team is None


def test_an_observer_may_not_enter_a_lead(centre: SimpleNamespace) -> None:
    client = signed_in(centre.sun)
    company = make_company(centre.chen)
    assert client.get("/leads/new/").status_code == 403
    assert client.post("/leads/new/", {"name": "x", "company": str(company.pk)}).status_code == 403
    assert Lead.objects.count() == 0


def test_a_member_cannot_enter_a_lead_for_another_team(centre: SimpleNamespace) -> None:
    response = enter(signed_in(centre.wang), name="项目", new_company="公司甲", team=str(centre.g1.pk))
    assert response.status_code == 422
    assert errors(response) == {"team": ["invalid_choice"]}
    assert (Lead.objects.count(), Company.objects.count()) == (0, 0)


def test_only_who_may_record_history_gives_an_opening_entry(centre: SimpleNamespace) -> None:
    assert "opening_stage" not in signed_in(centre.li).get("/leads/new/").context["form"].fields
    day = centre.zone.today() - datetime.timedelta(days=30)
    enter(
        signed_in(centre.chen), name="老项目", new_company="公司甲", opening_stage="signed", opening_on=day.isoformat()
    )
    lead = Lead.objects.get()
    assert (lead.stage_id, lead.signed_on, lead.entries.get().kind) == ("signed", day, "opened")


def test_an_opening_of_a_member_is_not_listened_to(centre: SimpleNamespace) -> None:
    enter(signed_in(centre.wang), name="项目", new_company="公司甲", opening_stage="signed")
    assert Lead.objects.get().stage_id == "enquiry"


def test_an_opening_may_have_no_known_day_but_none_in_the_future(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    tomorrow = (centre.zone.today() + datetime.timedelta(days=1)).isoformat()
    response = enter(client, name="老项目", new_company="公司甲", opening_stage="signed", opening_on=tomorrow)
    assert errors(response) == {"opening_on": ["too_late"]}
    enter(client, name="老项目", new_company="公司甲", opening_stage="signed")
    assert Lead.objects.get().stage_entered_on is None


def test_a_refused_new_company_leaves_no_company_behind(centre: SimpleNamespace) -> None:
    response = enter(
        signed_in(centre.wang), name="项目", new_company="公司甲", total_investment="1亿", fixed_asset_investment="2亿"
    )
    assert errors(response) == {"fixed_asset_investment": ["exceeds_total"]}
    assert Company.objects.count() == 0


# ---- similar leads and companies ----


def test_a_second_lead_of_a_company_needs_one_confirmation(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    response = enter(client, name="二期", company=str(lead.company_id))
    assert response.status_code == 422
    assert lead.number in response.content.decode()
    assert Lead.objects.count() == 1
    again = filled(response, confirmed=response.context["found"].key)
    assert client.post("/leads/new/", again).status_code == 302
    assert Lead.objects.count() == 2


def test_a_confirmation_holds_only_for_what_was_shown(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    key = enter(client, name="二期", company=str(lead.company_id)).context["found"].key
    other = make_lead(centre.chen, centre.zone, name="别的", company=make_company(centre.chen, "公司乙"))
    response = enter(client, name="三期", company=str(other.company_id), confirmed=key)
    assert response.status_code == 422
    assert Lead.objects.count() == 2


def test_the_same_name_for_another_company_needs_a_confirmation_too(centre: SimpleNamespace, lead: Lead) -> None:
    response = enter(signed_in(centre.wang), name=lead.name, new_company="完全另一家公司")
    assert response.status_code == 422
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("address", ["save", "typing"])
def test_a_lead_that_one_may_not_see_says_only_which_team_to_ask(
    centre: SimpleNamespace, lead: Lead, address: str
) -> None:
    client = signed_in(centre.zhao)
    if address == "save":
        page = enter(client, name="新项目", company=str(lead.company_id)).content.decode()
    else:
        page = client.get(f"/leads/similar/?name=x&company={lead.company_id}").content.decode()
    assert "Team G4" in page
    assert "Please ask them" in page
    for secret in (lead.number, lead.name, str(lead.pk), "Wang"):
        assert secret not in page.replace("x&amp;", "")


def test_while_typing_similar_companies_and_their_leads_are_shown(centre: SimpleNamespace, lead: Lead) -> None:
    page = signed_in(centre.wang).get("/leads/similar/?name=&new_company=精工粉末冶金股份有限公司").content.decode()
    assert lead.company.name in page
    assert lead.number in page


def test_a_new_company_that_is_there_already_needs_a_confirmation(centre: SimpleNamespace) -> None:
    make_company(centre.chen, "苏州精工粉末冶金有限公司")
    client = signed_in(centre.wang)
    response = enter(client, name="项目", new_company="苏州精工粉末冶金股份有限公司")
    assert response.status_code == 422
    assert Company.objects.count() == 1
    assert client.post("/leads/new/", filled(response, confirmed=response.context["found"].key)).status_code == 302


# ---- one save per form ----


def test_the_same_form_sent_twice_makes_one_lead(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    data = filled(client.get("/leads/new/"), name="项目", new_company="公司甲")
    first, second = client.post("/leads/new/", data), client.post("/leads/new/", data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert (Lead.objects.count(), Company.objects.count()) == (1, 1)


def test_a_token_of_somebody_elses_lead_opens_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.zhao)
    response = enter(client, name="项目", new_company="公司甲", token=str(lead.pk))
    assert response.status_code == 422
    assert (Lead.objects.count(), Company.objects.count()) == (1, 1)
    assert client.post("/leads/new/", filled(response)).status_code == 302
    assert Lead.objects.count() == 2


# ---- editing ----


def test_an_edit_sends_only_what_was_changed(centre: SimpleNamespace, lead: Lead) -> None:
    response = edit(signed_in(centre.wang), lead, place="A-12", total_investment="2亿")
    assert response.status_code == 302
    lead.refresh_from_db()
    assert (lead.place, lead.total_investment, lead.summary) == ("A-12", Decimal(200_000_000), "一期\n二期")
    assert [entry.kind for entry in lead.entries.order_by("seq")] == ["opened", "revalued"]


def test_saving_without_a_change_changes_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    before = standing(lead)
    assert edit(signed_in(centre.wang), lead).status_code == 302
    assert standing(lead) == before


def test_two_people_editing_different_fields_both_win(centre: SimpleNamespace, lead: Lead) -> None:
    wang, li = signed_in(centre.wang), signed_in(centre.li)
    address = f"/leads/{lead.pk}/edit/"
    page = wang.get(address)
    assert edit(li, lead, place="B-7").status_code == 302
    assert wang.post(address, filled(page, source="商会")).status_code == 302
    lead.refresh_from_db()
    assert (lead.place, lead.source) == ("B-7", "商会")


@pytest.mark.parametrize(("choice", "stays"), [("mine", "A-1"), ("theirs", "B-7")])
def test_two_people_editing_the_same_field_choose(
    centre: SimpleNamespace, lead: Lead, choice: str, stays: str
) -> None:
    wang, li = signed_in(centre.wang), signed_in(centre.li)
    address = f"/leads/{lead.pk}/edit/"
    page = wang.get(address)
    edit(li, lead, place="B-7")
    refused = wang.post(address, filled(page, place="A-1", source="商会"))
    assert refused.status_code == 409
    conflict = refused.context["form"].conflicts[0]
    assert (conflict.mine, conflict.theirs, conflict.who) == ("A-1", "B-7", "Li")
    text = refused.content.decode()
    assert "Li" in text
    assert "商会" in text
    lead.refresh_from_db()
    assert (lead.place, lead.source) == ("B-7", "")

    assert errors(wang.post(address, filled(refused))) == {"place": ["choose"]}
    assert wang.post(address, filled(refused, **{"keep-place": choice})).status_code == 302
    lead.refresh_from_db()
    assert (lead.place, lead.source) == (stays, "商会")


def test_a_conflict_over_a_person_or_an_amount_shows_names_and_money(centre: SimpleNamespace, lead: Lead) -> None:
    chen, li = signed_in(centre.chen), signed_in(centre.li)
    address = f"/leads/{lead.pk}/edit/"
    page = chen.get(address)
    edit(li, lead, owner=str(centre.li.pk), total_investment="3亿")
    refused = chen.post(address, filled(page, owner="", total_investment="4亿"))
    shown = {conflict.field.name: (conflict.mine, conflict.theirs) for conflict in refused.context["form"].conflicts}
    assert shown == {"owner": ("", "Li"), "total_investment": ("CNY 400,000,000", "CNY 300,000,000")}


def test_a_form_that_lost_what_its_editor_saw_saves_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    before = standing(lead)
    for base in ("", "[]", "{", '{"name": "x"}'):
        response = edit(signed_in(centre.wang), lead, place="A-1", base=base)
        assert errors(response) == {"__all__": ["no_base"]}
    assert standing(lead) == before


def test_only_who_assigns_sees_team_and_owner(centre: SimpleNamespace, lead: Lead) -> None:
    fields = signed_in(centre.wang).get(f"/leads/{lead.pk}/edit/").context["form"].fields
    assert "team" not in fields
    edit(signed_in(centre.wang), lead, team=str(centre.g1.pk), owner="")
    lead.refresh_from_db()
    assert (lead.team, lead.owner) == (centre.g4, centre.wang)
    edit(signed_in(centre.li), lead, owner=str(centre.li.pk))
    lead.refresh_from_db()
    assert lead.owner == centre.li


@pytest.mark.parametrize(("who", "status"), [("zhao", 404), ("qian", 404), ("bao", 404), ("sun", 403)])
def test_who_may_not_edit_changes_nothing(centre: SimpleNamespace, lead: Lead, who: str, status: int) -> None:
    before = standing(lead)
    client = signed_in(getattr(centre, who))
    address = f"/leads/{lead.pk}/edit/"
    assert client.get(address).status_code == status
    assert client.post(address, {"name": "anders", "base": "{}"}).status_code == status
    assert standing(lead) == before


def test_a_lead_deleted_meanwhile_is_not_found(centre: SimpleNamespace, lead: Lead) -> None:
    wang = signed_in(centre.wang)
    page = wang.get(f"/leads/{lead.pk}/edit/")
    signed_in(centre.li).post(f"/leads/{lead.pk}/delete/", {"note": "重复"})
    assert wang.post(f"/leads/{lead.pk}/edit/", filled(page, place="A-1")).status_code == 404


def test_the_edit_page_keeps_a_choice_that_is_no_longer_offered(centre: SimpleNamespace, lead: Lead) -> None:
    update_lead(actor=centre.li, lead_id=lead.pk, changes={"industry": centre.industry})
    centre.industry.disabled_on = centre.zone.today()
    centre.industry.save()
    assert edit(signed_in(centre.wang), lead, place="A-1").status_code == 302
    lead.refresh_from_db()
    assert lead.industry == centre.industry


def test_the_form_costs_the_same_with_many_companies(centre: SimpleNamespace, lead: Lead) -> None:
    def queries() -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/leads/{lead.pk}/edit/")
        return len(captured)

    few = queries()
    for number in range(20):
        make_company(centre.chen, f"第{number}家公司")
    assert queries() == few


def test_addresses_that_are_no_ids_are_not_found(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    assert client.get("/leads/xyz/").status_code == 404
    assert client.get(f"/leads/{uuid.uuid4()}/").status_code == 404
