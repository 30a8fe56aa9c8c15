"""The API does what its document says: requests made from the document, against a live server with data.

Every check is on, no operation is left out, and what one answer gives the next request takes (links). It runs by
scripts/schemathesis.sh alone: how far it comes depends on the time that it gets, so it is no part of the suite.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as project

from pipeline.services.moves import move_lead
from projects.models import Stage, StageRequirement
from projects.stages import seed_stages
from sync.models import Scope
from sync.services.keys import issue_key
from teams.access import Role
from teams.models import User
from tests.factories import join, log, make_centre, make_lead
from visits.services.follow_ups import plan_follow_up

SECONDS = os.environ.get("SCHEMATHESIS_SECONDS", "")
pytestmark = [
    pytest.mark.schemathesis,
    pytest.mark.timeout(0),
    pytest.mark.skipif(not SECONDS, reason="scripts/schemathesis.sh runs it"),
]

ROOT = Path(project.BASE_DIR)
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "1")


@pytest.fixture
def centre(transactional_db: None) -> SimpleNamespace:
    """A small centre with some rows, which the server sees."""
    seed_stages(Stage, StageRequirement)
    centre = make_centre()
    for number in range(3):
        lead = make_lead(
            centre.chen,
            centre.zone,
            team=centre.g4,
            owner=centre.wang,
            industry=centre.industry,
            name=f"项目 {number}",
        )
        log(centre.wang, lead)
        plan_follow_up(actor=centre.wang, lead_id=lead.id, due_on=centre.zone.today(), note="回电")
        move_lead(actor=centre.chen, lead_id=lead.id, to_stage="in_talks", fields={})
    return centre


def test_every_operation_does_what_the_document_says(centre: SimpleNamespace, live_server: Any) -> None:
    issued = issue_key(
        actor=None, account="schemathesis", role=Role.ADMINISTRATOR, zone=centre.zone, scopes=[Scope.ADMIN]
    )
    # Administrators manage people and zones, directors write leads: the account may do both.
    join(User.objects.get(username="schemathesis"), Role.DIRECTOR, centre.zone)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{live_server.url}/api/v1/schema/"),
            # One worker: two threads that compile at once trip over a fault of Python 3.11.
            *("--max-examples", EXAMPLES, "--workers", "1", "--seed", "1", "--no-color"),
            *("--max-time", SECONDS),
        ],
        cwd=ROOT,
        env={**os.environ, "API_KEY": issued.secret, "API_URL": live_server.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.stdout.write(done.stdout)
