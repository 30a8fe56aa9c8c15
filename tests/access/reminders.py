"""The morning's mail: choosing and stopping it, and the number beside *today*."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
visits:due_count                     GET    286   200    200      200    200      200       200   200     200
visits:reminder_choice               GET    login 200    200      200    200      200       200   200     200
visits:reminder_choice               POST   login 302    302      302    302      302       302   302     302
visits:reminder_stop                 GET    404   404    404      404    404      404       404   404     404
visits:reminder_stop                 POST   404   404    404      404    404      404       404   404     404
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Nothing: the token of a mail is signed, and a made-up one opens nothing (tests/visits/test_mornings.py)."""
    return {}
