"""A report as PDF and as spreadsheet, in the reader's language or the one that is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from pipeline.exports.pdf import report_pdf as pdf_of
from pipeline.exports.xlsx import report_xlsx as xlsx_of
from pipeline.papers.writing import paper_of
from pipeline.services.reports.taking import record_report_file
from pipeline.views.reports import report_of
from projects.choices import ExportFormat
from projects.services.storing import StorageFailed, storage_errors
from projects.views.taking import TYPES
from teams.requests import user_of


@contextmanager
def _in_language(request: HttpRequest) -> Iterator[None]:
    """The language of `?language=`, else the reader's."""
    wanted = request.GET.get("language", "")
    with translation.override(wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()):
        yield


@login_required
@require_GET
def report_pdf(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """The report as PDF."""
    row = report_of(user_of(request), report_id)
    with _in_language(request):
        paper = paper_of(row, links=False)
        body = pdf_of(row, paper)
    headers = {"Content-Disposition": str(content_disposition_header(True, f"{paper.file_name}.pdf"))}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


@login_required
@require_GET
def report_xlsx(request: HttpRequest, report_id: uuid.UUID) -> HttpResponseBase:
    """The report with its project sheet as a spreadsheet; it takes rows out, and is noted."""
    user = user_of(request)
    row = report_of(user, report_id)
    record_report_file(actor=user, report=row)
    try:
        with _in_language(request), storage_errors():
            paper = paper_of(row, links=False)
            file = xlsx_of(row, paper)
    except StorageFailed as failed:
        return render(request, "projects/file_problem.html", {"message": failed.message}, status=503)
    name = f"{paper.file_name}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ExportFormat.XLSX])
