"""Reports by real workers that are killed with `kill -9`, a real broker and a real mail server."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from investcrm.local.processes import wait_until
from pipeline.models import Report, ReportDelivery
from teams.access import Role
from teams.models import Job, ScheduleRun
from teams.selectors.schedules import due_spans
from tests.core.test_outbox import free_port
from tests.factories import join, make_user
from tests.pipeline.report_rows import only, released
from tests.pipeline.test_report_drafting import made
from tests.pipeline.workers import PATIENCE, HeldPostbox, Workers, waits_for_lock

pytestmark = pytest.mark.django_db(transaction=True)

RECIPIENTS = 50
# The mail that is on its way when the worker is killed.
IN_FLIGHT = 20
# Where the order of two steps is shown, a few will do.
FEW, SECOND = 4, 2


@pytest.fixture
def postbox() -> HeldPostbox:
    """A mail server that can hold its answer to one mail."""
    return HeldPostbox()


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, postbox: HeldPostbox, settings: Any) -> Iterator[Workers]:
    """Real workers, ended with the test."""
    # they and the test keep files in one folder
    folder = {"location": str(tmp_path / "media" / "documents"), "base_url": None}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": folder}
    settings.STORAGES = {**settings.STORAGES, "documents": storage}
    found = Workers(tmp_path, postbox, free_port())
    found.server.start()
    yield found
    postbox.may_go_on.set()
    found.stop()
    found.server.stop()


def released_to(centre: SimpleNamespace, number: int) -> Report:
    """A released report that so many people get, in two languages."""
    for one in range(number - 1):
        join(make_user(f"director{one}", language=("en", "zh-hans")[one % 2]), Role.DIRECTOR, centre.zone)
    return released(centre)


def sent() -> int:
    """How many mails are marked as sent."""
    return OutboxMessage.objects.exclude(sent_at=None).count()


def go_on_with_a_new_worker(workers: Workers, report: Report) -> None:
    """A new worker when the waits of what was begun are over."""
    now = timezone.now()
    ReportDelivery.objects.exclude(state="written").update(next_attempt_at=now)
    OutboxMessage.objects.filter(sent_at=None).update(next_attempt_at=now)
    workers.start()
    workers.ask("pipeline.write_report_mails")
    workers.ask("core.send_outbox")
    assert wait_until(lambda: sent() == report.deliveries.count(), PATIENCE)


@contextmanager
def locked(sql: str, values: list[Any]) -> Iterator[None]:
    """Hold what a statement locks, over the test's own connection; it is taken back at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield
        transaction.set_rollback(True)


def each_once(postbox: HeldPostbox, report: Report) -> Counter[str]:
    """How often each Message-ID arrived, where everybody got exactly one of them."""
    ids = {recipient: message_id for message_id, recipient in postbox.taken}
    assert set(ids) == set(report.deliveries.values_list("address", flat=True))
    assert len(set(ids.values())) == len(ids)
    return Counter(message_id for message_id, _recipient in postbox.taken)


def test_killed_before_the_server_has_taken_a_mail_everybody_gets_one(
    workers: Workers, postbox: HeldPostbox, centre: SimpleNamespace
) -> None:
    report = released_to(centre, RECIPIENTS)
    postbox.hold = IN_FLIGHT
    worker = workers.start()
    workers.ask("pipeline.write_report_mails")
    assert postbox.is_held.wait(PATIENCE)
    workers.kill(worker)
    assert postbox.is_left.wait(PATIENCE)
    assert sent() == len(postbox.taken) == IN_FLIGHT - 1
    go_on_with_a_new_worker(workers, report)
    assert set(each_once(postbox, report).values()) == {1}


def test_killed_after_the_server_has_taken_a_mail_that_one_comes_twice_under_one_message_id(
    workers: Workers, postbox: HeldPostbox, centre: SimpleNamespace
) -> None:
    report = released_to(centre, FEW)
    postbox.hold = SECOND
    worker = workers.start()
    workers.ask("pipeline.write_report_mails")
    assert postbox.is_held.wait(PATIENCE)
    # The worker has recorded its attempt, and will wait here to mark the mail as sent.
    [row] = OutboxMessage.objects.filter(sent_at=None, attempts=1)
    with locked("SELECT 1 FROM core_outboxmessage WHERE id = %s FOR UPDATE", [row.id]):
        postbox.may_go_on.set()
        assert wait_until(waits_for_lock, PATIENCE)
        assert len(postbox.taken) == SECOND
        workers.kill(worker)
    assert sent() == SECOND - 1
    go_on_with_a_new_worker(workers, report)
    counts = each_once(postbox, report)
    assert counts.pop(row.message_id) == 2
    assert set(counts.values()) == {1}


def test_killed_while_a_mail_is_written_everybody_gets_one(
    workers: Workers, postbox: HeldPostbox, centre: SimpleNamespace
) -> None:
    report = released_to(centre, FEW)
    begun = list(report.deliveries.order_by("next_attempt_at")[:SECOND])
    # Somebody else is about to write the mail of this delivery: the worker waits to see whether he does.
    with locked(
        "INSERT INTO core_outboxmessage (id, message_id, recipients, subject, body, created_at, next_attempt_at,"
        " attempts, error) VALUES (%s, %s, '[]', '', '', now(), now(), 0, '')",
        [begun[-1].pk, f"<report.{begun[-1].pk}@localhost>"],
    ):
        worker = workers.start()
        workers.ask("pipeline.write_report_mails")
        assert wait_until(waits_for_lock, PATIENCE)
        workers.kill(worker)
    assert ReportDelivery.objects.filter(state="written").count() == OutboxMessage.objects.count() == SECOND - 1
    assert postbox.taken == []
    go_on_with_a_new_worker(workers, report)
    assert set(each_once(postbox, report).values()) == {1}


def test_two_processes_at_once_make_each_report_once(workers: Workers, centre: SimpleNamespace) -> None:
    schedule = only(centre.zone, starts_on=timezone.localdate() - datetime.timedelta(days=27))
    periods = due_spans(schedule, timezone.now(), {})
    assert len(periods) >= 3
    worker = workers.start(processes=2)
    for _beat in range(4):
        workers.ask("pipeline.make_reports")
    assert wait_until(lambda: Report.objects.count() >= 3 * len(periods), PATIENCE)
    workers.end(worker)
    assert made(centre.zone) == [(first, team) for first, _last, _at in periods for team in ("", "G1", "G4")]
    assert ScheduleRun.objects.filter(job=Job.WEEKLY, outcome="done").count() == len(periods)
