"""Planning, moving and cancelling the next step."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import check_version, lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.choices import NotificationKind, StageKind
from projects.models import Lead
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import User
from visits.choices import FollowUpStatus
from visits.models import FollowUp, Interaction
from visits.selectors.rights import may_change_follow_up
from visits.services.clocks import refresh_clocks
from visits.services.people import check_sees_lead, check_works_in

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
    if assignee != actor:
        _check_assignee(problems, lead, assignee)
    follow_up = FollowUp(
        lead=lead, due_on=due_on, note=note.strip(), assignee=assignee, created_by=actor, came_from=came_from
    )
    clean_values(follow_up, problems)
    problems.raise_if_any()
    if assignee != actor:
        follow_up.delegated_by = actor
    follow_up.save(force_insert=True)
    _tell_assignee(follow_up, actor)
    return follow_up


def _check_assignee(problems: Problems, lead: Lead, assignee: User) -> None:
    check_works_in(problems, "assignee", [assignee], lead.zone, lead.zone.today())
    check_sees_lead(problems, "assignee", assignee, lead)


def _tell_assignee(follow_up: FollowUp, actor: User) -> None:
    notify(
        to=[follow_up.assignee],
        kind=NotificationKind.ASSIGNED,
        key=f"follow_up:{follow_up.pk}:{follow_up.assignee_id}:{follow_up.version}",
        actor=actor,
        lead=follow_up.lead,
        data={
            "what": "follow_up",
            "id": str(follow_up.pk),
            "label": follow_up.note or str(follow_up.lead),
            "due_on": follow_up.due_on.isoformat(),
        },
    )


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


def _lock_open(actor: User, follow_up_id: uuid.UUID, expected_version: int | None = None) -> FollowUp:
    """The open follow-up, its lead locked first; raises Http404, PermissionDenied, Stale, ValidationError."""
    lead_id = FollowUp.objects.visible_to(actor).filter(id=follow_up_id).values_list("lead_id", flat=True).first()
    if lead_id is not None:
        lock_for_change(Lead.objects.visible_to(actor), lead_id)
    rows = FollowUp.objects.visible_to(actor).select_related("lead__zone", "assignee", "delegated_by")
    follow_up = lock_for_change(rows, follow_up_id)
    if not may_change_follow_up(actor, follow_up):
        raise PermissionDenied(_("This follow-up belongs to a colleague."))
    check_version(follow_up, expected_version)
    if follow_up.status != FollowUpStatus.OPEN:
        raise ValidationError(_("This follow-up is no longer open."), code="not_open")
    return follow_up


def needs_reason(follow_up: FollowUp, due_on: datetime.date, today: datetime.date) -> bool:
    """Whether giving the follow-up that day must be explained: it is overdue, or it is put off."""
    return follow_up.due_on < today or due_on > follow_up.due_on


@transaction.atomic
def reschedule_follow_up(
    *,
    actor: User,
    follow_up_id: uuid.UUID,
    due_on: datetime.date,
    snooze_reason: str = "",
    expected_version: int | None = None,
) -> FollowUp:
    """Give a follow-up another day; one that is overdue or put off says why.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    follow_up = _lock_open(actor, follow_up_id, expected_version)
    problems = Problems()
    today = follow_up.lead.zone.today()
    check_due(problems, due_on, today)
    explained = needs_reason(follow_up, due_on, today)
    if explained and not snooze_reason.strip():
        problems.add("snooze_reason", _("Say why it is done later."), "required")
    follow_up.due_on = due_on
    if explained:
        follow_up.snooze_reason = snooze_reason.strip()
    clean_values(follow_up, problems, only={"snooze_reason"})
    problems.raise_if_any()
    follow_up.save_changes(["due_on", "snooze_reason"])
    refresh_clocks([follow_up.lead_id])
    return follow_up


@transaction.atomic
def delegate_follow_up(
    *, actor: User, follow_up_id: uuid.UUID, assignee: User, expected_version: int | None = None
) -> FollowUp:
    """Give a follow-up to a colleague, who is told; raises Http404, PermissionDenied, Stale, ValidationError."""
    follow_up = _lock_open(actor, follow_up_id, expected_version)
    if assignee == follow_up.assignee:
        return follow_up
    problems = Problems()
    _check_assignee(problems, follow_up.lead, assignee)
    problems.raise_if_any()
    follow_up.assignee = assignee
    follow_up.delegated_by = None if assignee == actor else actor
    follow_up.save_changes(["assignee", "delegated_by"])
    _tell_assignee(follow_up, actor)
    return follow_up


@transaction.atomic
def update_follow_up(
    *, actor: User, follow_up_id: uuid.UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> FollowUp:
    """Change what is to be done, by whom and when, at once; another day with its `snooze_reason`.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    follow_up = _lock_open(actor, follow_up_id, expected_version)
    note = changes.get("note", follow_up.note).strip()
    if note != follow_up.note:
        follow_up.note = note
        problems = Problems()
        clean_values(follow_up, problems, only={"note"})
        problems.raise_if_any()
        follow_up.save_changes(["note"])
    if changes.get("assignee", follow_up.assignee) != follow_up.assignee:
        follow_up = delegate_follow_up(actor=actor, follow_up_id=follow_up_id, assignee=changes["assignee"])
    if changes.get("due_on", follow_up.due_on) != follow_up.due_on:
        follow_up = reschedule_follow_up(
            actor=actor, follow_up_id=follow_up_id, due_on=changes["due_on"],
            snooze_reason=changes.get("snooze_reason", ""),
        )  # fmt: skip
    return follow_up


@transaction.atomic
def give_back_follow_up(*, actor: User, follow_up_id: uuid.UUID, expected_version: int | None = None) -> FollowUp:
    """Return a follow-up to whoever gave it, who is told; raises Http404, PermissionDenied, Stale, ValidationError."""
    follow_up = _lock_open(actor, follow_up_id, expected_version)
    if follow_up.assignee_id != actor.pk or follow_up.delegated_by is None:
        raise ValidationError(_("Nobody has given you this follow-up."), code="not_delegated")
    problems = Problems()
    _check_assignee(problems, follow_up.lead, follow_up.delegated_by)
    problems.raise_if_any()
    follow_up.assignee, follow_up.delegated_by = follow_up.delegated_by, None
    follow_up.save_changes(["assignee", "delegated_by"])
    _tell_assignee(follow_up, actor)
    return follow_up


@transaction.atomic
def cancel_follow_up(
    *, actor: User, follow_up_id: uuid.UUID, reason: str, expected_version: int | None = None
) -> FollowUp:
    """Say that a follow-up will not be done, and why; raises Http404, PermissionDenied, Stale, ValidationError."""
    follow_up = _lock_open(actor, follow_up_id, expected_version)
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
