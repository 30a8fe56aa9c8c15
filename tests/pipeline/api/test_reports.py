"""Reports through the API."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.models import Report
from projects.models import ExportRecord
from tests.api_help import Client, errors, read
from tests.pipeline.report_pages_help import saved_report


@pytest.fixture
def chen(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


def test_a_report_is_found_by_kind_and_period_with_its_frozen_figures(centre: SimpleNamespace, chen: Client) -> None:
    report = saved_report(centre)
    (line,) = chen.read("reports/?kind=weekly")["results"]
    assert (line["id"], line["kind"], line["edition"], line["status"], line["team"]) == (
        str(report.pk), "weekly", 1, "released", None,
    )  # fmt: skip
    assert "figures" not in line
    period = line["period"]
    assert [row["id"] for row in chen.read(f"reports/?kind=weekly&period={period}")["results"]] == [str(report.pk)]
    assert chen.read("reports/count/?period=2019-W10") == {"count": 0}
    assert chen.read("reports/count/?team=none&status=released&edition=1&zone=guangling") == {"count": 1}
    assert chen.read("reports/count/?team=G4") == {"count": 0}
    response = chen.get(f"/api/v1/reports/{report.pk}/")
    row = read(response)
    assert row == {**line, "comment": report.comment, "figures": report.figures, "changes": report.changes}
    unchanged = chen.get(f"/api/v1/reports/{report.pk}/", headers={"If-None-Match": response["ETag"]})
    assert unchanged.status_code == 304


def test_a_report_is_a_file_of_three_kinds(centre: SimpleNamespace, chen: Client) -> None:
    report = saved_report(centre)
    address = f"/api/v1/reports/{report.pk}/file/"
    for query in ("", "?format=pdf"):
        pdf = chen.get(address + query, headers={"Accept": "application/pdf"})
        assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    html = chen.get(f"{address}?format=html", headers={"Accept": "text/html", "Accept-Language": "zh-hans"})
    text = html.content.decode()
    assert html["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-hans">' in text
    assert "<script" not in text
    assert ' src="http' not in text
    assert "script-src" not in html["Content-Security-Policy"]
    assert html["Content-Security-Policy"].startswith("sandbox;")
    assert not ExportRecord.objects.exists()
    xlsx = chen.get(f"{address}?format=xlsx")
    assert openpyxl.load_workbook(io.BytesIO(b"".join(xlsx.streaming_content))).sheetnames
    assert ExportRecord.objects.get().user == centre.chen
    assert errors(chen.read(f"reports/{report.pk}/file/?format=doc", 400)) == {"#/format": "invalid_choice"}
    chen.read(f"reports/{report.pk}/file/?fromat=pdf", 400)


def test_a_draft_is_there_for_who_releases_it_alone(centre: SimpleNamespace, chen: Client) -> None:
    draft = saved_report(centre, released=False)
    assert chen.read(f"reports/{draft.pk}/")["status"] == "draft"
    for who in (centre.wang, centre.sun, centre.bao, centre.qian):
        client = Client(who)
        client.read(f"reports/{draft.pk}/", 404)
        client.read(f"reports/{draft.pk}/file/", 404)
        assert client.read("reports/count/") == {"count": 0}


def test_who_only_reads_takes_no_spreadsheet_out(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    reader = Client(centre.sun)
    assert reader.get(f"/api/v1/reports/{report.pk}/file/?format=html").status_code == 200
    reader.read(f"reports/{report.pk}/file/?format=xlsx", 403)
    assert not ExportRecord.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("period=2026-W99", {"#/period": "period"}),
        ("period=0000-W01", {"#/period": "period"}),
        ("period=soon", {"#/period": "period"}),
        ("kind=daily", {"#/kind": "invalid_choice"}),
        ("period=", {"#/period": "blank"}),
        ("edition=0.5", {"#/edition": "invalid"}),
        ("peroid=2026-W10", {"#/peroid": "unknown_parameter"}),
    ],
)
def test_bad_questions_are_refused(chen: Client, query: str, found: dict[str, str]) -> None:
    assert errors(chen.read(f"reports/?{query}", 400)) == found


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_they_are_read_only(centre: SimpleNamespace, chen: Client, method: str) -> None:
    report = saved_report(centre)
    path = "reports/" if method == "POST" else f"reports/{report.pk}/"
    read(chen.send(method, path, {"comment": "x"}, if_match=1), 405)


def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, chen: Client) -> None:
    def more(number: int) -> None:
        for _turn in range(number):
            edition = Report.objects.count() + 1
            saved_report(centre, edition=edition)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            chen.read("reports/")
        return len(found)

    more(3)
    few = queries()
    more(27)
    answer: Any = chen.read("reports/")
    assert len(answer["results"]) == 30
    assert queries() == few <= 4
