from visits.models.aftercare import Attachment, ServiceRequest, ServiceRequestQuerySet
from visits.models.interactions import Interaction, InteractionParty, InteractionQuerySet
from visits.models.planning import (
    CalendarFeed,
    DossierCheck,
    DossierItem,
    FollowUp,
    FollowUpQuerySet,
    PlannedVisit,
    PlannedVisitQuerySet,
)
from visits.models.reminders import Reminder, ReminderChoice

__all__ = [
    "Attachment",
    "CalendarFeed",
    "DossierCheck",
    "DossierItem",
    "FollowUp",
    "FollowUpQuerySet",
    "Interaction",
    "InteractionParty",
    "InteractionQuerySet",
    "PlannedVisit",
    "PlannedVisitQuerySet",
    "Reminder",
    "ReminderChoice",
    "ServiceRequest",
    "ServiceRequestQuerySet",
]
