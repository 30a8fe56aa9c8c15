"""A lead's page: who sees it, what it shows, its history, milestones, deletion, pickers."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.models import ExchangeRate
from projects.models import Lead
from projects.services.companies import create_contact
from projects.services.milestones import set_milestone
from tests.factories import log, make_company, make_lead
from tests.projects.pages import edit, signed_in, standing


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A signed lead of team G4, owned by Wang."""
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, currency="USD", stage="signed",
        total_investment=Decimal(1_500_000), on=centre.zone.today() - datetime.timedelta(days=70),
    )  # fmt: skip


def page_of(user, lead: Lead):
    return signed_in(user).get(f"/leads/{lead.pk}/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("wang", 200), ("li", 200), ("chen", 200), ("gu", 200), ("sun", 200), ("zhao", 404), ("bao", 404), ("qian", 404)],
)
def test_everybody_opens_the_leads_of_their_role_only(
    centre: SimpleNamespace, lead: Lead, who: str, status: int
) -> None:
    client = signed_in(getattr(centre, who))
    for part in ("", "history/"):
        assert client.get(f"/leads/{lead.pk}/{part}").status_code == status


def test_the_page_shows_money_with_its_worth_in_yuan(centre: SimpleNamespace, lead: Lead) -> None:
    ExchangeRate.objects.create(currency="USD", valid_from=datetime.date(2020, 1, 1), cny=Decimal("7.1"))
    text = page_of(centre.wang, lead).content.decode()
    assert "USD 1.5 million" in text
    assert "CNY 10.65 million" in text


def test_the_page_says_what_is_missing_and_how_long_it_is_idle(centre: SimpleNamespace, lead: Lead) -> None:
    response = page_of(centre.wang, lead)
    text = response.content.decode()
    assert [gap.field for gap in response.context["gaps"]] == ["agreed_investment", "agreement_number"]
    assert f"/leads/{lead.pk}/edit/#id_agreed_investment" in text
    assert "70 days idle" in text
    assert "light-yellow" in text


@pytest.mark.parametrize(
    ("who", "buttons"),
    [("wang", {"log", "move", "edit"}), ("li", {"log", "move", "edit", "delete"}), ("sun", set())],
)
def test_buttons_are_those_of_the_role(centre: SimpleNamespace, lead: Lead, who: str, buttons: set[str]) -> None:
    response = page_of(getattr(centre, who), lead)
    assert {name for name, allowed in response.context["may"].items() if allowed} == buttons
    assert (f"/leads/{lead.pk}/delete/" in response.content.decode()) == ("delete" in buttons)


def test_contacts_of_the_company_can_be_called(centre: SimpleNamespace, lead: Lead) -> None:
    create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="张伟", phone="138 1234 5678")
    text = page_of(centre.wang, lead).content.decode()
    assert 'href="tel:+8613812345678"' in text
    assert "138 1234 5678" in text


def test_queries_of_the_page_do_not_grow_with_what_hangs_on_it(centre: SimpleNamespace, lead: Lead) -> None:
    def queries(part: str) -> int:
        client = signed_in(centre.li)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/leads/{lead.pk}/{part}").status_code == 200
        return len(captured)

    def grow(times: int) -> None:
        for number in range(times):
            create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name=f"联系人{number}")
            edit(signed_in(centre.li), lead, place=f"{times}-{number}", owner=str(centre.li.pk), source=f"{number}")
            log(centre.wang, lead)

    grow(2)
    few = {part: queries(part) for part in ("", "history/")}
    grow(10)
    assert {part: queries(part) for part in ("", "history/")} == few
    assert few[""] < 20
    assert few["history/"] < 16


# ---- history ----


def test_the_history_says_who_changed_what_from_what_to_what(centre: SimpleNamespace, lead: Lead) -> None:
    edit(
        signed_in(centre.li), lead, owner=str(centre.li.pk), industry=str(centre.industry.pk), total_investment="2亿",
        needs_waterway="on",
    )  # fmt: skip
    response = signed_in(centre.wang).get(f"/leads/{lead.pk}/history/")
    changes = response.context["changes"]
    changed = next(change for change in changes if change.steps)
    assert changed.who == "Li"
    assert {(step.label, step.old, step.new) for step in changed.steps} == {
        ("Owner", "Wang", "Li"),
        ("Industry", "", "Automotive parts"),
        ("Total investment", "USD 1,500,000", "USD 200,000,000"),
        ("Needs a waterway", "no", "yes"),
    }
    assert [change.who for change in changes if change.title == "Entered: Signed"] == ["Chen"]
    text = response.content.decode()
    for word in ("Li", "Wang", "USD 200,000,000", "Automotive parts"):
        assert word in text


def test_the_history_shows_milestones_set_and_taken_back(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    address = f"/leads/{lead.pk}/milestones/registered/"
    day = centre.zone.today()
    client.post(address, {"occurred_on": day.isoformat(), "evidence": "营业执照"})
    client.post(address, {"occurred_on": day.isoformat(), "clear": "1"})
    changes = client.get(f"/leads/{lead.pk}/history/").context["changes"]
    milestones = [change for change in changes if change.title == "Milestone: Registered"]
    assert [(change.who, change.note.split(" · ")[-1]) for change in milestones] == [
        ("Wang", "taken back"),
        ("Wang", "营业执照"),
    ]


# ---- milestones and deletion ----


def test_a_milestone_is_set_in_a_dialog_that_closes(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    address = f"/leads/{lead.pk}/milestones/funds_in_place/"
    assert client.get(address).status_code == 200
    response = client.post(address, {"occurred_on": centre.zone.today().isoformat()})
    assert response.status_code == 204
    assert "lead-changed" in response["HX-Trigger"]
    assert lead.milestones.get().recorded_by == centre.wang


@pytest.mark.parametrize("day", ["", "2199-01-01", "gestern"])
def test_a_milestone_needs_a_day_that_has_been(centre: SimpleNamespace, lead: Lead, day: str) -> None:
    response = signed_in(centre.wang).post(f"/leads/{lead.pk}/milestones/registered/", {"occurred_on": day})
    assert response.status_code == 422
    assert lead.milestones.count() == 0


def test_an_observer_sets_no_milestone_and_an_unknown_one_is_not_found(centre: SimpleNamespace, lead: Lead) -> None:
    body = {"occurred_on": centre.zone.today().isoformat()}
    assert signed_in(centre.sun).post(f"/leads/{lead.pk}/milestones/registered/", body).status_code == 403
    assert signed_in(centre.zhao).post(f"/leads/{lead.pk}/milestones/registered/", body).status_code == 404
    assert signed_in(centre.wang).post(f"/leads/{lead.pk}/milestones/party/", body).status_code == 404
    assert lead.milestones.count() == 0


def test_an_open_lead_takes_no_milestone(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4)
    body = {"occurred_on": centre.zone.today().isoformat()}
    assert signed_in(centre.wang).post(f"/leads/{lead.pk}/milestones/registered/", body).status_code == 422
    assert lead.milestones.count() == 0


def test_milestones_already_set_are_shown_with_their_day(centre: SimpleNamespace, lead: Lead) -> None:
    set_milestone(
        actor=centre.wang, lead_id=lead.pk, kind="registered", occurred_on=centre.zone.today(), evidence="营业执照"
    )
    assert "营业执照" in page_of(centre.wang, lead).content.decode()


def test_a_leader_deletes_a_lead_and_a_member_cannot(centre: SimpleNamespace, lead: Lead) -> None:
    before = standing(lead)
    assert signed_in(centre.wang).post(f"/leads/{lead.pk}/delete/").status_code == 403
    assert standing(lead) == before
    response = signed_in(centre.li).post(f"/leads/{lead.pk}/delete/", {"note": "重复录入"})
    assert response["HX-Redirect"] == "/leads/"
    assert page_of(centre.li, lead).status_code == 404
    assert lead.entries.order_by("-seq").first().note == "重复录入"


# ---- pickers ----


def test_the_picker_offers_own_leads_first_and_none_of_others(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(
        centre.chen, centre.zone, name="别组的项目", team=centre.g1, company=make_company(centre.chen, "乙")
    )
    team = make_lead(centre.li, centre.zone, name="同组的项目", team=centre.g4)
    results = signed_in(centre.wang).get("/leads/options/").json()["results"]
    assert [found["value"] for found in results] == [str(lead.pk), str(team.pk)]
    assert lead.number in results[0]["note"]
    assert str(other.pk) not in str(results)


@pytest.mark.parametrize("query", ["粉", "粉末", "fmyj", "fenmo"])
def test_pickers_find_by_one_character_pinyin_and_initials(centre: SimpleNamespace, lead: Lead, query: str) -> None:
    client = signed_in(centre.wang)
    assert [found["value"] for found in client.get(f"/leads/options/?q={query}").json()["results"]] == [str(lead.pk)]
    companies = client.get(f"/companies/options/?q={query}").json()["results"]
    assert [found["value"] for found in companies] == [str(lead.company_id)]


def test_contacts_are_offered_to_those_who_see_them(centre: SimpleNamespace, lead: Lead) -> None:
    contact = create_contact(actor=centre.li, zone=centre.zone, company=lead.company, name="张伟", position="总经理")
    address = f"/contacts/options/?q=zhangwei&company={lead.company_id}"
    results = signed_in(centre.wang).get(address).json()["results"]
    assert [found["value"] for found in results] == [str(contact.pk)]
    assert signed_in(centre.zhao).get(address).json()["results"] == []
    assert signed_in(centre.wang).get("/contacts/options/?company=x").status_code == 200
