"""Zones, teams and people in the administration site. Accounts and memberships are changed on the people page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from investcrm.core.admin import ScopedAdmin
from teams.access import Capability
from teams.models import Membership, Team, User, Zone


@admin.register(Zone)
class ZoneAdmin(ScopedAdmin):
    """A zone's names and limits; new zones are made by the installation's keeper."""

    changed_with = Capability.MANAGE_SETTINGS
    zone_path = ""
    list_display = ("code", "name_zh", "name_en", "city", "is_generated")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        user: Any = request.user
        return bool(user.is_superuser and user.is_active)


@admin.register(Team)
class TeamAdmin(ScopedAdmin):
    """Teams; a reorganisation dissolves teams and founds new ones."""

    changed_with = Capability.MANAGE_PEOPLE
    list_display = ("zone", "code", "name_zh", "name_en", "starts_on", "dissolved_on")
    list_filter = (("zone", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("zone",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A team stays in its zone."""
        return ("zone",) if obj is not None else ()


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """Who held which role when. Read only: see the people page."""

    scope = "zone"
    list_display = ("user", "role", "team", "zone", "starts_on", "ends_on")
    list_filter = ("role", ("zone", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "team", "zone")
    search_fields = ("user__display_name", "user__username")


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """Accounts. Read only, but for what only the installation's keeper may do."""

    list_display = ("username", "display_name", "is_active", "is_staff", "is_service_account")
    list_filter = ("is_active", "is_service_account")
    search_fields = ("username", "display_name")
    fields = ("username", "display_name", "email", "phone", "language", "is_active", "is_staff", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Superusers."""
        user: Any = request.user
        return bool(user.is_superuser and user.is_active)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Addresses of this page must not feel out passwords."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]
