"""The zones of a reader by their day and by how long silence is allowed: to ask by plain days and moments.

What counts from now by each row's own zone and stage (`visits.selectors.silence`, `due_in`) must be worked out for
every row. The same said of a group of zones, as "before this day" and "before this moment", is found by an index.
"""

from __future__ import annotations

import datetime
import uuid
import zoneinfo
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from projects.choices import StageKind
from projects.models import Stage, StageLimit
from teams.models import User, Zone
from visits.selectors.silence import WARNING_DAYS


@dataclass(frozen=True)
class Days:
    """Zones that have the same day now."""

    zones: tuple[uuid.UUID, ...]
    today: datetime.date


@dataclass(frozen=True)
class Silence:
    """Zones in which a stage's leads are silent, or about to be, when their last contact was before these moments."""

    zones: tuple[uuid.UUID, ...]
    stage: str
    silent_before: datetime.datetime
    falling_before: datetime.datetime


def _rows(found: QuerySet[Any], kind: str, zone: Any, word: str, days: Any) -> QuerySet[Any, Any]:
    columns = {
        "what": Value(kind, CharField()),
        "of_zone": Cast(zone, UUIDField()),
        "word": Cast(word, CharField()),
        "days": Cast(days, IntegerField()),
    }
    return found.order_by().annotate(**columns).values_list(*columns)


def limits_of(user: User) -> tuple[list[Days], list[Silence]]:
    """The days and the limits of silence of the zones that the user sees. One query."""
    zones, stages = Zone.objects.visible_to(user), Stage.objects.filter(deleted_at=None)
    own = StageLimit.objects.filter(deleted_at=None, zone__in=zones.order_by().values("pk"))
    read = _rows(zones, "zone", F("pk"), "time_zone", Value(None)).union(
        _rows(stages.exclude(kind=StageKind.CLOSED), "stage", Value(None), "code", F("silence_limit_days")),
        _rows(own, "own", F("zone_id"), "stage_id", F("silence_limit_days")),
        all=True,
    )
    rows: dict[str, list[tuple[Any, str, int | None]]] = defaultdict(list)
    for what, zone_id, word, limit in read:
        rows[what].append((zone_id, word, limit))
    special = {(zone_id, stage): limit for zone_id, stage, limit in rows["own"]}
    now = timezone.now()
    days: dict[datetime.date, list[uuid.UUID]] = defaultdict(list)
    silence: dict[tuple[str, str, int], list[uuid.UUID]] = defaultdict(list)
    for zone_id, time_zone, _none in sorted(rows["zone"], key=lambda row: str(row[0])):
        days[timezone.localdate(now, zoneinfo.ZoneInfo(time_zone))].append(zone_id)
        for _zone, stage, usual in rows["stage"]:
            allowed = special.get((zone_id, stage), usual)
            if allowed is not None:
                silence[time_zone, stage, allowed].append(zone_id)
    return (
        [Days(tuple(found), today) for today, found in days.items()],
        [_silence(tuple(found), *key, now=now) for key, found in silence.items()],
    )


def _silence(
    zones: tuple[uuid.UUID, ...], time_zone: str, stage: str, allowed: int, *, now: datetime.datetime
) -> Silence:
    here = zoneinfo.ZoneInfo(time_zone)
    # The first day on which a contact is recent enough not to be silent today.
    first = timezone.localdate(now, here) - datetime.timedelta(days=allowed)
    warned = first + datetime.timedelta(days=WARNING_DAYS + 1)
    begin, end = (datetime.datetime.combine(day, datetime.time.min, here) for day in (first, warned))
    return Silence(zones, stage, begin, end)
