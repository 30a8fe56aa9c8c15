"""Settled companies: when each was last visited, and when the next visit is due (走访).

A visit is whatever brings both sides to one place: an outbound visit, a reception, a meeting. Calls, messages and
events with many guests are none. It counts for the company itself and through every lead that is the company's, as
its investor or as the company registered for it: a visit logged with the lead counts, whichever of the two it named.
Each zone counts its own visits, by its own calendar; a company that was never visited counts from the day it
settled, else from the day it was entered as settled. How often is the company's own cadence, else the zone's. Only
the day of the last visit is shown, so it is the same for everybody in the zone.

The last visit and the day when the next is due stand in the settlement's row. The database keeps them, by triggers
(visits/migrations/0005), for a list of thousands cannot look through every visit.
"""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from projects.models import Company, Settlement
from projects.selectors import search
from teams.models import User
from visits.models import ServiceRequest
from visits.selectors.days import LocalDay, days_until

PAGE = 30
OVERDUE = Q(due_in__lt=0)
ORDERINGS: dict[str, Ordering] = {
    "due_on": Ordering("due_on"),
    "last_visit_on": Ordering("last_visit_on", nullable=True),
    "name": Ordering("company__name_key"),
}
DEFAULT_ORDERING = "due_on"


def settled_seen(user: User) -> QuerySet[Settlement]:
    """The settled companies of the user's zones, with `last_visit_on`, `every`, `due_in` and `open_requests`."""
    asked = (
        ServiceRequest.objects.visible_to(user)
        .open()
        .filter(company_id=OuterRef("company_id"), zone_id=OuterRef("zone_id"))
        .order_by()
        .values("company_id")
        .annotate(count=Count("id"))
        .values("count")
    )
    every = Cast(Coalesce("visit_every_days", "zone__care_visit_days"), IntegerField())
    found = (
        Settlement.objects.visible_to(user)
        .select_related("company", "zone", "owner")
        .annotate(last_visit_on=LocalDay(F("last_visited_at"), F("zone__time_zone")), every=every)
        .annotate(due_in=days_until(F("due_on"), "zone__time_zone"))
        .annotate(open_requests=Coalesce(Subquery(asked), Value(0)))
    )
    return cast("QuerySet[Settlement]", found)


def found_by(
    user: User, *, mine: bool = False, overdue: bool = False, owner: User | None = None, query: str = ""
) -> QuerySet[Settlement]:
    """The settled companies that match."""
    rows: Any = settled_seen(user)
    if mine:
        rows = rows.filter(owner=user)
    if owner is not None:
        rows = rows.filter(owner=owner)
    if overdue:
        rows = rows.filter(OVERDUE)
    if query.strip():
        rows = rows.filter(company__in=search(Company.objects.filter(deleted_at=None), query).values("id"))
    return cast("QuerySet[Settlement]", rows)


def page_of(rows: QuerySet[Settlement], ordering: str, cursor: str | None) -> KeysetPage:
    """A page; a cursor that cannot be read starts from the beginning."""
    return page_or_first(rows, ordering=ordering, allowed=ORDERINGS, cursor=cursor, page_size=PAGE)


def overdue_count(user: User) -> dict[str, int]:
    """How many settled companies there are, how many wait for a visit, and how many of these are the user's."""
    rows = Settlement.objects.visible_to(user).annotate(due_in=days_until(F("due_on"), "zone__time_zone"))
    late, own = Count("id", filter=OVERDUE), Count("id", filter=OVERDUE & Q(owner=user))
    return rows.aggregate(all=Count("id"), overdue=late, mine=own)
