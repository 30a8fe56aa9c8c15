"""Taking the list of leads out as a file: the filtered rows, or the chosen ones."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems
from projects.choices import ExportFormat
from projects.columns import columns_for_file, read_for
from projects.exports import csv_file, xlsx_file
from projects.filters import LEAD_ORDERINGS
from projects.forms.lists import ExportForm
from projects.models import LeadQuerySet
from projects.services.bulk import read_chosen
from projects.services.taking import chosen_leads, exportable, record_export
from projects.views.filtering import ListState, in_order
from projects.views.lead_lists import lead_state, leads_of_state
from teams.access import Capability
from teams.requests import user_of

TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


def _leads(request: HttpRequest, state: ListState) -> LeadQuerySet:
    """The chosen rows, else those that the filters leave; raises ValidationError."""
    user = user_of(request)
    rows = request.POST.get("rows", "")
    if rows and "all" not in request.POST:
        return chosen_leads(user, read_chosen(rows))
    if state.unknown:
        raise ValidationError(_("A filter of this list could not be understood. Open the list again."), code="unknown")
    return exportable(user, leads_of_state(state, user))


@login_required
@require_http_methods(["GET", "POST"])
def lead_export(request: HttpRequest) -> HttpResponseBase:
    """A dialog that asks for the kind of file, and the file."""
    if not user_of(request).can(Capability.EXPORT):
        raise PermissionDenied
    state = lead_state(request)
    going = "go" in request.POST
    form = ExportForm(request.POST if going else None)
    try:
        leads = _leads(request, state)
        if going and form.is_valid():
            return _file(request, state, leads, form.cleaned_data["format"])
    except ValidationError as error:
        if not going:
            refusal = {"title": _("Export leads"), "messages_": error.messages}
            return render(request, "projects/_bulk_refused.html", refusal, status=UNPROCESSABLE)
        add_problems(form, error)
    return _ask(request, state, form)


def _ask(request: HttpRequest, state: ListState, form: ExportForm) -> HttpResponseBase:
    """The dialog; a page where the browser has sent the form by itself and no file could be made."""
    rows = "" if "all" in request.POST else request.POST.get("rows", "")
    context = {
        "form": form,
        "rows": rows,
        "number": len(rows.split()),
        "columns": columns_for_file(state.columns),
        "query": state.query,
    }
    template = "projects/lead_export.html" if form.is_bound else "projects/_lead_export.html"
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


def _file(request: HttpRequest, state: ListState, leads: LeadQuerySet, kind: str) -> HttpResponseBase:
    columns = columns_for_file(state.columns)
    record_export(
        actor=user_of(request), leads=leads, format=kind, query=state.own_query, columns=[one.key for one in columns]
    )
    rows = read_for(cast(LeadQuerySet, in_order(state, leads, LEAD_ORDERINGS)), columns)
    name = f"{pgettext('name of a file', 'leads')}-{timezone.localdate().isoformat()}.{kind}"
    if kind == ExportFormat.XLSX:
        return FileResponse(
            xlsx_file.write(rows, columns), as_attachment=True, filename=name, content_type=TYPES[ExportFormat.XLSX]
        )
    answer = StreamingHttpResponse(csv_file.stream(rows, columns), content_type=TYPES[ExportFormat.CSV])
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
