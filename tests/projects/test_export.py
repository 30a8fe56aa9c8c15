"""Lists as files: what is in them, who may, what is recorded, and nothing in them that runs."""

import csv
import datetime
import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from django.http import HttpResponse
from django.test import Client

from projects.exports import cells
from projects.models import ExportRecord, Lead
from projects.services import taking
from projects.services.tags import change_tags
from tests.factories import make_company, make_lead
from tests.projects.pages import signed_in

ADDRESS = "/leads/export/"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def two(centre: SimpleNamespace) -> SimpleNamespace:
    """A lead of G4 with much to say, and one of G1 whose name a spreadsheet would run."""
    centre.four = make_lead(
        centre.chen, centre.zone, name="粉末冶金项目", team=centre.g4, owner=centre.wang, source="经销商介绍",
        total_investment=Decimal(150_000_000), land_mu=Decimal("12.500"),
        expected_signing_on=datetime.date(2027, 3, 1),
    )  # fmt: skip
    company = make_company(centre.chen, "@危险有限公司")
    centre.one = make_lead(centre.chen, centre.zone, name="=HYPERLINK(1)", team=centre.g1, company=company)
    change_tags(actor=centre.wang, lead_id=centre.four.pk, add=["重点"])
    return centre


def take(client: Client, query: str = "", **data: str) -> HttpResponse:
    return client.post(f"{ADDRESS}?{query}", {"go": "1", "format": "csv", **data})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def table(response: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


def sheet(response: HttpResponse) -> tuple[zipfile.ZipFile, ElementTree.Element]:
    book = zipfile.ZipFile(io.BytesIO(body(response)))
    return book, ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file


def chosen(*leads: Lead) -> str:
    return " ".join(f"{lead.pk}:{lead.version}" for lead in leads)


def test_the_chosen_columns_come_in_their_order_with_heads_in_both_languages(two: SimpleNamespace) -> None:
    answer = take(signed_in(two.wang), "columns=tags,total_investment,expected_signing_on,land_mu")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    heads, row = table(answer)
    assert heads[0].startswith("Lead / ")
    assert [head.split(" / ")[0] for head in heads] == [
        "Lead", "Number", "Company", "Tags", "Currency", "Total investment", "Expected signing", "Land (mu)",
    ]  # fmt: skip
    assert row == [
        "粉末冶金项目", two.four.number, two.four.company.name, "重点", "CNY", "150000000.00", "2027-03-01", "12.5",
    ]  # fmt: skip


def test_the_usual_columns_are_taken_apart(two: SimpleNamespace) -> None:
    heads, _row = table(take(signed_in(two.wang)))
    assert [head.split(" / ")[0] for head in heads] == [
        "Lead", "Number", "Company", "Stage", "Team", "Owner", "Currency", "Total investment",
        "Days without progress", "Last contact", "Next follow-up",
    ]  # fmt: skip


def test_the_filters_and_the_order_hold_and_the_export_is_recorded(two: SimpleNamespace) -> None:
    answer = take(signed_in(two.chen), "ordering=-total_investment&view=all")
    assert [row[0] for row in table(answer)[1:]] == ["粉末冶金项目", "'=HYPERLINK(1)"]
    one = table(take(signed_in(two.chen), f"team={two.g1.pk}"))
    assert [row[0] for row in one[1:]] == ["'=HYPERLINK(1)"]
    first, second = ExportRecord.objects.order_by("at")
    assert (first.user, first.rows, first.format, first.query) == (two.chen, 2, "csv", "ordering=-total_investment")
    assert (second.rows, second.query) == (1, f"team={two.g1.pk}")
    assert first.columns[:3] == ["name", "number", "company"]


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_nothing_that_a_spreadsheet_runs(mark: str) -> None:
    assert cells.unarmed(f"{mark}1+1") == f"'{mark}1+1"


def test_a_csv_begins_with_the_mark_of_utf8(two: SimpleNamespace) -> None:
    assert body(take(signed_in(two.wang))).startswith(b"\xef\xbb\xbf")


def test_a_spreadsheet_has_typed_cells_a_frozen_head_and_no_formula(two: SimpleNamespace) -> None:
    query = "columns=total_investment,expected_signing_on,land_mu&ordering=-total_investment"
    answer = take(signed_in(two.chen), query, format="xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    book, root = sheet(answer)
    rows = root.findall(f".//{SHEET}row")
    first = {cell.get("r"): cell for cell in rows[1]}
    assert first["E2"].find(f"{SHEET}v").text == "150000000"
    assert first["E2"].get("t") is None
    assert float(first["F2"].find(f"{SHEET}v").text) == (datetime.date(2027, 3, 1) - datetime.date(1899, 12, 30)).days
    assert first["G2"].find(f"{SHEET}v").text == "12.5"
    assert root.find(f".//{SHEET}pane").get("state") == "frozen"
    assert root.find(f"{SHEET}autoFilter") is not None
    assert root.findall(f".//{SHEET}f") == []
    assert b"=HYPERLINK(1)" in book.read("xl/worksheets/sheet1.xml")


def test_the_chosen_rows_alone_are_taken(two: SimpleNamespace) -> None:
    client = signed_in(two.chen)
    asked = client.post(ADDRESS, {"rows": chosen(two.one)})
    assert "1 lead is chosen" in asked.content.decode()
    assert [row[0] for row in table(take(client, rows=chosen(two.one)))[1:]] == ["'=HYPERLINK(1)"]


@pytest.mark.parametrize("rows", ["x", "00000000-0000-7000-8000-000000000001:1"])
def test_made_up_rows_are_refused(two: SimpleNamespace, rows: str) -> None:
    answer = take(signed_in(two.chen), rows=rows)
    assert answer.status_code == 422
    assert not ExportRecord.objects.exists()


def test_a_foreign_row_is_refused_with_the_number(two: SimpleNamespace) -> None:
    answer = take(signed_in(two.wang), rows=chosen(two.four, two.one))
    assert answer.status_code == 422
    assert "Some of the chosen leads (1)" in answer.content.decode()
    assert "HYPERLINK" not in answer.content.decode()


def test_an_observer_takes_nothing_out(two: SimpleNamespace) -> None:
    client = signed_in(two.sun)
    assert client.get(ADDRESS).status_code == 403
    assert take(client).status_code == 403
    assert ADDRESS not in client.get("/leads/").content.decode()
    assert not ExportRecord.objects.exists()


def test_a_filter_that_means_nothing_takes_out_nothing(two: SimpleNamespace) -> None:
    answer = take(signed_in(two.chen), "stage=nowhere")
    assert answer.status_code == 422
    assert not ExportRecord.objects.exists()


def test_a_spreadsheet_that_would_be_too_long_says_to_take_csv(
    two: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "XLSX_LIMIT", 1)
    answer = take(signed_in(two.chen), format="xlsx")
    assert answer.status_code == 422
    assert "take CSV" in answer.content.decode()
    assert take(signed_in(two.chen)).status_code == 200


def test_rows_come_from_the_server_piece_by_piece(two: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "CHUNK", 2)
    for number in range(5):
        make_lead(two.chen, two.zone, name=f"第{number}个")
    parts = list(take(signed_in(two.chen), "columns=tags").streaming_content)
    assert [part.count(b"\r\n") for part in parts] == [1, 2, 2, 2, 1]
