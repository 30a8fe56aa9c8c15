"""Reference rows, companies and leads in the administration site. Leads and the ledger are read only there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from investcrm.core.admin import ScopedAdmin, SuperuserAdmin
from projects.models import Company, Contact, Industry, Lead, LedgerEntry, Milestone, Stage, StageRequirement
from projects.requirements import REQUIREMENTS
from teams.access import Capability


class StageRequirementInline(admin.TabularInline):
    """What a stage asks for."""

    model = StageRequirement
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offers the requirements that there are: an unknown one would break every lead of the stage."""
        if db_field.name == "requirement":
            choices = [(code, requirement.label) for code, requirement in REQUIREMENTS.items()]
            return forms.ChoiceField(label=db_field.verbose_name, choices=[("", "—"), *choices])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_view_permission(self, request: object, obj: object = None) -> bool:
        """Seen with the stage."""
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Stage)
class StageAdmin(SuperuserAdmin):
    """Stages hold for all zones. A stage's code and kind never change: counting rests on them."""

    list_display = ("position", "code", "name_zh", "name_en", "kind", "silence_limit_days")
    inlines = (StageRequirementInline,)

    def get_readonly_fields(self, request: object, obj: object = None) -> tuple[str, ...]:
        """Fixed once made."""
        return ("code", "kind") if obj is not None else ()


@admin.register(Industry)
class IndustryAdmin(ScopedAdmin):
    """The industries of a zone."""

    changed_with = Capability.MANAGE_SETTINGS
    list_display = ("zone", "code", "name_zh", "name_en", "parent", "gb_code", "disabled_on")
    list_filter = (("zone", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("zone", "parent")


@admin.register(Company)
class CompanyAdmin(ScopedAdmin):
    """Companies, read only: names are kept with what search compares."""

    list_display = ("name", "name_en", "kind", "credit_code", "country")
    list_filter = ("kind",)
    search_fields = ("name", "name_en", "credit_code")
    fields = ("name", "name_en", "kind", "credit_code", "country", "region_code", "address", "website", "profile")


@admin.register(Contact)
class ContactAdmin(ScopedAdmin):
    """Contacts, read only."""

    list_display = ("name", "position", "company", "phone")
    list_select_related = ("company",)
    fields = ("zone", "company", "name", "name_en", "position", "phone", "wechat", "email", "remarks")


@admin.register(Lead)
class LeadAdmin(ScopedAdmin):
    """Leads, read only."""

    list_display = ("number", "name", "company", "stage", "team", "owner", "signed_on", "landed_on")
    list_filter = ("stage_kind",)
    list_select_related = ("company", "stage", "team", "owner")
    search_fields = ("number", "name", "name_en")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ScopedAdmin):
    """The ledger, read only."""

    scope = "lead"
    list_display = ("lead", "seq", "kind", "stage", "occurred_on", "recorded_at", "actor")
    list_filter = ("kind",)
    list_select_related = ("lead", "stage", "actor")
    ordering = ("-recorded_at",)


@admin.register(Milestone)
class MilestoneAdmin(ScopedAdmin):
    """Milestones, read only."""

    scope = "lead"
    list_display = ("lead", "kind", "occurred_on", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("lead", "recorded_by")
