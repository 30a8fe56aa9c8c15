"""Money after signing: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.serializers import DayField, MoneyField, StrictCharField, StrictSerializer
from projects.api.serializers.leads import CurrencyField, text
from projects.choices import FundKind, FundStatus
from teams.api.references import KeyField

LEAD = "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11"


class AmountField(serializers.DecimalField):
    """An amount that is always there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=2, **kwargs)


class FundArrivalSerializer(serializers.Serializer[Any]):
    """Money proved to have arrived: entered by one person, verified by another. Only what is verified counts."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    kind = serializers.ChoiceField(FundKind.choices)
    amount = AmountField()
    currency = serializers.CharField(help_text="ISO 4217.")
    value_on = serializers.DateField(help_text="The day on which it arrived.")
    evidence = serializers.CharField()
    document = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(FundStatus.choices)
    entered_by = serializers.UUIDField()
    checked_by = serializers.UUIDField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    check_note = serializers.CharField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class FundArrivalChangeSerializer(StrictSerializer):
    """What whoever entered it may change until it is checked."""

    kind = serializers.ChoiceField(FundKind.choices, required=False)
    amount = MoneyField(required=False)
    currency = CurrencyField(required=False)
    value_on = DayField(required=False)
    evidence = StrictCharField(max_length=500, required=False)
    document = KeyField(allow_null=True, required=False, help_text="A document of the lead.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Funds in place",
            value={
                "lead": LEAD,
                "kind": "funds_in_place",
                "amount": "20000000.00",
                "currency": "CNY",
                "value_on": "2026-03-05",
                "evidence": "验资报告 2026-018",
            },
            request_only=True,
        )
    ]
)
class FundArrivalWriteSerializer(FundArrivalChangeSerializer):
    """A new arrival, to be verified by somebody else."""

    lead = KeyField()
    kind = serializers.ChoiceField(FundKind.choices)
    amount = MoneyField()
    currency = CurrencyField(required=False, help_text="CNY unless given.")
    value_on = DayField()
    evidence = StrictCharField(max_length=500)


class CheckSerializer(StrictSerializer):
    """A remark of the check."""

    check_note = text(500)


class RejectSerializer(StrictSerializer):
    """Why it is rejected."""

    check_note = StrictCharField(max_length=500)


class CapitalIncreaseSerializer(serializers.Serializer[Any]):
    """A settled investor adds capital: it adds its amount, and is not one more project."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    amount = AmountField()
    currency = serializers.CharField(help_text="ISO 4217.")
    agreed_on = serializers.DateField()
    evidence = serializers.CharField()
    document = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    entered_by = serializers.UUIDField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An increase",
            value={"lead": LEAD, "amount": "3000000.00", "currency": "USD", "agreed_on": "2026-03-05"},
            request_only=True,
        )
    ]
)
class CapitalIncreaseWriteSerializer(StrictSerializer):
    """A new increase. It is not edited: it is taken back, and entered anew."""

    lead = KeyField()
    amount = MoneyField()
    currency = CurrencyField(required=False, help_text="CNY unless given.")
    agreed_on = DayField()
    evidence = text(500)
    document = KeyField(allow_null=True, required=False, help_text="A document of the lead.")
    note = text(500)


class TakeBackIncreaseSerializer(StrictSerializer):
    """Why it is taken back."""

    note = StrictCharField(max_length=500)
