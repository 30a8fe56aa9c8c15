"""Follow-ups and planned visits: what is written, and what the API document says of the answers."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.serializers import DayField, StrictCharField, StrictIntegerField, StrictSerializer
from projects.api.serializers.leads import text
from projects.api.serializers.refs import CompanyKeyField
from teams.api.references import CodeKeyField, KeyField
from teams.api.serializers import ZoneRefSerializer
from visits.choices import PLANNABLE, FollowUpStatus, PlanStatus

MAX_PEOPLE = 100
PLANNABLE_CHANNELS = [(one.value, one.label) for one in PLANNABLE]
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


@extend_schema_field({"type": "string", "pattern": rf"^{CLOCK.pattern}$", "example": "09:30:00"})
class ClockField(serializers.Field[Any, Any, Any, Any]):
    """A time of day in the zone's time, as `HH:MM` or `HH:MM:SS`."""

    default_error_messages = {"invalid": _("Send a time of day as HH:MM.")}

    def to_internal_value(self, data: Any) -> datetime.time:
        """The time. Raises a 400 for anything else."""
        if not isinstance(data, str) or not CLOCK.fullmatch(data):
            self.fail("invalid")
        return datetime.time.fromisoformat(data)

    def to_representation(self, value: Any) -> Any:
        """As it is sent."""
        return value


class FollowUpSerializer(serializers.Serializer[Any]):
    """A next step that somebody owes a lead. It is done by logging what was done (`done_follow_ups`)."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    due_on = serializers.DateField()
    note = serializers.CharField(help_text="What is to be done.")
    assignee = serializers.UUIDField()
    status = serializers.ChoiceField(FollowUpStatus.choices)
    came_from = serializers.UUIDField(allow_null=True, help_text="The interaction that it was agreed in.")
    done_by = serializers.UUIDField(allow_null=True, help_text="The interaction that it was done by.")
    closed_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    snooze_reason = serializers.CharField(help_text="Why it was put off, the last time.")
    delegated_by = serializers.UUIDField(allow_null=True, help_text="Who gave it to the assignee.")
    created_by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class FollowUpChangeSerializer(StrictSerializer):
    """What may be changed of an open follow-up."""

    due_on = DayField(required=False)
    note = text(500)
    assignee = CodeKeyField(required=False, help_text="Id or user name.")
    snooze_reason = StrictCharField(
        max_length=300,
        allow_blank=True,
        required=False,
        help_text="Needed with a later day, and with any other day of one that is overdue.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A next step",
            value={"lead": "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11", "due_on": "2026-12-01", "note": "寄送厂房图纸"},
            request_only=True,
        )
    ]
)
class FollowUpWriteSerializer(StrictSerializer):
    """A new follow-up."""

    lead = KeyField()
    due_on = DayField()
    note = text(500)
    assignee = CodeKeyField(required=False, help_text="Id or user name; the caller unless given.")


class CancelSerializer(StrictSerializer):
    """Why it will not be done."""

    cancel_reason = StrictCharField(max_length=300)


class GiveBackSerializer(StrictSerializer):
    """Nothing is to be said: an empty object."""


class PlannedVisitSerializer(serializers.Serializer[Any]):
    """A visit or reception that is planned. It is done by logging what came of it (`done_planned_visits`)."""

    id = serializers.UUIDField()
    zone = ZoneRefSerializer()
    lead = serializers.UUIDField(allow_null=True)
    company = serializers.UUIDField(allow_null=True)
    team = serializers.UUIDField(allow_null=True, help_text="The team that it counts for.")
    owner = serializers.UUIDField(help_text="Who goes.")
    staff = serializers.ListField(child=serializers.UUIDField(), help_text="Who goes along.")
    channel = serializers.ChoiceField(PLANNABLE_CHANNELS)
    planned_on = serializers.DateField()
    first_planned_on = serializers.DateField(help_text="The day of the first plan, which never changes.")
    starts_at = ClockField(allow_null=True)
    duration_minutes = serializers.IntegerField(allow_null=True)
    place = serializers.CharField()
    purpose = serializers.CharField()
    expected_result = serializers.CharField()
    status = serializers.ChoiceField(PlanStatus.choices)
    done_by = serializers.UUIDField(allow_null=True, help_text="The interaction that it was done by.")
    cancel_reason = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    created_by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PlannedVisitChangeSerializer(StrictSerializer):
    """What may be changed of a visit that is still planned."""

    owner = CodeKeyField(required=False, help_text="Id or user name of who goes.")
    staff = serializers.ListField(
        child=CodeKeyField(help_text="Id or user name."),
        max_length=MAX_PEOPLE,
        required=False,
        help_text="All who go along; replaces who was there.",
    )
    channel = serializers.ChoiceField(PLANNABLE_CHANNELS, required=False)
    planned_on = DayField(required=False)
    starts_at = ClockField(allow_null=True, required=False)
    duration_minutes = StrictIntegerField(min_value=5, max_value=6000, allow_null=True, required=False)
    place = text(300)
    purpose = text(500)
    expected_result = StrictCharField(max_length=1000, required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A visit to a lead",
            value={
                "lead": "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11",
                "channel": "visit",
                "planned_on": "2026-12-01",
                "starts_at": "09:30",
                "expected_result": "确定用地面积",
            },
            request_only=True,
        )
    ]
)
class PlannedVisitWriteSerializer(PlannedVisitChangeSerializer):
    """A new plan: to a lead, or to a company without one."""

    lead = KeyField(allow_null=True, required=False)
    company = CompanyKeyField(allow_null=True, required=False)
    zone = StrictCharField(max_length=40, required=False, help_text="Code; else that of the lead, or of the caller.")
    owner = CodeKeyField(required=False, help_text="Id or user name of who goes; the caller unless given.")
    channel = serializers.ChoiceField(PLANNABLE_CHANNELS)
    planned_on = DayField()
    expected_result = StrictCharField(max_length=1000)
