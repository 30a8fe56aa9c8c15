"""Keys of the API: of a zone's service accounts, and one's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from sync.services.keys import issue_key

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
sync:key_list                        GET    login 403    403      403    200      200       200   403     403
sync:key_add                         GET    login 403    403      403    200      200       200   403     403
sync:key_add                         POST   login 403    403      403    422      422       422   403     403
sync:key_revoke                      GET    login 404    404      404    200      404       200   404     404
sync:key_revoke                      POST   login 404    404      404    302      404       302   404     404
sync:own_keys                        GET    login 200    200      200    200      200       200   200     200
sync:own_keys                        POST   login 422    422      422    422      422       422   422     422
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A key of a service account of the zone."""
    return {"api_key": issue_key(actor=None, account="robot", role="observer", zone=centre.zone).key}
