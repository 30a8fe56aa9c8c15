"""Writing by what other systems call the rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from investcrm.core.external_ids import remember
from projects.models import Contact, Lead
from visits.models import Interaction

# A body without source system and items is refused by its shape, whoever sends it.
ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("api:user-detail", "PATCH"): {"source_system": "erp", "external_id": "U-1"},
}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
api:lead-by-external-id              GET    401   200    404      200    200      404       200   404     200
api:lead-by-external-id              PUT    401   200    404      200    200      404       200   404     403
api:lead-bulk-upsert                 POST   401   400    400      400    400      400       400   400     400
api:company-by-external-id           GET    401   200    200      200    200      200       200   200     200
api:company-by-external-id           PUT    401   200    200      200    200      200       200   403     403
api:company-bulk-upsert              POST   401   400    400      400    400      400       400   400     400
api:contact-by-external-id           GET    401   200    404      200    200      404       200   404     200
api:contact-by-external-id           PUT    401   200    404      200    200      404       200   404     403
api:interaction-by-external-id       GET    401   200    404      200    200      404       200   404     200
api:interaction-by-external-id       PUT    401   200    404      200    200      404       200   404     403
api:interaction-bulk-upsert          POST   401   400    400      400    400      400       400   400     400
api:user-detail                      PATCH  401   403    403      403    403      404       200   403     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """Nothing of its own: the rows of the others are known to another system."""
    remember("lead", lead.pk, "erp", "K-1")
    remember("company", lead.company_id, "erp", "K-1")
    remember("contact", Contact.objects.get().pk, "erp", "K-1")
    remember("interaction", Interaction.objects.earliest("created_at").pk, "erp", "K-1")
    return {}
