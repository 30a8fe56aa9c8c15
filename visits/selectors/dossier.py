"""What is to be found out before a visit (前期调研), and what has been."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from teams.models import Zone
from visits.models import DossierCheck, DossierItem, PlannedVisit


def dossier_items(zone: Zone) -> list[DossierItem]:
    """The zone's own items, else those of no zone, in their order. One query."""
    rows = list(DossierItem.objects.filter(Q(zone=zone) | Q(zone=None), deleted_at=None))
    own = [item for item in rows if item.zone_id is not None]
    return own or rows


def dossier_sizes(zone_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many items the dossiers of these zones have. One query."""
    rows = DossierItem.objects.filter(Q(zone_id__in=set(zone_ids)) | Q(zone=None), deleted_at=None)
    counts = dict(rows.order_by().values_list("zone_id").annotate(count=Count("id")))
    return {zone_id: counts.get(zone_id) or counts.get(None, 0) for zone_id in zone_ids}


@dataclass(frozen=True)
class Entry:
    """An item of a visit's dossier; `check` is None until it is ticked."""

    item: DossierItem
    check: DossierCheck | None


def dossier_of(visit: PlannedVisit) -> list[Entry]:
    """The items of the visit's zone, and those ticked before the zone changed its items. Two queries."""
    checks = {check.item_id: check for check in visit.checks.select_related("item", "done_by")}
    items = dossier_items(visit.zone)
    listed = {item.pk for item in items}
    gone = [check.item for check in checks.values() if check.item_id not in listed]
    return [Entry(item, checks.get(item.pk)) for item in [*items, *gone]]
