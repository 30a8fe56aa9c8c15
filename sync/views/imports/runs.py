"""The list of imports, a new one, and the page of one in whatever step it is."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.errors import Conflict
from investcrm.core.forms import add_problems
from investcrm.core.paging import Ordering, page_or_first
from investcrm.core.toasts import add_toast
from projects.services.storing import StorageFailed
from projects.views.receiving import takes_files
from sync.choices import ImportStatus
from sync.forms.imports import UploadForm
from sync.models.imports import ImportMapping, ImportRun
from sync.selectors.imports.words import say_refused
from sync.services.imports.beginning import AT_WORK, import_for, imports_of, start_import
from sync.services.imports.layout import may_go_back
from sync.services.imports.running import cancel_import
from sync.views.imports.columns import columns_context
from sync.views.imports.rows import rows_context
from teams.access import Capability
from teams.models import Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where
from teams.views.answers import zone_tabs

ORDERINGS = {"created_at": Ordering("created_at")}
PAGE = 30
STEPS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("file", gettext_lazy("File"), (ImportStatus.READING,)),
    ("columns", gettext_lazy("Columns"), (ImportStatus.MAPPING,)),
    ("check", gettext_lazy("Check"), (ImportStatus.CHECKING, ImportStatus.CHECKED)),
    ("import", gettext_lazy("Import"), (ImportStatus.RUNNING,)),
    ("result", gettext_lazy("Result"), (ImportStatus.DONE, ImportStatus.CANCELLED, ImportStatus.FAILED)),
]


def zones_to_import(request: HttpRequest) -> list[Zone]:
    """The zones into which the reader imports, be it for one team; raises PermissionDenied where there is none."""
    zones = zones_where(user_of(request), Capability.IMPORT)
    if not zones:
        raise PermissionDenied
    return zones


@login_required
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """The imports that one sees, the latest first."""
    zones_to_import(request)
    page = page_or_first(
        imports_of(user_of(request)), ordering="-created_at", allowed=ORDERINGS, cursor=request.GET.get("cursor"),
        page_size=PAGE,
    )  # fmt: skip
    context = {
        "rows": page.rows,
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
    }
    return render(request, "sync/imports/list.html", context)


@takes_files
@login_required
@require_http_methods(["GET", "POST"])
def import_add(request: HttpRequest) -> HttpResponse:
    """Choose the file."""
    zones = zones_to_import(request)
    zone = chosen_zone(request, zones)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 200
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            data = form.cleaned_data
            try:
                run = start_import(
                    actor=user_of(request), zone=zone, file=data["file"], target=data["target"], source=data["source"]
                )
            except ValidationError as error:
                add_problems(form, error)
            except StorageFailed as failed:
                form.add_error("file", str(failed.message))
            else:
                return redirect("sync:import_run", run_id=run.pk)
    context = {
        "form": form,
        "zone": zone,
        "tabs": zone_tabs("sync:import_add", zone, zones),
        "sources": ImportMapping.objects.filter(zone=zone).order_by("-used_at").values_list("source", flat=True)[:50],
        "steps": steps_of(None),
    }
    return render(request, "sync/imports/add.html", context, status=status)


def steps_of(run: ImportRun | None) -> list[dict[str, Any]]:
    """The steps of the way, and which one it is."""
    here = next((number for number, (_key, _label, of) in enumerate(STEPS) if run and run.status in of), 0)
    if run and run.status == ImportStatus.FAILED:
        # it never came to a result
        here = 2 if run.layout.get("headings") else 0
    states = ["done" if number < here else "here" if number == here else "ahead" for number in range(len(STEPS))]
    return [{"label": label, "state": state} for (_key, label, _of), state in zip(STEPS, states, strict=True)]


def run_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What every step of an import shows."""
    error = json.loads(run.error) if run.error else None
    return {
        "run": run,
        "steps": steps_of(run),
        "is_mine": run.actor_id == user_of(request).pk,
        "is_at_work": run.status in AT_WORK,
        "may_go_back": may_go_back(run),
        "error": say_refused(error["code"], error["params"]) if error else "",
    }


@login_required
@require_GET
def import_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The step in which an import is."""
    return show_run(request, import_for(user_of(request), run_id))


def show_run(request: HttpRequest, run: ImportRun, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an import; `more` are forms that were refused."""
    context = run_context(request, run) | more
    if run.status in AT_WORK:
        return render(request, "sync/imports/working.html", context, status=status)
    if run.status == ImportStatus.MAPPING:
        return render(request, "sync/imports/columns.html", columns_context(run) | context, status=status)
    if run.layout.get("staged"):
        context = rows_context(request, run) | context
    return render(request, "sync/imports/rows.html", context, status=status)


@login_required
@require_GET
def import_progress(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """How far the work is; once it is done, the browser loads the page anew."""
    run = import_for(user_of(request), run_id)
    if run.status not in AT_WORK:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "sync/imports/_progress.html", run_context(request, run))


@login_required
@require_http_methods(["POST"])
def import_cancel(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """End an import."""
    try:
        cancel_import(actor=user_of(request), run_id=run_id)
    except Conflict:
        add_toast(request, _("The import is over already."))
    return redirect("sync:import_run", run_id=run_id)
