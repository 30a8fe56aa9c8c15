"""Moving leads through the stages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.base import ApiViewSet
from investcrm.core.api.etags import etag_for
from investcrm.core.api.views import (
    CreateMixin,
    ListMixin,
    ReadOnlyResource,
    ResourceViewSet,
    refuse_unknown_parameters,
)
from investcrm.core.paging import Ordering
from pipeline.api.serializers import MoveSerializer, MoveWriteSerializer, NextStagesSerializer
from pipeline.filters import MoveFilter
from pipeline.selectors.stages import next_stages
from pipeline.services.moves import move_lead
from projects.api.references import look_up_lead_fields
from projects.choices import EntryKind
from projects.models import Lead, LedgerEntry
from projects.requirements import REQUIREMENTS
from projects.services.leads import EDITABLE
from projects.shapes import MOVE_COLUMNS, move_shape
from teams.access import Capability
from teams.api.references import References, under
from teams.models import Zone

# What a requirement asks for is sent in `fields`, and so are the errors about it.
FIELDS = EDITABLE | {requirement.field for requirement in REQUIREMENTS.values()}


class MoveResource(ResourceViewSet):
    """The moves and corrections of leads that the caller sees."""

    model = LedgerEntry
    noun = "Move"
    columns = MOVE_COLUMNS
    answer_serializer = MoveSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Entries of the ledger that are moves, of visible leads."""
        leads = Lead.objects.visible_to(self.actor)
        moves = LedgerEntry.objects.filter(kind__in=[EntryKind.MOVED, EntryKind.CORRECTED], lead__in=leads)
        return moves.exclude(from_stage=None)  # a deletion that was taken back is no move

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A move."""
        return move_shape(row)

    def entity_tag(self, row: dict[str, Any]) -> str:
        """An entry of the ledger is never changed, so it has one version."""
        return etag_for(1)


class StageMoveViewSet(MoveResource, ReadOnlyResource):
    """The moves of all leads that the caller sees, in the order of recording."""

    orderings: ClassVar = {"recorded_at": Ordering("recorded_at")}
    default_ordering = "recorded_at"
    filterset_class = MoveFilter


class LeadMoveViewSet(ListMixin, CreateMixin, MoveResource):
    """The moves of one lead, oldest first; a new one is appended."""

    orderings: ClassVar = {"recorded_at": Ordering("seq")}
    default_ordering = "recorded_at"
    write_serializer = MoveWriteSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """The moves of the lead in the address."""
        return super().rows().filter(lead_id=self.kwargs["lead_id"])

    def list(self, request: Request, lead_id: uuid.UUID) -> Response:  # type: ignore[override]
        """Every move of the lead."""
        if not Lead.objects.visible_to(request.user).filter(pk=lead_id).exists():
            raise Http404
        return super().list(request)

    def create(self, request: Request, lead_id: uuid.UUID) -> Response:  # type: ignore[override]
        """Set the fields and move the lead, both or neither."""
        response = super().create(request)
        response["Location"] = request.build_absolute_uri(f"/api/v1/stage-moves/{response.data['id']}/")
        return response

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Move the lead; errors about a field of the lead point into `fields`."""
        lead_id = self.kwargs["lead_id"]
        if not Lead.objects.visible_to(self.actor).filter(pk=lead_id).exists():
            raise Http404
        references = References(self.actor)
        in_zone = {"zone__in": Zone.objects.filter(leads=lead_id)}
        fields = look_up_lead_fields(references, data.pop("fields", {}), in_zone, "fields/")
        references.raise_if_any()
        try:
            return move_lead(actor=self.actor, lead_id=lead_id, fields=fields, **data)
        except ValidationError as error:
            raise under(error, "fields", FIELDS) from error


class NextStagesViewSet(ApiViewSet):
    """Where a lead may go from here."""

    @extend_schema(operation_id="leads_next_stages", responses=NextStagesSerializer)
    def next_stages(self, request: Request, lead_id: uuid.UUID) -> Response:
        """The stages that the caller may move the lead to, and what each still asks for."""
        refuse_unknown_parameters(request)
        user: Any = request.user
        lead = Lead.objects.visible_to(user).select_related("registered_company").filter(pk=lead_id).first()
        if lead is None:
            raise Http404
        stages = next_stages(lead, user) if user.can(Capability.MOVE_LEAD, on=lead) else []
        return Response(
            {
                "results": [
                    {
                        "stage": one.stage.code,
                        "label": one.stage.name,
                        "goes_back": one.goes_back,
                        "missing": [{"field": need.field, "label": str(need.label)} for need in one.missing],
                    }
                    for one in stages
                ]
            }
        )
