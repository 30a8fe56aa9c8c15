"""API keys in the administration site, for the installation's keeper; they are made by `manage.py issue_key`."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from investcrm.core.admin import SuperuserAdmin
from sync.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(SuperuserAdmin):
    """Keys: whose, what for, until when; never the key."""

    list_display = ("label", "user", "scopes", "created", "last_used_at", "expiry", "revoked_at")
    fields = ("label", "user", "scopes", "source_systems", "created", "last_used_at", "expiry", "revoked_at")
    readonly_fields = ("user", "scopes", "source_systems", "created", "last_used_at", "revoked_at")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A key is shown once, where it is made."""
        return False
