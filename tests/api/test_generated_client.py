"""A client that openapi-python-client makes from the document is used as it comes out."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from projects.models import Lead, Stage, StageRequirement
from projects.stages import seed_stages
from sync.models import Scope
from sync.services.keys import issue_key
from teams.access import Role
from tests.factories import make_centre, make_lead

PACKAGE = "generated_client"
SNAPSHOT = Path(__file__).parent / "schema.json"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Gives the modules of the client by name."""
    folder = tmp_path_factory.mktemp("client")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(SNAPSHOT)),
            *("--output-path", str(folder / PACKAGE), "--meta", "none", "--config", str(config_in(folder))),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout + done.stderr
    assert "arning" not in said, said
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def config_in(folder: Path) -> Path:
    """Without the formatter that it would look for."""
    file = folder / "config.json"
    file.write_text(json.dumps({"post_hooks": []}), "utf-8")
    return file


@pytest.fixture
def centre(transactional_db: None) -> SimpleNamespace:
    """A small centre whose rows the server sees."""
    seed_stages(Stage, StageRequirement)
    return make_centre()


@pytest.fixture
def client(centre: SimpleNamespace, live_server: Any, generated: Any) -> Iterator[Any]:
    """The client with the key of a service account."""
    issued = issue_key(
        actor=None, account="erp", role=Role.DIRECTOR, zone=centre.zone, scopes=[Scope.READ, Scope.WRITE]
    )
    with generated("client").AuthenticatedClient(base_url=live_server.url, token=issued.secret) as client:
        yield client


def test_a_lead_from_its_company_to_the_feed(client: Any, generated: Any, centre: SimpleNamespace) -> None:
    api, models = generated, generated("models")

    made = api("api.companies.companies_create").sync_detailed(
        client=client, body=models.CompanyWriteRequest(name="苏州精工有限公司"), idempotency_key=str(uuid.uuid4())
    )
    assert made.status_code == 201
    lead = api("api.leads.leads_create").sync(
        client=client,
        body=models.LeadWriteRequest(
            name="粉末冶金",
            company=made.parsed.id,
            team="G4",
            owner="wang",
            industry="auto-parts",
            total_investment="1000000.00",
        ),
    )
    assert (lead.name, lead.team.code, lead.total_investment) == ("粉末冶金", "G4", "1000000.00")

    page = api("api.leads.leads_list").sync(client=client, page_size=10)
    assert [one.id for one in page.results] == [lead.id]

    retrieved = api("api.leads.leads_retrieve").sync_detailed(lead.id, client=client)
    changed = api("api.leads.leads_partial_update").sync_detailed(
        lead.id,
        client=client,
        body=models.PatchedLeadChangeRequest(summary="二期"),
        if_match=retrieved.headers["ETag"],
    )
    assert (changed.status_code, changed.parsed.summary) == (200, "二期")
    stale = api("api.leads.leads_partial_update").sync_detailed(
        lead.id,
        client=client,
        body=models.PatchedLeadChangeRequest(summary="三期"),
        if_match=retrieved.headers["ETag"],
    )
    assert stale.status_code == 412
    assert stale.parsed.current_version == changed.parsed.version

    interaction = api("api.interactions.interactions_create").sync(
        client=client, body=models.InteractionWriteRequest(channel=models.Channel.PHONE, lead=lead.id)
    )
    assert interaction.channel == models.Channel.PHONE
    move = api("api.leads.leads_moves_create").sync(
        lead.id, client=client, body=models.MoveWriteRequest(to_stage="in_talks")
    )
    assert move.to_stage == "in_talks"
    assert api("api.leads.leads_count").sync(client=client).count == Lead.objects.count() == 1


def test_the_feed_is_followed_to_its_end_and_on(client: Any, generated: Any, centre: SimpleNamespace) -> None:
    first = make_lead(centre.chen, centre.zone)
    rows, cursor = follow(client, generated, None)
    assert rows == {("lead", first.id)}
    second = make_lead(centre.chen, centre.zone, name="第二个")
    assert follow(client, generated, cursor)[0] == {("lead", second.id)}


def follow(client: Any, generated: Any, cursor: str | None) -> tuple[set[tuple[str, uuid.UUID]], str]:
    """All changes of leads after the cursor."""
    module, unset = generated("api.changes.changes"), generated("types").UNSET
    rows: set[tuple[str, uuid.UUID]] = set()
    while True:
        page = module.sync(client=client, since=cursor or unset, types="lead", limit=1)
        rows |= {(one.type_.value, one.id) for one in page.changes}
        cursor = page.cursor
        if not page.has_more:
            return rows, str(cursor)


def test_without_a_good_key_the_client_is_told_so(live_server: Any, generated: Any) -> None:
    with generated("client").AuthenticatedClient(base_url=live_server.url, token="0" * 64) as client:
        answer = generated("api.leads.leads_list").sync_detailed(client=client)
    assert (answer.status_code, answer.parsed.type_) == (401, "/problems/not-authenticated/")
