"""Targets: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.serializers import (
    DayField,
    MoneyField,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
)
from pipeline.models.targets import LISTINGS, Metric
from projects.api.serializers.leads import MoneyAnswerField, money, text
from projects.choices import CapitalOrigin
from teams.api.references import CodeKeyField, KeyField

LISTED = [(one.value, one.label) for one in LISTINGS]
COUNTED = ("lead", "fund_arrival", "interaction", "planned_visit")
LIGHTS = ("green", "yellow", "red")
STATES = ("ahead", "running", "done", "missed")
SIZE = "Goes with its pair in the other currency."


class AskedSerializer(serializers.Serializer[Any]):
    """Of whom what is asked for, and when."""

    id = serializers.UUIDField()
    letter = serializers.UUIDField(help_text="The target letter that it stands in.")
    zone = serializers.CharField(help_text="Code.")
    team = serializers.UUIDField(allow_null=True, help_text="Null for the whole zone and for a person.")
    person = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(help_text="In the language of the answer; may be empty.")
    metric = serializers.ChoiceField(Metric.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class TargetSerializer(AskedSerializer):
    """What a letter asks for: a counting rule over a window, and at least how much."""

    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    position = serializers.IntegerField()
    minimum = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Pieces, CNY, or per cent.")
    total_investment_cny = MoneyAnswerField(help_text="Only leads of this size and more.")
    total_investment_usd = MoneyAnswerField(help_text=SIZE)
    registered_capital_cny = MoneyAnswerField(help_text="Only leads of this size and more.")
    registered_capital_usd = MoneyAnswerField(help_text=SIZE)
    listing = serializers.ChoiceField(LISTED, allow_blank=True, help_text="On this list of major projects, at least.")
    origin = serializers.ChoiceField(CapitalOrigin.choices, allow_blank=True)
    industry = serializers.CharField(allow_null=True, help_text="Code; with those below it.")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The target that it is a part of."
    )
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TargetChangeSerializer(StrictSerializer):
    """What may be changed of a target."""

    metric = serializers.ChoiceField(Metric.choices, required=False)
    minimum = MoneyField(required=False)
    starts_on = DayField(required=False)
    ends_on = DayField(required=False)
    name_zh = text(200)
    name_en = text(200)
    position = StrictIntegerField(max_value=32_767, required=False)
    total_investment_cny = money()
    total_investment_usd = money()
    registered_capital_cny = money()
    registered_capital_usd = money()
    listing = serializers.ChoiceField(LISTED, allow_blank=True, required=False)
    origin = serializers.ChoiceField(CapitalOrigin.choices, allow_blank=True, required=False)
    industry = CodeKeyField(allow_null=True, required=False, help_text="Id, or code in the zone.")
    parent = KeyField(  # type: ignore[assignment]
        allow_null=True,
        required=False,
        help_text="The target that it is a part of, of the letter above or of this one.",
    )
    confirm_overlap = StrictBooleanField(
        required=False, help_text="Keep it although the same is asked of the same already, in an overlapping time."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Five landed projects of a billion",
            value={
                "letter": "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11",
                "metric": "landed_count",
                "minimum": "5.00",
                "total_investment_cny": "1000000000.00",
                "total_investment_usd": "100000000.00",
            },
            request_only=True,
        )
    ]
)
class TargetWriteSerializer(TargetChangeSerializer):
    """A new target of a letter; its window is the letter's time unless given."""

    letter = KeyField()
    metric = serializers.ChoiceField(Metric.choices)
    minimum = MoneyField()


class CountedSerializer(serializers.Serializer[Any]):
    """What counts, the latest first."""

    kind = serializers.ChoiceField(COUNTED)
    ids = serializers.ListField(child=serializers.UUIDField())


class ProgressSerializer(AskedSerializer):
    """How far a target is."""

    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    value = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="What is asked for at least.")
    actual = serializers.DecimalField(
        max_digits=26, decimal_places=2, help_text="What is reached: the sum of its parts where they add up."
    )
    own = serializers.DecimalField(
        max_digits=26, decimal_places=2, help_text="Its own computation, which `counted` is behind."
    )
    ratio = serializers.DecimalField(
        max_digits=22, decimal_places=4, help_text="What is reached of what is asked for."
    )
    pace = serializers.DecimalField(
        max_digits=5, decimal_places=4, help_text="The share of the window that has passed."
    )
    behind = serializers.DecimalField(max_digits=22, decimal_places=2, help_text="Points behind the pace.")
    state = serializers.ChoiceField(STATES)
    light = serializers.ChoiceField(LIGHTS)
    leads = serializers.ListField(child=serializers.UUIDField(), help_text="The leads that count.")
    counted = CountedSerializer(help_text="What counts: the leads, or the funds, visits, plans of a metric of these.")
    hidden = serializers.IntegerField(help_text="How many more count that the caller does not see.")
