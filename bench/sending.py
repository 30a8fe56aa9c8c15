"""Deliveries of a webhook to a receiver in a process of its own, beside the same bodies by bare POSTs."""

from __future__ import annotations

import contextlib
import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.test.utils import override_settings

from bench.cases import Bench
from investcrm.core.changes import give_positions
from investcrm.local.places import CHECKOUT
from projects.models import Lead
from sync.models import Webhook, WebhookDelivery
from sync.services.webhooks.delivering import deliver
from sync.services.webhooks.keeping import create_webhook, delete_webhook

# Deliveries, and the changes in each.
KINDS = {"one": (500, 1), "full": (50, 100)}
ROUNDS = 3


def measure_sending(bench: Bench, say: Callable[[str], Any]) -> dict[str, dict[str, float]]:
    """Deliveries a second of each kind, bare POSTs a second, and their ratio: medians of the rounds."""
    found = {}
    with _receiver() as port, override_settings(WEBHOOK_ALLOWED_NETWORKS=["127.0.0.0/8"]):
        for kind, (number, changes) in KINDS.items():
            rates = [_round(bench, port, number, changes, turn) for turn in range(ROUNDS + 1)][1:]
            found[kind] = {
                "app": statistics.median(ours for ours, _bare in rates),
                "bare": statistics.median(bare for _ours, bare in rates),
                "ratio": statistics.median(ours / bare for ours, bare in rates),
            }
            say(f"  sending: {kind}\n")
    return found


def _round(bench: Bench, port: int, number: int, changes: int, turn: int) -> tuple[float, float]:
    """Of one round, ours a second and bare ones a second."""
    url = f"http://127.0.0.1:{port}/"
    webhook = create_webhook(actor=bench.account, url=url, types=["lead"]).webhook
    ids = list(Lead.objects.visible_to(bench.account).order_by("id").values_list("pk", flat=True)[: number * changes])
    Lead.objects.filter(pk__in=ids).update(source=f"{changes}.{turn}")
    give_positions()
    began = time.perf_counter()
    sent = _all_of(webhook, changes)
    ours = sent / (time.perf_counter() - began)
    bodies = [bytes(body) for body in WebhookDelivery.objects.filter(webhook=webhook).values_list("body", flat=True)]
    began = time.perf_counter()
    _bare(port, bodies)
    bare = len(bodies) / (time.perf_counter() - began)
    delete_webhook(actor=bench.account, webhook_id=webhook.pk)
    return ours, bare


def _all_of(webhook: Webhook, changes: int) -> int:
    count, is_more = 0, True
    while is_more:
        sent, is_more = deliver(webhook.pk, changes_at_once=changes)
        count += sent
    return count


def _bare(port: int, bodies: list[bytes]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port)
    for body in bodies:
        line.request("POST", "/", body, {"Content-Type": "application/json"})
        line.getresponse().read()
    line.close()


@contextlib.contextmanager
def _receiver() -> Iterator[int]:
    command = [sys.executable, "-m", "bench.receiver"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else 0)
        finally:
            process.terminate()
