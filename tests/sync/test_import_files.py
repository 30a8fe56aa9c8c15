"""Files that are none, that would exhaust the machine, or that are written in another way than most."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError

from investcrm.core.errors import Conflict
from investcrm.core.spreadsheets import files
from sync.choices import ImportStatus
from sync.models import ImportRow, ImportRun
from sync.services.imports import staging
from sync.services.imports.beginning import MAX_BYTES, start_import
from sync.services.imports.layout import change_columns, choose_table, set_columns
from sync.services.imports.running import work_on
from tests.sync.sheets import OPTIONS, begun, bomb, checked, columns_of, csv_bytes, error_of, statuses, uploaded

pytestmark = pytest.mark.django_db

ROWS: list[list[Any]] = [["项目名称", "企业名称", "总投资（万元）"], ["甲项目", "上海远景科技有限公司", "2000"]]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [
        ("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ","), ("utf-16-be", ","),
        ("gb18030", ","), ("gb18030", "\t"),
    ],
)  # fmt: skip
def test_text_in_any_usual_encoding_and_separator(centre: SimpleNamespace, encoding: str, separator: str) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(ROWS, encoding, separator)))
    assert statuses(run) == {2: "new"}
    assert ImportRow.objects.get(run=run).cells == ["甲项目", "上海远景科技有限公司", "2000"]


def refused(centre: SimpleNamespace, name: str, content: bytes) -> str:
    """The code of why an upload is refused at once."""
    with pytest.raises(ValidationError) as caught:
        start_import(actor=centre.chen, zone=centre.zone, file=uploaded(name, content), target="leads")
    assert not ImportRun.objects.exists()
    return str(caught.value.error_dict["file"][0].code)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.exe", b"MZ\x00", "ending"),
        ("a", b"x,y", "ending"),
        ("a.xlsx", b"name,company\n", "content"),
        ("a.xls", b"<html><table></table></html>", "content"),
        ("a.csv", b"PK\x03\x04zip", "content"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "content"),
        ("a.csv", b"\x7fELF\x00\x00", "program"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_at_once(
    centre: SimpleNamespace, name: str, content: bytes, code: str
) -> None:
    assert refused(centre, name, content) == code


def test_a_file_that_is_too_large_is_refused_at_once(centre: SimpleNamespace) -> None:
    assert refused(centre, "a.csv", b"a,b\n" * (MAX_BYTES // 4 + 1)) == "too_large"


def zipped(**entries: bytes) -> bytes:
    """An archive of these entries."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return into.getvalue()


def encrypted() -> bytes:
    """What a workbook with a password looks like: a compound file with an encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 1024
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", zipped(**{"word/document.xml": b"<document/>"}), "no_workbook"),
        ("a.xlsx", zipped(**{"xl/workbook.xml": b"<broken"}), "broken"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 500, "broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "broken"),
        ("a.xlsx", encrypted(), "password"),
        ("a.csv", b"\xff\x00\xfe\x80\x00\x81" * 50, "not_text"),
        ("a.csv", b"a,b\n\x80\x81\xff\xff\n", "encoding"),
        ("a.csv", b'name,company\n"never closed,' + b"x" * 200_000, "broken_text"),
        ("a.csv", b"\n\n,,,\n", "empty"),
        ("a.csv", b"<html><body>no table</body></html>", "markup"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    centre: SimpleNamespace, name: str, content: bytes, code: str
) -> None:
    run = begun(centre.chen, centre.zone, name, content)
    assert (run.status, error_of(run)) == (ImportStatus.FAILED, code)


def test_a_bomb_is_not_opened(centre: SimpleNamespace, tmp_path: Path) -> None:
    run = begun(centre.chen, centre.zone, "a.xlsx", bomb(tmp_path / "a.xlsx", 64).read_bytes())
    assert error_of(run) == "bomb"


def test_two_cells_at_the_ends_of_a_sheet_take_no_memory(centre: SimpleNamespace, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "项目名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    run = begun(centre.chen, centre.zone, "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    assert error_of(run) == "spread"


def sent_to_check(centre: SimpleNamespace, content: bytes) -> ImportRun:
    """A run whose columns are given."""
    run = begun(centre.chen, centre.zone, "a.csv", content)
    set_columns(
        actor=centre.chen,
        run_id=run.pk,
        mapping=columns_of(run) or {0: "name", 1: "company"},
        options=OPTIONS,
        source="",
    )
    work_on(run.pk)
    run.refresh_from_db()
    return run


def test_two_thousand_columns_are_refused(centre: SimpleNamespace) -> None:
    run = sent_to_check(centre, csv_bytes([["项目名称", "企业名称"], ["甲"] * 2000]))
    assert (run.status, error_of(run)) == (ImportStatus.FAILED, "too_wide")


@pytest.mark.parametrize("wide", [[f"列{number}" for number in range(2000)], ["项目名称", *["备注"] * 1999]])
def test_two_thousand_headings_are_refused_before_anybody_is_asked_about_them(
    centre: SimpleNamespace, wide: list[str], tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write_row(0, 0, wide)
    book.close()
    for name, content in (("a.csv", csv_bytes([wide, ["甲"]])), ("a.xlsx", (tmp_path / "a.xlsx").read_bytes())):
        run = begun(centre.chen, centre.zone, name, content)
        assert (run.status, error_of(run)) == (ImportStatus.FAILED, "too_wide")


def test_a_sheet_of_too_many_columns_cannot_be_chosen(centre: SimpleNamespace, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("项目")
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    book.add_worksheet("宽").write_row(0, 0, ["甲"] * 2000)
    book.close()
    run = begun(centre.chen, centre.zone, "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    assert (run.status, run.layout["sheet"]) == (ImportStatus.MAPPING, 0)
    with pytest.raises(ValidationError) as refused:
        choose_table(actor=centre.chen, run_id=run.pk, sheet=1, first=1, last=1)
    assert "2000" in str(refused.value)
    run.refresh_from_db()
    assert run.layout["sheet"] == 0


def test_no_row_below_the_headings_is_refused_and_the_columns_can_be_chosen_again(centre: SimpleNamespace) -> None:
    run = sent_to_check(centre, csv_bytes(ROWS[:1]))
    assert error_of(run) == "no_rows"
    run = change_columns(actor=centre.chen, run_id=run.pk)
    assert (run.status, run.error, run.finished_at) == (ImportStatus.MAPPING, "", None)


def test_a_file_that_was_not_read_has_no_columns_to_go_back_to(centre: SimpleNamespace) -> None:
    run = begun(centre.chen, centre.zone, "a.csv", b"\n\n")
    assert error_of(run) == "empty"
    with pytest.raises(Conflict):
        change_columns(actor=centre.chen, run_id=run.pk)


def test_too_many_rows_are_refused(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "ROWS", 3)
    assert error_of(sent_to_check(centre, csv_bytes([ROWS[0], *[ROWS[1]] * 4]))) == "too_long"


def test_the_reader_that_is_killed_is_said(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "dies.py"
    script.write_text("import os, sys\nsys.stdout.write('{\"number\"')\nsys.stdout.flush()\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(files.child, "__file__", str(script))
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write(0, 0, "项目名称")
    book.close()
    assert error_of(begun(centre.chen, centre.zone, "a.xlsx", (tmp_path / "a.xlsx").read_bytes())) == "too_heavy"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no office program to write an XLS")
def test_an_older_workbook(centre: SimpleNamespace, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("线索")
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    book.close()
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xls"]
    subprocess.run([*command, "a.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.xls", (tmp_path / "a.xls").read_bytes()))
    assert statuses(run) == {2: "new"}


@pytest.mark.parametrize("name", ["wang", "bao", "sun", "qian"])
def test_who_may_not_import_here_begins_nothing(centre: SimpleNamespace, name: str) -> None:
    with pytest.raises(PermissionDenied):
        start_import(
            actor=getattr(centre, name), zone=centre.zone, file=uploaded("a.csv", csv_bytes(ROWS)), target="leads"
        )
    assert not ImportRun.objects.exists()


def test_days_of_a_workbook_that_counts_from_1904(centre: SimpleNamespace, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["项目名称", "企业名称", "首次洽谈时间"])
    sheet.write_row(1, 0, ["甲项目", "上海远景科技有限公司", 43163])
    book.close()
    run = begun(centre.chen, centre.zone, "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    assert run.layout["sheets"][0]["date1904"] is True
