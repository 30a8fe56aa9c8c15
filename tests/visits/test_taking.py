"""Lists as files: what is in them is what one may take out, and each is recorded."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.selectors.scopes import Scope
from projects.models import ExportRecord, FundArrival
from projects.services.companies import create_contact
from teams.access import Role
from tests.factories import join, log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction
from visits.services.parties import Party
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

DAY = datetime.timedelta(days=1)
LISTS = {
    "companies": "/companies/export/",
    "contacts": "/companies/contacts/export/",
    "interactions": "/interactions/export/",
    "follow_ups": "/follow-ups/export/",
    "planned_visits": "/plans/export/",
    "service_requests": "/requests/export/",
    "funds": "/funds/export/",
}


@pytest.fixture
def two(centre: SimpleNamespace) -> SimpleNamespace:
    """A lead of G4 and one of G1, each of a company of its own, with one of everything."""
    today = centre.zone.today()
    for name, team, user in (("four", centre.g4, centre.wang), ("solo", centre.g1, centre.zhao)):
        company = make_company(centre.chen, f"={name}有限公司")
        lead = make_lead(
            centre.chen, centre.zone, name=f"{name}项目", team=team, owner=user, company=company, stage="signed",
            on=today - DAY,
        )  # fmt: skip
        contact = create_contact(actor=centre.chen, zone=centre.zone, company=company, name=f"{name}赵")
        log_interaction(
            actor=user, zone=centre.zone, channel="visit", parties=[Party(lead=lead, contacts=[contact])],
            summary=f"@{name}",
        )  # fmt: skip
        plan_follow_up(actor=user, lead_id=lead.pk, due_on=today + DAY, note=f"-{name}")
        plan_visit(actor=user, zone=centre.zone, lead=lead, channel="visit", planned_on=today, expected_result=name)
        receive_request(actor=user, zone=centre.zone, company=company, lead=lead, category="land", title=f"+{name}")
        FundArrival.objects.create(
            lead=lead, amount=Decimal(5_000), value_on=today, evidence="进账单", entered_by=user
        )
        setattr(centre, name, lead)
    return centre


def take(user: Any, address: str, **data: Any) -> list[list[str]]:
    answer = signed_in(user).post(address, {"go": "1", "format": "csv", **data})
    assert answer.status_code == 200, answer.content.decode()
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("page", LISTS)
def test_a_member_takes_out_what_is_the_teams_and_it_is_recorded(two: SimpleNamespace, page: str) -> None:
    rows = take(two.wang, LISTS[page])[1:]
    text = str(rows)
    # companies are everybody's; all else is the team's own
    assert ("solo" in text) is (page == "companies")
    assert "four" in text
    record = ExportRecord.objects.get()
    assert (record.user, record.page, record.format, record.rows) == (two.wang, page, "csv", len(rows))
    assert len(take(two.chen, LISTS[page])) == 3


@pytest.mark.parametrize("page", LISTS)
def test_nothing_in_a_file_is_a_formula_and_no_file_is_for_who_only_reads(two: SimpleNamespace, page: str) -> None:
    for row in take(two.chen, LISTS[page])[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    for user in (two.sun, two.bao):
        assert signed_in(user).post(LISTS[page], {"go": "1", "format": "csv"}).status_code == 403
    assert ExportRecord.objects.count() == 1


@pytest.mark.parametrize("page", LISTS)
def test_spreadsheets_have_the_same_rows_and_chosen_columns(two: SimpleNamespace, page: str) -> None:
    client = signed_in(two.chen)
    form = client.get(LISTS[page]).content.decode()
    assert 'type="checkbox"' in form
    answer = client.post(LISTS[page], {"go": "1", "format": "xlsx"})
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 3
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_columns_are_chosen_and_made_up_ones_refused(two: SimpleNamespace) -> None:
    rows = take(two.chen, LISTS["companies"], columns=["country", "credit_code"])
    assert [head.split(" / ")[0] for head in rows[0]] == ["Name", "Unified social credit code", "Country"]
    client = signed_in(two.chen)
    answer = client.post(LISTS["companies"], {"go": "1", "format": "csv", "columns": ["password"]})
    assert answer.status_code == 422
    assert client.post(LISTS["companies"], {"go": "1", "format": "exe"}).status_code == 422
    assert ExportRecord.objects.count() == 1


def test_the_filters_hold(two: SimpleNamespace) -> None:
    assert len(take(two.chen, LISTS["interactions"] + "?channel=phone")) == 1
    assert len(take(two.chen, LISTS["companies"] + "?search=four")) == 2
    assert len(take(two.chen, LISTS["service_requests"] + "?state=done")) == 1
    assert len(take(two.chen, LISTS["funds"] + "?status=verified")) == 1
    assert len(take(two.chen, LISTS["planned_visits"] + "?month=2020-01")) == 1
    assert ExportRecord.objects.order_by("at").first().query == "channel=phone"


def test_of_a_reception_the_others_companies_are_told_and_no_more(two: SimpleNamespace) -> None:
    contact = create_contact(actor=two.chen, zone=two.zone, company=two.solo.company, name="机密联系人")
    log_interaction(
        actor=two.chen, zone=two.zone, channel="reception",
        parties=[Party(lead=two.four), Party(lead=two.solo, contacts=[contact])],
    )  # fmt: skip
    text = str(take(two.wang, LISTS["interactions"]))
    assert "=solo有限公司" in text
    assert "solo项目" not in text
    assert "机密联系人" not in text


def test_who_watches_the_zone_and_works_in_a_team_takes_out_the_teams_alone(two: SimpleNamespace) -> None:
    join(two.wang, Role.OBSERVER, two.zone)
    for page in LISTS:
        if page != "companies":
            assert len(take(two.wang, LISTS[page])) == 2, page


def test_the_list_behind_a_number_is_taken_out(two: SimpleNamespace) -> None:
    today = two.zone.today()
    stock = f"/figures/export/?what=stock&scope={Scope(two.zone).code}&as_of={today}"
    rows = take(two.chen, stock)
    assert sorted(row[0] for row in rows[1:]) == ["four项目", "solo项目"]
    talks = f"/activity/export/?what=interactions&scope={Scope(two.zone).code}&period={today.year}&as_of={today}"
    log(two.chen, two.four, "phone")
    assert len(take(two.chen, talks)) == 4
    assert {record.page for record in ExportRecord.objects.all()} == {"figure"}
    join(two.wang, Role.OBSERVER, two.zone)
    assert [row[0] for row in take(two.wang, stock)[1:]] == ["four项目"]


def test_directors_see_who_took_out_what_in_their_zone(two: SimpleNamespace) -> None:
    for page in ("companies", "contacts"):
        take(two.wang, LISTS[page])
    take(two.qian, LISTS["companies"])
    text = signed_in(two.chen).get("/exports/").content.decode()
    assert text.count("Wang") == 2
    assert "Qian" not in text
    assert signed_in(two.wang).get("/exports/").status_code == 403
    assert signed_in(two.chen).get("/exports/?cursor=x").status_code == 200
