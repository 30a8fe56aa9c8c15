"""League tables, and lists behind figures of activity."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("pipeline:activity", "GET"): {"what": "interactions", "period": "2026"},
}

# Everybody who reads in a zone sees its league tables; figures are those of one's own team, of oneself, or of the
# zone. Whoever only reports leads has neither.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
pipeline:league                      GET    login 200    200      200    200      200       200   403     200
pipeline:activity                    GET    login 200    200      200    200      200       200   404     200
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """No rows of their own."""
    return {}
