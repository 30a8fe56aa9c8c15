"""What is to be found out before a visit (前期调研), and what has been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from teams.models import Zone
from visits.models import DossierCheck, DossierItem, PlannedVisit


def dossier_items(zone: Zone) -> list[DossierItem]:
    """The zone's own items, else those of no zone, in their order. One query."""
    rows = list(DossierItem.objects.filter(Q(zone=zone) | Q(zone=None), deleted_at=None))
    own = [item for item in rows if item.zone_id is not None]
    return own or rows


def dossier_size(zone: OuterRef) -> Coalesce:
    """How many items the dossiers of the outer row's zone have: its own, else those of no zone."""

    def count(**of: Any) -> Subquery:
        rows = DossierItem.objects.filter(deleted_at=None, **of).order_by().values("zone_id")
        return Subquery(rows.annotate(count=Count("id")).values("count"))

    return Coalesce(count(zone_id=zone), count(zone=None), Value(0))


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
