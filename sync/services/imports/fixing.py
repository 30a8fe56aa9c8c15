"""Putting rows right before the import: a cell, all cells that say the same, a decision, a decision for all."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.errors import Conflict
from investcrm.core.spreadsheets.layout import row_kind
from sync.choices import ImportStatus, RowDecision, RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.words import reason
from sync.services.imports.beginning import lock_import
from sync.services.imports.checking import BATCH, NO_DATA, check_rows, judge_of
from sync.services.imports.staging import sufficient_column
from teams.models import User

CELL_LENGTH = 5000
# Questions that may be decided for all rows at once, and what may be decided.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "similar_company": (RowDecision.NEW, RowDecision.SAME, RowDecision.SKIP),
    "similar_lead": (RowDecision.NEW, RowDecision.SAME, RowDecision.SKIP),
    "same_as_row": (RowDecision.NEW, RowDecision.SAME, RowDecision.SKIP),
    "hidden_lead": (RowDecision.NEW, RowDecision.SKIP),
}


def _checked_run(actor: User, run_id: uuid.UUID) -> ImportRun:
    run = lock_import(actor, run_id)
    if run.status != ImportStatus.CHECKED:
        raise Conflict(run.status)
    return run


def _row(run: ImportRun, number: int) -> ImportRow:
    row = ImportRow.objects.filter(run=run, number=number).first()
    if row is None:
        raise Http404
    return row


def _with_cell(actor: User, run_id: uuid.UUID, number: int, column: int, text: str) -> tuple[ImportRun, ImportRow]:
    """The run and the row of a cell that is put right; raises Http404, Conflict, ValidationError."""
    run = _checked_run(actor, run_id)
    row = _row(run, number)
    if str(column) not in run.mapping:
        raise Http404
    if len(text) > CELL_LENGTH or "\x00" in text:
        raise ValidationError({"text": ValidationError(_("This is too long, or no text."), code="invalid")})
    return run, row


@transaction.atomic
def fix_cell(*, actor: User, run_id: uuid.UUID, number: int, column: int, text: str) -> ImportRow:
    """Write something else in a cell; the row is checked again at once. Raises Http404, Conflict, ValidationError."""
    run, row = _with_cell(actor, run_id, number, column, text)
    row.fixes = {**row.fixes, str(column): text.strip()}
    row.save(update_fields=["fixes"])
    check_rows(run, judge_of(run), [row])
    return row


def _text_in(name: str, column: int) -> Func:
    """The text of a cell. A key transform takes digits for a place in a list, which `fixes` is not."""
    return Func(F(name), Value(str(column)), function="jsonb_extract_path_text", output_field=TextField())


def rows_that_say(run: ImportRun, row: ImportRow, column: int) -> QuerySet[ImportRow]:
    """The rows whose cell in that column says what this row's does, itself among them; none for an empty cell."""
    said = Coalesce(_text_in("fixes", column), _text_in("cells", column))
    rows = ImportRow.objects.filter(run=run).exclude(question__in=NO_DATA).alias(said=said)
    here = rows.filter(pk=row.pk).values_list(said, flat=True).first()
    return rows.filter(said=here) if here else rows.none()


@transaction.atomic
def fix_everywhere(*, actor: User, run_id: uuid.UUID, number: int, column: int, text: str) -> int:
    """Write something else in every cell of the column that says the same; returns in how many rows.

    A few are checked again at once, more in the background. Raises Http404, Conflict, ValidationError.
    """
    run, row = _with_cell(actor, run_id, number, column, text)
    found = list(rows_that_say(run, row, column).values_list("pk", flat=True)) or [row.pk]
    rows = ImportRow.objects.filter(pk__in=found)
    fixed = Value({str(column): text.strip()}, output_field=JSONField())
    rows.update(fixes=CombinedExpression(F("fixes"), "||", fixed))
    if len(found) <= BATCH:
        check_rows(run, judge_of(run), list(rows.order_by("number")))
    else:
        _check_anew(run)
    return len(found)


def _check_anew(run: ImportRun) -> None:
    run.status, run.rows_done, run.at_row = ImportStatus.CHECKING, 0, 0
    run.save(update_fields=["status", "rows_done", "at_row"])
    enqueue("sync.work_on_import", run_id=str(run.pk))


def kind_of_row(run: ImportRun, row: ImportRow) -> str:
    """Which kind of row that is no data it looks like, "" where it is data."""
    headings = run.layout["headings"]
    titled = sum(bool(heading) for heading in headings)
    kind = row_kind(row.cells, headings, titled, sufficient_column(run))
    return kind if kind in NO_DATA else ""


@transaction.atomic
def decide(*, actor: User, run_id: uuid.UUID, number: int, decision: str) -> ImportRow:
    """Decide about one row; "" asks again. Raises Http404, Conflict, ValidationError."""
    run = _checked_run(actor, run_id)
    row = _row(run, number)
    if decision not in RowDecision.values:
        raise ValidationError({"decision": ValidationError(_("Choose what happens to the row."), code="invalid")})
    row.decision = decision
    row.save(update_fields=["decision"])
    kind = kind_of_row(run, row)
    if kind and decision != RowDecision.NEW:
        row.status, row.question, row.key, row.decision = RowStatus.SKIPPED, kind, "", ""
        row.reasons, row.found_id = {"": [reason(kind)]}, None
        row.save()
        return row
    check_rows(run, judge_of(run), [row])
    return row


@transaction.atomic
def decide_all(*, actor: User, run_id: uuid.UUID, question: str, decision: str) -> int:
    """The same decision for all rows that ask the same; they are checked again. Returns how many rows."""
    run = _checked_run(actor, run_id)
    if decision not in QUESTIONS.get(question, ()):
        raise ValidationError({"decision": ValidationError(_("Choose what happens to the rows."), code="invalid")})
    rows = ImportRow.objects.filter(run=run, status=RowStatus.DUPLICATE, question=question)
    number = rows.update(decision=decision)
    if number:
        _check_anew(run)
    return number
