"""Companies and contacts through the pages."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Company, Contact, Settlement
from projects.services.companies import create_contact
from tests.factories import make_company, make_lead
from tests.projects.pages import errors, filled, signed_in

CODE = "91110108551385082Q"


@pytest.fixture
def company(centre: SimpleNamespace) -> Company:
    """A company with a lead of team G4."""
    company = make_company(centre.wang)
    make_lead(centre.wang, centre.zone, team=centre.g4, company=company)
    return company


def change(client, company: Company, **changes: str):
    address = f"/companies/{company.pk}/edit/"
    return client.post(address, filled(client.get(address), **changes))


@pytest.mark.parametrize("query", ["粉末", "精工粉末", "sujgfmyj"[2:], "jinggong"])
def test_the_list_finds_by_characters_pinyin_and_initials(
    centre: SimpleNamespace, company: Company, query: str
) -> None:
    make_company(centre.wang, "Nordic Fresh Logistics AB")
    response = signed_in(centre.zhao).get(f"/companies/?search={query}")
    assert [row.pk for row in response.context["rows"]] == [company.pk]


def test_the_list_filters_by_settled_and_says_what_it_does_not_know(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    assert list(client.get("/companies/?settled_in=guangling").context["rows"]) == []
    Settlement.objects.create(company=company, zone=centre.zone)
    response = client.get("/companies/?settled_in=guangling")
    assert [row.pk for row in response.context["rows"]] == [company.pk]
    assert [chip["value"] for chip in response.context["state"].chips] == ["Guangling Economic Development Zone"]
    response = client.get("/companies/?settled_in=qingbaijiang&x=1")
    assert "could not be understood" in response.content.decode()
    assert len(response.context["rows"]) == 1


def test_queries_of_the_list_do_not_grow(centre: SimpleNamespace, company: Company) -> None:
    def queries() -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            client.get("/companies/")
        return len(captured)

    few = queries()
    for number in range(20):
        Settlement.objects.create(company=make_company(centre.wang, f"第{number}家公司"), zone=centre.zone)
    assert queries() == few


@pytest.mark.parametrize(("who", "leads"), [("wang", 1), ("chen", 1), ("zhao", 0), ("qian", 0)])
def test_the_page_shows_the_leads_and_contacts_that_one_may_see(
    centre: SimpleNamespace, company: Company, who: str, leads: int
) -> None:
    create_contact(actor=centre.wang, zone=centre.zone, company=company, name="张伟", phone="0512-6543 2100")
    response = signed_in(getattr(centre, who)).get(f"/companies/{company.pk}/")
    assert response.status_code == 200
    assert (len(response.context["rows"]), len(response.context["contacts"])) == (leads, leads)
    assert ("0512-6543 2100" in response.content.decode()) == bool(leads)


def test_a_company_is_entered_with_its_credit_code(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    data = filled(client.get("/companies/new/"), name="小米科技有限责任公司", credit_code=" ９１110108551385082q ")
    response = client.post("/companies/new/", data)
    company = Company.objects.get()
    assert response["Location"] == f"/companies/{company.pk}/"
    assert (company.credit_code, company.created_by) == (CODE, centre.wang)
    again = client.post("/companies/new/", {**data, "name": "别的公司", "credit_code": CODE})
    assert again.status_code == 422
    assert Company.objects.count() == 1


@pytest.mark.parametrize("code", ["123", "911101085513850820", "91110108551385082I"])
def test_a_mistyped_credit_code_is_said_beside_the_field(centre: SimpleNamespace, code: str) -> None:
    response = signed_in(centre.wang).post(
        "/companies/new/", {"name": "公司甲", "credit_code": code, "kind": "company", "country": "CN"}
    )
    assert response.status_code == 422
    assert list(errors(response)) == ["credit_code"]
    assert Company.objects.count() == 0


def test_a_company_that_is_there_already_needs_a_confirmation(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    data = filled(client.get("/companies/new/"), name="苏州精工粉末冶金股份有限公司")
    refused = client.post("/companies/new/", data)
    assert refused.status_code == 422
    assert company.name in refused.content.decode()
    key = refused.context["found"].key
    assert client.post("/companies/new/", {**data, "confirmed": key}).status_code == 302


def test_a_new_name_is_what_leads_are_found_by(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    assert change(client, company, name="𠮷㛃照明科技有限公司").status_code == 302
    for query in ("𠮷㛃", "照明"):
        assert len(client.get(f"/leads/?search={query}").context["rows"]) == 1
        assert len(client.get(f"/companies/?search={query}").context["rows"]) == 1
    assert len(client.get("/companies/?search=冶金").context["rows"]) == 0


def test_two_people_renaming_a_company_choose(centre: SimpleNamespace, company: Company) -> None:
    wang, zhao = signed_in(centre.wang), signed_in(centre.zhao)
    address = f"/companies/{company.pk}/edit/"
    page = wang.get(address)
    change(zhao, company, name="苏州精工集团有限公司")
    refused = wang.post(address, filled(page, name="精工科技有限公司", address="苏州路1号"))
    assert refused.status_code == 409
    conflict = refused.context["form"].conflicts[0]
    assert (conflict.mine, conflict.theirs, conflict.who) == ("精工科技有限公司", "苏州精工集团有限公司", "Zhao")
    assert wang.post(address, filled(refused, **{"keep-name": "theirs"})).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.address) == ("苏州精工集团有限公司", "苏州路1号")


@pytest.mark.parametrize("who", ["sun", "bao"])
def test_who_may_not_edit_changes_no_company(centre: SimpleNamespace, company: Company, who: str) -> None:
    client = signed_in(getattr(centre, who))
    assert client.post(f"/companies/{company.pk}/edit/", {"name": "x", "base": "{}"}).status_code == 403
    body = {"zone": "guangling", "settled": "on"}
    assert client.post(f"/companies/{company.pk}/settled/", body).status_code == 403
    assert client.post(f"/companies/{company.pk}/contacts/new/", {"name": "x"}).status_code == 403
    company.refresh_from_db()
    assert (company.version, Settlement.objects.count(), Contact.objects.count()) == (1, 0, 0)


def test_a_company_is_settled_and_is_not_again(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    address = f"/companies/{company.pk}/settled/"
    assert client.post(address, {"zone": "guangling", "settled": "on"}).status_code == 302
    assert company.settlements.get().zone == centre.zone
    assert client.post(address, {"zone": "guangling"}).status_code == 302
    assert company.settlements.count() == 0
    assert client.post(address, {"zone": "qingbaijiang", "settled": "on"}).status_code == 404
    assert company.settlements.count() == 0


def test_a_contact_is_entered_changed_and_deleted_in_dialogs(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    address = f"/companies/{company.pk}/contacts/new/?lead={company.leads.get().pk}"
    response = client.post(address, filled(client.get(address), name="张伟", phone="１３８ 1234 5678"))
    assert response.status_code == 204
    assert "contacts-changed" in response["HX-Trigger"]
    contact = Contact.objects.get()
    assert (contact.phone, contact.phone_e164, contact.zone) == ("１３８ 1234 5678", "+8613812345678", centre.zone)

    address = f"/contacts/{contact.pk}/edit/"
    assert client.post(address, filled(client.get(address), position="总经理")).status_code == 204
    contact.refresh_from_db()
    assert (contact.position, contact.phone) == ("总经理", "１３８ 1234 5678")

    assert signed_in(centre.zhao).post(f"/contacts/{contact.pk}/delete/").status_code == 404
    assert signed_in(centre.sun).post(f"/contacts/{contact.pk}/delete/").status_code == 403
    contact.refresh_from_db()
    assert contact.deleted_at is None
    assert client.post(f"/contacts/{contact.pk}/delete/").status_code == 204
    contact.refresh_from_db()
    assert contact.deleted_at is not None


def test_two_people_changing_a_contact_choose(centre: SimpleNamespace, company: Company) -> None:
    contact = create_contact(actor=centre.wang, zone=centre.zone, company=company, name="张伟", phone="13812345678")
    wang, li = signed_in(centre.wang), signed_in(centre.li)
    address = f"/contacts/{contact.pk}/edit/"
    page = wang.get(address)
    assert li.post(address, filled(li.get(address), phone="13900000000")).status_code == 204
    refused = wang.post(address, filled(page, phone="13700000000"))
    assert refused.status_code == 409
    assert "13900000000" in refused.content.decode()
    assert wang.post(address, filled(refused, **{"keep-phone": "mine"})).status_code == 204
    contact.refresh_from_db()
    assert contact.phone == "13700000000"


def test_similar_companies_are_shown_while_typing(centre: SimpleNamespace, company: Company) -> None:
    client = signed_in(centre.wang)
    page = client.get("/leads/similar/?of=company&name=精工粉末冶金").content.decode()
    assert company.name in page
    assert client.get(f"/leads/similar/?of=company&name=精工粉末冶金&not={company.pk}").content.decode().strip() == ""


def test_queries_of_the_page_do_not_grow_with_leads_and_contacts(centre: SimpleNamespace, company: Company) -> None:
    def queries() -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/companies/{company.pk}/")
        return len(captured)

    create_contact(actor=centre.wang, zone=centre.zone, company=company, name="张伟")
    few = queries()
    for number in range(12):
        make_lead(centre.chen, centre.zone, name=f"{number}期", team=centre.g4, owner=centre.wang, company=company)
        create_contact(actor=centre.wang, zone=centre.zone, company=company, name=f"联系人{number}")
    assert queries() == few
