"""What the API document says of numbers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from pipeline.selectors.flow import MOVES
from projects.choices import StageKind
from teams.api.serializers import TeamRefSerializer, ZoneRefSerializer


class CnyField(serializers.DecimalField):
    """A sum in CNY: a string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=26, decimal_places=2, **kwargs)


class AmountsSerializer(serializers.Serializer[Any]):
    """How many leads, and what they are worth in CNY."""

    count = serializers.IntegerField()
    total_investment_cny = CnyField()
    agreed_investment_cny = CnyField()


class SumsSerializer(AmountsSerializer):
    """The same, with how many are left out of the sums."""

    without_total_investment = serializers.IntegerField(help_text="Leads without that amount.")
    without_agreed_investment = serializers.IntegerField(help_text="Leads without that amount.")
    without_rate = serializers.IntegerField(help_text="Leads in a currency without a rate on their day.")


class StageSumsSerializer(SumsSerializer):
    """The leads in a stage."""

    stage = serializers.CharField(help_text="Code of the stage.")
    stage_kind = serializers.ChoiceField(StageKind.choices)


class SummarySerializer(serializers.Serializer[Any]):
    """The leads by their stages, as they were at the end of a day. Sums are at the rate of the signing day, once
    signed, else of that day."""

    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    zone = ZoneRefSerializer()
    team = TeamRefSerializer(allow_null=True)
    industry = serializers.CharField(allow_null=True, help_text="Code.")
    currency = serializers.CharField(help_text="Of all sums: CNY.")
    results = StageSumsSerializer(many=True)
    total = SumsSerializer()


class CausesSerializer(serializers.Serializer[Any]):
    """What came and went, by cause; what went is below zero."""

    def get_fields(self) -> Any:
        """A column for each cause."""
        return {name: AmountsSerializer() for name in MOVES}


class FlowSumsSerializer(serializers.Serializer[Any]):
    """Opening + entered - left = closing, in numbers and in sums. What a change of amounts adds or takes off is in
    the sums of `entered`."""

    opening = AmountsSerializer(help_text="At the beginning of the first day.")
    entered = AmountsSerializer()
    left = AmountsSerializer()
    closing = AmountsSerializer(help_text="At the end of the last day.")
    causes = CausesSerializer()


class StageFlowSerializer(FlowSumsSerializer):
    """What came into a stage and went out of it."""

    stage = serializers.CharField(help_text="Code of the stage.")
    stage_kind = serializers.ChoiceField(StageKind.choices)
    moved_on = serializers.IntegerField(help_text="Moves out of it, to another stage that is not closed.")
    closed = serializers.IntegerField(help_text="Moves out of it that closed the lead.")
    reached = serializers.IntegerField(
        allow_null=True, help_text="How many of the leads that are new in these days came so far; null for closed."
    )
    conversion = serializers.DecimalField(
        max_digits=6, decimal_places=4, allow_null=True, help_text="The share of the new leads that came so far."
    )
    median_days = serializers.FloatField(
        allow_null=True, help_text="The median of the days of stays that a move ended in these days."
    )


class FlowSerializer(serializers.Serializer[Any]):
    """How the stages filled and emptied between two days, both included. Sums are at the rates of the last day."""

    def get_fields(self) -> Any:
        """`from` is a word of Python."""
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}

    known_at = serializers.DateTimeField(allow_null=True)
    zone = ZoneRefSerializer()
    team = TeamRefSerializer(allow_null=True)
    currency = serializers.CharField(help_text="Of all sums: CNY.")
    results = StageFlowSerializer(many=True)
    total = FlowSumsSerializer()
    new_leads = serializers.IntegerField(help_text="Leads that are new in these days; what conversion is a share of.")
