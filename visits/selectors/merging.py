"""What hangs on two rows that may be one, for whoever compares them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.choices import MergeKind
from projects.models import (
    CapitalIncrease,
    Comment,
    Contact,
    Document,
    DocumentDispatch,
    FundArrival,
    Lead,
    LeadTag,
    Milestone,
    Settlement,
)
from visits.models import FollowUp, InteractionParty, PlannedVisit, ServiceRequest

INTERACTIONS = _("Calls and visits")
# label, table, the key that points to the row
HANGING: Mapping[str, tuple[tuple[str | Promise, type[Any], str], ...]] = {
    MergeKind.LEAD: (
        (INTERACTIONS, InteractionParty, "lead"),
        (_("Follow-ups"), FollowUp, "lead"),
        (_("Planned visits"), PlannedVisit, "lead"),
        (_("Service requests"), ServiceRequest, "lead"),
        (_("Documents"), Document, "lead"),
        (_("Arrivals of funds"), FundArrival, "lead"),
        (_("Capital increases"), CapitalIncrease, "lead"),
        (_("Milestones"), Milestone, "lead"),
        (_("Comments"), Comment, "lead"),
        (_("Tags"), LeadTag, "lead"),
    ),
    MergeKind.COMPANY: (
        (_("Leads"), Lead, "company"),
        (_("Contacts"), Contact, "company"),
        (INTERACTIONS, InteractionParty, "company"),
        (_("Planned visits"), PlannedVisit, "company"),
        (_("Service requests"), ServiceRequest, "company"),
        (_("Documents"), Document, "company"),
        (_("Settled companies"), Settlement, "company"),
    ),
    MergeKind.CONTACT: (
        (_("Leads"), Lead, "referrer_contact"),
        (INTERACTIONS, InteractionParty, "contacts"),
        (_("Service requests"), ServiceRequest, "raised_by"),
        (_("Sent documents"), DocumentDispatch, "contact"),
    ),
}


@dataclass(frozen=True)
class Hanging:
    """How many rows of a table hang on the first and on the second."""

    label: str | Promise
    first: int
    second: int


def _live(model: type[Any]) -> QuerySet[Any]:
    rows = model._default_manager.order_by()
    if model is InteractionParty:
        return rows.filter(interaction__deleted_at=None)
    has_end = any(field.name == "deleted_at" for field in model._meta.concrete_fields)
    return rows.filter(deleted_at=None) if has_end else rows


def hanging_on(kind: str, first: uuid.UUID, second: uuid.UUID) -> list[Hanging]:
    """What hangs on the two, table by table, all zones counted; nothing where there is none. One query a table."""
    found = []
    for label, model, key in HANGING[kind]:
        rows = _live(model).filter(**{f"{key}__in": [first, second]})
        counted = dict(rows.values_list(key).annotate(number=Count("pk")).values_list(key, "number"))
        if counted:
            found.append(Hanging(label, counted.get(first, 0), counted.get(second, 0)))
    return found
