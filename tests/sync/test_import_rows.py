"""The whole way of a messy sheet: found, understood, checked, put right, imported."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from investcrm.core.errors import Conflict
from projects.models import Company, Contact, Lead
from sync.choices import ImportStatus, RowDecision
from sync.models import ImportRow, ImportRun
from sync.services.imports import fixing
from sync.services.imports.beginning import start_import
from sync.services.imports.fixing import decide, decide_all, fix_cell, fix_everywhere, rows_that_say
from sync.services.imports.running import work_on
from tests.sync.sheets import begun, checked, codes, columns_of, csv_bytes, imported, messy_book, statuses, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path: Path) -> bytes:
    """The messy sheet of a centre."""
    return messy_book(tmp_path / "book.xlsx").read_bytes()


def test_sheet_head_and_columns_are_found(centre: SimpleNamespace, book: bytes) -> None:
    run = begun(centre.chen, centre.zone, "在谈项目.xlsx", book)
    assert run.status == ImportStatus.MAPPING
    assert run.layout["sheets"][run.layout["sheet"]]["name"] == "在谈项目"
    assert run.layout["head"] == [2, 3]
    assert columns_of(run) == {
        1: "name", 2: "company", 3: "credit_code", 4: "total_investment", 5: "fixed_asset_investment", 6: "land_mu",
        7: "team", 8: "contact", 9: "stage_on", 10: "note",
    }  # fmt: skip


def test_each_row_is_judged_with_the_reason_in_its_cell(centre: SimpleNamespace, book: bytes) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "在谈项目.xlsx", book))
    assert statuses(run) == {
        5: "skipped", 6: "new", 7: "new", 8: "error", 9: "error", 10: "skipped", 11: "skipped", 12: "new",
        13: "duplicate", 14: "new", 15: "skipped", 16: "skipped", 17: "skipped",
    }  # fmt: skip
    assert codes(run, 8) == {("3", "rule")}
    assert codes(run, 9) == {("4", "rule"), ("7", "unknown_team")}
    assert codes(run, 10) == {("", "total_row")}
    assert codes(run, 13) == {("", "same_as_row")}
    assert codes(run, 7) == {("4", "about"), ("9", "year")}


def test_put_right_in_place_and_imported(centre: SimpleNamespace, book: bytes) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "在谈项目.xlsx", book))
    fix_cell(actor=centre.chen, run_id=run.pk, number=8, column=3, text="")
    fix_cell(actor=centre.chen, run_id=run.pk, number=9, column=4, text="3亿")
    row = fix_cell(actor=centre.chen, run_id=run.pk, number=9, column=7, text="招商G1组")
    assert row.status == "new"
    decide(actor=centre.chen, run_id=run.pk, number=13, decision=RowDecision.SKIP)
    assert imported(centre.chen, run).status == ImportStatus.DONE
    leads = {lead.name: lead for lead in Lead.objects.all()}
    assert sorted(leads) == sorted(
        ["智能底盘项目", "柔性玻璃项目", "氢能缆车项目", "芯片封测项目", "粉末冶金项目", "海外研发中心"]
    )
    chassis = leads["智能底盘项目"]
    assert (chassis.total_investment, chassis.fixed_asset_investment) == (Decimal("150000000"), Decimal("80000000"))
    assert (chassis.land_mu, chassis.team) == (Decimal("33.5"), centre.g4)
    assert chassis.stage_entered_on == datetime.date(2022, 3, 5)
    assert chassis.company.credit_code == "91320594MA1MYKLA48"
    assert Contact.objects.get(company=chassis.company).phone == "13812345678"
    assert leads["海外研发中心"].currency == "USD"
    assert leads["海外研发中心"].total_investment == Decimal("50000000")
    assert leads["粉末冶金项目"].total_investment == Decimal("43000000")
    assert leads["芯片封测项目"].team == centre.g1
    assert chassis.entries.get().note == "进展顺利"
    done = ImportRow.objects.get(run=run, number=6)
    assert (done.result_id, done.imported_at is not None) == (chassis.pk, True)
    # once more changes nothing
    again = checked(centre.chen, begun(centre.chen, centre.zone, "在谈项目.xlsx", book))
    assert statuses(again)[6] == "unchanged"
    assert work_on(again.pk) is False
    assert Lead.objects.count() == 6


def sheet(*rows: list[Any]) -> bytes:
    """A text file with the usual columns."""
    return csv_bytes([["项目名称", "企业名称", "总投资（万元）", "招商组"], *rows])


def unknown_teams(centre: SimpleNamespace, rows: int = 3) -> ImportRun:
    """A run whose rows name a team that is not there."""
    table = [["项目名称", "企业名称", "招商组"], *([f"项目{n}", f"公司{n}", "二组"] for n in range(rows))]
    table += [["另一项目", "另一公司", "三组"], ["空项目", "空公司", ""]]
    return checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(table)))


def test_one_correction_goes_into_every_row_that_says_the_same(centre: SimpleNamespace) -> None:
    run = unknown_teams(centre)
    assert statuses(run) == {2: "error", 3: "error", 4: "error", 5: "error", 6: "new"}
    # one that was put right by itself keeps what was written there
    fix_cell(actor=centre.chen, run_id=run.pk, number=3, column=2, text="G1")
    assert fix_everywhere(actor=centre.chen, run_id=run.pk, number=2, column=2, text="G4") == 2
    assert statuses(run) == {2: "new", 3: "new", 4: "new", 5: "error", 6: "new"}
    assert ImportRow.objects.get(run=run, number=3).fixes == {"2": "G1"}
    # once more: the corrected text is what they say now
    assert fix_everywhere(actor=centre.chen, run_id=run.pk, number=4, column=2, text="") == 2
    empty = ImportRow.objects.get(run=run, number=6)
    assert not rows_that_say(run, empty, 2).exists()
    assert fix_everywhere(actor=centre.chen, run_id=run.pk, number=6, column=2, text="G4") == 1
    imported(centre.chen, run)
    teams = dict(Lead.objects.values_list("name", "team__code"))
    assert teams == {"项目0": None, "项目1": "G1", "项目2": None, "空项目": "G4"}


def test_many_corrected_rows_are_checked_in_the_background(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = unknown_teams(centre)
    monkeypatch.setattr(fixing, "BATCH", 2)
    assert fix_everywhere(actor=centre.chen, run_id=run.pk, number=2, column=2, text="G4") == 3
    run.refresh_from_db()
    assert run.status == ImportStatus.CHECKING
    with pytest.raises(Conflict):
        fix_everywhere(actor=centre.chen, run_id=run.pk, number=5, column=2, text="G4")
    while work_on(run.pk):
        pass
    assert statuses(run) == {2: "new", 3: "new", 4: "new", 5: "error", 6: "new"}


def test_what_is_there_is_changed_left_or_asked_about(centre: SimpleNamespace) -> None:
    first = begun(centre.chen, centre.zone, "a.csv", sheet(["甲项目", "上海远景科技有限公司", 100, "G4"]))
    imported(centre.chen, checked(centre.chen, first))
    lead = Lead.objects.get()
    rows = sheet(
        ["甲项目", "上海远景科技有限公司", "", "G4"],
        ["甲项目", "上海远景科技有限公司", 200, "G4"],
        ["乙项目", "苏州远景科技有限公司", 300, "G4"],
        ["甲项目（一期）项目", "上海远景科技有限公司", 300, "G4"],
    )
    run = checked(centre.chen, begun(centre.chen, centre.zone, "b.csv", rows))
    assert statuses(run) == {2: "unchanged", 3: "changed", 4: "duplicate", 5: "new"}
    assert codes(run, 3) == {("2", "was")}
    assert codes(run, 4) == {("", "similar_company")}
    assert decide_all(actor=centre.chen, run_id=run.pk, question="similar_company", decision="new") == 1
    while work_on(run.pk):
        pass
    assert statuses(run)[4] == "new"
    imported(centre.chen, run)
    lead.refresh_from_db()
    assert lead.total_investment == 2_000_000
    assert Company.objects.filter(normalised_name="远景科技").count() == 2
    assert Lead.objects.count() == 3


def test_a_list_of_companies_may_name_nothing_but_the_company(centre: SimpleNamespace) -> None:
    table = [
        ["单位名称", "信用代码", "联系人", "联系方式", "地址"],
        ["四川蜀道装备公司", "", "王五", "13800000000.0", ""],
        ["二、民营企业", "", "", "", ""],
        ["成都硅源新材料公司", "", "", "", ""],
        ["合计", "", "", "", ""],
    ]
    run = start_import(
        actor=centre.chen, zone=centre.zone, file=uploaded("a.csv", csv_bytes(table)), target="companies"
    )
    work_on(run.pk)
    run.refresh_from_db()
    run = checked(centre.chen, run)
    assert statuses(run) == {2: "new", 3: "skipped", 4: "new", 5: "skipped"}
    imported(centre.chen, run)
    assert set(Company.objects.values_list("name", flat=True)) == {"四川蜀道装备公司", "成都硅源新材料公司"}
    assert Contact.objects.get().phone_e164 == "+8613800000000"
