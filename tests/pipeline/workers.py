"""Real workers on the tests' database and broker, and a mail server that tells when to kill one."""

from __future__ import annotations

import asyncio
import email
import os
import re
import signal
import subprocess
import sys
import threading
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection

from investcrm.local.places import CHECKOUT

PATIENCE = 90


class HeldPostbox:
    """Takes mails in, and holds the answer to one of them until it is told to go on."""

    def __init__(self) -> None:
        # the number of that mail; 0: none
        self.hold = 0
        # (Message-ID, recipient) of each mail that was taken in
        self.taken: list[tuple[str, str]] = []
        self.is_held = threading.Event()
        # the sender of the mail that is held went away
        self.is_left = threading.Event()
        self.may_go_on = threading.Event()
        self.begun = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's name
        """Hold the mail of the number that was said; a sender who goes away meanwhile has given in nothing."""
        self.begun += 1
        if self.begun == self.hold:
            self.is_held.set()
            try:
                await asyncio.to_thread(self.may_go_on.wait, PATIENCE)
            except asyncio.CancelledError:
                self.is_left.set()
                raise
        message = email.message_from_bytes(envelope.content, policy=default_policy)
        self.taken.append((str(message["Message-ID"]), envelope.rcpt_tos[0]))
        return "250 OK"


class Workers:
    """Workers of the whole application, with a broker's prefix of their own."""

    def __init__(self, folder: Path, postbox: HeldPostbox, port: int) -> None:
        self.folder, self.started = folder, list[subprocess.Popen[bytes]]()
        self.prefix = f"workers{os.getpid()}{folder.name}:"
        self.server = Controller(postbox, hostname="127.0.0.1", port=port)
        self.port = port
        self.asker = Celery("asker")
        self.asker.config_from_object("django.conf:settings", namespace="CELERY")
        self.asker.conf.broker_transport_options = {
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": self.prefix,
        }  # fmt: skip

    def start(self, processes: int = 1) -> subprocess.Popen[bytes]:
        """One more worker."""
        name = connection.settings_dict["NAME"]
        environ = {
            **os.environ,
            "DATABASE_URL": re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"]),
            "CELERY_PREFIX": self.prefix,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port),
            "EMAIL_USE_TLS": "False",
            "MEDIA_ROOT": str(self.folder / "media"),
        }
        command = [
            sys.executable, "-m", "celery", "-q", "-A", "investcrm", "worker", "--concurrency", str(processes),
            "--without-mingle", "--without-gossip", "--without-heartbeat", "--loglevel", "WARNING",
        ]  # fmt: skip
        worker = subprocess.Popen(command, cwd=CHECKOUT, env=environ, start_new_session=True)
        self.started.append(worker)
        return worker

    def ask(self, task: str, **arguments: Any) -> None:
        """Queue a task, as the clock does."""
        self.asker.send_task(task, kwargs=arguments)

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End it with all its processes, as a machine does that loses its power: its database connections, too."""
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def end(self, worker: subprocess.Popen[bytes]) -> None:
        """Let it finish what it has in hand."""
        worker.send_signal(signal.SIGTERM)
        worker.wait(PATIENCE)

    def stop(self) -> None:
        """End everything."""
        for worker in self.started:
            self.kill(worker)
        self.asker.close()


def waits_for_lock() -> bool:
    """Whether another connection waits for a lock that somebody holds."""
    with connection.cursor() as cursor:
        # else a transaction sees the activity as it first saw it
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
