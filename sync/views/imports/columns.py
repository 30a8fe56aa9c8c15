"""The step of the columns: where the table begins, and what its columns mean."""

from __future__ import annotations

from typing import Any

from sync.forms.imports import ColumnsForm, TableForm, letters
from sync.models.imports import ImportRun
from sync.selectors.imports.drafts import text_of
from sync.services.imports.beginning import earlier_import
from sync.services.imports.layout import may_record_history, samples_of

PREVIEWED = 3
PREVIEW_COLUMNS = 12
SHOWN = 40


def columns_context(
    run: ImportRun, form: ColumnsForm | None = None, table_form: TableForm | None = None
) -> dict[str, Any]:
    """What the page of the columns shows."""
    form = form or ColumnsForm(run)
    samples = samples_of(run)
    columns = []
    for column, heading in enumerate(run.layout["headings"]):
        found = [
            text_of(row[column])[:SHOWN] for row in samples if column < len(row) and row[column] not in (None, "")
        ]
        if heading or found:
            field = form[f"column_{column}"]
            columns.append({"letters": letters(column), "heading": heading, "samples": found[:3], "field": field})
    return {
        "form": form,
        "table_form": table_form or TableForm(run),
        "columns": columns,
        "taken": sum(bool(column["field"].value()) for column in columns),
        "options": [form[name] for name in form.offered],
        "preview": _preview(run),
        "same_file": earlier_import(run),
        "may_record_history": may_record_history(run),
    }


def _preview(run: ImportRun) -> list[dict[str, Any]]:
    """The rows around the head."""
    layout = run.layout
    first, last = layout["head"]
    rows = layout["sheets"][layout["sheet"]]["first"]
    start = max(0, first - PREVIEWED)
    return [
        {"number": number + 1, "is_head": first <= number <= last,
         "cells": [text_of(cell)[:SHOWN] for cell in rows[number][:PREVIEW_COLUMNS]]}
        for number in range(start, min(len(rows), last + 1 + PREVIEWED))
    ]  # fmt: skip
