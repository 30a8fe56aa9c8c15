"""The recounts of the ledger: for whoever sees the zone whole."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
pipeline:ledger_check                GET    login 403    403      403    200      200       200   403     200
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Nothing: the page is of a zone."""
    return {}
