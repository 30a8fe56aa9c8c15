"""Which leads have been silent for too long, or will be soon (线上不断联; DESIGN section 4).

Silent days count from the last interaction, without one from the day the lead was entered, by the calendar of the
lead's zone. The limit is the stage's, unless the lead's zone has a limit of its own for that stage
(`projects.models.StageLimit`): that one holds, also where it is empty, which means that there is none. A lead is
silent on the first day beyond its limit.
"""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.db.models import Case, F, FilteredRelation, IntegerField, Q, When
from django.db.models.functions import Cast, Coalesce

from projects.choices import StageKind
from projects.models.leads import LeadQuerySet
from visits.selectors.days import days_since

# A lead is about to fall silent when so many days are left. The same for every limit: it is the time it takes to call.
WARNING_DAYS = 2
SILENT = Q(silence_left__lt=0)
FALLING = Q(silence_left__gte=0, silence_left__lte=WARNING_DAYS)


def with_silence(leads: LeadQuerySet, *, at: datetime.datetime | None = None) -> LeadQuerySet:
    """Leads that have a limit, as of `at` (now), with what `told_silence` says of them."""
    limited: Any = told_silence(leads.exclude(stage_kind=StageKind.CLOSED), at=at)
    return cast(LeadQuerySet, limited.filter(silence_limit__isnull=False))


def told_silence(leads: LeadQuerySet, *, at: datetime.datetime | None = None) -> LeadQuerySet:
    """With `silence_limit`, `silent_for` and `silence_left`, all in days; the last is below 0 once a lead is silent.

    A zone's own limits are joined, one row at most, so that a million leads cost no look-up each.
    """
    own = Q(zone__stage_limits__stage=F("stage"), zone__stage_limits__deleted_at=None)
    limit = Case(
        When(own_limit__id__isnull=False, then=F("own_limit__silence_limit_days")),
        default=F("stage__silence_limit_days"),
    )
    return (
        leads.annotate(own_limit=FilteredRelation("zone__stage_limits", condition=own))
        .annotate(silence_limit=Cast(limit, IntegerField()))
        .annotate(silent_for=days_since(Coalesce("last_interaction_at", "created_at"), "zone__time_zone", at))
        .annotate(silence_left=F("silence_limit") - F("silent_for"))
    )


def silent_leads(leads: LeadQuerySet, *, at: datetime.datetime | None = None) -> LeadQuerySet:
    """Those beyond their limit, the longest silence first."""
    return with_silence(leads, at=at).filter(SILENT).order_by(F("silence_left").asc(), "id")


def leads_falling_silent(leads: LeadQuerySet, *, at: datetime.datetime | None = None) -> LeadQuerySet:
    """Those within their limit for at most `WARNING_DAYS` more days, the most urgent first."""
    return with_silence(leads, at=at).filter(FALLING).order_by(F("silence_left").asc(), "id")
