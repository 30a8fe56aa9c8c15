"""Stage moves: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.serializers import DayField, StrictCharField, StrictSerializer
from projects.api.serializers.leads import LeadFieldsSerializer
from projects.choices import EntryKind
from teams.api.serializers import UserRefSerializer

MOVE_KINDS = [(kind.value, kind.label) for kind in (EntryKind.MOVED, EntryKind.CORRECTED)]


class MoveSerializer(serializers.Serializer[Any]):
    """A stage move, or the correction that takes one back."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    kind = serializers.ChoiceField(MOVE_KINDS)
    from_stage = serializers.CharField(allow_null=True)
    to_stage = serializers.CharField()
    occurred_on = serializers.DateField(allow_null=True, help_text="The day it happened.")
    recorded_at = serializers.DateTimeField(help_text="When it was entered.")
    actor = UserRefSerializer(allow_null=True)
    note = serializers.CharField()
    evidence = serializers.CharField()
    reverses = serializers.UUIDField(allow_null=True, help_text="The move that this correction takes back.")


class MoveFieldsSerializer(LeadFieldsSerializer):
    """Fields of the lead that the move sets."""

    registered_credit_code = StrictCharField(
        max_length=40, required=False, help_text="Credit code of the registered company."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Signing",
            value={
                "to_stage": "signed",
                "from_stage": "to_sign",
                "occurred_on": "2026-03-05",
                "fields": {"agreed_investment": "500000000.00", "agreement_number": "GL-2026-018"},
            },
            request_only=True,
        )
    ]
)
class MoveWriteSerializer(StrictSerializer):
    """A move to another stage, with the fields that it needs, in one transaction."""

    to_stage = StrictCharField(max_length=40, help_text="Code of the stage.")
    from_stage = StrictCharField(
        max_length=40, required=False, help_text="Where the caller saw the lead; 409 if it has moved meanwhile."
    )
    occurred_on = DayField(allow_null=True, required=False, help_text="The day it happened; today unless given.")
    note = StrictCharField(max_length=2000, allow_blank=True, required=False, help_text="Needed for moving back.")
    evidence = StrictCharField(max_length=2000, allow_blank=True, required=False)
    fields = MoveFieldsSerializer(required=False)  # type: ignore[assignment]


class MissingSerializer(serializers.Serializer[Any]):
    """A field that a stage requires and the lead lacks."""

    field = serializers.CharField()
    label = serializers.CharField(help_text="In the language of the answer.")  # type: ignore[assignment]


class NextStageSerializer(serializers.Serializer[Any]):
    """A stage that the caller may move the lead to."""

    stage = serializers.CharField(help_text="Code of the stage.")
    label = serializers.CharField(help_text="Its name in the language of the answer.")  # type: ignore[assignment]
    goes_back = serializers.BooleanField(help_text="Moving there needs a note.")
    missing = MissingSerializer(many=True)


class NextStagesSerializer(serializers.Serializer[Any]):
    """All stages that the caller may move the lead to."""

    results = NextStageSerializer(many=True)
