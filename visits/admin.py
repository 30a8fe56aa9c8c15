"""Calls, visits, plans and requests in the administration site, read only: they change through services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from investcrm.core.admin import ScopedAdmin
from projects.models import Lead
from visits.models import DossierItem, FollowUp, Interaction, PlannedVisit, ServiceRequest


class OfSeenLeadAdmin(ScopedAdmin):
    """Rows that may belong to a lead, whose name stands in them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Visible ones, without those of a lead that the user does not see."""
        leads = Lead.objects.visible_to(request.user)
        return super().get_queryset(request).filter(Q(lead=None) | Q(lead__in=leads))


@admin.register(Interaction)
class InteractionAdmin(OfSeenLeadAdmin):
    """What was said and done."""

    list_display = ("occurred_at", "channel", "company", "lead", "team", "created_by")
    list_filter = ("channel",)
    list_select_related = ("company", "lead", "team", "created_by")
    ordering = ("-occurred_at",)


@admin.register(FollowUp)
class FollowUpAdmin(ScopedAdmin):
    """Next steps."""

    list_display = ("due_on", "lead", "assignee", "status")
    list_filter = ("status",)
    list_select_related = ("lead", "assignee")
    ordering = ("-due_on",)


@admin.register(PlannedVisit)
class PlannedVisitAdmin(OfSeenLeadAdmin):
    """Planned visits."""

    list_display = ("planned_on", "channel", "lead", "company", "owner", "status")
    list_filter = ("channel", "status")
    list_select_related = ("lead", "company", "owner")
    ordering = ("-planned_on",)


@admin.register(ServiceRequest)
class ServiceRequestAdmin(OfSeenLeadAdmin):
    """What settled companies ask for."""

    list_display = ("received_at", "company", "lead", "title", "handler", "settle_due_on")
    list_filter = ("category",)
    list_select_related = ("company", "lead", "handler")
    ordering = ("-received_at",)


@admin.register(DossierItem)
class DossierItemAdmin(ScopedAdmin):
    """A zone's own dossier: see the page of the dossier."""

    scope = "zone"
    list_display = ("zone", "position", "name_zh", "name_en")
    list_select_related = ("zone",)
