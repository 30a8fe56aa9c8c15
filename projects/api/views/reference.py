"""Stages, which are read only, and industries, which administrators change."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import CreateMixin, ReadOnlyResource, UpdateMixin
from investcrm.core.paging import Ordering
from projects.api.serializers.industries import IndustryChangeSerializer, IndustryWriteSerializer
from projects.api.serializers.reference import IndustrySerializer, StageSerializer
from projects.filters import IndustryFilter
from projects.models import Industry, Stage
from projects.services.industries import add_industry, update_industry
from projects.shapes import INDUSTRY_COLUMNS, STAGE_COLUMNS, industry_rows, industry_shape, stage_shape
from teams.api.references import References
from teams.models import Zone


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


class IndustryViewSet(CreateMixin, UpdateMixin, ReadOnlyResource):
    """The industries of the caller's zones. One that is no longer used is disabled from a day on."""

    model = Industry
    noun = "Industry"
    columns = INDUSTRY_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "code": Ordering("code")}
    default_ordering = "created_at"
    filterset_class = IndustryFilter
    answer_serializer = IndustrySerializer
    write_serializer = IndustryWriteSerializer
    change_serializer = IndustryChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Industries of the caller's zones."""
        return industry_rows(Industry.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """An industry."""
        return industry_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Add an industry to the zone named, or to the caller's only one."""
        references = References(self.actor)
        zone: Any = references.place(data)[0]
        parent = self.parent(references, data, {"zone": zone})
        references.raise_if_any()
        return add_industry(actor=self.actor, **{**data, **parent, "zone": zone})

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Rename, move or disable an industry."""
        references = References(self.actor)
        parent = self.parent(references, data, {"zone__in": Zone.objects.filter(industries=pk)})
        references.raise_if_any()
        update_industry(
            actor=self.actor, industry_id=pk, changes={**data, **parent}, expected_version=expected_version
        )

    def parent(self, references: References, data: dict[str, Any], in_zone: dict[str, Any]) -> dict[str, Any]:
        """The industry that the body says it is a part of, where it does."""
        if "parent" not in data:
            return {}
        key, rows = data["parent"], Industry.objects.visible_to(self.actor)
        return {"parent": references.one(rows.filter(**in_zone) if key and key.code else rows, key, "parent")}
