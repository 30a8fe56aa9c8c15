"""The administration site: only what somebody may see anyway, and no way around the services.

`ScopedAdmin` is the base of every registered model. Rows start from `visible_to`, choices of related rows too, and
what has rules of its own (leads, the ledger, interactions) is read only here.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.http import HttpRequest

from investcrm.core.models import ExchangeRate, OutboxMessage


def visible_rows(model: type[models.Model], user: Any) -> models.QuerySet[Any]:
    """The model's rows that the user may see; a model that does not say is for superusers."""
    manager = model._default_manager
    if hasattr(manager, "visible_to"):
        rows: models.QuerySet[Any] = manager.visible_to(user)
        return rows
    return manager.all() if user.is_superuser else manager.none()


class Scoped(BaseModelAdmin):
    """Limits the choices of related rows to visible ones, in forms of rows and of their inlines."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer visible rows only."""
        kwargs.setdefault("queryset", visible_rows(db_field.remote_field.model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer visible rows only."""
        kwargs.setdefault("queryset", visible_rows(db_field.remote_field.model, request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedAdmin(Scoped, admin.ModelAdmin):
    """Read only unless `changed_with` names the capability that changing needs. Nothing is deleted here.

    `scope` is the path to a related row whose visibility decides (`lead`), where the model has no `visible_to`.
    `zone_path` is the field of a row's zone (empty: the row is the zone).
    """

    changed_with: ClassVar[str] = ""
    scope: ClassVar[str] = ""
    zone_path: ClassVar[str] = "zone"
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Visible rows."""
        if not self.scope:
            return visible_rows(self.model, request.user)
        related = self.model._meta.get_field(self.scope).related_model
        rows = visible_rows(related, request.user)
        return self.model._default_manager.filter(**{f"{self.scope}__in": rows})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer zones in which the user may change such rows, and not all that they see."""
        if self.changed_with and db_field.name == self.zone_path:
            user: Any = request.user
            zones = visible_rows(db_field.remote_field.model, user)
            kwargs["queryset"] = zones.filter(
                pk__in=[zone.pk for zone in zones if user.can(self.changed_with, on=zone)]
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _may_change(self, request: HttpRequest, row: Any = None) -> bool:
        user: Any = request.user
        if not self.changed_with or not user.is_staff or not user.is_active:
            return False
        zone = getattr(row, self.zone_path) if self.zone_path and row is not None else row
        return bool(user.can(self.changed_with, on=zone))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever is staff sees the headings."""
        user: Any = request.user
        return bool(user.is_staff and user.is_active)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff; which rows is decided by the queryset."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Needs the capability somewhere; in which zones is decided by the choices."""
        return self._may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Needs the capability in the row's zone."""
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: rows are ended, disabled, or deleted by services."""
        return False


class SuperuserAdmin(ScopedAdmin):
    """Rows that hold for the whole installation: seen and changed by its keeper only."""

    def _may_change(self, request: HttpRequest, row: Any = None) -> bool:
        user: Any = request.user
        return bool(user.is_superuser and user.is_active)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return self._may_change(request)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(SuperuserAdmin):
    """Rates."""

    list_display = ("currency", "valid_from", "cny", "source")
    list_filter = ("currency",)
    date_hierarchy = "valid_from"


@admin.register(OutboxMessage)
class OutboxMessageAdmin(SuperuserAdmin):
    """Mails waiting and sent: whom and when, not what they say (reset links are secrets)."""

    list_display = ("subject", "created_at", "attempts", "next_attempt_at", "sent_at", "error")
    fields = ("subject", "recipients", "message_id", "created_at", "attempts", "next_attempt_at", "sent_at", "error")
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Mails are written by what causes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Mails are sent as they were written."""
        return False
