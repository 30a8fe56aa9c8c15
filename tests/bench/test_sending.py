"""The bench sends deliveries to a receiver in a process of its own. No time is asserted, only that all arrive."""

from __future__ import annotations

import pytest

from bench import sending
from bench.cases import Bench
from bench.report import SENDING
from bench.report import sending as table
from sync.models import WebhookDelivery
from tests.bench.test_bench import LEADS, bench

__all__ = ["bench"]
pytestmark = pytest.mark.django_db


def test_deliveries_reach_a_receiver(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "KINDS", {"one": (3, 1), "full": (2, 5)})
    found = sending.measure_sending(bench, lambda _words: None)
    assert set(found) == set(SENDING)
    assert WebhookDelivery.objects.filter(status="delivered").count() == (3 + 2) * (sending.ROUNDS + 1)
    assert table([{"leads": LEADS, "sending": found}]).count(f"| {LEADS} |") == 2
