"""The rows of a sheet into the database, some thousands at a time, and what none of its data is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from investcrm.core.spreadsheets.files import COLUMNS, ROWS, SheetRefused, TextKind, rows_of
from investcrm.core.spreadsheets.layout import row_kind
from sync.choices import RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.fields import REQUIRED
from sync.selectors.imports.words import reason
from sync.services.imports.beginning import stored

PIECE = 5000
_COLUMNS = "run_id, number, cells, fixes, status, reasons, decision, question, key"


def is_staged(run: ImportRun) -> bool:
    """Whether the rows of the chosen table lie in the database."""
    return bool(run.layout.get("staged") == [run.layout["sheet"], run.layout["head"]])


def stage(run: ImportRun) -> None:
    """Put the rows of the chosen table there, in place of any others; raises SheetRefused."""
    ImportRow.objects.filter(run=run).delete()
    total = 0
    rows = _table(run)
    while piece := list(islice(rows, PIECE)):
        total += len(piece)
        if total > ROWS:
            raise SheetRefused("too_long")
        _copy(piece)
        ImportRun.objects.filter(pk=run.pk).update(updated_at=timezone.now())
    if not total:
        raise SheetRefused("no_rows")
    run.layout["staged"] = [run.layout["sheet"], run.layout["head"]]
    run.rows_total, run.rows_done, run.at_row = total, 0, 0
    run.updated_at = timezone.now()
    run.save(update_fields=["layout", "rows_total", "rows_done", "at_row", "updated_at"])


def sufficient_column(run: ImportRun) -> int | None:
    """The column that makes a row by itself, where nothing but it is needed."""
    needed = REQUIRED[run.target]
    found = [int(column) for column, key in run.mapping.items() if key in needed]
    return found[0] if len(needed) == len(found) == 1 else None


def _table(run: ImportRun) -> Iterator[list[str]]:
    """The rows below the head as the table of rows takes them."""
    layout = run.layout
    kind = TextKind(layout["encoding"], layout["separator"]) if "encoding" in layout else None
    headings, last = layout["headings"], layout["head"][1]
    titled, sufficient = sum(bool(heading) for heading in headings), sufficient_column(run)
    with stored(run) as path:
        rows = rows_of(path, sheet=layout["sheets"][layout["sheet"]]["number"], kind=kind)
        for number, cells in enumerate(rows, 1):
            if number <= last + 1 or not any(cell not in (None, "") for cell in cells):
                continue
            if len(cells) > COLUMNS:
                raise SheetRefused("too_wide", found=len(cells))
            yield _row(str(run.pk), number, cells, row_kind(cells, headings, titled, sufficient))


def _row(run_id: str, number: int, cells: Sequence[Any], kind: str) -> list[str]:
    left_out = kind not in ("", "empty")
    status = RowStatus.SKIPPED if left_out else RowStatus.WAITING
    reasons = {"": [reason(kind)]} if left_out else {}
    return [run_id, str(number), json.dumps(list(cells), ensure_ascii=False), "{}", status, json.dumps(reasons), "",
            kind if left_out else "", ""]  # fmt: skip


def _copy(rows: Sequence[Sequence[str]]) -> None:
    into = io.StringIO()
    csv.writer(into, quoting=csv.QUOTE_ALL).writerows(rows)
    into.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY sync_importrow ({_COLUMNS}) FROM STDIN WITH (FORMAT csv)", into)
