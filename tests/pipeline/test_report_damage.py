"""Reports whose figures or sheet were kept in another shape, damaged or lost: they are read all the same."""

from __future__ import annotations

import gzip
import io
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from pipeline.mail import report_message
from pipeline.models import Report
from projects.models import ExportRecord
from projects.models.documents import document_storage
from tests.pipeline.report_pages_help import saved_report, signed_in

pytestmark = pytest.mark.django_db
LOST = "Projects are missing here: the file that this report kept them in is gone or damaged."


def kept(centre: SimpleNamespace, content: bytes | None) -> Report:
    """A report whose sheet is these bytes; none: nothing is where it was."""
    name = f"{centre.zone.pk}/reports/damaged"
    if content is not None:
        name = document_storage().save(name, ContentFile(content))
    return saved_report(centre, sheet=name)


def cells(client: Client, report: Report) -> list[Any]:
    """What stands on the second sheet of the spreadsheet, row by row."""
    answer: Any = client.get(reverse("pipeline:report_xlsx", args=[report.pk]))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row if cell is not None]


@pytest.mark.parametrize(
    "content",
    [None, b"", b"junk", b"\x1f\x8b\x08", gzip.compress(b"{not json\n"), gzip.compress(b'{"project": "x"}\n')[:-9]],
    ids=["gone", "empty", "junk", "head only", "not JSON", "cut"],
)
def test_a_sheet_that_is_gone_or_damaged_says_so_and_the_rest_goes_out(
    centre: SimpleNamespace, content: bytes | None
) -> None:
    report = kept(centre, content)
    assert (LOST in cells(signed_in(centre.chen), report)) == (content != b"")
    message = report_message(report, user=centre.chen, language="en", stop_url="")
    assert len(message.attachments) == 2


def test_rows_of_another_shape_are_read(centre: SimpleNamespace) -> None:
    rows = '[1,2]\n{}\n{"project": "旧表", "total": "NaN", "site": {"land_mu": "many"}, "team": 3}\n'
    found = cells(signed_in(centre.chen), kept(centre, gzip.compress(rows.encode())))
    assert "旧表" in found
    assert LOST not in found


def test_a_storage_that_is_away_says_so(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise ConnectionRefusedError

    report = kept(centre, gzip.compress(b"{}\n"))
    monkeypatch.setattr(document_storage(), "open", away)
    assert signed_in(centre.chen).get(reverse("pipeline:report_xlsx", args=[report.pk])).status_code == 503


STAGES = [4, [1], [{"code": ""}], [{"code": "", "columns": {"closing": {"n": "x"}}}], [{"code": "", "columns": 1}]]


@pytest.mark.parametrize(
    "figures", ["", [], 5, {}, {"head": []}, *({"stages": one} for one in STAGES), {"missing": {"late": [{"n": 1}]}}]
)
def test_figures_of_another_shape_break_no_page(centre: SimpleNamespace, figures: Any) -> None:
    report = saved_report(centre, figures=figures)
    client = signed_in(centre.chen)
    for name in ("report", "report_xlsx", "report_pdf", "report_mails", "report_edition"):
        assert client.get(reverse(f"pipeline:{name}", args=[report.pk])).status_code == 200
    assert ExportRecord.objects.get().rows == 0


def test_numbers_beyond_measure_break_no_page(centre: SimpleNamespace) -> None:
    stages = [{"code": "", "columns": {"closing": {"n": 10**30}}}]
    late = [{"key": "signed", "reported": 1, "reported_cny": "1e400", "now": 2, "now_cny": "-1e99999999"}]
    report = saved_report(centre, figures={"stages": stages, "missing": {"late": late}})
    client = signed_in(centre.chen)
    for name in ("report", "report_xlsx", "report_pdf"):
        assert client.get(reverse(f"pipeline:{name}", args=[report.pk])).status_code == 200
