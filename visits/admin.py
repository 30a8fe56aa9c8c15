"""Interactions and follow-ups in the administration site, read only: they change through services."""

from __future__ import annotations

from django.contrib import admin

from investcrm.core.admin import ScopedAdmin
from visits.models import FollowUp, Interaction


@admin.register(Interaction)
class InteractionAdmin(ScopedAdmin):
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
