"""Leads."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from django.http import Http404

from investcrm.core.api.bulk import BulkUpsertMixin, Item
from investcrm.core.api.systems import systems_of
from investcrm.core.api.upserts import refuse_changed
from investcrm.core.api.views import CreateMixin, DestroyMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from projects.api.lead_bulk import write_lead_items
from projects.api.merged import FollowsMerges
from projects.api.references import look_up_lead_fields
from projects.api.serializers.leads import (
    LeadChangeSerializer,
    LeadItemSerializer,
    LeadSerializer,
    LeadUpsertSerializer,
    LeadWriteSerializer,
)
from projects.filters import LEAD_ORDERINGS, LeadFilter
from projects.models import Lead, Stage, StageRequirement
from projects.requirements import requirements_by_stage
from projects.services.leads import Opening, create_lead, delete_lead, update_lead
from projects.services.reviving import revive_lead
from projects.shapes import LEAD_COLUMNS, lead_rows, lead_shapes
from teams.api.references import Key, References
from teams.models import Zone


class LeadViewSet(
    FollowsMerges,
    BulkUpsertMixin,
    ListMixin,
    RetrieveMixin,
    CreateMixin,
    UpdateMixin,
    DestroyMixin,
    ResourceViewSet,
):
    """Leads: investment projects that companies may bring."""

    model = Lead
    noun = "Lead"
    columns = LEAD_COLUMNS
    orderings = LEAD_ORDERINGS
    filterset_class = LeadFilter
    answer_serializer = LeadSerializer
    write_serializer = LeadWriteSerializer
    change_serializer = LeadChangeSerializer
    upsert_serializer = LeadUpsertSerializer
    item_serializer = LeadItemSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Leads that the caller sees, with the columns of the shape."""
        return lead_rows(Lead.objects.visible_to(self.actor), systems_of(self.request))

    def read(self, pk: uuid.UUID) -> dict[str, Any]:
        """One lead together with what its stage requires, in one query. Raises Http404."""
        codes = StageRequirement.objects.filter(stage_id=OuterRef("stage_id")).order_by("position")
        rows = self.rows().annotate(required=ArraySubquery(codes.values("requirement")))
        row = rows.values(*self.columns, "required").filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def shape_rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A page of leads, or the single one that `read` gave."""
        if len(rows) == 1 and "required" in rows[0]:
            return lead_shapes(rows, {rows[0]["stage_id"]: rows[0]["required"]})
        return lead_shapes(rows, requirements_by_stage())

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter a lead in the zone of its team, or the caller's only one."""
        references = References(self.actor)
        zone, team = references.place(data)
        others = {name: value for name, value in data.items() if name not in {"zone", "team", "opening"}}
        fields = look_up_lead_fields(references, others, {"zone": zone})
        if "opening" in data:
            fields["opening"] = self.opening(data["opening"], references)
        references.raise_if_any()
        if "owner" not in data and not self.actor.is_service_account:
            fields["owner"] = self.actor
        return create_lead(actor=self.actor, **{**fields, "zone": zone, "team": team})

    def opening(self, data: dict[str, Any], references: References) -> Opening | None:
        """Where the lead stood already."""
        stage = references.one(Stage.objects.visible_to(self.actor), Key(code=data["stage"]), "opening/stage", "code")
        return Opening(stage, data.get("occurred_on")) if stage else None

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change a lead."""
        references = References(self.actor)
        zones = Zone.objects.filter(leads=pk)
        changes = look_up_lead_fields(references, data, {"zone__in": zones})
        references.raise_if_any()
        update_lead(actor=self.actor, lead_id=pk, changes=changes, expected_version=expected_version)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Delete a lead softly."""
        delete_lead(actor=self.actor, lead_id=pk, expected_version=expected_version)

    def perform_revive(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take back a lead's deletion."""
        revive_lead(actor=self.actor, lead_id=pk, expected_version=expected_version)

    def changes_for(self, pk: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
        """The fields without the zone, which stays, and without the opening, which is past."""
        zone = Lead.objects.values_list("zone__code", flat=True).get(pk=pk)
        return refuse_changed({name: value for name, value in data.items() if name != "opening"}, {"zone": zone})

    def write_items(self, system: str, items: Sequence[Item]) -> None:
        """Write the items of a bulk upsert together."""
        write_lead_items(self, system, items)
