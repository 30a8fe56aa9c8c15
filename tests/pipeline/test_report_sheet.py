"""The project sheet of a report: which leads stand on it, what it tells of them, what was known, what it costs."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.changes import give_positions
from pipeline.selectors.periods import MONTH, period_of
from pipeline.selectors.reports import sheet
from pipeline.selectors.reports.sheet import sheet_rows
from pipeline.selectors.reports.sheet_row import SheetRow
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import move_lead
from projects.models import Contact, Lead
from projects.services.leads import delete_lead, update_lead
from tests.factories import log, make_lead

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def told(centre: SimpleNamespace, *, scope: Scope | None = None, **asked: Any) -> list[SheetRow]:
    """The sheet of this month."""
    today = centre.zone.today()
    options = {"as_of": today, "known": asked.pop("known", None) or give_positions(), **asked}
    return list(sheet_rows(scope or Scope(centre.zone), period_of(MONTH, today), **options))


def lead_of(centre: SimpleNamespace, name: str, stage: str, days: int, **fields: Any) -> Lead:
    return make_lead(
        centre.chen, centre.zone, name=name, stage=stage, on=centre.zone.today() - days * DAY,
        **{"team": centre.g4, "owner": centre.wang, **fields},
    )  # fmt: skip


def test_it_has_what_is_in_hand_and_what_landed_or_was_closed_in_the_period(centre: SimpleNamespace) -> None:
    lead_of(centre, "在谈", "in_talks", 5)
    lead_of(centre, "签约", "signed", 400, agreed_investment=Decimal(10**8), agreement_number="1")
    lead_of(centre, "本月落地", "landed", 0)
    lead_of(centre, "早已落地", "landed", 300)
    lead_of(centre, "本月终止", "closed", 0, close_reason="资金不到位")
    lead_of(centre, "早已终止", "closed", 300, close_reason="放弃")
    gone = lead_of(centre, "重复", "in_talks", 5)
    delete_lead(actor=centre.chen, lead_id=gone.id)
    lead_of(centre, "一组的", "in_talks", 5, team=centre.g1, owner=centre.zhao)
    make_lead(centre.chen, centre.zone, name="无组的")
    make_lead(centre.qian, centre.other_zone, name="别区的")
    assert [row["project"] for row in told(centre)] == ["一组的", "在谈", "签约", "本月落地", "本月终止", "无组的"]
    own = told(centre, scope=Scope(centre.zone, team=centre.g1))
    assert [(row["project"], row["team"]["en"], row["owner"]) for row in own] == [("一组的", "Team G1", "Zhao")]
    assert told(centre, scope=Scope(centre.other_zone))[0]["project"] == "别区的"


def test_it_tells_the_columns_of_the_project_sheet(centre: SimpleNamespace) -> None:
    lead = lead_of(
        centre, "精密锻造", "key_talks", 20, industry=centre.industry, currency="CNY",
        total_investment=Decimal("150000000"), fixed_asset_investment=Decimal("120000000.50"), summary="年产 100 万件",
        site_need="hall", floor_area_m2=Decimal("4300.00"), clear_height_m=Decimal("10.50"),
        review_conclusion="同意推进",
    )  # fmt: skip
    Contact.objects.create(zone=centre.zone, company=lead.company, name="刘工", phone="13800000000")
    Contact.objects.create(zone=centre.zone, company=lead.company, name="后来的人")
    log(centre.wang, lead, summary="谈了用地")
    log(centre.wang, lead, "visit", outcome="下周签意向" + "。" * 900)
    row = told(centre)[0]
    assert (row["number"], row["investor"], row["contact"], row["phone"]) == (
        lead.number, lead.company.name, "刘工", "13800000000"
    )  # fmt: skip
    assert (row["total"], row["fixed_asset"], row["agreed"], row["cny"]) == (
        "150000000.00", "120000000.50", "", "150000000.00"
    )  # fmt: skip
    assert row["site"] == {"site_need": "hall", "land_mu": "", "floor_area_m2": "4300", "clear_height_m": "10.5"}
    assert row["progress"].startswith("下周签意向")
    assert len(row["progress"]) == sheet.PROGRESS
    assert row["last_contact"] == centre.zone.today().isoformat()
    assert (row["industry"]["en"], row["assessment"], row["content"]) == (
        "Automotive parts", "同意推进", "年产 100 万件"
    )  # fmt: skip
    assert (row["stage"]["zh"], row["signed_on"], row["landed_on"]) == ("重点在谈", "", "")


def test_what_was_recorded_later_is_not_on_it(centre: SimpleNamespace) -> None:
    lead = lead_of(centre, "在谈", "in_talks", 20, industry=centre.industry, total_investment=Decimal(10**8))
    other = lead_of(centre, "另一个", "in_talks", 20)
    log(centre.wang, lead, summary="先谈")
    known = give_positions()
    then = told(centre, known=known)
    log(centre.wang, lead, summary="后谈")
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"name": "改名", "summary": "改了", "team": centre.g1})
    move_lead(
        actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=centre.zone.today() - DAY,
        fields={"agreed_investment": Decimal(10**8), "agreement_number": "1"},
    )  # fmt: skip
    delete_lead(actor=centre.chen, lead_id=other.id)
    make_lead(centre.chen, centre.zone, name="补录")
    assert told(centre, known=known) == then
    assert [row["project"] for row in then] == ["在谈", "另一个"]
    now = told(centre)
    assert [(row["project"], row["progress"], row["signed_on"] != "") for row in now] == [
        ("改名", "后谈", True), ("补录", "", False)
    ]  # fmt: skip


def test_it_is_read_in_chunks_and_leaves_nothing_behind(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        lead_of(centre, f"{number}", "in_talks", 5)
    whole = told(centre)
    known = give_positions()
    monkeypatch.setattr(sheet, "CHUNK", 3)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert told(centre, known=known) == whole
        return len(captured)

    three = queries()
    monkeypatch.setattr(sheet, "CHUNK", 7)
    assert three - queries() == 2 * 2
    rows = sheet_rows(
        Scope(centre.zone), period_of(MONTH, centre.zone.today()), as_of=centre.zone.today(), known=known
    )
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'sheet\\_%%' OR relname = 'known_spans'")
        assert cursor.fetchone()[0] == 0


def test_a_period_with_no_leads_has_an_empty_sheet(centre: SimpleNamespace) -> None:
    assert told(centre) == []
