"""Eight writers in processes of their own, and readers that follow, one of them killed again and again.

`FEED_TEST_CHANGES=100000` makes it the long run.
"""

from __future__ import annotations

import logging
import os
import random
import statistics
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from investcrm.core.models import ChangeRow
from projects.models import Lead, Merge
from projects.services.companies import create_contact
from sync.models import ApiKey
from teams.models import User
from tests.api_help import Client
from tests.factories import log, make_company, make_lead
from tests.sync.feed_help import compare
from tests.sync.feed_processes import Store, kill, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]

logger = logging.getLogger(__name__)
CHANGES = int(os.environ.get("FEED_TEST_CHANGES", "2500"))
WRITERS = 8


class Lag:
    """How long after its commit a change of one lead stands in the feed, asked again and again while others write."""

    def __init__(self, lead: Lead, user: User) -> None:
        self.lead, self.client = lead, Client(user)
        self.seconds: list[float] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            cursor = self.client.read("changes/?types=team")["cursor"]
            turn = 0
            while not self.over.wait(0.2):
                turn += 1
                Lead.objects.filter(pk=self.lead.pk).update(place=f"第{turn}次")
                committed = time.monotonic()
                is_seen = False
                while not is_seen:
                    query = {"since": cursor, "types": "lead", "limit": 500}
                    page = self.client.get("/api/v1/changes/", query).json()
                    cursor = page["cursor"]
                    is_seen = any(
                        row["id"] == str(self.lead.pk) and row["data"]["place"] == f"第{turn}次"
                        for row in page["changes"]
                    )
                self.seconds.append(time.monotonic() - committed)
        finally:
            connection.close()

    def end(self) -> None:
        """Stop asking."""
        self.over.set()
        self.thread.join(60)


def test_readers_end_with_what_they_may_see_whatever_writers_do_and_whoever_is_killed(
    centre: SimpleNamespace, tmp_path: Path
) -> None:
    for number in range(12):
        make_company(centre.chen, f"昆山第{number}精密机械有限公司")
    for number in range(40):
        lead = make_lead(centre.chen, centre.zone, team=(centre.g1, centre.g4)[number % 2], name=f"项目{number}")
        if number % 4 == 0:
            create_contact(actor=centre.chen, zone=centre.zone, company=lead.company, name=f"客商{number}")
            log(centre.chen, lead)
    over = tmp_path / "over"
    readers = {
        name: (str(tmp_path / name), ApiKey.objects.create(user=user, scopes=["read"])[1], user)
        for name, user in {"director": centre.chen, "member": centre.wang, "killed": centre.zhao}.items()
    }
    reading = {name: start("read", path, secret, str(over)) for name, (path, secret, _user) in readers.items()}
    writing = [start("write", str(number + 1), str(CHANGES // WRITERS)) for number in range(WRITERS)]
    other = make_lead(centre.qian, centre.other_zone, name="别处的项目")
    lag = Lag(other, centre.qian)
    dice, kills = random.Random(7), 0
    for process in writing:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(dice.uniform(0.3, 2.5))
            path, secret, _user = readers["killed"]
            if reading["killed"].poll() is None and Path(path).exists():
                kill(reading["killed"])
                kills += 1
                reading["killed"] = start("read", path, secret, str(over))
    lag.end()
    over.touch()
    assert [process.returncode for process in writing] == [0] * WRITERS
    assert [process.wait(600) for process in reading.values()] == [0] * len(reading)
    made = ChangeRow.objects.exclude(position=None).count()
    seconds = f"{statistics.median(lag.seconds):.2f} s, at most {max(lag.seconds):.2f} s"
    logger.warning("%d changes, the reader killed %d times, lag %s", made, kills, seconds)
    assert made >= CHANGES
    assert kills > 0
    assert Merge.objects.exists()
    for path, _secret, user in readers.values():
        compare(Store(path).rows(), user)
    assert statistics.median(lag.seconds) < 2
