"""Reference rows, companies and leads in the administration site. Leads and the ledger are read only there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from investcrm.core.admin import ScopedAdmin, SuperuserAdmin
from projects.models import (
    CapitalIncrease,
    Comment,
    Company,
    Contact,
    Document,
    ExportRecord,
    FundArrival,
    Industry,
    Lead,
    LedgerEntry,
    Milestone,
    Settlement,
    Stage,
    StageLimit,
    StageRequirement,
    Tag,
)
from projects.requirements import REQUIREMENTS
from projects.services.stages import count_anew
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

    def save_model(self, request: HttpRequest, obj: Stage, form: forms.ModelForm, change: bool) -> None:
        """Another place in the order changes how far leads came."""
        super().save_model(request, obj, form, change)
        if "position" in form.changed_data:
            count_anew()


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


@admin.register(Settlement)
class SettlementAdmin(ScopedAdmin):
    """Settled companies, read only."""

    list_display = ("company", "zone", "since", "visit_every_days", "owner")
    list_filter = (("zone", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("company", "zone", "owner")


@admin.register(StageLimit)
class StageLimitAdmin(ScopedAdmin):
    """A zone's own limits of silent days, read only: see the page of limits."""

    scope = "zone"
    list_display = ("zone", "stage", "silence_limit_days")
    list_select_related = ("zone", "stage")


@admin.register(Tag)
class TagAdmin(ScopedAdmin):
    """Tags, read only."""

    list_display = ("zone", "name")
    list_filter = (("zone", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("zone",)


@admin.register(Document)
class DocumentAdmin(ScopedAdmin):
    """Documents, read only; files are taken from the pages, where it is noted who took them."""

    list_display = ("title", "kind", "lead", "company", "created_by")
    list_filter = ("kind",)
    list_select_related = ("lead", "company", "created_by")
    fields = ("zone", "lead", "company", "kind", "title", "note")


@admin.register(FundArrival)
class FundArrivalAdmin(ScopedAdmin):
    """Arrivals of funds, read only: one enters, another verifies."""

    list_display = ("lead", "kind", "amount", "currency", "value_on", "status", "entered_by", "checked_by")
    list_filter = ("kind", "status")
    list_select_related = ("lead", "entered_by", "checked_by")


@admin.register(CapitalIncrease)
class CapitalIncreaseAdmin(ScopedAdmin):
    """Increases of capital, read only: each has its entry in the ledger."""

    list_display = ("lead", "amount", "currency", "agreed_on", "entered_by")
    list_select_related = ("lead", "entered_by")


@admin.register(Comment)
class CommentAdmin(ScopedAdmin):
    """Comments, read only."""

    list_display = ("lead", "author", "text", "created_at")
    list_select_related = ("lead", "author")
    fields = ("lead", "author", "text")


@admin.register(ExportRecord)
class ExportRecordAdmin(SuperuserAdmin):
    """Who took which rows out as a file, when."""

    list_display = ("at", "user", "page", "format", "rows")
    list_filter = ("page", "format")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is written by the export."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays."""
        return False
