"""The dry run: what each row would do, in batches, each its own transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from projects.models import Stage
from sync.choices import ImportStatus, RowDecision, RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.drafts import Draft, Reading, units_of
from sync.selectors.imports.lookups import Lookups
from sync.selectors.imports.matching import Known, earlier_rows
from sync.services.imports.judging import Judge, Verdict
from teams.models import Team

BATCH = 500
# Rows that are none of the data, unless somebody says that they are.
NO_DATA = frozenset({"total_row", "note_row", "repeated_heading"})


def judge_of(run: ImportRun) -> Judge:
    """How the rows of a run are read and judged, with its importer's rights of now."""
    options, columns = run.options, {int(column): key for column, key in run.mapping.items()}
    sheet = run.layout["sheets"][run.layout["sheet"]]
    reading = Reading(
        target=run.target,
        columns=columns,
        units=units_of(run.layout["headings"], columns, options.get("unit") or None),
        lookups=Lookups(run.zone, run.zone.today()),
        year=options.get("year"),
        date1904=sheet["date1904"],
        lenient=bool(options.get("lenient")),
        currency=options.get("currency") or "CNY",
    )
    team, stage = options.get("team"), options.get("stage")
    return Judge(
        actor=run.actor,
        zone=run.zone,
        target=run.target,
        reading=reading,
        updates=bool(options.get("updates", True)),
        team=Team.objects.filter(pk=team, zone=run.zone_id).first() if team else None,
        stage=Stage.objects.filter(code=stage, deleted_at=None).first() if stage else None,
    )


def drafts_of(judge: Judge, rows: Sequence[ImportRow]) -> list[Draft]:
    """What the rows say; none of those that are no data."""
    drafts = []
    for row in rows:
        if row.question in NO_DATA and not row.decision:
            continue
        draft = judge.reading.read(row.number, row.cells, row.fixes)
        draft.decision = row.decision
        drafts.append(draft)
    return drafts


def known_of(run: ImportRun, judge: Judge, drafts: Sequence[Draft]) -> Known:
    """What of these rows is there already."""
    good = [draft for draft in drafts if draft.values.get("company")]
    return Known(actor=judge.actor, zone=run.zone, source=source_system(run), drafts=good, since=run.started_at)


def source_system(run: ImportRun) -> str:
    """Under which name the numbers of the sheet are kept."""
    plain = "".join(sign for sign in run.source if sign.isascii() and (sign.isalnum() or sign in "._-"))
    same = plain == run.source and plain not in ("", ".", "..") and len(plain) <= 40
    return plain if same else f"sheet-{uuid.uuid5(uuid.NAMESPACE_OID, run.source).hex[:16]}"


def check_rows(run: ImportRun, judge: Judge, rows: Sequence[ImportRow]) -> None:
    """Judge the rows and write what they would do."""
    drafts = {draft.number: draft for draft in drafts_of(judge, rows)}
    known = known_of(run, judge, list(drafts.values()))
    _write_keys(rows, drafts)
    earlier = earlier_rows(run, list(drafts.values()))
    verdicts = {number: judge.judge(draft, known, earlier) for number, draft in drafts.items()}
    write_verdicts([row for row in rows if row.number in verdicts], verdicts)


def _write_keys(rows: Sequence[ImportRow], drafts: dict[int, Draft]) -> None:
    changed = []
    for row in rows:
        key = drafts[row.number].key if row.number in drafts and row.decision != RowDecision.SKIP else ""
        if row.key != key:
            row.key = key
            changed.append(row)
    _update(changed, {"key": "varchar"}, [[row.key for row in changed]])


def write_verdicts(rows: Sequence[ImportRow], verdicts: dict[int, Verdict]) -> None:
    """Status, question, reasons and what was found, of many rows in one statement."""
    for row in rows:
        verdict = verdicts[row.number]
        row.status, row.question = verdict.status, verdict.question
        row.reasons, row.found_id = verdict.reasons, verdict.found_id
    types = {"status": "varchar", "question": "varchar", "reasons": "jsonb", "found_id": "uuid"}
    _update(
        rows,
        types,
        [
            [row.status for row in rows],
            [row.question for row in rows],
            [json.dumps(row.reasons, ensure_ascii=False) for row in rows],
            [str(row.found_id) if row.found_id else None for row in rows],
        ],
    )


def write_results(rows: Sequence[ImportRow]) -> None:
    """What many rows became, in one statement."""
    _update(
        rows,
        {"result_id": "uuid", "imported_at": "timestamptz"},
        [[str(row.result_id) if row.result_id else None for row in rows], [row.imported_at for row in rows]],
    )


def _update(rows: Sequence[ImportRow], types: dict[str, str], values: list[list[Any]]) -> None:
    if not rows:
        return
    settings = ", ".join(f"{name} = given.{name}" for name in types)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
    sql = (
        f"UPDATE sync_importrow AS row SET {settings}"  # noqa: S608 - names of columns, written above
        f" FROM unnest(%s::bigint[], {arrays}) AS given (id, {', '.join(types)}) WHERE row.id = given.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[row.pk for row in rows], *values])


@transaction.atomic
def check_batch(run_id: uuid.UUID) -> bool:
    """Check the next rows of a run; returns whether there are more."""
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("zone", "actor").get(pk=run_id)
    if run.status != ImportStatus.CHECKING:
        return False
    if run.cancel_asked:
        run.status, run.finished_at = ImportStatus.CANCELLED, timezone.now()
        run.save(update_fields=["status", "finished_at"])
        return False
    rows = list(ImportRow.objects.filter(run=run, number__gt=run.at_row).order_by("number")[:BATCH])
    check_rows(run, judge_of(run), rows)
    run.rows_done = min(run.rows_done + len(rows), run.rows_total)
    run.at_row = rows[-1].number if rows else run.at_row
    if len(rows) < BATCH:
        run.status, run.rows_done = ImportStatus.CHECKED, run.rows_total
    run.updated_at = timezone.now()
    run.save(update_fields=["rows_done", "at_row", "status", "updated_at"])
    return run.status == ImportStatus.CHECKING


def counts_of(run: ImportRun) -> dict[str, int]:
    """How many rows of each status. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM sync_importrow WHERE run_id = %s GROUP BY status", [run.pk])
        found = dict(cursor.fetchall())
    return {status: found.get(status, 0) for status in RowStatus.values}
