"""The dashboard, its parts, and the lists behind figures. Whose figures: the reader's own unless the address says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("pipeline:figure", "GET"): {"what": "stock"},
}

# `trend`, `silent` and `red` stand for the names of a picture, a panel and a list.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
pipeline:dashboard                   GET    login 200    200      200    200      200       200   404     200
pipeline:needs_me                    GET    login 403    403      200    200      200       200   404     403
pipeline:desk_chart                  GET    login 200    200      200    200      200       200   404     200
pipeline:desk_panel                  GET    login 200    200      200    200      200       200   404     200
pipeline:desk_list                   GET    login 200    200      200    200      200       200   404     200
pipeline:figure                      GET    login 200    200      200    200      200       200   404     200
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Nothing: figures are of what is there."""
    return {}
