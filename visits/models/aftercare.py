"""After signing and settling: what companies ask for, and what came of it. Documents of what was said and done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.history import tracked
from investcrm.core.models import Row
from projects.models import Company, Contact, Document, Lead
from projects.models.talk import SEEN
from teams.models import Team, User, Zone, in_reach, seen_by
from visits.choices import RequestCategory
from visits.models.interactions import Interaction
from visits.models.planning import PlannedVisit


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    """Service requests, by who may see them."""

    def visible_to(self, user: Any) -> ServiceRequestQuerySet:
        """Those of the user's zones and teams, of visible leads, and the user's own; anonymous gets none."""
        leads = Q(Exists(Lead.objects.visible_to(user).filter(id=OuterRef("lead_id"))))
        own = Q(created_by=user) | Q(handler=user)
        # The zone is that of the lead: asking for it takes nothing away, and lets the zone's index be used.
        return seen_by(self, user, lambda: (in_reach(user, own=own) | leads) & Q(zone_id__in=user.role_zone_ids))

    def open(self) -> ServiceRequestQuerySet:
        """Those not yet reported back, nor withdrawn."""
        return self.filter(reported_at=None, withdrawn_at=None)


@tracked()
class ServiceRequest(Row):
    """Something a company asks for (诉求): answered, settled, reported back, each by whom and when.

    事事有回应、件件有着落、凡事有交代.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="service_requests", verbose_name=_("Company"))
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="service_requests", verbose_name=_("Lead")
    )
    category = models.CharField(_("About"), max_length=20, choices=RequestCategory.choices)
    title = models.CharField(_("What they ask for"), max_length=200)
    detail = models.TextField(_("Details"), max_length=5000, blank=True)
    received_at = models.DateTimeField(_("Received"))
    raised_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Raised by")
    )
    came_from = models.ForeignKey(
        Interaction, models.PROTECT, null=True, editable=False, related_name="service_requests"
    )
    handler = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Handled by"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team"))
    answer_due_on = models.DateField(_("Answer due"))
    settle_due_on = models.DateField(_("To be settled by"))
    # counted from the settling; empty until then
    report_due_on = models.DateField(_("Report back by"), null=True, editable=False)
    answered_at = models.DateTimeField(_("Answered"), null=True, editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    answer = models.TextField(_("Answer"), max_length=2000, blank=True)
    settled_at = models.DateTimeField(pgettext_lazy("request", "Settled"), null=True, editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    settlement = models.TextField(_("How it was settled"), max_length=2000, blank=True)
    reported_at = models.DateTimeField(_("Reported back"), null=True, editable=False)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    report = models.TextField(_("What they said to it"), max_length=2000, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdraw_reason = models.CharField(_("Reason"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = ServiceRequestQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Service request")
        verbose_name_plural = _("Service requests")
        constraints: ClassVar = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{step}_at": None, f"{step}_by": None})
                    | Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False}),
                    name=f"request_{step}_by_somebody",
                )
                for step in ("answered", "settled", "reported")
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("received_at")),
                name="request_answered_after_it_came",
                violation_error_message=_("It cannot be answered before it came."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(answered_at__isnull=False, settled_at__gte=F("answered_at")),
                name="request_settled_after_answer",
                violation_error_message=_("It cannot be settled before it was answered."),
            ),
            models.CheckConstraint(
                condition=Q(reported_at=None) | Q(settled_at__isnull=False, reported_at__gte=F("settled_at")),
                name="request_reported_after_settling",
                violation_error_message=_("It cannot be reported back before it was settled."),
            ),
        ]
        indexes: ClassVar = [
            # what is open: of a zone, of a handler; what a company asked for
            models.Index(
                fields=["zone", "settle_due_on"],
                condition=Q(deleted_at=None, reported_at=None, withdrawn_at=None),
                name="request_open",
            ),
            models.Index(
                fields=["handler", "settle_due_on"],
                condition=Q(deleted_at=None, reported_at=None, withdrawn_at=None),
                name="request_of_handler",
            ),
            models.Index(fields=["company", "-received_at"], condition=Q(deleted_at=None), name="request_company"),
            models.Index(fields=["zone", "-received_at", "-id"], condition=Q(deleted_at=None), name="request_list"),
        ]

    def __str__(self) -> str:
        return self.title


# Who hands a request on may no longer see it; what they were told of it goes with it.
SEEN["service_request"] = ServiceRequest.objects.visible_to


class Attachment(models.Model):
    """A document that belongs to an interaction, a planned visit or a service request as well."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="attachments")
    interaction = models.ForeignKey(Interaction, models.CASCADE, null=True, related_name="attachments")
    planned_visit = models.ForeignKey(PlannedVisit, models.CASCADE, null=True, related_name="attachments")
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, null=True, related_name="attachments")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Attachment")
        verbose_name_plural = _("Attachments")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(interaction__isnull=False, planned_visit=None, service_request=None)
                | Q(interaction=None, planned_visit__isnull=False, service_request=None)
                | Q(interaction=None, planned_visit=None, service_request__isnull=False),
                name="attachment_of_one",
            ),
            models.UniqueConstraint(fields=["document", "interaction"], name="attachment_interaction_once"),
            models.UniqueConstraint(fields=["document", "planned_visit"], name="attachment_visit_once"),
            models.UniqueConstraint(fields=["document", "service_request"], name="attachment_request_once"),
        ]

    def __str__(self) -> str:
        return str(self.document_id)
