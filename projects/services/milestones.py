"""Milestones of a lead that is signed, and the day of its last progress."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.choices import AFTER_SIGNING, MilestoneKind
from projects.models import Document, Lead, Milestone
from projects.services.funds import check_document
from projects.services.lead_rules import check_day_of
from teams.access import Capability
from teams.models import User


@transaction.atomic
def set_milestone(
    *,
    actor: User,
    lead_id: uuid.UUID,
    kind: str,
    occurred_on: datetime.date | None,
    evidence: str = "",
    document: Document | None = None,
) -> Milestone | None:
    """Set, change or (with no day) take back a milestone; raises Http404, PermissionDenied, ValidationError.

    Milestones follow signing, each on its own: funds may come before or after the start of construction. The document
    that proves it is one of the lead's.
    """
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.MOVE_LEAD, on=lead):
        raise PermissionDenied
    problems = Problems()
    if kind not in MilestoneKind.values:
        problems.add("kind", _("There is no such milestone."), "unknown")
    if lead.stage_kind not in AFTER_SIGNING:
        problems.add("kind", _("Milestones follow signing; this lead is not signed."), "not_signed")
    if occurred_on is not None:
        check_day_of(problems, "occurred_on", occurred_on, 0, lead.zone.today())
        check_document(problems, document, actor=actor, lead=lead)
    problems.raise_if_any()
    milestone = Milestone.objects.filter(lead=lead, kind=kind, deleted_at=None).first()
    if occurred_on is None:
        if milestone is not None:
            milestone.deleted_at = timezone.now()
            milestone.save_changes(["deleted_at"])
        milestone = None
    else:
        if milestone is None:
            milestone = Milestone(lead=lead, kind=kind)
            fields = None
        else:
            fields = ["occurred_on", "evidence", "document", "recorded_by"]
        milestone.occurred_on, milestone.evidence, milestone.recorded_by = occurred_on, evidence, actor
        milestone.document = document
        clean_values(milestone, problems)
        problems.raise_if_any()
        if fields is None:
            milestone.save(force_insert=True)
        else:
            milestone.save_changes(fields)
    lead.last_progress_on = last_progress_on(lead)
    lead.save_changes(["last_progress_on"])
    return milestone


def last_progress_on(lead: Lead) -> datetime.date | None:
    """The day of the last move or milestone; None where no day is known."""
    days = list(lead.milestones.filter(deleted_at=None).values_list("occurred_on", flat=True))
    if lead.stage_entered_on is not None:
        days.append(lead.stage_entered_on)
    return max(days, default=None)
