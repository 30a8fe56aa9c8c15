"""Imports by real workers that are killed with `kill -9`, cancelled, and several at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from investcrm.local.processes import wait_until
from projects.models import Company, Contact, Lead
from sync.choices import ImportStatus
from sync.models import ImportRow, ImportRun
from sync.services.imports import running
from sync.services.imports.running import BATCH, QUIET, cancel_import, run_import, work_on, write_batch
from tests.core.test_outbox import free_port
from tests.factories import make_lead
from tests.pipeline.workers import PATIENCE, HeldPostbox, Workers, waits_for_lock
from tests.sync.sheets import begun, checked, csv_bytes

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 2 * BATCH + 50
HEADINGS = ["项目名称", "企业名称", "总投资（万元）", "联系人"]


def long_sheet(rows: int = ROWS) -> list[list[Any]]:
    """A sheet whose last row is a lead that is there."""
    many = ([f"项目{number}", f"企业{number}有限公司", number, f"张{number}"] for number in range(1, rows))
    return [HEADINGS, *many, ["粉末冶金汽车零部件项目", "苏州精工粉末冶金有限公司", 999, ""]]


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Workers]:
    """Real workers, ended with the test."""
    folder = {"location": str(tmp_path / "media" / "documents"), "base_url": None}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": folder}
    settings.STORAGES = {**settings.STORAGES, "documents": storage}
    found = Workers(tmp_path, HeldPostbox(), free_port())
    yield found
    found.stop()


def everything_once(run: ImportRun, lead: Lead) -> None:
    """Each row of the sheet is one lead, one company, one contact, and the lead that was there is changed."""
    run.refresh_from_db()
    assert (run.status, run.rows_done) == (ImportStatus.DONE, ROWS)
    assert Lead.objects.count() == Company.objects.count() == ROWS
    assert Contact.objects.count() == ROWS - 1
    results = ImportRow.objects.filter(run=run).values_list("result_id", flat=True)
    assert len(set(results)) == ROWS
    assert None not in results
    lead.refresh_from_db()
    assert lead.total_investment == 9_990_000


def test_killed_in_the_middle_it_goes_on_and_each_row_is_there_once(workers: Workers, centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet())))
    run_import(actor=centre.chen, run_id=run.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        # the last batch will wait for this lead
        cursor.execute("SELECT 1 FROM projects_lead WHERE id = %s FOR UPDATE", [lead.pk])
        worker = workers.start()
        workers.ask("sync.work_on_import", run_id=str(run.pk))
        assert wait_until(waits_for_lock, PATIENCE)
        workers.kill(worker)
    run.refresh_from_db()
    done = ImportRow.objects.filter(run=run).exclude(imported_at=None)
    assert (run.status, run.rows_done) == (ImportStatus.RUNNING, 2 * BATCH)
    assert Lead.objects.count() - 1 == done.count() == 2 * BATCH
    ImportRun.objects.update(updated_at=timezone.now() - 2 * QUIET)
    workers.start()
    workers.ask("sync.continue_imports")
    assert wait_until(lambda: ImportRun.objects.get(pk=run.pk).status == ImportStatus.DONE, PATIENCE)
    everything_once(run, lead)


def test_killed_while_the_rows_are_checked_it_checks_on(workers: Workers, centre: SimpleNamespace) -> None:
    run = begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet(20)))
    ImportRun.objects.filter(pk=run.pk).update(
        status=ImportStatus.CHECKING, options={"updates": True}, updated_at=timezone.now() - 2 * QUIET
    )
    workers.start()
    workers.ask("sync.continue_imports")
    assert wait_until(lambda: ImportRun.objects.get(pk=run.pk).status == ImportStatus.CHECKED, PATIENCE)
    assert ImportRow.objects.filter(run=run, status="new").count() == 20


def test_cancelled_half_way_the_rows_that_are_there_stay(centre: SimpleNamespace) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet())))
    run_import(actor=centre.chen, run_id=run.pk)
    assert write_batch(run.pk)
    cancel_import(actor=centre.chen, run_id=run.pk)
    assert work_on(run.pk) is False
    run.refresh_from_db()
    assert (run.status, run.rows_done) == (ImportStatus.CANCELLED, BATCH)
    assert Lead.objects.count() == Company.objects.count() == Contact.objects.count() == BATCH
    assert ImportRow.objects.filter(run=run).exclude(result_id=None).count() == BATCH


def test_two_imports_of_the_same_rows_at_once_make_each_lead_once(centre: SimpleNamespace) -> None:
    rows = csv_bytes(long_sheet(BATCH + 20))
    runs = [checked(actor, begun(actor, centre.zone, f"{actor}.csv", rows)) for actor in (centre.chen, centre.gu)]
    for run in runs:
        run_import(actor=run.actor, run_id=run.pk)

    def work(run: ImportRun) -> None:
        try:
            while work_on(run.pk):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for run in runs:
        run.refresh_from_db()
        assert run.status == ImportStatus.DONE
    assert Lead.objects.count() == Company.objects.count() == BATCH + 20


def test_two_workers_at_one_import_do_the_work_once(centre: SimpleNamespace) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet(30))))
    run_import(actor=centre.chen, run_id=run.pk)
    threads = [threading.Thread(target=lambda: (work_on(run.pk), connection.close())) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert Lead.objects.count() == 30


def test_a_row_that_breaks_the_batch_is_left_out_alone(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet(30))))
    write_rows = running.write_rows

    def breaks(one: ImportRun, judge: Any, rows: Any) -> None:
        write_rows(one, judge, rows)
        if any(row.number == 7 for row in rows):
            raise RuntimeError

    monkeypatch.setattr(running, "write_rows", breaks)
    run_import(actor=centre.chen, run_id=run.pk)
    while work_on(run.pk):
        pass
    run.refresh_from_db()
    assert run.status == ImportStatus.DONE
    assert ImportRow.objects.get(run=run, number=7).status == "error"
    assert Lead.objects.count() == 29


def test_who_loses_the_right_meanwhile_imports_no_more(centre: SimpleNamespace) -> None:
    run = checked(centre.chen, begun(centre.chen, centre.zone, "a.csv", csv_bytes(long_sheet(5))))
    run_import(actor=centre.chen, run_id=run.pk)
    centre.chen.memberships.update(ends_on="2021-01-01")
    work_on(run.pk)
    run.refresh_from_db()
    assert (run.status, Lead.objects.count()) == (ImportStatus.CANCELLED, 0)
    assert "not_allowed" in run.error
