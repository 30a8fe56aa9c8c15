"""The pages of an import: the same number of queries however many rows, nothing lost, nobody else's."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investcrm.core.external_ids import row_ids_of
from projects.models import ExportRecord, Lead
from projects.models.documents import document_storage
from sync.choices import ImportStatus
from sync.models import ImportMapping, ImportRow, ImportRun
from sync.services.imports.running import KEPT, forget_imports, work_on
from tests.access.imports import checked_run
from tests.sync.sheets import begun, checked, csv_bytes, imported, uploaded

pytestmark = pytest.mark.django_db

HEADINGS = ["项目名称", "企业名称", "总投资（万元）"]


@pytest.fixture
def chen(client: Client, centre: SimpleNamespace) -> Client:
    """The director's browser."""
    client.force_login(centre.chen)
    return client


def queries(client: Client, address: str) -> int:
    """How many queries a page takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_page_of_rows_takes_the_same_queries_for_3_and_30(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.li)
    few, many = (queries(client, f"/imports/{checked_run(centre, rows).pk}/") for rows in (3, 30))
    assert few == many


def test_the_list_takes_the_same_queries_for_3_and_30(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.li)
    for _one in range(3):
        checked_run(centre)
    few = queries(client, "/imports/")
    for _one in range(27):
        checked_run(centre)
    assert queries(client, "/imports/") == few


def test_the_whole_way_by_pages(chen: Client, centre: SimpleNamespace) -> None:
    content = csv_bytes([HEADINGS, ["甲项目", "上海远景科技有限公司", 100], ["乙项目", "", 5]])
    answer = chen.post("/imports/new/", {"file": uploaded("a.csv", content), "target": "leads", "source": "区发改局"})
    run = ImportRun.objects.get()
    page = f"/imports/{run.pk}/"
    assert answer.headers["Location"] == page
    assert b"progress" in chen.get(page).content
    work_on(run.pk)
    columns = {"column_0": "name", "column_1": "company", "column_2": "total_investment"}
    options = {"unit": "0", "currency": "CNY", "year": "2022", "updates": "on", "source": "区发改局"}
    twice = chen.post(f"{page}columns/", {**columns, "column_2": "name", **options})
    assert twice.status_code == 422
    missing = chen.post(f"{page}columns/", {"column_0": "name", **options})
    assert missing.status_code == 422
    assert chen.post(f"{page}columns/", {**columns, **options}).status_code == 302
    work_on(run.pk)
    assert ImportMapping.objects.get().fields["企业名称"] == "company"
    fixed = chen.post(
        f"{page}rows/3/1/", {"text": "苏州远景科技有限公司", "shown": "error"}, headers={"HX-Request": "true"}
    )
    assert fixed.status_code == 200
    assert 'id="row-3"' in fixed.content.decode()
    assert "hx-swap-oob" in fixed.content.decode()
    assert chen.post(f"{page}go/").status_code == 302
    work_on(run.pk)
    assert Lead.objects.count() == 2
    again = chen.post(f"{page}go/")
    assert again.status_code == 302
    assert Lead.objects.count() == 2


def test_the_result_is_a_file_with_the_reasons_and_is_recorded(chen: Client, centre: SimpleNamespace) -> None:
    content = csv_bytes([HEADINGS, ["=1+1", "上海远景科技有限公司", 100], ["乙项目", "", "三四亿"]])
    run = imported(centre.chen, checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", content)))
    answer = chen.post(f"/imports/{run.pk}/result/", {"format": "csv"}, headers={"Accept-Language": "en"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][3:] == ["项目名称", "企业名称", "总投资(万元)"]
    assert rows[1][3] == "'=1+1"
    assert rows[2][0] == "3"
    assert "企业名称" in rows[2][2]
    record = ExportRecord.objects.get()
    assert (record.page, record.rows, record.user) == ("import", 2, centre.chen)
    left = chen.post(f"/imports/{run.pk}/result/", {"format": "xlsx", "left_out": "1"})
    assert left.status_code == 200
    assert b"".join(left.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
    assert ExportRecord.objects.order_by("-at")[0].rows == 1


def test_a_leader_without_the_right_to_history_is_offered_no_stage(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.li)
    content = csv_bytes([["项目名称", "企业名称", "项目阶段", "招商组"], ["甲项目", "甲公司", "签约", "G4"]])
    run = begun(centre.li, centre.zone, "a.csv", content)
    assert run.mapping == {"0": "name", "1": "company", "3": "team"}
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert 'value="stage"' not in page
    stage = {"column_0": "name", "column_1": "company", "column_2": "stage", "unit": "0", "currency": "CNY"}
    assert client.post(f"/imports/{run.pk}/columns/", stage).status_code == 422
    imported(centre.li, checked(centre.li, run))
    assert Lead.objects.get().stage_id == "enquiry"


def test_a_leader_cannot_import_into_another_team(centre: SimpleNamespace) -> None:
    content = csv_bytes([["项目名称", "企业名称", "招商组"], ["甲项目", "甲公司", "G1"]])
    run = checked(centre.li, begun(centre.li, centre.zone, "a.csv", content))
    assert ImportRow.objects.get(run=run).status == "error"
    imported(centre.li, run)
    assert not Lead.objects.exists()


def test_a_lead_of_another_team_is_not_shown_nor_changed(centre: SimpleNamespace) -> None:
    content = csv_bytes([["项目名称", "企业名称", "招商组", "总投资（万元）"], ["甲项目", "甲公司", "G1", 100]])
    imported(centre.chen, checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", content)))
    lead = Lead.objects.get()
    theirs = csv_bytes([["项目名称", "企业名称", "总投资（万元）"], ["甲项目", "甲公司", 999]])
    run = checked(centre.li, begun(centre.li, centre.zone, "b.csv", theirs))
    row = ImportRow.objects.get(run=run)
    assert (row.status, row.question, row.found_id) == ("duplicate", "hidden_lead", None)
    imported(centre.li, run)
    lead.refresh_from_db()
    assert (Lead.objects.count(), lead.total_investment) == (1, 1_000_000)


def test_the_same_file_twice_is_said(chen: Client, centre: SimpleNamespace) -> None:
    content = csv_bytes([HEADINGS, ["甲项目", "甲公司", 100]])
    first = imported(centre.chen, checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", content)))
    second = begun(centre.chen, centre.zone, "b.csv", content)
    assert f"/imports/{first.pk}/" in chen.get(f"/imports/{second.pk}/").content.decode()


def test_a_source_is_remembered(centre: SimpleNamespace) -> None:
    rows = [["甲栏", "乙栏"], ["甲项目", "甲公司"]]
    first = begun(centre.chen, centre.zone, "a.csv", csv_bytes(rows), source="区发改局")
    assert first.mapping == {}
    checked(centre.chen, first, {0: "name", 1: "company"})
    second = begun(centre.chen, centre.zone, "b.csv", csv_bytes(rows), source="区发改局")
    assert second.mapping == {"0": "name", "1": "company"}


def test_external_ids_find_the_lead_again_whatever_its_name(centre: SimpleNamespace) -> None:
    rows = [["项目编号", "项目名称", "企业名称"], ["K-1", "甲项目", "甲公司"]]
    imported(
        centre.chen, checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(rows), source="erp"))
    )
    rows[1][1] = "甲项目（更名）"
    run = checked(centre.chen, begun(centre.chen, centre.zone, "b.csv", csv_bytes(rows), source="erp"))
    assert ImportRow.objects.get(run=run).status == "changed"
    imported(centre.chen, run)
    assert Lead.objects.get().name == "甲项目（更名）"


def test_a_lead_that_was_there_gets_the_number_of_the_source(centre: SimpleNamespace) -> None:
    rows = [["项目编号", "项目名称", "企业名称"], ["K-1", "甲项目", "甲公司"]]
    plain = csv_bytes([row[1:] for row in rows])
    imported(centre.chen, checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", plain)))
    numbered = checked(centre.chen, begun(centre.chen, centre.zone, "b.csv", csv_bytes(rows), source="erp"))
    imported(centre.chen, numbered)
    assert row_ids_of("lead", "erp", ["K-1"]) == {"K-1": Lead.objects.get().pk}


def test_companies_alone(centre: SimpleNamespace) -> None:
    rows = [["企业名称", "联系人", "联系电话"], ["甲公司", "张三", "13812345678"], ["", "李四", ""]]
    run = begun(centre.chen, centre.zone, "a.csv", csv_bytes(rows))
    ImportRun.objects.filter(pk=run.pk).update(
        target="companies", mapping={"0": "company", "1": "contact", "2": "phone"}
    )
    run.refresh_from_db()
    run = imported(centre.chen, checked(centre.chen, run))
    assert run.status == ImportStatus.DONE
    assert [row.status for row in ImportRow.objects.filter(run=run).order_by("number")] == ["new", "error"]
    assert not Lead.objects.exists()


@pytest.mark.parametrize("number", ["0", "99", "999999999999"])
def test_a_row_that_is_not_there_is_404(client: Client, centre: SimpleNamespace, number: str) -> None:
    client.force_login(centre.li)
    run = checked_run(centre)
    assert client.get(f"/imports/{run.pk}/rows/{number}/0/").status_code == 404
    assert client.post(f"/imports/{run.pk}/rows/{number}/decide/", {"decision": "skip"}).status_code == 404


@pytest.mark.parametrize("query", ["rows=nonsense", "after=x", "after=99999999999999", "rows=new&after=-1"])
def test_odd_addresses_show_the_page(client: Client, centre: SimpleNamespace, query: str) -> None:
    client.force_login(centre.li)
    assert client.get(f"/imports/{checked_run(centre).pk}/?{query}").status_code == 200


def test_what_is_typed_into_a_cell_is_bounded(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.li)
    run = checked_run(centre)
    for text in ("x" * 6000, "a\x00b"):
        assert client.post(f"/imports/{run.pk}/rows/1/1/", {"text": text}).status_code == 422
    assert ImportRow.objects.get(run=run).fixes == {}


def test_rows_and_file_are_forgotten_after_three_months(client: Client, centre: SimpleNamespace) -> None:
    content = csv_bytes([HEADINGS, ["甲项目", "甲公司", 100]])
    old, new = (checked(centre.li, begun(centre.li, centre.zone, name, content)) for name in ("a.csv", "b.csv"))
    ImportRun.objects.filter(pk=old.pk).update(updated_at=timezone.now() - KEPT)
    name = old.file
    assert forget_imports() == 1
    old.refresh_from_db()
    assert (old.status, old.file, old.rows.count(), new.rows.count()) == (ImportStatus.CANCELLED, "", 0, 1)
    assert not document_storage().exists(name)
    client.force_login(centre.li)
    assert client.get(f"/imports/{old.pk}/").status_code == 200


def test_a_correction_is_offered_to_the_other_rows_that_say_the_same(chen: Client, centre: SimpleNamespace) -> None:
    table = [["项目名称", "企业名称", "招商组"], ["甲项目", "甲公司", "二组"], ["乙项目", "乙公司", "二组"],
             ["丙项目", "丙公司", "三组"]]  # fmt: skip
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(table)))
    assert "everywhere" not in chen.get(f"/imports/{run.pk}/rows/4/2/").content.decode()
    page = chen.get(f"/imports/{run.pk}/rows/2/2/").content.decode()
    assert 'name="everywhere"' in page
    answer = chen.post(
        f"/imports/{run.pk}/rows/2/2/", {"text": "G4", "everywhere": "on"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 204
    assert list(ImportRow.objects.filter(run=run).order_by("number").values_list("status", flat=True)) == [
        "new", "new", "error",
    ]  # fmt: skip


def test_an_import_that_failed_for_its_table_leads_back_to_the_columns(chen: Client, centre: SimpleNamespace) -> None:
    run = begun(centre.chen, centre.zone, "a.csv", csv_bytes([HEADINGS]))
    chen.post(f"/imports/{run.pk}/columns/", {"column_0": "name", "column_1": "company", "unit": 0, "currency": "CNY"})
    work_on(run.pk)
    page = chen.get(f"/imports/{run.pk}/").content.decode()
    assert f"/imports/{run.pk}/back/" in page
    assert page.count("step-done") == 2
    assert chen.post(f"/imports/{run.pk}/back/").status_code == 302
    run.refresh_from_db()
    assert run.status == ImportStatus.MAPPING
