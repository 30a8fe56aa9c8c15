"""All rows at once, as a stream, with the place in the feed to go on from."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import ResourceViewSet, parameter_error
from projects.choices import ExportFormat
from projects.exports.lead_stream import stream_leads
from projects.filters import LeadFilter
from projects.models import Lead, LeadQuerySet
from projects.requirements import requirements_by_stage
from projects.services.taking import exportable, record_export
from projects.shapes import LEAD_COLUMNS
from sync.selectors.feed import now_place

FORMATS = {ExportFormat.JSONL: "application/jsonl", ExportFormat.CSV: "text/csv"}
CURSOR = "X-Change-Cursor"


class AnyLines(BaseRenderer):
    """The parameter chooses the format, not the header Accept: lines of JSON go by several names."""

    media_type = "*/*"
    format = "lines"


class LeadExportViewSet(ResourceViewSet):
    """The leads that the caller may take out, filtered as in their list."""

    model = Lead
    noun = "LeadExport"
    columns = LEAD_COLUMNS
    filterset_class = LeadFilter
    answer_serializer = Serializer
    renderer_classes = [AnyLines]

    def rows(self) -> QuerySet[Any, Any]:
        """Those in sight; raises PermissionDenied for whom there can be none."""
        return exportable(self.actor, Lead.objects.visible_to(self.actor))

    @extend_schema(
        operation_id="export_leads",
        summary="All leads as a stream, in constant memory",
        parameters=[
            OpenApiParameter("format", str, enum=list(FORMATS), default=ExportFormat.JSONL),
            OpenApiParameter(
                CURSOR, str, OpenApiParameter.HEADER, response=[200], description="Where the change feed goes on."
            ),
        ],
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in FORMATS.values()},
    )
    def export(self, request: Request) -> StreamingHttpResponse:
        """One line a lead, in the shape of the feed. The cursor was taken before: a change may come twice."""
        form = request.query_params.get("format", ExportFormat.JSONL)
        if form not in FORMATS:
            raise parameter_error("format", "invalid", _("The formats are: jsonl, csv."))
        leads = cast(LeadQuerySet, self.filtered(others=frozenset({"format"})))
        cursor = now_place(self.actor)
        record_export(
            actor=self.actor, rows=leads, format=form, query=request.META.get("QUERY_STRING", ""), columns=[]
        )
        lines = stream_leads(leads, requirements_by_stage(), form=form, systems=systems_of(request))
        return StreamingHttpResponse(
            lines,
            content_type=f"{FORMATS[ExportFormat(form)]}; charset=utf-8",
            headers={
                CURSOR: cursor,
                "Content-Disposition": f'attachment; filename="leads.{form}"',
                "Cache-Control": "no-store",
            },
        )
