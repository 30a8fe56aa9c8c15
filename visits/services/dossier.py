"""Ticking off what was found out before a visit."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.errors import Stale
from investcrm.core.rules import Problems, clean_values
from teams.models import User
from visits.choices import PlanStatus
from visits.models import DossierCheck, DossierItem, PlannedVisit
from visits.selectors.dossier import dossier_items
from visits.selectors.rights import may_prepare_visit


def _lock(actor: User, planned_visit_id: uuid.UUID, item_id: uuid.UUID) -> tuple[PlannedVisit, DossierItem]:
    """The visit, locked so that two who tick wait for each other, and its item; raises as the services below."""
    visit = lock_for_change(PlannedVisit.objects.visible_to(actor).select_related("zone"), planned_visit_id)
    item = next((item for item in dossier_items(visit.zone) if item.pk == item_id), None)
    if item is None:
        item = DossierItem.objects.filter(pk=item_id, pk__in=visit.checks.values("item_id")).first()
    if item is None:
        raise Http404
    if not may_prepare_visit(actor, visit):
        raise PermissionDenied
    if visit.status == PlanStatus.CANCELLED:
        raise ValidationError(_("This visit was cancelled. Plan a new one."), code="not_planned")
    return visit, item


@transaction.atomic
def tick_item(
    *, actor: User, planned_visit_id: uuid.UUID, item_id: uuid.UUID, note: str = "", seen: str = ""
) -> DossierCheck:
    """Say that an item is found out, and what was found; `seen` is the finding that the writer saw.

    Two who tick the same item make one tick. Raises Http404, PermissionDenied, Stale (somebody else has written
    another finding), ValidationError.
    """
    visit, item = _lock(actor, planned_visit_id, item_id)
    note = note.strip()
    check = DossierCheck.objects.filter(planned_visit=visit, item=item).first()
    if check is None:
        check = DossierCheck(planned_visit=visit, item=item)
    elif check.note == note:
        return check
    elif check.note and check.note != seen.strip():
        if not note:
            return check
        raise Stale(visit.version, current={"note": check.note})
    check.note, check.done_by, check.done_at = note, actor, timezone.now()
    problems = Problems()
    clean_values(check, problems, only={"note"})
    problems.raise_if_any()
    check.save()
    return check


@transaction.atomic
def untick_item(*, actor: User, planned_visit_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """Say that an item is still open; its finding stays in the history. Raises as `tick_item` does."""
    visit, item = _lock(actor, planned_visit_id, item_id)
    DossierCheck.objects.filter(planned_visit=visit, item=item).delete()
