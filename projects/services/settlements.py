"""Looking after settled companies: how often, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.models import Settlement
from teams.access import Capability
from teams.models import User

EDITABLE = frozenset({"since", "visit_every_days", "owner", "remarks"})
MIN_DAYS, MAX_DAYS = 1, 1000


@transaction.atomic
def update_settlement(
    *,
    actor: User,
    settlement_id: int,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Settlement:
    """Change how a settled company is looked after; raises Http404, PermissionDenied, Stale, ValidationError.

    `base` and `expected_version` are those of core.editing.apply_changes.
    """
    settlement = lock_for_change(
        Settlement.objects.visible_to(actor).select_related("zone", "owner", "company"), settlement_id
    )
    if not actor.can(Capability.EDIT_LEAD, on=settlement.zone):
        raise PermissionDenied
    changed = apply_changes(settlement, changes, EDITABLE, base=base, expected_version=expected_version)
    if not changed:
        return settlement
    problems = Problems()
    clean_values(settlement, problems, only=set(changed))
    days, owner, today = settlement.visit_every_days, settlement.owner, settlement.zone.today()
    if days is not None and not MIN_DAYS <= days <= MAX_DAYS:
        problems.add("visit_every_days", _("Between 1 and 1,000 days."), "out_of_range")
    if "since" in changed and settlement.since is not None and settlement.since > today:
        problems.add("since", _("This lies in the future."), "future")
    colleagues = User.objects.working_in(settlement.zone, today)
    if "owner" in changed and owner is not None and not colleagues.filter(id=owner.id).exists():
        problems.add("owner", _("This person does not work in the zone."), "not_in_zone")
    problems.raise_if_any()
    with integrity_errors_as_rules(Settlement, settlement_cadence_sane="visit_every_days"), transaction.atomic():
        settlement.save_changes(changed)
    return settlement
