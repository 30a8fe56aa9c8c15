"""Documents: what is sent with a form, what is changed, and what the API document says of the answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from investcrm.core.api.serializers import StrictCharField, StrictSerializer
from projects.api.serializers.leads import text
from projects.api.serializers.refs import CompanyKeyField
from projects.choices import DocumentKind
from teams.api.references import KeyField
from teams.api.serializers import ZoneRefSerializer


class FileSerializer(serializers.Serializer[Any]):
    """One version of a document, as it was uploaded."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counts the versions of a document from 1.")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    uploaded_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class DocumentSerializer(serializers.Serializer[Any]):
    """A document of a lead or of a company, with its newest file."""

    id = serializers.UUIDField()
    zone = ZoneRefSerializer()
    lead = serializers.UUIDField(allow_null=True)
    company = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(DocumentKind.choices)
    title = serializers.CharField()
    note = serializers.CharField()
    created_by = serializers.UUIDField(allow_null=True)
    file = FileSerializer(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DocumentChangeSerializer(StrictSerializer):
    """What may be changed of a document; its files never change."""

    title = StrictCharField(max_length=300, required=False)
    kind = serializers.ChoiceField(DocumentKind.choices, required=False)
    note = text(500)


class NewVersionSerializer(StrictSerializer):
    """The next version of a document."""

    file = serializers.FileField(allow_empty_file=True)


class DocumentWriteSerializer(NewVersionSerializer):
    """A new document, of one of a lead, a company, an interaction."""

    title = StrictCharField(
        max_length=300, allow_blank=True, required=False, help_text="The file's name without its ending unless given."
    )
    kind = serializers.ChoiceField(DocumentKind.choices, required=False)
    note = text(500)
    lead = KeyField(required=False)
    company = CompanyKeyField(required=False)
    interaction = KeyField(required=False, help_text="It becomes one of its lead's, or company's, and is attached.")
    zone = StrictCharField(
        max_length=40, required=False, help_text="Code; for a company, where the caller has several zones."
    )
