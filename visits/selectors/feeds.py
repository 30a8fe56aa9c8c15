"""Private calendar addresses, and what a calendar reads there."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.models import Lead
from teams.access import Capability
from teams.models import User, covered
from visits.choices import FeedScope, PlanStatus
from visits.models import CalendarFeed, FollowUp, FollowUpQuerySet, PlannedVisit, PlannedVisitQuerySet

DAYS_BACK, DAYS_AHEAD = 60, 366
# Calendars take what is gone out by themselves; a cancelled visit is said to be cancelled for some weeks.
CANCELLED_DAYS = 21
SHOWN = 2000


def hash_of(token: str) -> str:
    """What is kept of an address's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(token: str) -> CalendarFeed | None:
    """The address with this secret, unless it was revoked or its owner's account is closed."""
    rows = CalendarFeed.objects.filter(token_hash=hash_of(token), revoked_at=None, user__is_active=True)
    return rows.select_related("user").first()


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    """The user's addresses in use, the newest first."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None)


@dataclass(frozen=True)
class FeedRows:
    """What an address shows. Of leads that its owner may not see, only the company is named."""

    visits: list[PlannedVisit]
    follow_ups: list[FollowUp]
    visible: set[uuid.UUID]
    changed_at: datetime.datetime


def rows_of(feed: CalendarFeed) -> FeedRows:
    """The visits and open follow-ups from 60 days back to a year ahead. The number of queries is fixed."""
    user, now = feed.user, timezone.now()
    today = now.date()
    span = (today - datetime.timedelta(days=DAYS_BACK), today + datetime.timedelta(days=DAYS_AHEAD))
    gone = Q(status=PlanStatus.CANCELLED, closed_at__lt=now - datetime.timedelta(days=CANCELLED_DAYS))
    visits = list(
        _visits(feed)
        .filter(planned_on__range=span)
        .exclude(gone)
        .select_related("zone", "lead__company", "company", "owner")
        .prefetch_related("staff")
        .order_by("planned_on", "pk")[:SHOWN]
    )
    follow_ups = list(
        _follow_ups(feed)
        .filter(due_on__range=span)
        .select_related("lead__company", "assignee")
        .order_by("due_on", "pk")[:SHOWN]
    )
    named = {visit.lead_id for visit in visits if visit.lead_id}
    visible = set(Lead.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True))
    changed = [row.updated_at for row in (*visits, *follow_ups)]
    return FeedRows(visits, follow_ups, visible, max(changed, default=feed.created_at))


def _visits(feed: CalendarFeed) -> PlannedVisitQuerySet:
    user = feed.user
    rows = PlannedVisit.objects.visible_to(user)
    if feed.scope == FeedScope.OWN:
        along = PlannedVisit.staff.through.objects.filter(user=user).values("plannedvisit_id")
        return rows.filter(Q(owner=user) | Q(pk__in=along))
    return rows.filter(covered(user, Capability.VIEW))


def _follow_ups(feed: CalendarFeed) -> FollowUpQuerySet:
    user = feed.user
    rows = FollowUp.objects.visible_to(user).open()
    return rows.filter(assignee=user) if feed.scope == FeedScope.OWN else rows
