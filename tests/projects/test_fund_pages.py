"""The pages of money after signing: the lead's fragment, its dialogs, what waits to be verified."""

import datetime
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.models import ExchangeRate
from projects.models import CapitalIncrease, Document, FundArrival, Lead
from projects.services.funds import change_funds, enter_funds, verify_funds
from projects.services.increases import record_increase
from projects.services.milestones import set_milestone
from tests.factories import make_lead
from tests.projects.pages import signed_in

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A foreign lead of team G4, signed 30 days ago over 30 million USD."""
    ExchangeRate.objects.create(currency="USD", valid_from=centre.zone.today() - 60 * DAY, cny=Decimal(7))
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", capital_origin="foreign",
        on=centre.zone.today() - 30 * DAY, agreed_investment=Decimal(30_000_000), currency="USD",
    )  # fmt: skip


def entered(centre: SimpleNamespace, lead: Lead, **changes: Any) -> FundArrival:
    values: dict[str, Any] = {
        "actor": centre.wang, "kind": "funds_in_place", "amount": Decimal(21_000_000),
        "value_on": centre.zone.today(), "evidence": "进账单",
    }  # fmt: skip
    return enter_funds(lead_id=lead.pk, **{**values, **changes})


def form(centre: SimpleNamespace, **changes: Any) -> dict[str, Any]:
    day = centre.zone.today().isoformat()
    return {"kind": "fdi", "currency": "USD", "value_on": day, "evidence": "验资报告 7", **changes}


def test_amounts_are_read_as_people_write_them_and_two_clicks_make_one(centre: SimpleNamespace, lead: Lead) -> None:
    client, token = signed_in(centre.wang), str(uuid.uuid4())
    for _time in range(2):
        data = form(centre, amount="200万美元", token=token)
        assert client.post(f"/leads/{lead.pk}/funds/new/", data).status_code == 204
    arrival = FundArrival.objects.get()
    assert (arrival.amount, arrival.currency, str(arrival.pk)) == (2_000_000, "USD", token)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "99万亿"}, "amount"),
        ({"amount": "viel"}, "amount"),
        ({"amount": "200万元人民币"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "5", "currency": "EUR"}, "currency"),
        ({"amount": "5", "value_on": "2200-01-01"}, "value_on"),
        ({"amount": "5", "evidence": ""}, "evidence"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    centre: SimpleNamespace, lead: Lead, changes: dict[str, Any], field: str
) -> None:
    response = signed_in(centre.wang).post(f"/leads/{lead.pk}/funds/new/", form(centre, **changes))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not FundArrival.objects.exists()


def test_agreed_and_arrived_are_figures_of_their_own(centre: SimpleNamespace, lead: Lead) -> None:
    verify_funds(actor=centre.li, fund_id=entered(centre, lead).pk)
    usd = entered(centre, lead, kind="fdi", amount=Decimal(1_000_000), currency="USD")
    verify_funds(actor=centre.li, fund_id=usd.pk)
    entered(centre, lead, amount=Decimal(5))
    record_increase(actor=centre.wang, lead_id=lead.pk, amount=Decimal(9_000_000), agreed_on=centre.zone.today())
    context = signed_in(centre.wang).get(f"/leads/{lead.pk}/funds/").context
    assert (context["agreed"], context["in_place"], context["fdi"]) == (210_000_000, 21_000_000, 7_000_000)
    assert (context["share"], len(context["rows"]), len(context["increases"])) == (10, 3, 1)


def test_one_verifies_what_another_entered(centre: SimpleNamespace, lead: Lead) -> None:
    arrival, own = entered(centre, lead), entered(centre, lead, actor=centre.li)
    client = signed_in(centre.li)
    rows = client.get("/funds/").context["rows"]
    assert [(row.arrival, row.may_check) for row in rows] == [(arrival, True), (own, False)]
    page = f"/funds/{own.pk}/check/"
    refused = client.post(page, {"version": own.version, "verify": "1"})
    assert refused.status_code == 422
    assert "Somebody else must verify what you entered." in refused.content.decode()
    page = f"/funds/{arrival.pk}/check/"
    assert client.post(page, {"version": arrival.version, "reject": "1"}).status_code == 422
    assert client.post(page, {"version": arrival.version, "verify": "1"}).status_code == 204
    arrival.refresh_from_db()
    assert arrival.status == "verified"
    assert "verified" in client.get(page).content.decode().lower()


def test_a_change_after_it_was_seen_is_shown_before_it_is_verified(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    client, page = signed_in(centre.li), f"/funds/{arrival.pk}/check/"
    change_funds(actor=centre.wang, fund_id=arrival.pk, changes={"amount": Decimal(1)})
    answer = client.post(page, {"version": arrival.version, "verify": "1", "check_note": "对账"})
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    assert answer.context["form"]["check_note"].value() == "对账"
    arrival.refresh_from_db()
    assert arrival.status == "entered"


def test_editing_and_taking_out(centre: SimpleNamespace, lead: Lead) -> None:
    arrival = entered(centre, lead)
    client = signed_in(centre.wang)
    page = f"/funds/{arrival.pk}/edit/"
    fields = client.get(page).context["form"]
    data = {name: fields[name].value() or "" for name in fields.fields} | {"amount": "2200万"}
    assert client.post(page, data).status_code == 204
    arrival.refresh_from_db()
    assert arrival.amount == 22_000_000
    assert client.post(f"/funds/{arrival.pk}/withdraw/", {"check_note": ""}).status_code == 204
    assert client.get(page).status_code == 404


def test_an_increase_and_its_place_in_the_history(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.wang)
    data = {"amount": "8000万", "currency": "CNY", "agreed_on": centre.zone.today().isoformat(), "note": "二期"}
    assert client.post(f"/leads/{lead.pk}/increases/new/", data).status_code == 204
    increase = CapitalIncrease.objects.get()
    history = client.get(f"/leads/{lead.pk}/history/").content.decode()
    assert "CNY 80 million" in history
    page = f"/increases/{increase.pk}/take-back/"
    assert client.post(page, {"note": ""}).status_code == 422
    assert client.post(page, {"note": "取消"}).status_code == 204
    assert "CNY -80 million" in client.get(f"/leads/{lead.pk}/history/").content.decode()


def test_a_milestone_has_one_of_the_leads_documents(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4)
    licence = Document.objects.create(zone=centre.zone, lead=lead, title="营业执照", created_by=centre.wang)
    foreign = Document.objects.create(zone=centre.zone, lead=other, title="别的文件", created_by=centre.wang)
    client, page = signed_in(centre.wang), f"/leads/{lead.pk}/milestones/registered/"
    day = centre.zone.today().isoformat()
    assert client.post(page, {"occurred_on": day, "document": foreign.pk}).status_code == 422
    assert client.post(page, {"occurred_on": day, "document": licence.pk}).status_code == 204
    assert lead.milestones.get().document == licence
    assert "营业执照" in client.get(f"/leads/{lead.pk}/").content.decode()
    set_milestone(actor=centre.wang, lead_id=lead.pk, kind="registered", occurred_on=centre.zone.today())
    assert lead.milestones.get().document is None


def test_queries_do_not_grow_with_the_rows(centre: SimpleNamespace, lead: Lead) -> None:
    def queries(address: str) -> int:
        client = signed_in(centre.li)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    pages = ("/funds/", f"/leads/{lead.pk}/funds/")
    document = Document.objects.create(zone=centre.zone, lead=lead, title="验资报告", created_by=centre.wang)
    for _number in range(3):
        entered(centre, lead, document=document)
    few = [queries(page) for page in pages]
    for _number in range(27):
        of = make_lead(centre.chen, centre.zone, team=centre.g4, stage="signed")
        entered(centre, of)
        entered(centre, lead)
    assert [queries(page) for page in pages] == few
    assert max(few) < 20
