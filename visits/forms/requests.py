"""Entering, editing and filtering service requests, and their steps."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from projects.forms.fields import NOT_SET, LongText, RemoteSelect, label_of, of
from projects.models import Company, Contact, Lead
from teams.models import Team, User, Zone
from visits.choices import RequestCategory, RequestState
from visits.forms.fields import ZoneMomentField
from visits.models import ServiceRequest
from visits.selectors.log import contacts_at
from visits.services.requests import YEARS_AHEAD, due_days

ANY: list[tuple[str, Any]] = [("", _("Any"))]
NOW = _("Empty: now.")
OPEN, ALL = "open", "all"


def _moment(label: Any) -> ZoneMomentField:
    return ZoneMomentField(label=label, required=False, help_text=NOW)


def _text(name: str, **options: Any) -> LongText:
    return LongText(label=label_of(ServiceRequest, name), required=False, max_length=2000, rows=3, **options)


class RequestForm(MergeForm):
    """What a company asks for. Who handles it is chosen at first, and changed by handing it on."""

    fields: dict[str, Any]
    beside = frozenset({"zone", "company", "handler"})

    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Zone"), to_field_name="code", empty_label=None)
    company = forms.ModelChoiceField(
        Company.objects.none(),
        label=label_of(ServiceRequest, "company"),
        widget=RemoteSelect("projects:company_options"),
    )
    title = of(ServiceRequest, "title")
    category = of(ServiceRequest, "category")
    detail = LongText(label=label_of(ServiceRequest, "detail"), required=False, max_length=5000)
    raised_by = forms.ModelChoiceField(
        Contact.objects.none(), label=label_of(ServiceRequest, "raised_by"), required=False, empty_label=NOT_SET
    )
    lead = forms.ModelChoiceField(
        Lead.objects.none(), label=label_of(ServiceRequest, "lead"), required=False, empty_label=_("(none)")
    )
    handler = forms.ModelChoiceField(
        User.objects.none(), label=label_of(ServiceRequest, "handler"), empty_label=None,
        widget=forms.Select(attrs={"data-select": "1"}),
    )  # fmt: skip
    received_at = _moment(label_of(ServiceRequest, "received_at"))
    answer_due_on = DayField(label=label_of(ServiceRequest, "answer_due_on"), future_years=YEARS_AHEAD)
    settle_due_on = DayField(label=label_of(ServiceRequest, "settle_due_on"), future_years=YEARS_AHEAD)

    def __init__(
        self, *args: Any, actor: User, zone: Zone, zones: list[Zone] | None = None, company: Company | None = None,
        row: ServiceRequest | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, row=row, **kwargs)
        self.fields["received_at"].zone_info = zoneinfo.ZoneInfo(zone.time_zone)
        if row is not None:
            company = row.company
            self.fields["received_at"].required = True
            self.fields["received_at"].help_text = ""
            del self.fields["zone"], self.fields["company"], self.fields["handler"]
        else:
            self._begin_new(actor, zone, zones or [zone], company)
        if company is None:
            del self.fields["raised_by"], self.fields["lead"]
        else:
            self._know_company(actor, zone, company)
        self.begin()

    def _begin_new(self, actor: User, zone: Zone, zones: list[Zone], company: Company | None) -> None:
        if len(zones) > 1:
            self.fields["zone"].queryset = Zone.objects.filter(pk__in=[one.pk for one in zones])
            self.initial.setdefault("zone", zone.code)
        else:
            del self.fields["zone"]
        if company is None:
            self.fields["company"].queryset = Company.objects.visible_to(actor)
        else:
            del self.fields["company"]
        people = User.objects.working_in(zone, zone.today())
        self.fields["handler"].queryset = people
        self.initial.setdefault("handler", actor.pk)
        answer_by, settle_by = due_days(zone, zone.today())
        for name, day in (("answer_due_on", answer_by), ("settle_due_on", settle_by)):
            self.fields[name].required = False
            self.fields[name].help_text = _("Empty: by the limits of the zone.")
            self.initial.setdefault(name, day)

    def _know_company(self, actor: User, zone: Zone, company: Company) -> None:
        self.fields["raised_by"].queryset = contacts_at(actor, company, zone)
        leads = Lead.objects.visible_to(actor).filter(Q(company=company) | Q(registered_company=company), zone=zone)
        self.fields["lead"].queryset = leads.order_by("-created_at")


class AnswerForm(forms.Form):
    """What the company was told."""

    fields: dict[str, Any]
    answer = _text("answer")
    answered_at = _moment(_("Answered at"))


class SettleForm(forms.Form):
    """How it was settled; one form for the answer too, where none was given before."""

    fields: dict[str, Any]
    settlement = _text("settlement")
    settled_at = _moment(_("Settled at"))
    answer_too = forms.BooleanField(label=_("It was answered with this, at the same time"), required=False)


class ReportForm(forms.Form):
    """That the company was told of the result."""

    fields: dict[str, Any]
    report = _text("report")
    reported_at = _moment(_("Reported back at"))


class WithdrawForm(forms.Form):
    """Why it is no longer asked for."""

    withdraw_reason = forms.CharField(label=_("Why is it withdrawn?"), required=False, max_length=300)


class TakeBackForm(forms.Form):
    """Why the latest step was a mistake, and where the request stood for whoever says so."""

    note = forms.CharField(label=_("Why is it taken back?"), required=False, max_length=300)
    state = forms.ChoiceField(choices=RequestState.choices, widget=forms.HiddenInput)


class HandOnForm(forms.Form):
    """The colleague who takes it."""

    fields: dict[str, Any]
    handler = forms.ModelChoiceField(
        User.objects.none(), label=_("Colleague"), empty_label=NOT_SET,
        widget=forms.Select(attrs={"data-select": "1"}),
    )  # fmt: skip

    def __init__(self, *args: Any, row: ServiceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.working_in(row.zone, row.zone.today()).exclude(pk=row.handler_id)
        self.fields["handler"].queryset = people


class RequestFilterForm(forms.Form):
    """The filters of the list, as they stand in the address; without a state what is still open is shown."""

    fields: dict[str, Any]

    search = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Still open")), *RequestState.choices, (ALL, _("All"))],
    )
    who = forms.ChoiceField(label=_("Handled by"), required=False, choices=[*ANY, ("me", _("Me"))])
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    category = forms.ChoiceField(
        label=label_of(ServiceRequest, "category"), required=False, choices=[*ANY, *RequestCategory.choices]
    )
    team = forms.ModelChoiceField(label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("Any"))
    company = forms.ModelChoiceField(
        Company.objects.none(), label=_("Company"), required=False, widget=forms.HiddenInput
    )
    ordering = forms.ChoiceField(
        label=_("Sorted by"),
        required=False,
        choices=[("", _("Due first")), ("-received_at", _("Latest first")), ("received_at", _("Oldest first"))],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(user)
        self.fields["company"].queryset = Company.objects.visible_to(user)

    def chosen(self) -> dict[str, Any]:
        """The filters that can be read, as `found_by` takes them; what cannot is shown beside its field."""
        self.is_valid()
        cleaned = self.cleaned_data
        state = cleaned.get("state") or OPEN
        return {
            "state": "" if state == ALL else state,
            "overdue": bool(cleaned.get("overdue")),
            "mine": cleaned.get("who") == "me",
            "category": cleaned.get("category") or "",
            "team": cleaned.get("team"),
            "company": cleaned.get("company"),
            "query": cleaned.get("search") or "",
        }
