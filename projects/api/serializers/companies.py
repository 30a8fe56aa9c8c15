"""Companies and contacts: what is written, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from investcrm.core.api.bulk import ItemFields
from investcrm.core.api.serializers import (
    KnownAsChangeSerializer,
    KnownAsSerializer,
    StrictCharField,
    StrictSerializer,
)
from projects.api.serializers.refs import CompanyKeyField
from projects.choices import CompanyKind
from teams.api.serializers import ZoneRefSerializer


class CompanySerializer(serializers.Serializer[Any]):
    """A company, chamber or fund; shared between zones."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(CompanyKind.choices)
    credit_code = serializers.CharField(allow_null=True, help_text="Unified social credit code (GB 32100).")
    country = serializers.CharField(help_text="ISO 3166, two letters.")
    region_code = serializers.CharField(help_text="GB/T 2260; may be empty.")
    address = serializers.CharField()
    website = serializers.CharField()
    profile = serializers.CharField()
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CompanyFieldsSerializer(StrictSerializer):
    """The fields of a company that may be written."""

    name = StrictCharField(max_length=300, required=False)
    name_en = StrictCharField(max_length=300, allow_blank=True, required=False)
    kind = serializers.ChoiceField(CompanyKind.choices, required=False)
    credit_code = StrictCharField(max_length=40, allow_null=True, allow_blank=True, required=False)
    country = serializers.RegexField(
        r"^[A-Z]{2}\Z", required=False, help_text="ISO 3166, two capital letters. CN unless given."
    )
    region_code = serializers.RegexField(
        r"^[0-9]{6}\Z", allow_blank=True, required=False, help_text="GB/T 2260, 6 digits."
    )
    address = StrictCharField(max_length=300, allow_blank=True, required=False)
    website = StrictCharField(max_length=200, allow_blank=True, required=False)
    profile = StrictCharField(max_length=5000, allow_blank=True, required=False)


class CompanyChangeSerializer(KnownAsChangeSerializer, CompanyFieldsSerializer):
    """The fields of a company that may be changed, and what another system calls it."""


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A foreign investor",
            value={"name": "Nordlicht Leuchten GmbH", "country": "DE", "website": "https://nordlicht.example"},
            request_only=True,
        )
    ]
)
class CompanyWriteSerializer(KnownAsSerializer, CompanyFieldsSerializer):
    """A new company."""

    name = StrictCharField(max_length=300)


class CompanyUpsertSerializer(CompanyFieldsSerializer):
    """A company that another system knows: of one that is there, the fields sent are changed."""


class CompanyItemSerializer(ItemFields, CompanyUpsertSerializer):
    """An item of a bulk upsert."""


class ContactSerializer(serializers.Serializer[Any]):
    """A person to talk to at a company, known to one zone."""

    id = serializers.UUIDField()
    company = serializers.UUIDField()
    zone = ZoneRefSerializer()
    name = serializers.CharField()
    name_en = serializers.CharField()
    position = serializers.CharField()
    phone = serializers.CharField(help_text="As typed.")
    phone_e164 = serializers.CharField(help_text="The same number as E.164, empty where it is none.")
    wechat = serializers.CharField()
    email = serializers.CharField()
    remarks = serializers.CharField()
    source_system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContactFieldsSerializer(StrictSerializer):
    """The fields of a contact that may be changed."""

    name = StrictCharField(max_length=100, required=False)
    name_en = StrictCharField(max_length=100, allow_blank=True, required=False)
    position = StrictCharField(max_length=100, allow_blank=True, required=False)
    phone = StrictCharField(max_length=50, allow_blank=True, required=False)
    wechat = StrictCharField(max_length=100, allow_blank=True, required=False)
    email = StrictCharField(max_length=254, allow_blank=True, required=False)
    remarks = StrictCharField(max_length=2000, allow_blank=True, required=False)


class ContactChangeSerializer(KnownAsChangeSerializer, ContactFieldsSerializer):
    """The fields of a contact that may be changed, and what another system calls them."""


class ContactUpsertSerializer(ContactFieldsSerializer):
    """A contact that another system knows: of one that is there, the fields sent are changed, but for these two."""

    company = CompanyKeyField(required=False)
    zone = StrictCharField(max_length=40, required=False, help_text="Code of the zone, where the caller has several.")


class ContactWriteSerializer(KnownAsSerializer, ContactUpsertSerializer):
    """A new contact."""

    company = CompanyKeyField()
    name = StrictCharField(max_length=100)
