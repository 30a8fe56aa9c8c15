"""The bulk upsert of companies: new ones together, unchanged ones by one look, the others one after another."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from investcrm.core.api.bulk import Item
from investcrm.core.api.upserts import Put, require
from investcrm.core.external_ids import claim, point_all, release, row_ids_of
from projects.api.serializers.companies import CompanyWriteSerializer
from projects.models import Company
from projects.services.company_batches import create_companies
from teams.access import Capability


def settle_company_items(view: Any, system: str, items: Sequence[Item]) -> list[Item]:
    """Write the new companies and leave the unchanged ones; the items that remain to be done come back."""
    first: dict[str, Item] = {}
    for item in items:
        if item.error is None:
            first.setdefault(item.external_id, item)
    known = row_ids_of("company", system, first)
    present = {key: item for key, item in first.items() if key in known}
    _leave_unchanged(view, known, present)
    with transaction.atomic():
        _make(view, system, {key: item for key, item in first.items() if key not in known and item.version is None})
    return [item for item in items if item.error is None and item.put is None]


def _leave_unchanged(view: Any, known: dict[str, Any], items: dict[str, Item]) -> None:
    names = {name for item in items.values() for name in item.data}
    if not items or not view.actor.can(Capability.EDIT_LEAD):
        return
    ids = [known[key] for key in items]
    rows = Company.objects.visible_to(view.actor).filter(pk__in=ids).values("pk", "version", *names)
    there = {row["pk"]: row for row in rows}
    for key, item in items.items():
        row = there.get(known[key])
        if row is None or item.version not in (None, row["version"]):
            continue
        if all(row[name] == value for name, value in item.data.items()):
            item.put = Put(row["pk"], row["version"], "unchanged")


def _make(view: Any, system: str, items: dict[str, Item]) -> None:
    ready = {}
    for key, item in items.items():
        try:
            require(item.data, CompanyWriteSerializer)
            ready[key] = item
        except ValidationError as error:
            item.error = error
    claimed = claim("company", system, ready)
    mine = [key for key in ready if key in claimed.new]
    try:
        found: Sequence[Company | Exception] = create_companies(
            actor=view.actor, items=[ready[key].data for key in mine]
        )
    except PermissionDenied as error:
        found = [error] * len(mine)
    made: dict[str, uuid.UUID] = {}
    for key, one in zip(mine, found, strict=True):
        if isinstance(one, Company):
            made[key] = uuid.UUID(int=one.pk.int)
            ready[key].put = Put(made[key], one.version, "created")
        else:
            ready[key].error = one
    if made:
        point_all("company", system, made)
    if refused := claimed.new - made.keys():
        release("company", system, refused)
