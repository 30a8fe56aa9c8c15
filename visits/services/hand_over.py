"""A leaver's work in other hands: leads, follow-ups, planned visits, service requests, settled companies."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.rules import Problems, clean_values
from projects.choices import NotificationKind, StageKind
from projects.models import Lead, LedgerEntry, Settlement
from projects.services.notifications import notify
from projects.services.transfers import transfer_owners
from teams.access import Capability
from teams.models import User, Zone
from teams.services.leaving import leave
from teams.services.people import lock_person
from visits.choices import PlanStatus
from visits.models import FollowUp, PlannedVisit, ServiceRequest


@dataclass(frozen=True)
class OpenWork:
    """What somebody has in hand in some zones."""

    leads: QuerySet[Lead]
    follow_ups: QuerySet[FollowUp]
    planned_visits: QuerySet[PlannedVisit]
    service_requests: QuerySet[ServiceRequest]
    settlements: QuerySet[Settlement]

    def counts(self) -> dict[str, int]:
        """How many of each. Five queries."""
        return {name: getattr(self, name).count() for name in self.__dataclass_fields__}


def zones_managed(actor: User) -> QuerySet[Zone]:
    """The zones in which the actor manages people, and so may hand over somebody's work."""
    zones = Zone.objects.visible_to(actor)
    return zones if actor.is_superuser else zones.filter(id__in=actor.zone_ids(Capability.MANAGE_PEOPLE))


def open_work_of(person: User, zones: QuerySet[Zone]) -> OpenWork:
    """What the person has in hand in the zones; a closed lead keeps its last owner."""
    leads = Lead.objects.filter(owner=person, deleted_at=None, zone__in=zones).exclude(stage_kind=StageKind.CLOSED)
    return OpenWork(
        leads=leads,
        follow_ups=FollowUp.objects.open().filter(
            assignee=person, deleted_at=None, lead__zone__in=zones, lead__deleted_at=None
        ),
        planned_visits=PlannedVisit.objects.filter(
            owner=person, deleted_at=None, status=PlanStatus.PLANNED, zone__in=zones
        ),
        service_requests=ServiceRequest.objects.open().filter(handler=person, deleted_at=None, zone__in=zones),
        settlements=Settlement.objects.filter(owner=person, deleted_at=None, zone__in=zones),
    )


@transaction.atomic
def hand_over(
    *,
    actor: User,
    user_id: uuid.UUID,
    last_day: datetime.date,
    successor: User | None,
    successors: Mapping[uuid.UUID, User] | None = None,
    lead_teams: bool = False,
    note: str = "",
) -> dict[str, int]:
    """Give a leaver's work to others, end their roles, close the account on or after the last day: all or nothing.

    `successors` names another successor for single leads, by the lead's id. Returns how many of each were handed
    over. Raises Http404, PermissionDenied, ValidationError.
    """
    person = lock_person(actor, user_id)
    if not actor.can(Capability.ASSIGN_LEAD):
        raise PermissionDenied
    zones = zones_managed(actor)
    work, problems = open_work_of(person, zones), Problems()
    if person == actor:
        problems.add("__all__", _("You cannot hand over your own work: ask another administrator."), "oneself")
    clean_values(LedgerEntry(note=note), problems, only={"note"})
    leads = _lock_leads(work)
    owned = [lead for lead in leads if lead.owner_id == person.pk and lead.stage_kind != StageKind.CLOSED]
    owners = {lead.pk: (successors or {}).get(lead.pk, successor) for lead in owned}
    _check_successors(person, work, owners, successor, problems)
    if not problems.errors:
        leave(person, actor=actor, last_day=last_day, successor=successor, lead_teams=lead_teams, problems=problems)
    problems.raise_if_any()
    counts = _give(person, work, owned, {pk: owner for pk, owner in owners.items() if owner}, successor, actor, note)
    _tell(counts, owners, successor, actor=actor, person=person)
    return counts


def _lock_leads(work: OpenWork) -> list[Lead]:
    """The leads in hand and those of the follow-ups, locked in the order of their ids."""
    ids = {*work.leads.values_list("id", flat=True), *work.follow_ups.values_list("lead_id", flat=True)}
    rows = Lead.objects.filter(id__in=ids, deleted_at=None).order_by("id")
    list(rows.select_for_update(no_key=True, of=("self",)).only("id"))
    return list(rows.select_related("zone"))


def _check_successors(
    person: User,
    work: OpenWork,
    owners: Mapping[uuid.UUID, User | None],
    successor: User | None,
    problems: Problems,
) -> None:
    """Whoever takes something over is another one, and works in its zone."""
    needed: dict[uuid.UUID, set[User | None]] = {}
    for pk, zone_id in work.leads.values_list("id", "zone_id"):
        needed.setdefault(zone_id, set()).add(owners.get(pk, successor))
    for rows, path in (
        (work.follow_ups, "lead__zone_id"), (work.planned_visits, "zone_id"), (work.service_requests, "zone_id"),
        (work.settlements, "zone_id"),
    ):  # fmt: skip
        for zone_id in rows.order_by().values_list(path, flat=True).distinct():
            needed.setdefault(zone_id, set()).add(successor)
    if successor == person or person in owners.values():
        problems.add("successor", _("The successor is somebody else."), "oneself")
    elif any(None in people for people in needed.values()):
        problems.add("successor", _("Name who takes the work over."), "required")
    for zone in Zone.objects.filter(id__in=needed):
        people = {one for one in needed[zone.pk] if one is not None and one != person}
        working = set(
            User.objects.working_in(zone, zone.today())
            .filter(id__in=[one.pk for one in people])
            .values_list("id", flat=True)
        )
        for one in sorted(people, key=str):
            if one.pk not in working:
                problems.add(
                    "successor",
                    _("%(name)s does not work in %(zone)s.") % {"name": one, "zone": zone.name},
                    "not_in_zone",
                )


def _give(
    person: User,
    work: OpenWork,
    owned: list[Lead],
    owners: Mapping[uuid.UUID, User],
    successor: User | None,
    actor: User,
    note: str,
) -> dict[str, int]:
    """Write it, in the order in which everybody locks: leads, follow-ups, visits, requests, companies."""
    transfer_owners(owned, owners, actor=actor, note=note.strip())
    counts = {"leads": len(owned), "follow_ups": 0}
    follow_ups = work.follow_ups.all()
    # what is to be done for a lead goes with the lead
    for owner in {one.pk: one for one in owners.values() if one != successor}.values():
        theirs = [pk for pk, one in owners.items() if one == owner]
        counts["follow_ups"] += _reassign(follow_ups.filter(lead_id__in=theirs), assignee=owner, delegated_by=actor)
    if successor is not None:
        counts["follow_ups"] += _reassign(follow_ups, assignee=successor, delegated_by=actor)
        counts["planned_visits"] = _reassign(work.planned_visits, owner=successor)
        counts["service_requests"] = _reassign(work.service_requests, handler=successor)
        counts["settlements"] = _reassign(work.settlements, owner=successor)
    return counts


def _reassign(rows: QuerySet[Any], **values: User) -> int:
    """Lock the rows in the order of their ids and change them. Two queries."""
    ids = list(rows.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True))
    return rows.model._default_manager.filter(id__in=ids).update(**values)


def _tell(
    counts: Mapping[str, int],
    owners: Mapping[uuid.UUID, User | None],
    successor: User | None,
    *,
    actor: User,
    person: User,
) -> None:
    """Each successor is told once, with how many leads they got."""
    key = f"hand_over:{uuid7()}"
    people = {one.pk: one for one in owners.values() if one is not None}
    if successor is not None and any(counts.values()):
        people.setdefault(successor.pk, successor)
    for one in people.values():
        number = sum(owner == one for owner in owners.values())
        data = {"what": "leads", "id": str(person.pk), "label": str(number)}
        notify(to=[one], kind=NotificationKind.ASSIGNED, key=key, actor=actor, data=data)
