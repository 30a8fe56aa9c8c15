"""A zone's own dossier: what to find out before a visit. It begins as a copy of the items of no zone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.errors import Stale
from investcrm.core.rules import Problems, clean_values
from teams.access import Capability
from teams.models import User, Zone
from visits.models import DossierItem
from visits.selectors.dossier import dossier_items

# A longer list is not looked through before a visit.
MOST_ITEMS = 40


@dataclass(frozen=True)
class Item:
    """An item as an editor sees and wants it."""

    name_zh: str
    name_en: str = ""
    position: int = 0


def items_by_code(zone: Zone) -> dict[str, Item]:
    """The items that the zone uses, in their order. One query."""
    return {item.code: Item(item.name_zh, item.name_en, item.position) for item in dossier_items(zone)}


@transaction.atomic
def update_dossier(
    *,
    actor: User,
    zone_id: uuid.UUID,
    wanted: Mapping[str, Item | None],
    seen: Mapping[str, Item],
    added: Sequence[Item] = (),
) -> None:
    """Write a zone's items; None takes one away. Raises Http404, PermissionDenied, Stale, ValidationError.

    Only items that the editor changed are written. One that another has changed meanwhile to something else raises
    Stale with the present items.
    """
    zone = lock_for_change(Zone.objects.visible_to(actor), zone_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=zone):
        raise PermissionDenied
    present = items_by_code(zone)
    changed = {code: item for code, item in wanted.items() if item != seen.get(code)}
    theirs = {code: present.get(code) for code in changed if present.get(code) not in (seen.get(code), changed[code])}
    if theirs:
        raise Stale(zone.version, current=theirs)
    if not changed and not added:
        return
    after = {code: item for code, item in (present | changed).items() if item is not None}
    _check(zone, {code: item for code, item in changed.items() if item is not None}, added, len(after))
    own = {item.code: item for item in DossierItem.objects.filter(zone=zone, deleted_at=None)}
    for code, item in after.items():
        _write(zone, code, item, own.get(code))
    for code, row in own.items():
        if code not in after:
            row.deleted_at = timezone.now()
            row.save_changes(["deleted_at"])
    last = max((item.position for item in after.values()), default=0)
    for number, item in enumerate(added, 1):
        position = item.position or last + 10 * number
        _write(zone, f"own-{uuid.uuid4().hex[:12]}", Item(item.name_zh, item.name_en, position), None)


def _write(zone: Zone, code: str, item: Item, row: DossierItem | None) -> None:
    values = {"name_zh": item.name_zh.strip(), "name_en": item.name_en.strip(), "position": item.position}
    if row is None:
        DossierItem.objects.create(zone=zone, code=code, **values)
        return
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save_changes(changed)


def _check(zone: Zone, changed: Mapping[str, Item], added: Sequence[Item], left: int) -> None:
    problems = Problems()
    for code, item in [*changed.items(), *(("new", item) for item in added)]:
        row = DossierItem(zone=zone, code=code, name_zh=item.name_zh.strip(), name_en=item.name_en.strip())
        row.position = item.position
        found = Problems()
        clean_values(row, found, only={"name_zh", "name_en", "position"})
        for name, errors in found.errors.items():
            problems.errors.setdefault(f"{name}-{code}", []).extend(errors)
    if left + len(added) > MOST_ITEMS:
        problems.add("__all__", _("These are too many items: at most %(most)d.") % {"most": MOST_ITEMS}, "too_many")
    if left + len(added) == 0:
        problems.add("__all__", _("Keep at least one item."), "none_left")
    problems.raise_if_any()
