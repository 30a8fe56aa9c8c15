"""What the API document says of reports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pipeline.models.reports import ReportKind, ReportStatus
from teams.api.serializers import TeamRefSerializer, UserRefSerializer, ZoneRefSerializer

FORMATS = ("pdf", "xlsx", "html")


class ReportLineSerializer(serializers.Serializer[Any]):
    """One edition of a report on a period. A released one never changes: a correction makes another edition."""

    id = serializers.UUIDField()
    zone = ZoneRefSerializer()
    team = TeamRefSerializer(allow_null=True, help_text="Null for the whole zone.")
    kind = serializers.ChoiceField(ReportKind.choices)
    period = serializers.CharField(help_text="Such as 2026-W10, 2026-03, 2026-Q1, 2026.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    edition = serializers.IntegerField()
    status = serializers.ChoiceField(ReportStatus.choices)
    as_of = serializers.DateField()
    cutoff_at = serializers.DateTimeField(help_text="When it was due.")
    made_at = serializers.DateTimeField()
    reason = serializers.CharField(help_text="Why there is a new edition.")
    released_at = serializers.DateTimeField(allow_null=True)
    released_by = UserRefSerializer(allow_null=True, help_text="Null also for one that went out by itself.")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_field({})
class FigureField(serializers.JSONField):
    """A number, a text, or what a part of the report is made of; null where it is not told."""


class FigureChangeSerializer(serializers.Serializer[Any]):
    """A figure that differs from the edition before."""

    path = serializers.CharField()
    before = FigureField()
    after = FigureField()


@extend_schema_field(OpenApiTypes.OBJECT)
class FiguresField(serializers.JSONField):
    """The figures of a report."""


class ReportSerializer(ReportLineSerializer):
    """A report with its frozen figures."""

    comment = serializers.CharField()
    figures = FiguresField(help_text="All that it tells, without a language, as of its day and as known then.")
    changes = FigureChangeSerializer(many=True)
