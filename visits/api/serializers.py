"""Interactions: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.bulk import ItemFields
from investcrm.core.api.serializers import (
    DayField,
    InstantField,
    KnownAsChangeSerializer,
    KnownAsSerializer,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from projects.api.serializers.refs import CompanyKeyField
from teams.api.references import CodeKeyField, KeyField
from teams.api.serializers import ZoneRefSerializer
from visits.choices import Channel
from visits.services.parties import MAX_PARTIES

MAX_PEOPLE = 100
LEAD = "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11"
CALL = OpenApiExample(
    "A call",
    value={
        "lead": LEAD,
        "channel": "phone",
        "summary": "约定下周实地考察",
        "next_follow_up_on": "2026-12-01",
        "client_token": "7c0f3f5e-6f0e-4b39-9a53-0a1b6c1b6c55",
    },
    request_only=True,
)
RECEPTION = OpenApiExample(
    "A reception of several companies",
    value={
        "channel": "reception",
        "occurred_at": "2026-03-05T09:30:00+08:00",
        "person_times": 12,
        "parties": [{"lead": LEAD, "outcome": "看中 3 号厂房"}, {"company": "0198a3c0-77aa-7e10-8d0e-4c1f2b3a5d66"}],
    },
    request_only=True,
)


class TokenField(serializers.UUIDField):
    """A UUID as text; a number is not taken for one."""

    def to_internal_value(self, data: Any) -> Any:
        """The UUID. Raises a 400 for anything else."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class PartySerializer(serializers.Serializer[Any]):
    """One side of an interaction. A lead that the caller does not see is null, with nothing said of it."""

    company = serializers.UUIDField(allow_null=True)
    lead = serializers.UUIDField(allow_null=True)
    contacts = serializers.ListField(child=serializers.UUIDField())
    outcome = serializers.CharField()


class InteractionSerializer(serializers.Serializer[Any]):
    """A call, visit, reception or other contact."""

    id = serializers.UUIDField()
    zone = ZoneRefSerializer()
    lead = serializers.UUIDField(allow_null=True, help_text="The lead of the first party.")
    company = serializers.UUIDField(allow_null=True, help_text="The company of the first party.")
    contacts = serializers.ListField(child=serializers.UUIDField(), help_text="Of all parties.")
    parties = PartySerializer(many=True)
    channel = serializers.ChoiceField(Channel.choices)
    occurred_at = serializers.DateTimeField()
    duration_minutes = serializers.IntegerField(allow_null=True)
    team = serializers.UUIDField(allow_null=True, help_text="The team that it counts for.")
    staff = serializers.ListField(child=serializers.UUIDField(), help_text="Our people who took part.")
    person_times = serializers.IntegerField(help_text="People met.")
    place = serializers.CharField()
    summary = serializers.CharField()
    outcome = serializers.CharField()
    next_follow_up_on = serializers.DateField(allow_null=True)
    client_token = serializers.UUIDField(allow_null=True)
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PartyWriteSerializer(StrictSerializer):
    """One side: a lead (and so its company), or a company without a lead yet."""

    company = CompanyKeyField(allow_null=True, required=False)
    lead = KeyField(allow_null=True, required=False)
    contacts = serializers.ListField(child=KeyField(), max_length=MAX_PEOPLE, required=False)
    outcome = StrictCharField(max_length=2000, allow_blank=True, required=False)


class InteractionFieldsSerializer(StrictSerializer):
    """The fields that may be changed. `lead`, `company` and `contacts` stand for a single party."""

    lead = KeyField(allow_null=True, required=False)
    company = CompanyKeyField(allow_null=True, required=False)
    contacts = serializers.ListField(child=KeyField(), max_length=MAX_PEOPLE, required=False)
    parties = PartyWriteSerializer(  # type: ignore[call-arg]
        many=True, max_length=MAX_PARTIES, required=False, help_text="All of them; replaces what was there."
    )
    channel = serializers.ChoiceField(Channel.choices, required=False)
    occurred_at = InstantField(required=False)
    duration_minutes = StrictIntegerField(max_value=6000, allow_null=True, required=False)
    team = CodeKeyField(allow_null=True, required=False, help_text="Id, or code in the zone.")
    staff = serializers.ListField(
        child=CodeKeyField(help_text="Id or user name."), max_length=MAX_PEOPLE, required=False
    )
    person_times = StrictIntegerField(min_value=1, max_value=10_000, required=False)
    place = StrictCharField(max_length=300, allow_blank=True, required=False)
    summary = StrictCharField(max_length=10_000, allow_blank=True, required=False)
    outcome = StrictCharField(max_length=2000, allow_blank=True, required=False)


class InteractionChangeSerializer(KnownAsChangeSerializer, InteractionFieldsSerializer):
    """The fields that may be changed, and what another system calls it.

    `lead`, `company` and `contacts` stand for a single party.
    """


class InteractionUpsertSerializer(InteractionFieldsSerializer):
    """An interaction that another system knows: of one that is there, the fields sent are changed.

    What a new one alone takes (zone, next_follow_up_on, client_token) must be what it is.
    """

    zone = StrictCharField(
        max_length=40, required=False, help_text="Code; else that of the lead, the team, the caller."
    )
    done_follow_ups = serializers.ListField(
        child=TokenField(), max_length=MAX_PEOPLE, required=False, help_text="Ids of follow-ups that are done by this."
    )
    done_planned_visits = serializers.ListField(
        child=TokenField(),
        max_length=MAX_PEOPLE,
        required=False,
        help_text="Ids of planned visits that are done by this.",
    )
    next_follow_up_on = DayField(allow_null=True, required=False)
    client_token = TokenField(
        allow_null=True,
        required=False,
        help_text="Made by the device: a repeated POST answers with the first row (200), or 409 once it was deleted.",
    )


class InteractionItemSerializer(ItemFields, InteractionUpsertSerializer):
    """An item of a bulk upsert."""


@extend_schema_serializer(examples=[CALL, RECEPTION])
class InteractionWriteSerializer(KnownAsSerializer, InteractionUpsertSerializer):
    """A new interaction: `parties`, or `lead`, `company` and `contacts` of a single one."""

    channel = serializers.ChoiceField(Channel.choices)
