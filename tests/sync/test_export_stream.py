"""The stream of all leads: what the API says, in both languages and of odd values; who gets it."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from investcrm.core.copying import AS_CSV, stream_copy
from investcrm.core.external_ids import remember
from investcrm.core.models import ExchangeRate
from projects.exports.lead_stream import stream_leads
from projects.models import Company, ExportRecord, Lead, Milestone, Stage
from projects.requirements import REQUIREMENTS, requirements_by_stage
from tests.api_help import Client, errors
from tests.factories import log, make_company, make_lead
from tests.sync.feed_help import Copy

pytestmark = pytest.mark.django_db

ODD = '=1+1 "引号", 换行\n制表\t反斜杠\\ \x01\x02\x7f 😀 \u2028 </script> %s %(x)s \\. \\N'


def lines(client: Client, query: str = "") -> tuple[list[dict[str, Any]], str]:
    """The rows, and the cursor."""
    answer = client.get(f"/api/v1/export/leads/?{query}")
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content)
    return [json.loads(line) for line in content.splitlines()], answer["X-Change-Cursor"]


@pytest.fixture
def odd_leads(centre: SimpleNamespace) -> list[Lead]:
    """Leads with and without everything, at each stage."""
    ExchangeRate.objects.create(currency="USD", valid_from=datetime.date(2020, 1, 1), cny=Decimal("7.123456"))
    foreign = make_company(centre.chen, "Acme", name_en="Acme Inc", country="US")
    other = make_company(centre.chen, "昆山测试有限公司", name_en="")
    leads = [make_lead(centre.chen, centre.zone, name="空的")]
    for number, stage in enumerate(Stage.objects.order_by("position")):
        lead = make_lead(
            centre.chen,
            centre.zone,
            team=(centre.g1, centre.g4)[number % 2],
            name=f"{stage.code} {ODD}"[:290],
            company=(foreign, other)[number % 2],
            stage=stage.code if stage.code != "enquiry" else None,
            **({"on": datetime.date(2022, 3, 5)} if number % 2 and stage.code != "enquiry" else {}),
            total_investment=Decimal("1234567.80"),
            currency=("CNY", "USD", "EUR")[number % 3],
            owner=centre.li,
            industry=(None, centre.industry)[number % 2],
        )
        Lead.objects.filter(pk=lead.pk).update(
            summary=ODD.replace("\x00", ""), name_en=("", "In English")[number % 2], referrer_company=other,
            registered_company=(None, foreign, other)[number % 3], land_mu=Decimal("0.50"), needs_waterway=True,
            place=("", "三期")[number % 2], agreement_number=("", "GL-1")[number % 2],
        )  # fmt: skip
        log(centre.chen, lead)
        Milestone.objects.create(lead=lead, kind="registered", occurred_on=datetime.date(2023, 1, 1 + number))
        leads.append(lead)
    whole_second = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    Lead.objects.filter(pk=leads[1].pk).update(created_at=whole_second, last_interaction_at=whole_second)
    remember("lead", leads[1].id, "a", "A/1")
    remember("lead", leads[1].id, "b", "B 1")
    return leads


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_line_is_what_the_api_says_of_the_lead(
    centre: SimpleNamespace, odd_leads: list[Lead], language: str
) -> None:
    client = Client(centre.chen, **{"Accept-Language": language})
    copy = Copy(client, types="lead")
    copy.follow()
    rows, _cursor = lines(client)
    assert len(rows) == len(odd_leads)
    for row in rows:
        told = copy.rows["lead", row["id"]]
        assert row == told
        assert list(row) == list(told)


def test_what_each_requirement_asks_for_is_the_same_in_sql(centre: SimpleNamespace, odd_leads: list[Lead]) -> None:
    stage = Stage.objects.get(code="signed")
    stage.requirements.all().delete()
    for position, code in enumerate(REQUIREMENTS):
        stage.requirements.create(requirement=code, position=position)
    Lead.objects.filter(pk=odd_leads[0].pk).update(stage=stage, stage_kind="signed")
    Company.objects.filter(name="Acme").update(country="CN", credit_code=None)
    client = Client(centre.chen)
    rows, _cursor = lines(client, "stage=signed")
    assert len(rows) == 2
    for row in rows:
        assert row["gaps"] == client.read(f"leads/{row['id']}/")["gaps"]
        assert row["gaps"]


def test_the_cursor_goes_on_from_before_the_snapshot(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, name="先有的")
    client = Client(centre.chen)
    copy = Copy(client, types="lead")
    rows, copy.cursor = lines(client)
    copy.rows = {("lead", row["id"]): row for row in rows}
    make_lead(centre.chen, centre.zone, name="后来的")
    assert copy.follow() == 1
    copy.compare(centre.chen)


def test_only_what_one_may_take_out_and_what_the_filters_leave(centre: SimpleNamespace) -> None:
    ours = make_lead(centre.chen, centre.zone, team=centre.g4, name="四组", stage="in_talks")
    make_lead(centre.chen, centre.zone, team=centre.g1, name="一组")
    assert [row["id"] for row in lines(Client(centre.wang))[0]] == [str(ours.id)]
    assert [row["id"] for row in lines(Client(centre.chen), "stage=in_talks&search=四组&tag=none")[0]] == [
        str(ours.id)
    ]
    assert lines(Client(centre.qian))[0] == []
    record = ExportRecord.objects.latest("at")
    assert (record.user, record.format, record.rows) == (centre.qian, "jsonl", 0)
    for user in (centre.sun, centre.bao):
        Client(user).read("export/leads/", 403)
    assert errors(Client(centre.chen).read("export/leads/?format=xlsx", 400)) == {"#/format": "invalid"}
    assert errors(Client(centre.chen).read("export/leads/?nope=1", 400)) == {"#/nope": "unknown_parameter"}


@pytest.mark.parametrize("accept", ["application/x-ndjson", "application/jsonl", "text/csv", "application/json"])
def test_the_parameter_chooses_the_format_and_no_header(centre: SimpleNamespace, accept: str) -> None:
    answer = Client(centre.chen).get("/api/v1/export/leads/?format=jsonl", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/jsonl; charset=utf-8")


def test_csv_has_a_mark_names_of_fields_and_nothing_that_a_spreadsheet_runs(
    centre: SimpleNamespace, odd_leads: list[Lead]
) -> None:
    Lead.objects.filter(pk=odd_leads[0].pk).update(name="=cmd()", source="＠x", place="+1")
    answer = Client(centre.chen).get("/api/v1/export/leads/?format=csv", headers={"Accept": "text/csv"})
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert content.startswith("\ufeffid,number,name,".encode())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(odd_leads)
    [row] = [row for row in rows if row["id"] == str(odd_leads[0].pk)]
    assert (row["name"], row["source"], row["place"]) == ("'=cmd()", "'＠x", "'+1")
    assert row["company.name"]
    [odd] = [row for row in rows if row["id"] == str(odd_leads[1].pk)]
    assert odd["summary"] == f"'{ODD}"
    assert odd["milestones.registered_on"] == "2023-01-01"
    assert (odd["total_investment"], odd["source_system"]) == ("1234567.80", "a")


@pytest.mark.django_db(transaction=True)
def test_whoever_stops_reading_leaves_the_connection_as_it_was(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone)
    # rows for minutes: what is read no more must end
    many = stream_copy("SELECT repeat('x', 1000) FROM generate_series(1, 30000000)", [], form=AS_CSV, time_zone="UTC")
    assert next(many)
    many.close()
    lines_of_leads = stream_leads(Lead.objects.all(), requirements_by_stage(), form="csv")
    assert next(lines_of_leads)
    assert next(lines_of_leads)
    lines_of_leads.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)
