"""What one does in a step: choosing the table, the columns, giving the go-ahead, going back."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.errors import Conflict
from investcrm.core.forms import add_problems
from investcrm.core.toasts import add_toast
from sync.choices import ImportStatus
from sync.forms.imports import ColumnsForm, TableForm
from sync.models.imports import ImportRun
from sync.services.imports.beginning import import_for
from sync.services.imports.layout import change_columns, choose_table, set_columns
from sync.services.imports.running import run_import
from sync.views.imports.columns import columns_context
from sync.views.imports.runs import show_run
from teams.requests import user_of


def moved_on(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The import is in another step than the page thought."""
    add_toast(request, _("The import has moved on meanwhile; this is where it stands."))
    return redirect("sync:import_run", run_id=run_id)


def _run_with_columns(request: HttpRequest, run_id: uuid.UUID) -> ImportRun | None:
    run = import_for(user_of(request), run_id)
    return run if run.status == ImportStatus.MAPPING else None


@login_required
@require_POST
def import_table(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Choose the sheet and where its headings stand."""
    run = _run_with_columns(request, run_id)
    if run is None:
        return moved_on(request, run_id)
    form = TableForm(run, request.POST)
    if form.is_valid():
        try:
            choose_table(actor=user_of(request), run_id=run_id, **form.cleaned_data)
        except Conflict:
            return moved_on(request, run_id)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return redirect("sync:import_run", run_id=run_id)
    return show_run(request, run, UNPROCESSABLE, **columns_context(run, table_form=form))


@login_required
@require_POST
def import_columns(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Say what the columns mean; the rows are checked then."""
    run = _run_with_columns(request, run_id)
    if run is None:
        return moved_on(request, run_id)
    form = ColumnsForm(run, request.POST)
    if form.is_valid():
        source = " ".join(form.cleaned_data["source"].split())
        try:
            set_columns(
                actor=user_of(request), run_id=run_id, mapping=form.mapping(), options=form.options(), source=source
            )
        except Conflict:
            return moved_on(request, run_id)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return redirect("sync:import_run", run_id=run_id)
    return show_run(request, run, UNPROCESSABLE, **columns_context(run, form))


@login_required
@require_POST
def import_back(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Go back to the columns."""
    try:
        change_columns(actor=user_of(request), run_id=run_id)
    except Conflict:
        return moved_on(request, run_id)
    return redirect("sync:import_run", run_id=run_id)


@login_required
@require_POST
def import_go(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Give the go-ahead."""
    try:
        run_import(actor=user_of(request), run_id=run_id)
    except Conflict:
        return moved_on(request, run_id)
    return redirect("sync:import_run", run_id=run_id)
