import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from investcrm.local.places import CHECKOUT
from investcrm.local.processes import wait_until
from tests.local.sleepy import app, finish


@pytest.fixture
def start_worker() -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "celery", "-A", "tests.local.sleepy", "worker", "--concurrency", "1"]

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [*command, "--without-mingle", "--without-gossip"], cwd=CHECKOUT, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill_all_of(process)
    app.close()


def kill_all_of(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_killed_workers_task_comes_back(
    tmp_path: Path, start_worker: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    note = tmp_path / "note"
    note.touch()
    finish.delay(str(note))
    first = start_worker()
    assert wait_until(lambda: "begun" in note.read_text(), 20)

    kill_all_of(first)
    start_worker()

    assert wait_until(lambda: "done" in note.read_text(), 20)
    assert note.read_text().split() == ["begun", "begun", "done"]


def test_the_settings_let_tasks_come_back() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS

    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert options["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= options["visibility_timeout"]


def test_django_talks_to_postgresql_through_psycopg2() -> None:
    assert not is_psycopg3
