"""What interactions and follow-ups mean for a lead: its last interaction and its next step."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Max, Min, OuterRef, Subquery

from projects.models import Lead
from visits.choices import FollowUpStatus
from visits.models import FollowUp, InteractionParty


def lock_leads(lead_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Lead]:
    """Lock the leads in the order of their ids, so that two who log at once do not wait for each other for ever.

    Returns them by id with what may have changed while waiting (stage_kind, deleted_at); one lock serves all.
    """
    rows = Lead.objects.filter(id__in=set(lead_ids)).order_by("id").select_for_update(no_key=True)
    return {lead.id: lead for lead in rows.only("id", "stage_kind", "deleted_at")}


def refresh_clocks(lead_ids: Iterable[uuid.UUID]) -> None:
    """Recompute both columns; the caller holds the leads' locks, so that nobody's interaction is overlooked."""
    last = (
        InteractionParty.objects.filter(lead_id=OuterRef("id"), interaction__deleted_at=None)
        .order_by()
        .values("lead_id")
        .annotate(value=Max("interaction__occurred_at"))
        .values("value")
    )
    due = (
        FollowUp.objects.filter(lead_id=OuterRef("id"), status=FollowUpStatus.OPEN, deleted_at=None)
        .order_by()
        .values("lead_id")
        .annotate(value=Min("due_on"))
        .values("value")
    )
    Lead.objects.filter(id__in=set(lead_ids)).update(
        last_interaction_at=Subquery(last), next_follow_up_on=Subquery(due)
    )
