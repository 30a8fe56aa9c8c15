"""What hangs on a lead and is seen with it: read when it is told, so that a slower writer's row is not missed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from projects.models import CapitalIncrease, Document, FundArrival, LedgerEntry
from visits.models import FollowUp, Interaction, InteractionParty, PlannedVisit, ServiceRequest

Pair = tuple[uuid.UUID, uuid.UUID]

# Those of the companies that the lead has or ever had, in its zone of then: a contact is seen through the lead.
OF_COMPANIES = """
WITH had AS (
    SELECT id AS lead_id, zone_id, unnest(ARRAY[company_id, referrer_company_id, registered_company_id]) AS company_id
    FROM projects_lead WHERE id = ANY (%(leads)s)
    UNION
    SELECT pgh_obj_id, zone_id, unnest(ARRAY[company_id, referrer_company_id, registered_company_id])
    FROM projects_leadevent WHERE pgh_obj_id = ANY (%(leads)s)
)
SELECT had.lead_id, row.id FROM had JOIN {table} row ON row.company_id = had.company_id AND row.zone_id = had.zone_id
WHERE row.deleted_at IS NULL
"""


def _of_lead(model: type[Model], **conditions: Any) -> Callable[[Sequence[uuid.UUID]], Iterable[Pair]]:
    rows = model._base_manager.filter(**conditions)
    return lambda leads: rows.filter(lead_id__in=leads).values_list("lead_id", "id")


def _of_companies(table: str) -> Callable[[Sequence[uuid.UUID]], list[Pair]]:
    def find(leads: Sequence[uuid.UUID]) -> list[Pair]:
        with connection.cursor() as cursor:
            cursor.execute(OF_COMPANIES.format(table=table), {"leads": list(leads)})
            return list(cursor.fetchall())

    return find


def _interactions(leads: Sequence[uuid.UUID]) -> set[Pair]:
    live = {"interaction__deleted_at": None, "lead_id__in": leads}
    found = set(InteractionParty.objects.filter(**live).values_list("lead_id", "interaction_id"))
    return found | set(_of_lead(Interaction, deleted_at=None)(leads))


def _documents(leads: Sequence[uuid.UUID]) -> list[Pair]:
    return [*_of_lead(Document, deleted_at=None)(leads), *_of_companies("projects_document")(leads)]


HANGING: dict[str, Callable[[Sequence[uuid.UUID]], Iterable[Pair]]] = {
    "contact": _of_companies("projects_contact"),
    "interaction": _interactions,
    "follow_up": _of_lead(FollowUp, deleted_at=None),
    "planned_visit": _of_lead(PlannedVisit, deleted_at=None),
    "stage_move": _of_lead(LedgerEntry),
    "fund_arrival": _of_lead(FundArrival, deleted_at=None),
    "capital_increase": _of_lead(CapitalIncrease, deleted_at=None),
    "service_request": _of_lead(ServiceRequest, deleted_at=None),
    "document": _documents,
}
# Where a lead is new, nothing hung on it before: these alone were there, and may come into sight with it.
SEEN_WITH_A_NEW_LEAD = {"contact", "document"}


def hanging_on(leads: Sequence[uuid.UUID], types: Iterable[str]) -> dict[uuid.UUID, dict[str, list[uuid.UUID]]]:
    """What hangs on each of the leads, of the types asked for, in the order of ids. One query a type, or two."""
    found: dict[uuid.UUID, dict[str, list[uuid.UUID]]] = {lead: {} for lead in leads}
    for name in types:
        for lead, row in sorted(set(HANGING[name](leads))):
            found[lead].setdefault(name, []).append(row)
    return found
