"""What the API document says of zones, teams and people."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from investcrm.core.api.serializers import KnownAsChangeSerializer


class ZoneRefSerializer(serializers.Serializer[Any]):
    """A zone in an answer."""

    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the answer.")


class TeamRefSerializer(serializers.Serializer[Any]):
    """A team in an answer."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the answer.")


class UserRefSerializer(serializers.Serializer[Any]):
    """A person (or a service account) in an answer."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()


class ZoneSerializer(serializers.Serializer[Any]):
    """A development zone: one centre's world."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the answer.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    centre_zh = serializers.CharField()
    centre_en = serializers.CharField()
    city = serializers.CharField()
    region_code = serializers.CharField(help_text="GB/T 2260; may be empty.")
    time_zone = serializers.CharField()
    is_generated = serializers.BooleanField(help_text="Generated for demonstration.")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class UserSerializer(serializers.Serializer[Any]):
    """A colleague, or a service account."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    is_active = serializers.BooleanField()
    is_service_account = serializers.BooleanField()
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)


class UserChangeSerializer(KnownAsChangeSerializer):
    """What may be said of a colleague: what another system calls them."""
