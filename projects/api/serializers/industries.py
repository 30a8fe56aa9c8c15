"""Industries: what is written."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from investcrm.core.api.serializers import DayField, KnownAsChangeSerializer, KnownAsSerializer, StrictCharField
from projects.api.serializers.leads import text
from teams.api.references import CodeKeyField


class IndustryChangeSerializer(KnownAsChangeSerializer):
    """What may be changed of an industry; its code stays."""

    name_zh = StrictCharField(max_length=100, required=False)
    name_en = text(100)
    parent = CodeKeyField(  # type: ignore[assignment]
        allow_null=True, required=False, help_text="Id, or code in the zone."
    )
    gb_code = StrictCharField(
        max_length=5, allow_blank=True, required=False, help_text="GB/T 4754-2017: a letter and 2 to 4 digits."
    )
    disabled_on = DayField(allow_null=True, required=False, help_text="From this day on no lead is given it.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A part of an industry",
            value={
                "code": "auto-parts-pm",
                "name_zh": "粉末冶金",
                "name_en": "Powder metallurgy",
                "parent": "auto-parts",
            },
            request_only=True,
        )
    ]
)
class IndustryWriteSerializer(KnownAsSerializer, IndustryChangeSerializer):
    """A new industry of a zone."""

    zone = StrictCharField(max_length=40, required=False, help_text="Code; the caller's only zone unless given.")
    code = StrictCharField(max_length=40, help_text="Letters, digits, - and _; once in each zone.")
    name_zh = StrictCharField(max_length=100)
