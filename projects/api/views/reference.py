"""Stages and industries: read through the API, changed by administrators on the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet

from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import ReadOnlyResource
from investcrm.core.paging import Ordering
from projects.api.serializers.reference import IndustrySerializer, StageSerializer
from projects.filters import IndustryFilter
from projects.models import Industry, Stage
from projects.shapes import INDUSTRY_COLUMNS, STAGE_COLUMNS, industry_rows, industry_shape, stage_shape


class StageViewSet(ReadOnlyResource):
    """The stages of the installation, in their order."""

    model = Stage
    noun = "Stage"
    columns = STAGE_COLUMNS
    orderings: ClassVar = {"position": Ordering("position"), "created_at": "created_at"}
    default_ordering = "position"
    answer_serializer = StageSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Stages in use."""
        return Stage.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A stage."""
        return stage_shape(row)


class IndustryViewSet(ReadOnlyResource):
    """The industries of the caller's zones."""

    model = Industry
    noun = "Industry"
    columns = INDUSTRY_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "code": Ordering("code")}
    default_ordering = "created_at"
    filterset_class = IndustryFilter
    answer_serializer = IndustrySerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Industries of the caller's zones."""
        return industry_rows(Industry.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """An industry."""
        return industry_shape(row)
