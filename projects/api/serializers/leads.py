"""Leads: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.bulk import ItemFields
from investcrm.core.api.serializers import (
    DayField,
    KnownAsChangeSerializer,
    KnownAsSerializer,
    MeasureField,
    MoneyField,
    NamedRefSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictSerializer,
)
from investcrm.core.money import CURRENCIES
from projects.api.serializers.refs import CompanyKeyField
from projects.choices import AcquisitionMode, CapitalOrigin, Listing, SiteNeed, StageKind
from teams.api.references import CodeKeyField, KeyField
from teams.api.serializers import TeamRefSerializer, UserRefSerializer, ZoneRefSerializer

LIGHTS = ("green", "yellow", "red", "none")
NEW_LEAD = OpenApiExample(
    "A new lead",
    value={
        "name": "粉末冶金汽车零部件项目",
        "company": "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11",
        "team": "G4",
        "industry": "auto-parts",
        "acquisition_mode": "referral",
        "total_investment": "1000000000.00",
        "currency": "CNY",
    },
    request_only=True,
)
HISTORIC_LEAD = OpenApiExample(
    "A lead that existed before",
    value={
        "name": "数字照明产业园",
        "company": "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11",
        "opening": {"stage": "signed", "occurred_on": "2022-03-05"},
    },
    request_only=True,
)


class MoneyAnswerField(serializers.DecimalField):
    """An amount in an answer: a string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=24, decimal_places=2, allow_null=True, **kwargs)


class MeasureAnswerField(serializers.DecimalField):
    """A measure in an answer: a string."""

    def __init__(self, decimal_places: int = 2, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=decimal_places, allow_null=True, **kwargs)


class MilestonesSerializer(serializers.Serializer[Any]):
    """The days of what follows signing, each on its own."""

    registered_on = serializers.DateField(allow_null=True)
    funds_in_place_on = serializers.DateField(allow_null=True)
    construction_started_on = serializers.DateField(allow_null=True)
    completed_on = serializers.DateField(allow_null=True)
    in_production_on = serializers.DateField(allow_null=True)
    full_capacity_on = serializers.DateField(allow_null=True)


class LeadSerializer(serializers.Serializer[Any]):
    """An investment project that a company may bring."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="The human reference, such as 2026-000123.")
    name = serializers.CharField()
    name_en = serializers.CharField()
    company = NamedRefSerializer()
    zone = ZoneRefSerializer()
    team = TeamRefSerializer(allow_null=True)
    owner = UserRefSerializer(allow_null=True)
    stage = serializers.CharField(help_text="Code of the stage. It changes by a move alone.")
    stage_kind = serializers.ChoiceField(StageKind.choices)
    stage_entered_on = serializers.DateField(allow_null=True)
    industry = serializers.CharField(allow_null=True, help_text="Code, in the lead's zone.")
    acquisition_mode = serializers.ChoiceField(AcquisitionMode.choices, allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]
    referrer_company = NamedRefSerializer(allow_null=True)
    referrer_contact = serializers.UUIDField(allow_null=True)
    capital_origin = serializers.ChoiceField(CapitalOrigin.choices)
    listing = serializers.ChoiceField(Listing.choices)
    total_investment = MoneyAnswerField()
    fixed_asset_investment = MoneyAnswerField()
    registered_capital = MoneyAnswerField()
    agreed_investment = MoneyAnswerField()
    currency = serializers.CharField(help_text="ISO 4217, of all the lead's amounts.")
    total_investment_cny = MoneyAnswerField(
        help_text="At the rate of the signing day once signed, else of today; null where there is no rate."
    )
    site_need = serializers.ChoiceField(SiteNeed.choices, allow_blank=True)
    land_mu = MeasureAnswerField(3)
    floor_area_m2 = MeasureAnswerField()
    clear_height_m = MeasureAnswerField()
    floor_load_t_m2 = MeasureAnswerField()
    power_kva = MeasureAnswerField()
    needs_waterway = serializers.BooleanField()
    place = serializers.CharField()
    registered_company = NamedRefSerializer(allow_null=True)
    agreement_number = serializers.CharField()
    summary = serializers.CharField()
    review_conclusion = serializers.CharField()
    draft_agreement_on = serializers.DateField(allow_null=True)
    expected_signing_on = serializers.DateField(allow_null=True)
    first_contact_on = serializers.DateField(allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    landed_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    close_reason = serializers.CharField()
    milestones = MilestonesSerializer()
    last_interaction_at = serializers.DateTimeField(allow_null=True)
    next_follow_up_on = serializers.DateField(allow_null=True)
    silent_days = serializers.IntegerField(help_text="Days since the last interaction, or since it was entered.")
    idle_days = serializers.IntegerField(
        allow_null=True, help_text="Days since the last move or milestone; null where that day is unknown."
    )
    light = serializers.ChoiceField(LIGHTS)
    gaps = serializers.ListField(
        child=serializers.CharField(), help_text="What the present stage requires and the lead lacks."
    )
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_field({"type": "string", "enum": sorted(CURRENCIES)})
class CurrencyField(StrictCharField):
    """A currency of the list; one that is not on it breaks a rule."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, **kwargs)


def text(length: int) -> StrictCharField:
    """A text that may be empty and may be left out."""
    return StrictCharField(max_length=length, allow_blank=True, required=False)


def day() -> DayField:
    """A day that may be emptied by null and may be left out."""
    return DayField(allow_null=True, required=False)


def money() -> MoneyField:
    """An amount that may be emptied by null and may be left out."""
    return MoneyField(allow_null=True, required=False)


def measure(max_digits: int, decimal_places: int = 2) -> MeasureField:
    """A measure that may be emptied by null and may be left out."""
    return MeasureField(max_digits=max_digits, decimal_places=decimal_places, allow_null=True, required=False)


class LeadFieldsSerializer(StrictSerializer):
    """The fields of a lead that may be changed; the stage is not one of them."""

    name = StrictCharField(max_length=300, required=False)
    name_en = text(300)
    company = CompanyKeyField(required=False)
    team = CodeKeyField(allow_null=True, required=False, help_text="Id, or code in the lead's zone.")
    owner = CodeKeyField(allow_null=True, required=False, help_text="Id or user name.")
    industry = CodeKeyField(allow_null=True, required=False, help_text="Id, or code in the lead's zone.")
    acquisition_mode = serializers.ChoiceField(AcquisitionMode.choices, allow_blank=True, required=False)
    source = text(300)  # type: ignore[assignment]
    referrer_company = CompanyKeyField(allow_null=True, required=False)
    referrer_contact = KeyField(allow_null=True, required=False)
    capital_origin = serializers.ChoiceField(CapitalOrigin.choices, required=False)
    listing = serializers.ChoiceField(Listing.choices, required=False)
    total_investment = money()
    fixed_asset_investment = money()
    registered_capital = money()
    agreed_investment = money()
    currency = CurrencyField(required=False)
    site_need = serializers.ChoiceField(SiteNeed.choices, allow_blank=True, required=False)
    land_mu = measure(12, 3)
    floor_area_m2 = measure(12)
    clear_height_m = measure(6)
    floor_load_t_m2 = measure(6)
    power_kva = measure(12)
    needs_waterway = StrictBooleanField(required=False)
    place = text(300)
    registered_company = CompanyKeyField(allow_null=True, required=False)
    agreement_number = text(100)
    summary = text(10_000)
    review_conclusion = text(5000)
    draft_agreement_on = day()
    expected_signing_on = day()
    first_contact_on = day()
    close_reason = text(500)


class LeadChangeSerializer(KnownAsChangeSerializer, LeadFieldsSerializer):
    """The fields of a lead that may be changed (the stage is not one of them), and what another system calls it."""


class OpeningSerializer(StrictSerializer):
    """Where a lead stood when it was entered, and since when (null: not known)."""

    stage = StrictCharField(max_length=40)
    occurred_on = DayField(allow_null=True, required=False)


class LeadUpsertSerializer(LeadFieldsSerializer):
    """A lead that another system knows: of one that is there, the fields sent are changed."""

    zone = StrictCharField(
        max_length=40, required=False, help_text="Code; needed where the caller has several zones and names no team."
    )
    opening = OpeningSerializer(
        required=False, help_text="Of a new lead alone. Needs the capability to record history."
    )


class LeadItemSerializer(ItemFields, LeadUpsertSerializer):
    """An item of a bulk upsert."""


@extend_schema_serializer(examples=[NEW_LEAD, HISTORIC_LEAD])
class LeadWriteSerializer(KnownAsSerializer, LeadUpsertSerializer):
    """A new lead."""

    name = StrictCharField(max_length=300)
    company = CompanyKeyField()
