"""The rows of an import: what each would do or did, putting one right, deciding; the result as a file."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE, show_in
from investcrm.core.errors import Conflict
from investcrm.core.forms import add_problems
from investcrm.core.htmx import is_htmx
from investcrm.core.spreadsheets.values import unit_in
from investcrm.core.toasts import add_toast
from projects.choices import ExportFormat
from sync.choices import ImportStatus, ImportTarget, RowDecision, RowStatus
from sync.exports.imports import outcome, stream_csv, write_xlsx
from sync.forms.imports import CellForm
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.drafts import text_of
from sync.selectors.imports.fields import BY_KEY
from sync.selectors.imports.lookups import Lookups
from sync.selectors.imports.words import is_remark, say
from sync.services.imports.beginning import import_for
from sync.services.imports.checking import NO_DATA, counts_of
from sync.services.imports.fixing import QUESTIONS, decide, decide_all, fix_cell, fix_everywhere, rows_that_say
from sync.services.imports.results import record_result, rows_of_result
from teams.requests import user_of

PAGE = 50
_BRACKETS = re.compile(r"[(（]([^()（）]+)[)）]")
TONES = {"new": "green", "changed": "accent", "duplicate": "yellow", "error": "red"}
TABS = ("error", "duplicate", "new", "changed", "unchanged", "skipped")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def unit_words(run: ImportRun, column: int, key: str) -> str:
    """The unit that the heading of a column of amounts gives, as it stands there."""
    headings = run.layout["headings"]
    named = _BRACKETS.findall(headings[column]) if BY_KEY[key].kind == "amount" and column < len(headings) else []
    return next((words for words in named if unit_in(f"({words})").power is not None), "")


def row_view(run: ImportRun, row: ImportRow, may_fix: bool) -> dict[str, Any]:
    """A row as the page shows it."""
    cells = []
    for column, key in run.mapping.items():
        number = int(column)
        value = row.fixes.get(column, row.cells[number] if number < len(row.cells) else "")
        reasons = row.reasons.get(column, [])
        shown = text_of(value)
        if not shown and not reasons and not may_fix:
            continue
        cells.append(
            {
                "column": number,
                "label": BY_KEY[key].label,
                "unit": unit_words(run, number, key),
                "text": shown,
                "is_fixed": column in row.fixes,
                "reasons": [{"text": say(one), "is_remark": is_remark(one)} for one in reasons],
                "is_wrong": any(not is_remark(one) for one in reasons),
            }
        )
    general = [say(one) for one in row.reasons.get("", [])]
    no_data = row.question in NO_DATA
    return {
        "row": row,
        "cells": [cell for cell in cells if cell["text"] or cell["reasons"]] if no_data else cells,
        "general": general,
        "plain": " · ".join(text_of(cell)[:60] for cell in row.cells if cell not in (None, ""))[:300]
        if no_data
        else "",
        "no_data": no_data,
        "status": outcome(row) if run.status != ImportStatus.CHECKED else RowStatus(row.status).label,
        "tone": TONES.get(row.status, "neutral"),
        "may_fix": may_fix and not no_data,
        "may_decide": may_fix,
        "answers": QUESTIONS.get(row.question, ()) if row.status == RowStatus.DUPLICATE else (),
        "found_url": _address(run, row, row.found_id) if row.status != RowStatus.NEW else "",
        "result_url": _address(run, row, row.result_id),
    }


def _address(run: ImportRun, row: ImportRow, row_id: uuid.UUID | None) -> str:
    if row_id is None:
        return ""
    is_company = run.target == ImportTarget.COMPANIES or (row_id == row.found_id and row.question == "similar_company")
    return reverse("projects:company" if is_company else "projects:lead", args=[row_id])


def counts_context(run: ImportRun, shown: str) -> dict[str, Any]:
    """How many rows of each status, as tabs; what the go-ahead would do."""
    counts = counts_of(run)
    address = reverse("sync:import_run", args=[run.pk])
    labels = {status: RowStatus(status).label for status in TABS}
    tabs = [{"label": _("All"), "url": f"{address}?rows=all", "here": shown == "all", "count": sum(counts.values())}]
    tabs += [
        {"label": labels[status], "url": f"{address}?rows={status}", "here": shown == status, "count": counts[status]}
        for status in TABS
        if counts[status] or status == shown
    ]
    return {"run": run, "tabs": tabs, "counts": counts, "to_write": counts["new"] + counts["changed"],
            "left": counts["error"] + counts["duplicate"]}  # fmt: skip


def rows_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """One page of the rows of a status; where none is asked for, what needs somebody comes first."""
    asked = request.GET.get("rows", "")
    counts = counts_of(run)
    shown = asked if asked in TABS or asked == "all" else next((one for one in TABS[:2] if counts[one]), "all")
    after = request.GET.get("after", "")
    rows = ImportRow.objects.filter(run=run).order_by("number")
    if shown != "all":
        rows = rows.filter(status=shown)
    if after.isascii() and after.isdigit() and len(after) < 10:
        rows = rows.filter(number__gt=int(after))
    found = list(rows[: PAGE + 1])
    may_fix = run.status == ImportStatus.CHECKED and run.actor_id == user_of(request).pk
    address = reverse("sync:import_run", args=[run.pk])
    return {
        **counts_context(run, shown),
        "shown": shown,
        "rows": [row_view(run, row, may_fix) for row in found[:PAGE]],
        "next_url": f"{address}?rows={shown}&after={found[PAGE - 1].number}" if len(found) > PAGE else "",
        "first_url": f"{address}?rows={shown}" if after else "",
        "questions": _questions(run) if may_fix and counts["duplicate"] else [],
        "is_over": run.status in (ImportStatus.DONE, ImportStatus.CANCELLED),
    }


def _questions(run: ImportRun) -> list[dict[str, Any]]:
    """The questions that rows ask, each with its answers for all of them."""
    words = {
        "similar_company": _("The company may be there already"),
        "similar_lead": _("The lead may be there already"),
        "same_as_row": _("Another row says the same"),
        "hidden_lead": _("A lead of another team"),
    }
    rows = ImportRow.objects.filter(run=run, status=RowStatus.DUPLICATE).order_by()
    asked = sorted(set(rows.values_list("question", flat=True).distinct()))
    labels = dict(RowDecision.choices)
    return [
        {
            "code": code,
            "label": words.get(code, code),
            "answers": [(one, labels[one]) for one in QUESTIONS.get(code, ())],
        }
        for code in asked
    ]


def _answer_row(request: HttpRequest, run: ImportRun, row: ImportRow) -> HttpResponse:
    """The row anew, with the counts beside it; without htmx the page at that row."""
    if not is_htmx(request):
        address = reverse("sync:import_run", args=[run.pk])
        return redirect(f"{address}?rows=all&after={row.number - 1}")
    shown = request.POST.get("shown", "all")
    context = {**counts_context(run, shown), "item": row_view(run, row, True), "shown": shown, "beside": True,
               "is_mine": True}  # fmt: skip
    return render(request, "sync/imports/_row_answer.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def import_fix(request: HttpRequest, run_id: uuid.UUID, number: int, column: int) -> HttpResponse:
    """Write something else in a cell."""
    user = user_of(request)
    run = import_for(user, run_id)
    if run.actor_id != user.pk:
        raise PermissionDenied
    row = ImportRow.objects.filter(run=run, number=number).first()
    if row is None or str(column) not in run.mapping:
        raise Http404
    present = row.fixes.get(str(column), row.cells[column] if column < len(row.cells) else "")
    others = max(rows_that_say(run, row, column).count() - 1, 0)
    form = CellForm(
        request.POST if request.method == "POST" else None, others=others, said=text_of(present),
        initial={"text": text_of(present)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        cell: dict[str, Any] = {
            "run_id": run_id,
            "number": number,
            "column": column,
            "text": form.cleaned_data["text"],
        }
        try:
            if form.cleaned_data["everywhere"]:
                return _answer_everywhere(request, run, fix_everywhere(actor=user, **cell))
            row = fix_cell(actor=user, **cell)
        except Conflict:
            return _moved_on(request, run_id)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return _answer_row(request, run, row)
    field = BY_KEY[run.mapping[str(column)]]
    context = {
        "run": run, "row": row, "column": column, "form": form, "field": field, "label": field.label,
        "words": Lookups(run.zone, run.zone.today()).words(field.kind),
        "shown": request.GET.get("shown", request.POST.get("shown", "all")),
        "hide": is_htmx(request),
        "cancel_url": f"{reverse('sync:import_run', args=[run.pk])}?rows=all&after={number - 1}",
    }  # fmt: skip
    status = UNPROCESSABLE if form.is_bound else 200
    return show_in("sync/imports/fragment.html", request, "sync/imports/_fix.html", context, status)


def _answer_everywhere(request: HttpRequest, run: ImportRun, number: int) -> HttpResponse:
    """The page anew: more rows than this one have changed."""
    text = ngettext("%(number)d row is corrected.", "%(number)d rows are corrected.", number)
    add_toast(request, text % {"number": number})
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("sync:import_run", run_id=run.pk)


def _moved_on(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    add_toast(request, _("The import has moved on meanwhile; this is where it stands."))
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("sync:import_run", run_id=run_id)


@login_required
@require_POST
def import_decide(request: HttpRequest, run_id: uuid.UUID, number: int) -> HttpResponse:
    """Decide about one row."""
    user = user_of(request)
    run = import_for(user, run_id)
    try:
        row = decide(actor=user, run_id=run_id, number=number, decision=request.POST.get("decision", ""))
    except Conflict:
        return _moved_on(request, run_id)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    return _answer_row(request, run, row)


@login_required
@require_POST
def import_decide_all(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The same decision for all rows that ask the same."""
    try:
        number = decide_all(
            actor=user_of(request), run_id=run_id, question=request.POST.get("question", ""),
            decision=request.POST.get("decision", ""),
        )  # fmt: skip
    except Conflict:
        return _moved_on(request, run_id)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages))
    else:
        text = ngettext("%(number)d row is decided.", "%(number)d rows are decided.", number)
        add_toast(request, text % {"number": number})
    return redirect("sync:import_run", run_id=run_id)


@login_required
@require_POST
def import_result(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """The rows with their status and reasons, as a file."""
    user = user_of(request)
    run = import_for(user, run_id)
    kind, left_out = request.POST.get("format", ""), "left_out" in request.POST
    try:
        record_result(actor=user, run=run, format=kind, left_out=left_out)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages))
        return redirect("sync:import_run", run_id=run_id)
    rows = rows_of_result(run, left_out)
    name = f"{pgettext('name of a file', 'import-result')}-{run.created_at:%Y-%m-%d}.{kind}"
    if kind == ExportFormat.XLSX:
        return FileResponse(write_xlsx(run, rows), as_attachment=True, filename=name, content_type=XLSX)
    answer = StreamingHttpResponse(stream_csv(run, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
