"""Entering and editing a lead, deleting it, its milestones."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import AmountField, CreditCodeField, DayField
from investcrm.core.merging import MergeForm
from investcrm.core.money import CURRENCIES, CURRENCY_CHOICES
from projects.forms.fields import NOT_SET, LongText, MeasureField, RemoteSelect, label_of, of
from projects.models import Company, Contact, Document, Industry, Lead, Milestone, Stage
from projects.services.lead_rules import DAYS_AHEAD
from projects.services.leads import Opening
from teams.access import Capability
from teams.models import Team, User, Zone

AMOUNT_FIELDS = ("total_investment", "fixed_asset_investment", "registered_capital", "agreed_investment")
FIRST = ("name", "company", "new_company", "new_credit_code", "industry", "team", "owner", "summary")
OPENING_FIELDS = ("opening_stage", "opening_on")
# Titles and fields of the sections that are closed at first.
SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("opening", _("It existed before"), OPENING_FIELDS),
    ("money", _("Money"), ("currency", *AMOUNT_FIELDS)),
    (
        "origin",
        _("Where it came from"),
        (
            "acquisition_mode", "source", "referrer_company", "referrer_contact", "first_contact_on",
            "capital_origin", "listing", "name_en",
        ),
    ),
    (
        "needs",
        _("What it needs"),
        (
            "site_need", "land_mu", "floor_area_m2", "clear_height_m", "floor_load_t_m2", "power_kva",
            "needs_waterway",
        ),
    ),
    (
        "progress",
        _("Towards signing and landing"),
        (
            "expected_signing_on", "review_conclusion", "draft_agreement_on", "agreement_number",
            "registered_company", "place", "close_reason",
        ),
    ),
)  # fmt: skip


def _amount(name: str) -> AmountField:
    return AmountField(label=label_of(Lead, name), required=False)


def _measure(name: str, places: int) -> MeasureField:
    return MeasureField(label=label_of(Lead, name), required=False, max_digits=18, decimal_places=places)


def _day(name: str) -> DayField:
    return DayField(label=label_of(Lead, name), required=False, future_years=DAYS_AHEAD[name])


def _company(name: str) -> forms.Field:
    return of(Lead, name, required=False, widget=RemoteSelect("projects:company_options"))


class LeadForm(MergeForm):
    """All that may be written on a lead; what is asked for first, and the rest in sections."""

    beside = frozenset({"new_company", "new_credit_code", *OPENING_FIELDS})

    name = of(Lead, "name")
    company = _company("company")
    new_company = forms.CharField(
        label=_("New company"),
        required=False,
        max_length=300,
        help_text=_("Only if it is not on the list above. As on the business licence."),
    )
    new_credit_code = CreditCodeField(
        label=_("Unified social credit code"),
        required=False,
        help_text=_("18 characters, if known. Companies abroad have none."),
    )
    industry = of(Lead, "industry", widget=forms.Select(attrs={"data-select": "1"}))
    team = of(Lead, "team", empty_label=_("(none)"))
    owner = of(Lead, "owner", empty_label=_("(none)"), widget=forms.Select(attrs={"data-select": "1"}))
    summary = LongText(label=label_of(Lead, "summary"), required=False, max_length=10_000)
    opening_stage = forms.ModelChoiceField(
        Stage.objects.none(), label=_("Stands at"), required=False, to_field_name="code", empty_label=_("New lead")
    )
    opening_on = DayField(
        label=_("Since"), required=False, future_years=0, help_text=_("Leave empty if the day is not known.")
    )

    currency = forms.ChoiceField(label=label_of(Lead, "currency"), choices=CURRENCY_CHOICES, initial="CNY")
    total_investment = _amount("total_investment")
    fixed_asset_investment = _amount("fixed_asset_investment")
    registered_capital = _amount("registered_capital")
    agreed_investment = _amount("agreed_investment")

    acquisition_mode = of(Lead, "acquisition_mode")
    source = of(Lead, "source")
    referrer_company = _company("referrer_company")
    referrer_contact = of(Lead, "referrer_contact", widget=RemoteSelect("projects:contact_options"))
    first_contact_on = _day("first_contact_on")
    capital_origin = of(Lead, "capital_origin")
    listing = of(Lead, "listing")
    name_en = of(Lead, "name_en")

    site_need = of(Lead, "site_need")
    land_mu = _measure("land_mu", 3)
    floor_area_m2 = _measure("floor_area_m2", 2)
    clear_height_m = _measure("clear_height_m", 2)
    floor_load_t_m2 = _measure("floor_load_t_m2", 2)
    power_kva = _measure("power_kva", 2)
    needs_waterway = of(Lead, "needs_waterway")

    expected_signing_on = _day("expected_signing_on")
    review_conclusion = LongText(label=label_of(Lead, "review_conclusion"), required=False, max_length=5000)
    draft_agreement_on = _day("draft_agreement_on")
    agreement_number = of(Lead, "agreement_number")
    registered_company = _company("registered_company")
    place = of(Lead, "place")
    close_reason = of(Lead, "close_reason")

    def __init__(self, *args: Any, user: User, zone: Zone, row: Lead | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.user, self.zone = user, zone
        self._settle_choices(row)
        self._settle_people(row)
        if row is None:
            del self.fields["close_reason"]
        else:
            for name in ("new_company", "new_credit_code"):
                del self.fields[name]
            self.fields["company"].required = True
        if row is not None or not user.can(Capability.RECORD_HISTORY, on=zone):
            for name in OPENING_FIELDS:
                del self.fields[name]
        currency = self.data.get(self.add_prefix("currency")) if self.is_bound else None
        for name in AMOUNT_FIELDS:
            cast(AmountField, self.fields[name]).currency = currency if currency in CURRENCIES else None
        self.begin()

    def _choose_from(self, name: str, rows: QuerySet[Any]) -> None:
        if name in self.fields:
            cast(forms.ModelChoiceField, self.fields[name]).queryset = rows

    def _settle_choices(self, row: Lead | None) -> None:
        companies = Company.objects.visible_to(self.user)
        for name in ("company", "referrer_company", "registered_company"):
            own = Q(pk=getattr(row, f"{name}_id", None))
            self._choose_from(name, Company.objects.filter(Q(pk__in=companies.values("pk")) | own))
        contacts = Contact.objects.visible_to(self.user).filter(zone=self.zone)
        own = Q(pk=row.referrer_contact_id if row else None)
        self._choose_from("referrer_contact", Contact.objects.filter(Q(pk__in=contacts.values("pk")) | own))
        today = self.zone.today()
        industries = Industry.objects.filter(zone=self.zone)
        own = Q(pk=row.industry_id if row else None)
        self._choose_from("industry", industries.filter(Q(pk__in=industries.in_use(today).values("pk")) | own))
        self._choose_from("opening_stage", Stage.objects.visible_to(self.user))

    def _settle_people(self, row: Lead | None) -> None:
        """Team and owner: all of the zone for those who assign, one's own for those who enter a lead."""
        assigns = self.user.can(Capability.ASSIGN_LEAD, on=row or self.zone)
        if (row is None and not self.user.can(Capability.EDIT_LEAD, on=self.zone)) or (
            row is not None and not assigns
        ):
            del self.fields["team"], self.fields["owner"]
            return
        today = self.zone.today()
        zone_teams = Team.objects.filter(zone=self.zone)
        teams = zone_teams.filter(Q(pk__in=zone_teams.in_use(today).values("pk")) | Q(pk=row.team_id if row else None))
        whole_zone = self.user.is_superuser or self.zone.id in self.user.zone_ids(Capability.EDIT_LEAD)
        if row is None and not whole_zone:
            teams = teams.filter(pk__in=self.user.team_ids(Capability.EDIT_LEAD))
        people = User.objects.working_in(self.zone, today)
        if not assigns:
            people = people.filter(pk=self.user.pk)
        own = Q(pk=row.owner_id) if row and row.owner_id else Q(pk__in=people.values("pk"))
        self._choose_from("team", teams)
        self._choose_from("owner", User.objects.filter(own | Q(pk__in=people.values("pk"))))

    def clean(self) -> dict[str, Any] | None:
        """A new lead needs a company: one of the list, or a new one's name."""
        super().clean()
        named = self.cleaned_data.get("company") or self.cleaned_data.get("new_company")
        if self.row is None and not named and not {"company", "new_company"} & self.errors.keys():
            self.add_error("company", ValidationError(_("Choose the company, or enter a new one."), code="required"))
        return None

    @property
    def opening(self) -> Opening | None:
        """Where a lead that existed before stands; None for a new one."""
        stage = self.cleaned_data.get("opening_stage")
        return Opening(stage, self.cleaned_data.get("opening_on")) if stage else None

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields asked for first."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The other fields, by section; one with an error is open."""
        found = []
        for key, title, names in SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                found.append({"key": key, "title": title, "fields": fields, "open": any(f.errors for f in fields)})
        return found


class LeadDeleteForm(forms.Form):
    """Why a lead is deleted."""

    note = LongText(label=_("Why"), required=False, max_length=2000)


class MilestoneForm(forms.Form):
    """The day of a milestone and its evidence: in words, and one of the lead's documents."""

    occurred_on = DayField(label=label_of(Milestone, "occurred_on"), required=False, future_years=0)
    evidence = of(Milestone, "evidence")
    document = forms.ModelChoiceField(
        Document.objects.none(), label=label_of(Milestone, "document"), required=False, empty_label=NOT_SET
    )

    def __init__(self, *args: Any, user: User, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = Document.objects.visible_to(user).filter(lead=lead).order_by("-created_at")
        cast(forms.ModelChoiceField, self.fields["document"]).queryset = documents

    def clean_occurred_on(self) -> datetime.date | None:
        """A milestone is set with its day; taking it back is a button of its own."""
        day = cast("datetime.date | None", self.cleaned_data["occurred_on"])
        if day is None and "clear" not in self.data:
            raise ValidationError(_("Give the day."), code="required")
        return day
