"""What the API document says of stages and industries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.choices import StageKind


class StageSerializer(serializers.Serializer[Any]):
    """A stage of the pipeline; counting rests on its kind, never on its name."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the answer.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(StageKind.choices)
    position = serializers.IntegerField()
    silence_limit_days = serializers.IntegerField(allow_null=True, help_text="Days; null is no limit.")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class IndustrySerializer(serializers.Serializer[Any]):
    """An industry of a zone's own tree."""

    id = serializers.UUIDField()
    zone = serializers.CharField(help_text="Code of the zone.")
    code = serializers.CharField(help_text="Once in each zone.")
    name = serializers.CharField(help_text="In the language of the answer.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="Code of the industry that this is a part of."
    )
    gb_code = serializers.CharField(help_text="GB/T 4754-2017; may be empty.")
    disabled_on = serializers.DateField(allow_null=True)
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
