"""Service requests: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.serializers import (
    DayField,
    InstantField,
    StrictBooleanField,
    StrictCharField,
    StrictSerializer,
)
from projects.api.serializers.leads import text
from projects.api.serializers.refs import CompanyKeyField
from teams.api.references import CodeKeyField, KeyField
from teams.api.serializers import ZoneRefSerializer
from visits.choices import RequestCategory, RequestState

NOW = "When it was done; now unless given."


class ServiceRequestSerializer(serializers.Serializer[Any]):
    """What a company asks for: answered, settled, reported back, each by whom and when."""

    id = serializers.UUIDField()
    zone = ZoneRefSerializer()
    company = serializers.UUIDField()
    lead = serializers.UUIDField(allow_null=True)
    category = serializers.ChoiceField(RequestCategory.choices)
    title = serializers.CharField()
    detail = serializers.CharField()
    state = serializers.ChoiceField(RequestState.choices, help_text="What is owed next; it follows from the steps.")
    received_at = serializers.DateTimeField()
    raised_by = serializers.UUIDField(allow_null=True, help_text="A contact.")
    came_from = serializers.UUIDField(allow_null=True, help_text="The interaction in which it was raised.")
    handler = serializers.UUIDField()
    team = serializers.UUIDField(allow_null=True)
    answer_due_on = serializers.DateField()
    settle_due_on = serializers.DateField()
    report_due_on = serializers.DateField(allow_null=True, help_text="Counted from the settling.")
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.UUIDField(allow_null=True)
    answer = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = serializers.UUIDField(allow_null=True)
    settlement = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)
    reported_by = serializers.UUIDField(allow_null=True)
    report = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdraw_reason = serializers.CharField()
    created_by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ServiceRequestChangeSerializer(StrictSerializer):
    """What may be changed of what was written down; steps are taken by their own addresses."""

    category = serializers.ChoiceField(RequestCategory.choices, required=False)
    title = StrictCharField(max_length=200, required=False)
    detail = text(5000)
    lead = KeyField(allow_null=True, required=False)
    raised_by = KeyField(allow_null=True, required=False, help_text="A contact of the company.")
    received_at = InstantField(required=False)
    answer_due_on = DayField(required=False)
    settle_due_on = DayField(required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A request",
            value={
                "company": "0198a3c0-77aa-7e10-8d0e-4c1f2b3a5d66",
                "category": "utilities",
                "title": "厂区增容 2000 kVA",
                "received_at": "2026-03-05T09:30:00+08:00",
            },
            request_only=True,
        )
    ]
)
class ServiceRequestWriteSerializer(ServiceRequestChangeSerializer):
    """A new request; its due days come from the zone's settings unless given."""

    company = CompanyKeyField()
    zone = StrictCharField(max_length=40, required=False, help_text="Code; else that of the lead, or of the caller.")
    category = serializers.ChoiceField(RequestCategory.choices)
    title = StrictCharField(max_length=200)
    came_from = KeyField(allow_null=True, required=False, help_text="The interaction in which it was raised.")
    handler = CodeKeyField(required=False, help_text="Id or user name; the caller unless given.")


class AnswerSerializer(StrictSerializer):
    """What the company was told."""

    answer = StrictCharField(max_length=2000)
    answered_at = InstantField(required=False, help_text=NOW)


class SettleSerializer(StrictSerializer):
    """How it was settled."""

    settlement = StrictCharField(max_length=2000)
    settled_at = InstantField(required=False, help_text=NOW)
    answer_too = StrictBooleanField(
        required=False, help_text="Needed for a request that was not answered: the settlement was the answer, too."
    )


class ReportBackSerializer(StrictSerializer):
    """What the company said to it."""

    report = text(2000)
    reported_at = InstantField(required=False, help_text=NOW)


class WithdrawRequestSerializer(StrictSerializer):
    """Why it is no longer asked for."""

    withdraw_reason = StrictCharField(max_length=300)


class HandOverSerializer(StrictSerializer):
    """Who handles it from now on."""

    handler = CodeKeyField(help_text="Id or user name.")


class TakeBackStepSerializer(StrictSerializer):
    """Why the latest step is taken back."""

    note = StrictCharField(max_length=300)
    state = serializers.ChoiceField(
        RequestState.choices,
        required=False,
        help_text="Where the caller saw the request; a later step of somebody else is not taken back.",
    )
