"""Planning visits and receptions: what is expected of them, another day, done, cancelled."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.choices import NotificationKind, StageKind
from projects.models import Company, Lead
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import User, Zone
from visits.choices import PlanStatus
from visits.models import Interaction, PlannedVisit
from visits.selectors.rights import may_change_planned_visit
from visits.services.people import check_sees_lead, check_works_in, own_team

YEARS_AHEAD = 2
CHANGEABLE = frozenset(
    {"owner", "channel", "planned_on", "starts_at", "duration_minutes", "place", "purpose", "expected_result"}
)


def check_planned_day(problems: Problems, day: datetime.date, today: datetime.date) -> None:
    """A visit is planned for today or later, at most two years ahead."""
    try:
        check_day(day, future_years=YEARS_AHEAD, today=today, earliest=today)
    except ValidationError as error:
        if error.code == "too_early":
            error = ValidationError(
                _("This day is over. What was done already is logged, not planned."), code="in_past"
            )
        problems.errors.setdefault("planned_on", []).append(error)


def _check_owner(problems: Problems, visit: PlannedVisit, actor: User) -> None:
    if visit.owner != actor:
        check_works_in(problems, "owner", [visit.owner], visit.zone, visit.zone.today())
    check_sees_lead(problems, "owner", visit.owner, visit.lead)


def _check_staff(problems: Problems, visit: PlannedVisit, actor: User, staff: Collection[User]) -> None:
    check_works_in(problems, "staff", [user for user in staff if user != actor], visit.zone, visit.zone.today())


@transaction.atomic
def plan_visit(
    *,
    actor: User,
    zone: Zone,
    channel: str,
    planned_on: datetime.date,
    expected_result: str,
    lead: Lead | None = None,
    company: Company | None = None,
    owner: User | None = None,
    staff: Sequence[User] = (),
    starts_at: datetime.time | None = None,
    duration_minutes: int | None = None,
    place: str = "",
    purpose: str = "",
    planned_visit_id: uuid.UUID | None = None,
) -> tuple[PlannedVisit, bool]:
    """Plan a visit to a lead, or to a company without one; returns it and whether it is new.

    With an id that the actor has sent before, the first row is returned and nothing is written. Who goes is the actor
    unless an owner is named, who is told. Raises Http404, PermissionDenied, ValidationError.
    """
    sent = _sent_before(actor, planned_visit_id)
    if sent is not None:
        return sent, False
    if lead is not None:
        lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone", "company", "team"), lead.pk)
        zone = lead.zone
    if not actor.can(Capability.LOG_INTERACTION, on=lead or zone):
        raise PermissionDenied
    problems = Problems()
    if lead is None and company is None:
        problems.add("lead", _("Name the lead or the company."), "required")
    if lead is not None and lead.stage_kind == StageKind.CLOSED:
        problems.add("lead", _("This lead is closed. Reopen it before you plan a visit."), "closed")
    goes = owner or actor
    visit = PlannedVisit(
        zone=zone,
        team=own_team(goes, zone, lead),
        owner=goes,
        lead=lead,
        company=lead.company if lead else company,
        channel=channel,
        planned_on=planned_on,
        first_planned_on=planned_on,
        starts_at=starts_at,
        duration_minutes=duration_minutes,
        place=place.strip(),
        purpose=purpose.strip(),
        expected_result=expected_result.strip(),
        created_by=actor,
    )
    if planned_visit_id is not None:
        visit.id = planned_visit_id
    check_planned_day(problems, planned_on, zone.today())
    _check_owner(problems, visit, actor)
    _check_staff(problems, visit, actor, staff)
    clean_values(visit, problems)
    problems.raise_if_any()
    try:
        _insert(visit)
    except IntegrityError as error:
        # The other one of two clicks was faster.
        sent = _sent_before(actor, planned_visit_id)
        if sent is None:
            raise ValidationError(_("This was not saved. Please send it once more."), code="id_taken") from error
        return sent, False
    visit.staff.set([user for user in staff if user != goes])
    _tell_owner(visit, actor)
    return visit, True


def _sent_before(actor: User, planned_visit_id: uuid.UUID | None) -> PlannedVisit | None:
    if planned_visit_id is None:
        return None
    return PlannedVisit.objects.filter(pk=planned_visit_id, created_by=actor).first()


def _insert(visit: PlannedVisit) -> None:
    with integrity_errors_as_rules(PlannedVisit, planned_visit_minutes_sane="duration_minutes"), transaction.atomic():
        visit.save(force_insert=True)


def _tell_owner(visit: PlannedVisit, actor: User) -> None:
    notify(
        to=[visit.owner],
        kind=NotificationKind.ASSIGNED,
        key=f"planned_visit:{visit.pk}:{visit.owner_id}:{visit.version}",
        actor=actor,
        lead=visit.lead,
        data={
            "what": "planned_visit",
            "id": str(visit.pk),
            "label": str(visit.lead or visit.company),
            "due_on": visit.planned_on.isoformat(),
        },
    )


def _lock(actor: User, planned_visit_id: uuid.UUID, expected_version: int | None = None) -> PlannedVisit:
    """The visit that is still planned, locked; raises Http404, PermissionDenied, Stale, ValidationError."""
    rows = PlannedVisit.objects.visible_to(actor).select_related("zone", "owner", "lead", "company")
    visit = lock_for_change(rows, planned_visit_id)
    if not may_change_planned_visit(actor, visit):
        raise PermissionDenied(_("This visit is planned by a colleague."))
    check_version(visit, expected_version)
    if visit.status == PlanStatus.DONE:
        raise ValidationError(_("This visit is done. What came of it stands in the log."), code="not_planned")
    if visit.status == PlanStatus.CANCELLED:
        raise ValidationError(_("This visit was cancelled. Plan a new one."), code="not_planned")
    return visit


@transaction.atomic
def update_planned_visit(
    *,
    actor: User,
    planned_visit_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    staff_added: Collection[User] = (),
    staff_removed: Collection[User] = (),
    expected_version: int | None = None,
) -> PlannedVisit:
    """Change a planned visit; the day of its first plan stays. Of the people who go along, only changes are sent.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    visit = _lock(actor, planned_visit_id, expected_version)
    changed = apply_changes(visit, changes, CHANGEABLE, base=base)
    problems = Problems()
    if "planned_on" in changed:
        check_planned_day(problems, visit.planned_on, visit.zone.today())
    if "owner" in changed:
        _check_owner(problems, visit, actor)
    _check_staff(problems, visit, actor, staff_added)
    clean_values(visit, problems, only=set(changed))
    problems.raise_if_any()
    if "owner" in changed:
        visit.team = own_team(visit.owner, visit.zone, visit.lead)
    if changed or staff_added or staff_removed:
        # Who goes along stands in another table: the row itself must change too, or its version would not.
        visit.updated_at = timezone.now()
        with integrity_errors_as_rules(PlannedVisit, planned_visit_minutes_sane="duration_minutes"):
            visit.save_changes([*changed, *(["team"] if "owner" in changed else []), "updated_at"])
    visit.staff.remove(*staff_removed)
    visit.staff.add(*(user for user in staff_added if user != visit.owner))
    if "owner" in changed:
        visit.staff.remove(visit.owner)
        _tell_owner(visit, actor)
    return visit


@transaction.atomic
def move_planned_visit(
    *, actor: User, planned_visit_id: uuid.UUID, planned_on: datetime.date, seen: datetime.date | None = None
) -> PlannedVisit:
    """Put a visit on another day; `seen` is the day that the mover saw, so that two who move it notice each other.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    base = None if seen is None else {"planned_on": seen}
    return update_planned_visit(
        actor=actor, planned_visit_id=planned_visit_id, changes={"planned_on": planned_on}, base=base
    )


@transaction.atomic
def cancel_planned_visit(
    *, actor: User, planned_visit_id: uuid.UUID, reason: str, expected_version: int | None = None
) -> PlannedVisit:
    """Say that a visit will not take place, and why; raises Http404, PermissionDenied, Stale, ValidationError."""
    visit = _lock(actor, planned_visit_id, expected_version)
    if not reason.strip():
        raise ValidationError(
            {"cancel_reason": ValidationError(_("Say why it does not take place."), code="required")}
        )
    visit.status, visit.closed_at, visit.cancel_reason = PlanStatus.CANCELLED, timezone.now(), reason.strip()
    problems = Problems()
    clean_values(visit, problems, only={"cancel_reason"})
    problems.raise_if_any()
    visit.save_changes(["status", "closed_at", "cancel_reason"])
    return visit


def do_planned_visits(
    *,
    actor: User,
    planned_visit_ids: Collection[uuid.UUID],
    interaction: Interaction,
    leads: Collection[uuid.UUID],
    companies: Collection[uuid.UUID],
) -> None:
    """Mark visits as done by an interaction with their lead or company, whose leads the caller has locked.

    Raises ValidationError where one is no longer planned, or is with somebody who did not take part.
    """  # fmt: skip
    if not planned_visit_ids:
        return
    rows = PlannedVisit.objects.visible_to(actor).filter(pk__in=list(planned_visit_ids))
    visits = list(PlannedVisit.objects.filter(pk__in=rows.values("pk")).order_by("pk").select_for_update())
    problems = Problems()
    if len(visits) < len(set(planned_visit_ids)) or any(visit.status != PlanStatus.PLANNED for visit in visits):
        problems.add("done_planned_visits", _("This visit is no longer planned."), "not_planned")
    for visit in visits:
        with_them = visit.lead_id in leads if visit.lead_id else visit.company_id in companies
        if not with_them:
            problems.add("done_planned_visits", _("The planned visit is with somebody else."), "other_party")
    problems.raise_if_any()
    done = PlannedVisit.objects.filter(pk__in=[visit.pk for visit in visits])
    done.update(status=PlanStatus.DONE, closed_at=timezone.now(), done_by=interaction)


def reopen_planned_visits(interaction: Interaction) -> None:
    """Visits that an interaction did are planned again, for it is taken back."""
    PlannedVisit.objects.filter(done_by=interaction).update(status=PlanStatus.PLANNED, closed_at=None, done_by=None)
