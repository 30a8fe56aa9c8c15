"""Taking any list out as a file: a dialog that asks for the kind and the columns, and the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems
from projects.choices import ExportFormat
from projects.columns import Column
from projects.exports import csv_file, xlsx_file
from projects.exports.cells import Maker, Rows
from projects.exports.tables import Table
from projects.forms.lists import TakeForm
from projects.services.taking import record_export
from teams.access import Capability
from teams.requests import user_of

TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Taken:
    """What is taken out: the rows as the list is filtered, and the address that filters it so."""

    table: Table
    title: Any
    rows: Callable[[], Any]
    query: str


def file_of(rows: Rows, columns: list[Column], *, kind: str, name: str, make: Maker) -> HttpResponseBase:
    """The file: a spreadsheet from a temporary file, CSV as it is read."""
    name = f"{name}-{timezone.localdate().isoformat()}.{kind}"
    if kind == ExportFormat.XLSX:
        file = xlsx_file.write(rows, columns, make=make)
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ExportFormat.XLSX])
    answer = StreamingHttpResponse(csv_file.stream(rows, columns, make), content_type=TYPES[ExportFormat.CSV])
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _as_it_is(row: Any) -> Any:
    return row


def take_out(request: HttpRequest, taken: Taken) -> HttpResponseBase:
    """The dialog, or the file that it asks for; it is recorded before it leaves. Raises PermissionDenied."""
    user = user_of(request)
    if not user.can(Capability.EXPORT):
        raise PermissionDenied
    going = "go" in request.POST
    form = TakeForm(request.POST if going else None, table=taken.table)
    if going and form.is_valid():
        columns = taken.table.chosen(form.cleaned_data["columns"])
        try:
            rows = taken.rows()
            record_export(
                actor=user, rows=rows, format=form.cleaned_data["format"], query=taken.query,
                columns=[one.key for one in columns], page=taken.table.page,
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            kind, name = form.cleaned_data["format"], str(taken.table.name)
            return file_of(taken.table.read(rows, user), columns, kind=kind, name=name, make=_as_it_is)
    context = {
        "form": form,
        "title": taken.title,
        "address": request.get_full_path(),
        "note": _("All rows that the filters leave and that you may take out."),
    }
    template = "projects/take_out.html" if form.is_bound else "projects/_take_out.html"
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)
