"""What is written when many leads are written at once, and what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.http import Http404

from investcrm.core.errors import Stale
from projects.models import Lead
from projects.services.leads import Opening
from teams.models import Zone

MOST = 1000
# What refuses one item and hurts no other.
REFUSALS = (ValidationError, PermissionDenied, Stale, Http404, IntegrityError)


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


def attname_of(name: str) -> str:
    """The attribute that holds the column of a field."""
    return Lead._meta.get_field(name).attname  # type: ignore[union-attr]


def as_stored(value: Any) -> Any:
    """A value as the column holds it: of a row its id."""
    return value.pk if isinstance(value, Model) else value
