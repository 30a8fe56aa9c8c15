"""Reports: their frozen figures, and as files."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from investcrm.core.api.problems import Unavailable
from investcrm.core.api.views import ReadOnlyResource, parameter_error
from investcrm.core.language import pick
from pipeline.api.report_serializers import FORMATS, ReportLineSerializer, ReportSerializer
from pipeline.exports.html import report_html
from pipeline.exports.pdf import NotSetError, report_pdf
from pipeline.exports.xlsx import report_xlsx
from pipeline.filters import ReportFilter
from pipeline.models import Report
from pipeline.papers.blocks import Paper
from pipeline.papers.writing import paper_of
from pipeline.selectors.reports.duties import report_period
from pipeline.selectors.reports.listing import ORDERINGS
from pipeline.services.reports.taking import record_report_file
from projects.services.storing import StorageFailed, storage_errors

PLAIN = (
    "id", "kind", "first_day", "last_day", "edition", "status", "as_of", "cutoff_at", "made_at", "reason",
    "released_at", "version", "created_at", "updated_at",
)  # fmt: skip
JOINED = (
    "zone__code", "zone__name_zh", "zone__name_en", "team_id", "team__code", "team__name_zh", "team__name_en",
    "released_by_id", "released_by__display_name",
)  # fmt: skip
FROZEN = ("comment", "figures", "changes")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A report that is read in a browser loads nothing and runs nothing.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class AnyReport(BaseRenderer):
    """The parameter chooses the kind of file, not the header Accept."""

    media_type = "*/*"
    format = "report"


class ReportViewSet(ReadOnlyResource):
    """Reports that the caller reads: all editions that were released, and drafts for whoever releases them."""

    model = Report
    noun = "Report"
    columns = (*PLAIN, *JOINED)
    orderings: ClassVar = {"created_at": "created_at", **ORDERINGS}
    filterset_class = ReportFilter
    answer_serializer = ReportSerializer
    list_serializer = ReportLineSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Reports that the caller reads."""
        return Report.objects.visible_to(self.actor)

    def read(self, pk: uuid.UUID) -> dict[str, Any]:
        """One report with its frozen figures. Raises Http404."""
        row = self.rows().values(*self.columns, *FROZEN).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A report; its figures where they were read."""
        return {
            **{name: row[name] for name in PLAIN},
            "zone": {"code": row["zone__code"], "name": pick(row["zone__name_zh"], row["zone__name_en"])},
            "team": None
            if row["team_id"] is None
            else {
                "id": row["team_id"],
                "code": row["team__code"],
                "name": pick(row["team__name_zh"], row["team__name_en"]),
            },
            "period": report_period(row["kind"], row["first_day"]).code,
            "released_by": None
            if row["released_by_id"] is None
            else {"id": row["released_by_id"], "display_name": row["released_by__display_name"]},
            **{name: row[name] for name in FROZEN if name in row},
        }

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=FORMATS, default="pdf")],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, XLSX): OpenApiTypes.BINARY,
            (200, "text/html"): OpenApiTypes.STR,
        },
    )
    @action(detail=True, methods=["get"], renderer_classes=[AnyReport])
    def file(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """The report as a file, in the language of the request. The spreadsheet takes rows out: it is noted."""
        self.refuse_unknown_parameters({"format"})
        kind = request.query_params.get("format", FORMATS[0])
        if kind not in FORMATS:
            raise parameter_error("format", "invalid_choice", _("Ask for pdf, xlsx or html."))
        report = self.rows().select_related("zone", "team", "released_by", "commented_by").filter(pk=pk).first()
        if report is None:
            raise Http404
        if kind == "xlsx":
            record_report_file(actor=self.actor, report=report)
        try:
            return self.answer_file(report, kind)
        except StorageFailed as failed:
            raise Unavailable(failed.message) from failed
        except NotSetError as failed:
            raise Unavailable from failed

    def answer_file(self, report: Report, kind: str) -> HttpResponseBase:
        """The file. Raises StorageFailed, NotSetError."""
        paper: Paper = paper_of(report, links=False)
        name = f"{paper.file_name}.{kind}"
        if kind == "xlsx":
            with storage_errors():
                file = report_xlsx(report, paper)
            return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
        headers = {"Content-Disposition": str(content_disposition_header(True, name))}
        if kind == "pdf":
            return HttpResponse(report_pdf(report, paper), content_type="application/pdf", headers=headers)
        headers |= {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
        return HttpResponse(report_html(report, paper), content_type="text/html; charset=utf-8", headers=headers)
