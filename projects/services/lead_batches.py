"""Many leads at once: new ones and changed ones, by the same rules as one lead, in a number of statements that does
not grow with them.

Who writes them names rows in place of keys, as `create_lead` and `update_lead` take them. Of leads that another system
knows, `core.external_ids.claim` gives the ids before, and `release` takes back those whose lead was refused:

    claimed = claim("lead", system, keys)
    items = [LeadItem(one, claimed.rows[key], zone if key in claimed.new else None) for key, one in fields.items()]
    outcomes = write_leads(actor=actor, items=items)

All of it in one transaction, of at most `MOST` items: leads are locked in the order of their ids.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from investcrm.core.errors import Stale
from projects.models import Lead
from projects.services.leads import Opening, create_lead, update_lead
from teams.models import User, Zone

MOST = 1000
# What refuses one item and hurts no other.
REFUSALS = (ValidationError, PermissionDenied, Stale, Http404)


class Status(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class LeadItem:
    """One lead to write: a new one where `zone` is given, else the one of `lead_id`.

    `lead_id` of a new lead is the id that it shall have. `expected_version` refuses a lead that was changed since.
    """

    fields: Mapping[str, Any]
    lead_id: uuid.UUID | None = None
    zone: Zone | None = None
    opening: Opening | None = None
    note: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item; `error` is one of REFUSALS."""

    status: Status
    lead_id: uuid.UUID | None = None
    version: int | None = None
    error: Exception | None = None


@transaction.atomic
def write_leads(*, actor: User, items: Sequence[LeadItem], tell: bool = True) -> list[Outcome]:
    """Enter and change leads; what became of each, in the order given. A refused item hurts no other.

    Unchanged leads are not written. An item may name a lead that an earlier one has made. `tell` off: nobody is told
    of what was given to them.
    """
    return [write_lead(actor=actor, item=item, tell=tell) for item in items]


def write_lead(*, actor: User, item: LeadItem, tell: bool = True) -> Outcome:
    """One item by the services of one lead, in a savepoint of its own."""
    try:
        with transaction.atomic():
            if item.zone is not None:
                lead = create_lead(
                    actor=actor, zone=item.zone, opening=item.opening, note=item.note, lead_id=item.lead_id,
                    tell=tell, **item.fields,
                )  # fmt: skip
                return Outcome(Status.CREATED, lead.pk, lead.version)
            assert item.lead_id is not None, "a lead that is there is named by its id"  # noqa: S101
            before = Lead.objects.filter(pk=item.lead_id).values_list("version", flat=True).first()
            lead = update_lead(
                actor=actor, lead_id=item.lead_id, changes=item.fields, expected_version=item.expected_version,
                note=item.note, tell=tell,
            )  # fmt: skip
            status = Status.UNCHANGED if lead.version == before else Status.UPDATED
            return Outcome(status, lead.pk, lead.version)
    except REFUSALS as error:
        return Outcome(Status.ERROR, item.lead_id, error=error)
