"""Planning, moving and cancelling the next step."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.choices import StageKind
from projects.models import Lead
from teams.access import Capability
from teams.models import User
from visits.choices import FollowUpStatus
from visits.models import FollowUp, Interaction
from visits.selectors.rights import may_change_follow_up
from visits.services.clocks import refresh_clocks

YEARS_AHEAD = 3


def add_follow_up(
    lead: Lead,
    *,
    actor: User,
    assignee: User,
    due_on: datetime.date,
    note: str = "",
    came_from: Interaction | None = None,
) -> FollowUp:
    """Write a follow-up of a lead that the caller has locked and whose clocks it refreshes; raises ValidationError."""
    problems = Problems()
    today = lead.zone.today()
    if lead.stage_kind == StageKind.CLOSED:
        problems.add("due_on", _("This lead is closed. Reopen it before you plan a follow-up."), "closed")
    else:
        check_due(problems, due_on, today)
    if assignee != actor and not User.objects.working_in(lead.zone, today).filter(id=assignee.id).exists():
        problems.add("assignee", _("This person does not work in the zone."), "not_in_zone")
    follow_up = FollowUp(
        lead=lead, due_on=due_on, note=note.strip(), assignee=assignee, created_by=actor, came_from=came_from
    )
    clean_values(follow_up, problems)
    problems.raise_if_any()
    follow_up.save(force_insert=True)
    return follow_up


def check_due(problems: Problems, due_on: datetime.date, today: datetime.date, field: str = "due_on") -> None:
    """A next step lies between today and three years ahead."""
    try:
        check_day(due_on, future_years=YEARS_AHEAD, today=today, earliest=today)
    except ValidationError as error:
        if error.code == "too_early":
            error = ValidationError(_("A follow-up cannot be due before today."), code="in_past")
        problems.errors.setdefault(field, []).append(error)


@transaction.atomic
def plan_follow_up(
    *, actor: User, lead_id: uuid.UUID, due_on: datetime.date, note: str = "", assignee: User | None = None
) -> FollowUp:
    """Plan the next step of a lead; raises Http404, PermissionDenied, ValidationError."""
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.LOG_INTERACTION, on=lead):
        raise PermissionDenied
    follow_up = add_follow_up(lead, actor=actor, assignee=assignee or actor, due_on=due_on, note=note)
    refresh_clocks([lead.id])
    return follow_up


def _lock_open(actor: User, follow_up_id: uuid.UUID) -> FollowUp:
    """The open follow-up, its lead locked first; raises Http404, PermissionDenied, ValidationError."""
    lead_id = FollowUp.objects.visible_to(actor).filter(id=follow_up_id).values_list("lead_id", flat=True).first()
    if lead_id is not None:
        lock_for_change(Lead.objects.visible_to(actor), lead_id)
    follow_up = lock_for_change(FollowUp.objects.visible_to(actor).select_related("lead", "lead__zone"), follow_up_id)
    if not may_change_follow_up(actor, follow_up):
        raise PermissionDenied(_("This follow-up belongs to a colleague."))
    if follow_up.status != FollowUpStatus.OPEN:
        raise ValidationError(_("This follow-up is no longer open."), code="not_open")
    return follow_up


@transaction.atomic
def reschedule_follow_up(*, actor: User, follow_up_id: uuid.UUID, due_on: datetime.date) -> FollowUp:
    """Give a follow-up another day; raises Http404, PermissionDenied, ValidationError."""
    follow_up = _lock_open(actor, follow_up_id)
    problems = Problems()
    check_due(problems, due_on, follow_up.lead.zone.today())
    problems.raise_if_any()
    follow_up.due_on = due_on
    follow_up.save_changes(["due_on"])
    refresh_clocks([follow_up.lead_id])
    return follow_up


@transaction.atomic
def cancel_follow_up(*, actor: User, follow_up_id: uuid.UUID, reason: str) -> FollowUp:
    """Say that a follow-up will not be done, and why; raises Http404, PermissionDenied, ValidationError."""
    follow_up = _lock_open(actor, follow_up_id)
    if not reason.strip():
        raise ValidationError({"cancel_reason": ValidationError(_("Say why it is not done."), code="required")})
    follow_up.status = FollowUpStatus.CANCELLED
    follow_up.closed_at = timezone.now()
    follow_up.cancel_reason = reason.strip()
    problems = Problems()
    clean_values(follow_up, problems, only={"cancel_reason"})
    problems.raise_if_any()
    follow_up.save_changes(["status", "closed_at", "cancel_reason"])
    refresh_clocks([follow_up.lead_id])
    return follow_up
