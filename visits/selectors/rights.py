"""Who may change what was logged and planned: one's own, or a colleague's with the capability for it."""

from __future__ import annotations

from projects.models import Lead
from teams.access import Capability
from teams.models import User
from visits.models import FollowUp, Interaction, PlannedVisit


def may_change_interaction(user: User, interaction: Interaction) -> bool:
    """Whether the user may edit and undo the interaction."""
    own = interaction.created_by_id == user.id
    return user.can(Capability.LOG_INTERACTION if own else Capability.EDIT_ANY_INTERACTION, on=interaction)


def may_change_follow_up(user: User, follow_up: FollowUp) -> bool:
    """Whether the user may move and cancel the follow-up; its lead comes with it."""
    own = user.id in (follow_up.assignee_id, follow_up.created_by_id, follow_up.delegated_by_id)
    return user.can(Capability.LOG_INTERACTION if own else Capability.EDIT_ANY_INTERACTION, on=follow_up.lead)


def may_change_planned_visit(user: User, visit: PlannedVisit) -> bool:
    """Whether the user may change, move and cancel the visit; its zone comes with it."""
    if user.id in (visit.owner_id, visit.created_by_id):
        return user.can(Capability.LOG_INTERACTION, on=visit.zone)
    return user.can(Capability.EDIT_ANY_INTERACTION, on=visit)


def may_prepare_visit(user: User, visit: PlannedVisit) -> bool:
    """Whether the user may tick the dossier: who may change the visit, and colleagues of its team."""
    return may_change_planned_visit(user, visit) or user.can(Capability.LOG_INTERACTION, on=visit)


def sees_all_parties(user: User, interaction: Interaction) -> bool:
    """Whether the user sees every lead that took part; who does not cannot replace the parties. One query."""
    named = interaction.parties.filter(lead__isnull=False)
    return not named.exclude(lead__in=Lead.objects.visible_to(user)).exists()
