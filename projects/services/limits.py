"""A zone's own limits of silent days, stage by stage, instead of those of the stages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.errors import Stale
from investcrm.core.rules import Problems
from projects.models import Stage, StageLimit
from projects.services.stages import MOST_DAYS
from teams.access import Capability
from teams.models import User, Zone


@dataclass(frozen=True)
class Limit:
    """What a zone says of a stage: the stage's own limit (`own` false), so many days, or none."""

    own: bool = False
    days: int | None = None


def limits_of(zone: Zone) -> dict[str, Limit]:
    """The zone's own limits by stage; a stage that is not in it has its own. One query."""
    rows = StageLimit.objects.filter(zone=zone, deleted_at=None).values_list("stage_id", "silence_limit_days")
    return {str(stage): Limit(own=True, days=days) for stage, days in rows}


@transaction.atomic
def update_limits(*, actor: User, zone_id: uuid.UUID, wanted: Mapping[str, Limit], seen: Mapping[str, Limit]) -> None:
    """Set a zone's limits; raises Http404, PermissionDenied, Stale, ValidationError.

    Only stages whose limit the editor changed are written. One that another has changed meanwhile to something else
    raises Stale with the present limits.
    """
    zone = lock_for_change(Zone.objects.visible_to(actor), zone_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=zone):
        raise PermissionDenied
    stages = set(Stage.objects.filter(deleted_at=None).values_list("code", flat=True))
    present, problems, theirs = limits_of(zone), Problems(), {}
    changed = {code: limit for code, limit in wanted.items() if code in stages and limit != seen.get(code, Limit())}
    for code, limit in changed.items():
        if limit.own and limit.days is not None and not 1 <= limit.days <= MOST_DAYS:
            problems.add(code, _("Between %(least)d and %(most)d days.") % {"least": 1, "most": MOST_DAYS}, "absurd")
        now = present.get(code, Limit())
        if now not in (limit, seen.get(code, Limit())):
            theirs[code] = now
    problems.raise_if_any()
    if theirs:
        raise Stale(zone.version, current=theirs)
    for code, limit in changed.items():
        if limit.own:
            StageLimit.objects.update_or_create(
                zone=zone, stage_id=code, defaults={"silence_limit_days": limit.days, "deleted_at": None}
            )
        else:
            StageLimit.objects.filter(zone=zone, stage_id=code).delete()
