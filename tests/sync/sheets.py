"""Spreadsheets as a centre makes them: merged heads, notes, totals, everything written in its own way."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from sync.choices import ImportStatus
from sync.models import ImportRow, ImportRun
from sync.services.imports.beginning import start_import
from sync.services.imports.layout import set_columns
from sync.services.imports.running import run_import, work_on

OPTIONS: dict[str, Any] = {
    "unit": 0, "year": 2022, "currency": "CNY", "team": "", "stage": "", "updates": True, "lenient": False,
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def messy_book(path: Path) -> Path:
    """A project sheet with a title, a head of two merged rows, sections, totals, notes, and wrong cells."""
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("封面").write(0, 0, "招商服务中心")
    sheet = book.add_worksheet("在谈项目")
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range(0, 0, 0, 10, "2022年在谈项目汇总表")
    sheet.write(1, 0, "填报单位：招商服务中心")
    sheet.write(1, 8, "单位：亿元")
    single = {
        0: "序号", 1: "项目名称", 2: "投资方", 3: "统一社会信用代码", 6: "用地（亩）", 7: "招商组", 8: "联系人",
        9: "签约时间", 10: "备注",
    }  # fmt: skip
    for column, heading in single.items():
        sheet.merge_range(2, column, 3, column, heading)
    sheet.merge_range(2, 4, 2, 5, "投资额（亿元）")
    sheet.write(3, 4, "总投资")
    sheet.write(3, 5, "其中：固定资产投资")
    rows: list[list[Any]] = [
        ["一、重点项目"],
        [1, "智能底盘项目", "苏州远景智能科技有限公司", "91320594MA1MYKLA48", 1.5, "8000万",
         33.5, "G4", "张三 13812345678", "2022.3.5", "进展顺利"],
        [2, "柔性玻璃项目", "浙江丽水玻璃股份有限公司", None, "约3亿元", None, "—", "G4", "李四", "3月5日", None],
        [3, "氢能缆车项目", "衢州氢能装备有限公司", "91320594MA1MYKLA4X", 2, None, "20亩", "G4", "王五", 44625, None],
        [4, "芯片封测项目", "无锡芯片有限公司", None, "三四亿", None, None, "G9", None, None, None],
        ["合计", None, None, None, 6.5],
        ["二、一般项目"],
        [5, "粉末冶金项目", "精工粉末冶金有限公司", None, "4,300.00万元", None, "12亩", "G4", None, "2022年3月", None],
        [6, "智能底盘项目", "远景智能科技有限公司（苏州）", None, 1.5, None, None, "G4", None, None, "重复填报"],
        [7, "海外研发中心", "Acme Optics GmbH", None, "5000万美元", None, None, "G4", None, None, None],
        ["小计", None, None, None, 10],
        ["注：总投资以协议为准。"],
        ["制表人：赵六", None, None, "审核人：钱七"],
    ]  # fmt: skip
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row):
            if column == 9 and isinstance(value, int):
                sheet.write_number(number, column, value, day)
            elif value is not None:
                sheet.write(number, column, value)
    book.close()
    return path


def csv_bytes(rows: list[list[Any]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """The rows as the bytes of a text file."""
    into = io.StringIO(newline="")
    csv.writer(into, delimiter=separator).writerows(rows)
    return into.getvalue().encode(encoding)


def bomb(path: Path, megabytes: int = 700) -> Path:
    """A small file that unpacks to so much."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
            for _piece in range(megabytes):
                entry.write(b" " * 1024**2)
    return path


def uploaded(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content)


def begun(actor: Any, zone: Any, name: str, content: bytes, **options: Any) -> ImportRun:
    """An import whose file is read."""
    run = start_import(actor=actor, zone=zone, file=uploaded(name, content), target="leads", **options)
    work_on(run.pk)
    run.refresh_from_db()
    return run


def columns_of(run: ImportRun) -> dict[int, str]:
    """What was suggested for each column."""
    return {int(column): key for column, key in run.mapping.items()}


def checked(actor: Any, run: ImportRun, mapping: dict[int, str] | None = None, **options: Any) -> ImportRun:
    """The run with its rows checked."""
    set_columns(
        actor=actor, run_id=run.pk, mapping=mapping or columns_of(run), options=OPTIONS | options, source=run.source
    )
    while work_on(run.pk):
        pass
    run.refresh_from_db()
    assert run.status == ImportStatus.CHECKED, run.error
    return run


def imported(actor: Any, run: ImportRun) -> ImportRun:
    """The run carried out."""
    run_import(actor=actor, run_id=run.pk)
    while work_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def statuses(run: ImportRun) -> dict[int, str]:
    """The status of each row by its number in the sheet."""
    return dict(ImportRow.objects.filter(run=run).order_by("number").values_list("number", "status"))


def codes(run: ImportRun, number: int) -> set[tuple[str, str]]:
    """Column and code of each reason of a row."""
    row = ImportRow.objects.get(run=run, number=number)
    return {(column, one["code"]) for column, reasons in row.reasons.items() for one in reasons}


def error_of(run: ImportRun) -> str:
    """The code of why a file was not read."""
    return str(json.loads(run.error)["code"])
