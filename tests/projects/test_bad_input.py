"""Bad input through the pages: each is refused beside its field or read rightly, and nothing is half saved."""

import threading
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from projects.models import Company, Lead, Stage, StageRequirement
from projects.stages import seed_stages
from tests.factories import make_centre, make_company, make_lead
from tests.projects.pages import edit, enter, errors, filled, signed_in, standing


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("total_investment", "-1", "negative"),
        ("total_investment", "20万亿", "absurd"),
        ("total_investment", "99999999999999999999", "too_large"),
        ("total_investment", "1.005元", "too_precise"),
        ("total_investment", "很多", "invalid_amount"),
        ("total_investment", "100万美元", "other_currency"),
        ("total_investment", "1e400", "invalid_amount"),
        ("total_investment", "NaN", "invalid_amount"),
        ("registered_capital", "-2000万", "negative"),
        ("land_mu", "-3", "negative"),
        ("land_mu", "9999999", "absurd"),
        ("clear_height_m", "1000", "absurd"),
        ("floor_area_m2", "NaN", "invalid"),
        ("expected_signing_on", "2199-01-01", "too_late"),
        ("expected_signing_on", "1066-10-14", "too_early"),
        ("expected_signing_on", "3/5/2026", "invalid_day"),
        ("expected_signing_on", "2026-02-30", "invalid_day"),
        ("first_contact_on", "2199-01-01", "too_late"),
        ("draft_agreement_on", "2199-01-01", "too_late"),
        ("name", "项" * 301, "max_length"),
        ("name", "   ", "required"),
        ("name", "a\x00b", "null_characters_not_allowed"),
        ("capital_origin", "moon", "invalid_choice"),
        ("industry", "nonsense", "invalid"),
        ("company", "00000000-0000-0000-0000-000000000000", "invalid_choice"),
        ("currency", "XXX", "invalid_choice"),
    ],
)
def test_absurd_values_are_refused_beside_their_field(
    centre: SimpleNamespace, lead: Lead, field: str, typed: str, code: str
) -> None:
    before = standing(lead)
    response = edit(signed_in(centre.wang), lead, **{field: typed})
    assert response.status_code == 422
    assert errors(response)[field][0] == code
    assert 'aria-invalid="true"' in response.content.decode()
    assert standing(lead) == before


def test_fixed_assets_beyond_the_total_are_refused(centre: SimpleNamespace, lead: Lead) -> None:
    response = edit(signed_in(centre.wang), lead, total_investment="1亿", fixed_asset_investment="1.5亿")
    assert errors(response) == {"fixed_asset_investment": ["exceeds_total"]}


def test_a_refused_form_gives_back_what_was_typed(centre: SimpleNamespace, lead: Lead) -> None:
    page = edit(signed_in(centre.wang), lead, total_investment="-2000万", place="A-12 号楼").content.decode()
    assert 'value="-2000万"' in page
    assert "A-12 号楼" in page


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("２０００万", 20_000_000), ("1.5亿", 150_000_000), ("４，３００", 4300), ("1亿5000万", 150_000_000),
        ("20 million", 20_000_000), ("¥4,300.50", Decimal("4300.50")), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_are_typed(
    centre: SimpleNamespace, lead: Lead, typed: str, amount: Decimal | int
) -> None:
    assert edit(signed_in(centre.wang), lead, total_investment=typed).status_code == 302
    lead.refresh_from_db()
    assert lead.total_investment == amount


def test_full_width_digits_are_read_in_measures_and_days(centre: SimpleNamespace, lead: Lead) -> None:
    day = centre.zone.today().replace(month=1, day=15)
    typed = f"{day:%Y}年１月１５日"
    response = edit(
        signed_in(centre.wang), lead, clear_height_m="１０．５", floor_area_m2="４，３００", first_contact_on=typed
    )
    assert response.status_code == 302
    lead.refresh_from_db()
    assert (lead.clear_height_m, lead.floor_area_m2, lead.first_contact_on) == (Decimal("10.5"), Decimal(4300), day)


@pytest.mark.parametrize("name", ["数字照明 😀🚀", "𠮷野家㛃食品", "项" * 300, "O'Brien & <Söhne>", "‮reversed"])
def test_rare_characters_and_long_names_are_kept_and_found(centre: SimpleNamespace, name: str) -> None:
    client = signed_in(centre.wang)
    response = enter(client, name=name, new_company=name)
    assert response.status_code == 302
    lead = Lead.objects.get()
    assert (lead.name, lead.company.name) == (name, name)
    assert client.get(response["Location"]).status_code == 200
    found = client.get("/leads/", {"search": name[:4]}).context["rows"]
    assert [row.lead.pk for row in found] == [lead.pk]


def test_a_company_name_of_301_characters_is_refused(centre: SimpleNamespace) -> None:
    response = enter(signed_in(centre.wang), name="项目", new_company="司" * 301)
    assert errors(response) == {"new_company": ["max_length"]}
    assert (Lead.objects.count(), Company.objects.count()) == (0, 0)


def test_a_second_lead_for_the_same_company_is_asked_about(centre: SimpleNamespace, lead: Lead) -> None:
    response = enter(signed_in(centre.wang), name="另一个", company=str(lead.company_id))
    assert response.status_code == 422
    assert "Enter it all the same" in response.content.decode()
    assert Lead.objects.count() == 1


def test_an_expired_session_sends_to_the_login_and_the_form_keeps_a_draft(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    address = f"/leads/{lead.pk}/edit/"
    page = client.get(address)
    assert f'data-draft="lead-{lead.pk}"' in page.content.decode()
    # What its editor saw is part of the draft, or an old draft would undo what others changed since.
    assert '<textarea name="base"' in page.content.decode()
    assert 'data-draft="lead-new"' in client.get("/leads/new/").content.decode()
    client.logout()
    response = client.post(address, filled(page, place="A-1"))
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"
    lead.refresh_from_db()
    assert lead.place == ""


def test_an_expired_session_in_a_dialog_sends_the_whole_page_to_the_login(centre: SimpleNamespace, lead: Lead) -> None:
    address = f"/companies/{lead.company_id}/contacts/new/"
    response = Client().post(
        address,
        {"name": "张伟"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver/leads/{lead.pk}/"},
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"/accounts/login/?next=%2Fleads%2F{lead.pk}%2F"


def test_a_lead_of_another_team_is_not_at_its_address(centre: SimpleNamespace, lead: Lead) -> None:
    client, before = signed_in(centre.zhao), standing(lead)
    for part in ("", "edit/", "history/", "delete/", "milestones/registered/", "timeline/", "stepper/", "move/"):
        assert client.get(f"/leads/{lead.pk}/{part}").status_code == 404, part
    for part in ("edit/", "delete/", "milestones/registered/", "move/"):
        assert client.post(f"/leads/{lead.pk}/{part}", {"name": "x"}).status_code == 404, part
    assert standing(lead) == before


def test_two_clicks_at_the_same_moment_make_one_lead(transactional_db: None) -> None:
    seed_stages(Stage, StageRequirement)
    centre = make_centre()
    client = signed_in(centre.wang)
    data = filled(client.get("/leads/new/"), name="项目", new_company="公司甲")
    together, answers = threading.Barrier(2), []

    def click() -> None:
        browser = Client()
        browser.cookies = client.cookies
        together.wait(timeout=20)
        answers.append(browser.post("/leads/new/", data))
        connection.close()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(timeout=60)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {f"/leads/{Lead.objects.get().pk}/"}
    assert Company.objects.count() == 1


@pytest.mark.django_db
def test_a_country_that_does_not_exist_is_refused_by_the_service(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError) as refused:
        make_company(centre.chen, name="苏州无国公司", country="ZZ")
    assert refused.value.error_dict["country"][0].code == "unknown_country"
