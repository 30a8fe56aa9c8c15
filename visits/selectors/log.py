"""What the log box offers: recent leads, what is due, whom one may have met."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import Max, Q, QuerySet

from projects.models import Company, Contact, Lead
from teams.access import Capability
from teams.models import User, Zone
from teams.selectors import zones_where
from visits.choices import PlanStatus
from visits.models import FollowUp, InteractionParty, PlannedVisit

RECENT_SHOWN = 5
OPEN_SHOWN = 8
CONTACTS_SHOWN = 100
# A visit that took place earlier than planned is still the planned one.
PLAN_DAYS_AHEAD = 3


def recent_leads(user: User) -> list[Lead]:
    """The leads that the user logged with last, filled up with their own latest leads. Three queries."""
    visible = Lead.objects.visible_to(user).select_related("company", "stage", "zone")
    logged = (
        InteractionParty.objects.filter(
            interaction__created_by=user, interaction__deleted_at=None, lead__in=Lead.objects.visible_to(user)
        )
        .values("lead_id")
        .annotate(last=Max("interaction__created_at"))
        .order_by("-last")[:RECENT_SHOWN]
    )
    order = [row["lead_id"] for row in logged]
    found = visible.in_bulk(order)
    recent = [found[lead_id] for lead_id in order if lead_id in found]
    own = visible.filter(owner=user).exclude(id__in=order).order_by("-created_at")
    return recent + list(own[: RECENT_SHOWN - len(recent)])


def open_follow_ups(user: User, lead: Lead) -> QuerySet[FollowUp]:
    """What is still owed to the lead, the earliest first."""
    return (
        FollowUp.objects.visible_to(user)
        .open()
        .filter(lead=lead)
        .select_related("assignee", "delegated_by")
        .order_by("due_on", "id")
    )


def open_visits(
    user: User, zone: Zone, *, lead: Lead | None, company: Company | None, chosen: uuid.UUID | None = None
) -> QuerySet[PlannedVisit]:
    """Visits planned with the lead (or the company without one) for about now, and the `chosen` one whenever it is."""
    with_them = Q(lead=lead) if lead is not None else Q(lead=None, company=company)
    until = zone.today() + datetime.timedelta(days=PLAN_DAYS_AHEAD)
    return (
        PlannedVisit.objects.visible_to(user)
        .filter(with_them, Q(planned_on__lte=until) | Q(pk=chosen), zone=zone, status=PlanStatus.PLANNED)
        .select_related("owner")
        .order_by("planned_on", "id")
    )


def contacts_at(user: User, company: Company, zone: Zone) -> QuerySet[Contact]:
    """The people at the company whom the zone knows and the user may see."""
    return Contact.objects.visible_to(user).filter(company=company, zone=zone).order_by("name", "id")


def zone_of(user: User) -> Zone | None:
    """The zone that an interaction belongs to when it is with no lead: the first in which the user may log."""
    return next(iter(zones_where(user, Capability.LOG_INTERACTION)), None)
