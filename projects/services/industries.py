"""The industries of a zone: a tree of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.models import Industry
from teams.access import Capability
from teams.models import User, Zone

EDITABLE = frozenset({"name_zh", "name_en", "parent", "gb_code", "disabled_on"})
# A tree deeper than this is a mistake.
MAX_DEPTH = 5
YEARS_AHEAD = 2


@transaction.atomic
def add_industry(*, actor: User, zone: Zone, code: str, **fields: Any) -> Industry:
    """Add an industry; raises PermissionDenied, ValidationError. An unknown field is a KeyError."""
    unknown = set(fields) - EDITABLE
    if unknown:
        raise KeyError(sorted(unknown)[0])
    if not actor.can(Capability.MANAGE_SETTINGS, on=zone):
        raise PermissionDenied
    Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    industry = Industry(zone=zone, code=code.strip(), **fields)
    problems = Problems()
    _check(industry, problems)
    if Industry.objects.filter(zone=zone, code=industry.code).exists():
        problems.add("code", _("There is such an industry already."), "unique")
    problems.raise_if_any()
    with integrity_errors_as_rules(Industry, industry_gb_code="gb_code"), transaction.atomic():
        industry.save(force_insert=True)
    return industry


@transaction.atomic
def update_industry(
    *,
    actor: User,
    industry_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Industry:
    """Rename, move, disable an industry; raises Http404, PermissionDenied, Stale, ValidationError.

    The zone is locked first: two who move branches at once would tie the tree into a ring.
    """
    rows = Industry.objects.visible_to(actor)
    zone_id = rows.filter(pk=industry_id).values_list("zone_id", flat=True).first()
    if zone_id is not None:
        Zone.objects.select_for_update(no_key=True).get(pk=zone_id)
    industry = lock_for_change(rows.select_related("zone", "parent"), industry_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=industry.zone):
        raise PermissionDenied
    changed = apply_changes(industry, changes, EDITABLE, base=base, expected_version=expected_version)
    if not changed:
        return industry
    problems = Problems()
    _check(industry, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(Industry, industry_gb_code="gb_code"), transaction.atomic():
        industry.save_changes(changed)
    return industry


def _check(industry: Industry, problems: Problems) -> None:
    industry.gb_code = industry.gb_code.strip().upper()
    clean_values(industry, problems)
    if industry.disabled_on is not None:
        try:
            check_day(industry.disabled_on, future_years=YEARS_AHEAD)
        except ValidationError as error:
            problems.errors.setdefault("disabled_on", []).append(error)
    parent = industry.parent
    if parent is None:
        return
    if parent.zone_id != industry.zone_id or parent.deleted_at is not None:
        problems.add("parent", _("This industry belongs to another zone."), "other_zone")
        return
    parents = dict(Industry.objects.filter(zone_id=industry.zone_id).values_list("id", "parent_id"))
    above: uuid.UUID | None = parent.pk
    for _step in range(MAX_DEPTH):
        if above is None:
            return
        if above == industry.pk:
            problems.add("parent", _("An industry cannot be part of itself."), "ring")
            return
        above = parents.get(above)
    problems.add("parent", _("The tree would be too deep."), "too_deep")
