"""Telling whoever has a lead that its protection ends (首报首谈)."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator
from itertools import islice

from django.db.models import Q, QuerySet

from projects.choices import NotificationKind, StageKind
from projects.clocks import protected_until
from projects.models import Lead, Notification
from projects.selectors import keepers_of
from projects.services.notifications import notify
from teams.models import Zone

TOLD_BEFORE = datetime.timedelta(days=7)
# What was missed while no worker ran is told still; what ended before that is old news.
TOLD_AFTER = datetime.timedelta(days=14)
DAY = datetime.timedelta(days=1)
BATCH = 500


def tell_protection_endings() -> int:
    """Tell of every lead whose protection ends within seven days and of which nobody was told; returns how many.

    May run at any time, late, and twice at once: each is told once of each end date.
    """
    return sum(_tell_zone(zone) for zone in Zone.objects.filter(deleted_at=None, protection_days__isnull=False))


def _ending(zone: Zone) -> QuerySet[Lead]:
    """Open leads of the zone whose last contact lies so far back that their protection ends about now."""
    kept = datetime.timedelta(days=zone.protection_days or 0)
    here = zoneinfo.ZoneInfo(zone.time_zone)
    first = datetime.datetime.combine(zone.today() - TOLD_AFTER - kept, datetime.time.min, here)
    end = datetime.datetime.combine(zone.today() + TOLD_BEFORE - kept + DAY, datetime.time.min, here)
    last = Q(last_interaction_at__gte=first, last_interaction_at__lt=end)
    never = Q(last_interaction_at=None, created_at__gte=first, created_at__lt=end)
    return Lead.objects.filter(last | never, zone=zone, deleted_at=None, stage_kind=StageKind.OPEN).select_related(
        "owner", "team"
    )


def _tell_zone(zone: Zone) -> int:
    told = 0
    leads = _ending(zone).order_by("id").iterator(chunk_size=BATCH)
    while batch := list(islice(leads, BATCH)):
        told += sum(_tell(lead, until) for lead, until in _untold(batch, zone))
    return told


def _untold(leads: list[Lead], zone: Zone) -> Iterator[tuple[Lead, datetime.date]]:
    """The leads of which nobody was told of this end yet, with the end. One query."""
    ends = {}
    for lead in leads:
        until = protected_until(
            lead.last_interaction_at, lead.created_at, lead.stage_kind, days=zone.protection_days,
            time_zone=zone.time_zone,
        )  # fmt: skip
        if until is not None:
            ends[_key(lead, until)] = (lead, until)
    told = Notification.objects.filter(lead__in=leads, key__in=ends).values_list("key", flat=True)
    for key in ends.keys() - set(told):
        ends[key][0].zone = zone
        yield ends[key]


def _key(lead: Lead, until: datetime.date) -> str:
    return f"protection:{lead.id}:{until.isoformat()}"


def _tell(lead: Lead, until: datetime.date) -> bool:
    people = notify(
        to=keepers_of(lead), kind=NotificationKind.PROTECTION_ENDING, key=_key(lead, until), lead=lead,
        data={"until": until.isoformat()},
    )  # fmt: skip
    return bool(people)
