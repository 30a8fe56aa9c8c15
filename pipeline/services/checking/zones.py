"""Checking whole zones, at night or when asked."""

from __future__ import annotations

import datetime
import logging
import zoneinfo

from django.utils import timezone

from investcrm.core.locks import alone
from investcrm.core.models import ExchangeRate
from investcrm.core.moments import one_moment
from pipeline.models import LedgerCheck
from pipeline.services.checking.comparing import Differences, compare_lead
from pipeline.services.checking.reading import leads_of
from pipeline.services.checking.sums import Figures, Rates, Stages, Tallies, parts_of
from pipeline.services.checking.walks import spans_of
from pipeline.services.checking.wholes import (
    compare_changes,
    compare_figures,
    compare_tallies,
    days_to_check,
    make_room,
    put_aside,
)
from projects.models import Stage
from teams.models import Zone

logger = logging.getLogger(__name__)
# The hour of the night, in the zone's own time, from which on a new check is due.
HOUR = 2
# So many tallies are kept in memory before they are put aside.
MANY_TALLIES = 30_000


def check_due_zones() -> int:
    """Check each zone whose last check is older than its last night; returns how many were checked.

    Safe to run at any time, and by two at once: a zone that another one is checking is left to it.
    """
    checked = 0
    for zone in Zone.objects.filter(deleted_at=None).order_by("code"):
        with alone(_lock_of(zone)) as is_mine:
            if not is_mine or not is_due(zone):
                continue
            try:
                _check(zone)
                checked += 1
            except Exception:  # the other zones are checked all the same
                logger.exception("The ledger of %s could not be checked", zone.code)
    return checked


def is_due(zone: Zone) -> bool:
    """Whether the zone was not checked since its last night."""
    here = zoneinfo.ZoneInfo(zone.time_zone)
    now = timezone.now().astimezone(here)
    day = now.date() if now.hour >= HOUR else now.date() - datetime.timedelta(days=1)
    night = datetime.datetime.combine(day, datetime.time(HOUR), tzinfo=here)
    return not LedgerCheck.objects.filter(zone=zone, finished_at__gte=night).exists()


def check_zone(zone: Zone) -> LedgerCheck:
    """Check a zone now and note the result; of several checks on one day the last one stays."""
    with alone(_lock_of(zone), wait=True):
        return _check(zone)


def _lock_of(zone: Zone) -> str:
    return f"check:{zone.pk}"


def _check(zone: Zone) -> LedgerCheck:
    today = zone.today()
    leads, found = compare_zone(zone, today)
    if found.count:
        logger.error("The ledger of %s and its figures differ in %d places", zone.code, found.count)
    values = {
        "finished_at": timezone.now(),
        "leads": leads,
        "differences": found.kept,
        "difference_count": found.count,
    }
    check, _created = LedgerCheck.objects.update_or_create(zone=zone, checked_on=today, defaults=values)
    return check


def compare_zone(zone: Zone, today: datetime.date) -> tuple[int, Differences]:
    """Recompute everything of a zone and compare: how many leads, and what differs."""
    with one_moment():
        return _compare(zone, today)


def _compare(zone: Zone, today: datetime.date) -> tuple[int, Differences]:
    found, leads = Differences(), 0
    stages = Stages(Stage.objects.values_list("code", "kind", "position"))
    rates = Rates(list(ExchangeRate.objects.values_list("currency", "valid_from", "cny")))
    tallies, figures = Tallies(), Figures(list(days_to_check(today)), rates)
    make_room()
    for lead in leads_of(zone.pk):
        leads += 1
        if not lead.entries:
            found.add("numbering", lead, entries=0)
            continue
        spans = spans_of(lead.entries, stages.kinds)
        compare_lead(lead, spans, stages.kinds, found, is_generated=zone.is_generated)
        for part in parts_of(spans, lead.entries, stages):
            tallies.add(part)
        figures.add(spans, lead.entries)
        if len(tallies.sums) > MANY_TALLIES:
            put_aside(tallies)
    put_aside(tallies)
    compare_tallies(zone, found)
    compare_figures(zone, figures, found)
    compare_changes(zone, found)
    return leads, found
