"""The example of the guide, run as an integrator runs it: a process of its own, killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as project

from projects.models import Company, Lead, Stage, StageRequirement
from projects.services.leads import delete_lead, update_lead
from projects.stages import seed_stages
from sync.models import Scope
from sync.services.keys import issue_key
from teams.access import Role
from tests.factories import make_centre, make_lead

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = Path(project.BASE_DIR) / "examples" / "two_way_sync.py"
SYSTEM = "statistics"
PATIENCE = 60


@pytest.fixture
def centre(transactional_db: None) -> SimpleNamespace:
    """A small centre whose rows the server sees."""
    seed_stages(Stage, StageRequirement)
    return make_centre()


class Example:
    """The script with its file."""

    def __init__(self, centre: SimpleNamespace, file: Path, address: str) -> None:
        issued = issue_key(
            actor=None, account="statistics", role=Role.DIRECTOR, zone=centre.zone, scopes=[Scope.READ, Scope.WRITE]
        )
        self.file = file
        self.command = [sys.executable, str(SCRIPT), str(file), f"{address}/api/v1", "--system", SYSTEM]
        self.environ = {**os.environ, "INVESTCRM_KEY": issued.secret}

    def start(self) -> subprocess.Popen[str]:
        """One run."""
        return subprocess.Popen(
            self.command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self) -> None:
        """One run, to its end."""
        process = self.start()
        _out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors

    def run_killed_on_the_way(self, chance: random.Random) -> int:
        """Run, kill and run again until one run comes to its end; returns how many were killed."""
        killed = 0
        while killed < 8:
            process = self.start()
            time_left = 0.15 + chance.random() * 0.6
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(time_left)
            if process.poll() is not None:
                assert process.returncode == 0, process.stderr.read() if process.stderr else ""
                return killed
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
        self.run()
        return killed

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """The copy."""
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            return {
                key: json.loads(data) for key, data in db.execute("SELECT id, data FROM rows WHERE type = ?", [kind])
            }

    def send(self, kind: str, external: str, **fields: Any) -> None:
        """What another program wants to send in."""
        with contextlib.closing(sqlite3.connect(self.file)) as db, db:
            db.execute(
                "INSERT INTO outgoing (type, external_id, fields) VALUES (?, ?, ?)",
                [kind, external, json.dumps(fields)],
            )

    def refused(self) -> list[tuple[str, str]]:
        """What could not be sent: external id and reason."""
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            return db.execute("SELECT external_id, error FROM outgoing WHERE error IS NOT NULL").fetchall()

    def left(self) -> int:
        """How much still waits."""
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            return int(db.execute("SELECT COUNT(*) FROM outgoing WHERE error IS NULL").fetchone()[0])


@pytest.fixture
def example(centre: SimpleNamespace, tmp_path: Path, live_server: Any) -> Example:
    """The script against a live server."""
    return Example(centre, tmp_path / "copy.db", live_server.url)


def versions(kind: type[Lead | Company]) -> dict[str, int]:
    """What there is."""
    return {str(key): version for key, version in kind.objects.filter(deleted_at=None).values_list("id", "version")}


def copied(example: Example, kind: str) -> dict[str, int]:
    """What the copy has."""
    return {key: row["version"] for key, row in example.rows(kind).items()}


def test_both_ways_ends_with_the_same_rows(centre: SimpleNamespace, example: Example) -> None:
    leads = [make_lead(centre.chen, centre.zone, team=centre.g4, name=f"项目{number}") for number in range(3)]
    example.run()
    assert copied(example, "lead") == versions(Lead)
    assert copied(example, "company") == versions(Company)

    example.send("company", "C-17", name="Nordlicht Leuchten GmbH", country="DE")
    example.send(
        "lead",
        "P-4",
        name="Digital lighting",
        company={"source_system": SYSTEM, "external_id": "C-17"},
        total_investment="500000000.00",
    )
    example.send("lead", "P-4", total_investment="600000000.00")
    update_lead(actor=centre.chen, lead_id=leads[0].pk, changes={"place": "3号厂房"})
    delete_lead(actor=centre.chen, lead_id=leads[1].pk)
    example.run()
    made = Lead.objects.get(name="Digital lighting")
    assert (str(made.total_investment), made.company.country) == ("600000000.00", "DE")
    assert copied(example, "lead") == versions(Lead)
    assert example.rows("lead")[str(leads[0].pk)]["place"] == "3号厂房"
    assert example.rows("lead")[str(made.pk)]["external_id"] == "P-4"
    assert (example.left(), example.refused()) == (0, [])


def test_what_somebody_else_has_saved_is_not_overwritten(centre: SimpleNamespace, example: Example) -> None:
    example.run()
    example.send("company", "C-1", name="一家公司")
    example.run()
    example.send("lead", "P-1", name="Lighting", company={"source_system": SYSTEM, "external_id": "C-1"})
    example.run()
    lead = Lead.objects.get(name="Lighting")
    with contextlib.closing(sqlite3.connect(example.file)) as db, db:
        db.execute("UPDATE rows SET version = version - 1 WHERE id = ?", [str(lead.pk)])
        # the place stays: the feed has nothing new, so that the copy goes on believing in the old version
    example.send("lead", "P-1", place="from outside")
    example.run()
    lead.refresh_from_db()
    assert lead.place == ""
    assert [external for external, _reason in example.refused()] == ["P-1"]


def test_killed_at_any_point_it_loses_and_doubles_nothing(centre: SimpleNamespace, example: Example) -> None:
    chance = random.Random(6)
    for number in range(120):
        make_lead(centre.chen, centre.zone, team=centre.g4, name=f"原有项目{number}")
    example.run()
    for number in range(300):
        example.send("company", f"C-{number}", name=f"外来企业{number}有限公司")
        example.send(
            "lead", f"P-{number}", name=f"外来项目{number}",
            company={"source_system": SYSTEM, "external_id": f"C-{number}"},
        )  # fmt: skip
    killed = example.run_killed_on_the_way(chance)
    assert killed > 0
    assert example.refused() == []
    assert example.left() == 0
    names = list(Lead.objects.filter(name__startswith="外来项目", deleted_at=None).values_list("name", flat=True))
    assert sorted(names) == sorted({f"外来项目{number}" for number in range(300)})
    assert Company.objects.filter(name__startswith="外来企业").count() == 300
    assert copied(example, "lead") == versions(Lead)
    assert copied(example, "company") == versions(Company)


def test_a_cursor_that_is_no_longer_good_begins_anew(centre: SimpleNamespace, example: Example) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g4)
    example.run()
    with contextlib.closing(sqlite3.connect(example.file)) as db, db:
        db.execute("INSERT INTO rows VALUES ('lead', 'gone-meanwhile', NULL, 1, '{}', 1)")

    # another role sees other rows: what the cursor stands for is over
    issue_key(
        actor=None, account="statistics", role=Role.OBSERVER, zone=centre.other_zone, scopes=[Scope.READ, Scope.WRITE]
    )
    example.run()
    assert copied(example, "lead") == versions(Lead)
