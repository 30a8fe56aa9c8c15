"""Teams: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from investcrm.core.api.serializers import DayField, KnownAsChangeSerializer, KnownAsSerializer, StrictCharField


class TeamSerializer(serializers.Serializer[Any]):
    """A promotion team of a zone."""

    id = serializers.UUIDField()
    zone = serializers.CharField(help_text="Code of the zone.")
    code = serializers.CharField(help_text="Once in each zone.")
    name = serializers.CharField(help_text="In the language of the answer.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    dissolved_on = serializers.DateField(allow_null=True)
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TeamChangeSerializer(KnownAsChangeSerializer):
    """What may be changed of a team; its code stays."""

    name_zh = StrictCharField(max_length=100, required=False)
    name_en = StrictCharField(max_length=100, allow_blank=True, required=False)
    starts_on = DayField(allow_null=True, required=False)
    dissolved_on = DayField(
        allow_null=True, required=False, help_text="Needs that nobody is in it, and no lead is open, from that day on."
    )


class TeamWriteSerializer(KnownAsSerializer):
    """A new team of a zone."""

    zone = StrictCharField(max_length=40, required=False, help_text="Code; the caller's only zone unless given.")
    code = StrictCharField(max_length=40, help_text="Once in each zone.")
    name_zh = StrictCharField(max_length=100)
    name_en = StrictCharField(max_length=100, allow_blank=True, required=False)
    starts_on = DayField(allow_null=True, required=False)
