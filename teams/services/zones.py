"""What a zone says of itself, and its limits."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values
from teams.access import Capability
from teams.models import User, Zone

# Days of a limit, from and to.
DAYS: dict[str, tuple[int, int]] = {
    "idle_yellow_days": (1, 3000),
    "idle_red_days": (2, 3000),
    "idle_close_days": (3, 3000),
    "protection_days": (1, 3000),
    "care_visit_days": (1, 1000),
    "request_answer_days": (0, 365),
    "request_settle_days": (1, 1000),
    "request_report_days": (0, 365),
}
# How many teams, from and to.
TEAMS = (0, 100)
NAMES = ("name_zh", "name_en", "centre_zh", "centre_en", "city", "region_code", "time_zone")
EDITABLE = frozenset({*NAMES, *DAYS, "teams_out_per_week"})


@transaction.atomic
def update_zone(
    *, actor: User, zone_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> Zone:
    """Change a zone's names, time zone or limits; raises Http404, PermissionDenied, Stale, ValidationError."""
    zone = lock_for_change(Zone.objects.visible_to(actor), zone_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=zone):
        raise PermissionDenied
    changed = apply_changes(zone, changes, EDITABLE, base=base)
    if not changed:
        return zone
    problems = Problems()
    clean_values(zone, problems)
    if zone.time_zone not in zoneinfo.available_timezones():
        problems.add("time_zone", _("There is no such time zone."), "unknown")
    for name, (least, most) in DAYS.items():
        days = getattr(zone, name)
        if days is not None and not least <= days <= most:
            problems.add(
                name, _("Between %(least)d and %(most)d days.") % {"least": least, "most": most}, "out_of_bounds"
            )
    if zone.teams_out_per_week is not None and not TEAMS[0] <= zone.teams_out_per_week <= TEAMS[1]:
        words = _("Between %(least)d and %(most)d teams.") % {"least": TEAMS[0], "most": TEAMS[1]}
        problems.add("teams_out_per_week", words, "out_of_bounds")
    if not zone.idle_yellow_days < zone.idle_red_days < zone.idle_close_days:
        name = "idle_red_days" if zone.idle_red_days <= zone.idle_yellow_days else "idle_close_days"
        problems.add(name, _("Yellow must come before red, and red before closing."), "zone_idle_limits_grow")
    problems.raise_if_any()
    zone.save_changes(changed)
    return zone
