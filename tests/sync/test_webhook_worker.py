"""Webhooks by real workers that are killed with `kill -9`: nothing is lost, and one delivery comes twice at most."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from investcrm.core.changes import give_positions
from investcrm.local.processes import wait_until
from projects.models import Company
from sync.models import Webhook, WebhookDelivery
from sync.services.webhooks.keeping import create_webhook
from tests.core.test_outbox import free_port
from tests.pipeline.workers import PATIENCE, HeldPostbox, Workers, waits_for_lock
from tests.sync.webhook_help import Receiver, answering

pytestmark = pytest.mark.django_db(transaction=True)

# A delivery carries a hundred of them.
CHANGES, DELIVERIES = 350, 4
SECOND = 2


@pytest.fixture
def workers(
    transactional_db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workers]:
    """Real workers that may send to this machine, ended with the test."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8")
    found = Workers(tmp_path, HeldPostbox(), free_port())
    yield found
    found.stop()


def changed(centre: SimpleNamespace, url: str) -> tuple[Webhook, list[str]]:
    """A webhook, and the ids of the companies that came since, in their order."""
    webhook = create_webhook(actor=centre.chen, url=url, types=["company"]).webhook
    names = [f"第{number:03}公司" for number in range(CHANGES)]
    rows = Company.objects.bulk_create([Company(name=name, created_by=centre.chen) for name in names])
    give_positions()
    return webhook, [str(row.pk) for row in rows]


def told(receiver: Receiver) -> list[str]:
    """The ids that arrived, in their order, without what came once more under the same id."""
    first = {headers["webhook-id"]: body for headers, body in reversed(receiver.received)}
    order = dict.fromkeys(headers["webhook-id"] for headers, _body in receiver.received)
    return [change["id"] for one in order for change in json.loads(first[one])["changes"]]


def times(receiver: Receiver) -> list[int]:
    """How often each delivery arrived."""
    return sorted(Counter(headers["webhook-id"] for headers, _body in receiver.received).values())


def all_arrived() -> bool:
    """Whether nothing waits any more."""
    return WebhookDelivery.objects.filter(status="delivered").count() == DELIVERIES


def test_killed_between_the_row_and_the_post_each_change_arrives_once(
    workers: Workers, centre: SimpleNamespace
) -> None:
    # it takes the line and hears nothing of what is said
    deaf = socket.create_server(("127.0.0.1", 0))
    deaf.settimeout(PATIENCE)
    port = deaf.getsockname()[1]
    _webhook, ids = changed(centre, f"http://127.0.0.1:{port}/")
    worker = workers.start()
    workers.ask("sync.send_webhooks")
    line, _address = deaf.accept()
    assert WebhookDelivery.objects.filter(status="waiting", attempts=0).count() == DELIVERIES
    workers.kill(worker)
    line.close()
    deaf.close()
    receiver = Receiver(port)
    workers.start()
    workers.ask("sync.send_webhooks")
    assert wait_until(all_arrived, PATIENCE)
    receiver.stop()
    assert (told(receiver), times(receiver)) == (ids, [1] * DELIVERIES)


def test_killed_before_it_notes_that_one_arrived_that_one_comes_twice_under_one_id(
    workers: Workers, centre: SimpleNamespace
) -> None:
    receiver, is_held, may_go_on = Receiver(), threading.Event(), threading.Event()

    def held(handler: BaseHTTPRequestHandler) -> None:
        if len(receiver.received) == SECOND:
            is_held.set()
            may_go_on.wait(PATIENCE)
        answering(200)(handler)

    receiver.answer = held
    webhook, ids = changed(centre, receiver.url)
    worker = workers.start()
    workers.ask("sync.send_webhooks")
    assert is_held.wait(PATIENCE)
    row = WebhookDelivery.objects.filter(webhook=webhook, status="waiting").earliest("id")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sync_webhookdelivery WHERE id = %s FOR UPDATE", [row.pk])
        may_go_on.set()
        assert wait_until(waits_for_lock, PATIENCE)
        workers.kill(worker)
    assert WebhookDelivery.objects.filter(status="delivered").count() == SECOND - 1
    workers.start()
    workers.ask("sync.send_webhooks")
    assert wait_until(all_arrived, PATIENCE)
    receiver.stop()
    assert told(receiver) == ids
    assert times(receiver) == [1] * (DELIVERIES - 1) + [2]
    assert [headers["webhook-id"] for headers, _body in receiver.received].count(str(row.pk)) == 2
