"""Interactions and follow-ups in the administration site, read only: they change through services."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from investcrm.core.admin import ScopedAdmin
from projects.models import Lead
from visits.models import FollowUp, Interaction


@admin.register(Interaction)
class InteractionAdmin(ScopedAdmin):
    """What was said and done."""

    list_display = ("occurred_at", "channel", "company", "lead", "team", "created_by")
    list_filter = ("channel",)
    list_select_related = ("company", "lead", "team", "created_by")
    ordering = ("-occurred_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interaction]:
        """Visible ones, without those of a lead that the user does not see: its name stands in the row."""
        leads = Lead.objects.visible_to(request.user)
        return super().get_queryset(request).filter(Q(lead=None) | Q(lead__in=leads))


@admin.register(FollowUp)
class FollowUpAdmin(ScopedAdmin):
    """Next steps."""

    list_display = ("due_on", "lead", "assignee", "status")
    list_filter = ("status",)
    list_select_related = ("lead", "assignee")
    ordering = ("-due_on",)
