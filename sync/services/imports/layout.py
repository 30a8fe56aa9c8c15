"""The sheets of a file, where its table begins, and what its columns mean."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.errors import Conflict
from investcrm.core.money import CURRENCIES
from investcrm.core.spreadsheets.files import COLUMNS, Sheet, SheetRefused, is_text, look_at_text, look_at_workbook
from investcrm.core.spreadsheets.layout import TALLEST, Head, find_head, headings_of
from investcrm.core.spreadsheets.values import unit_in
from sync.choices import ImportStatus
from sync.models.imports import ImportMapping, ImportRun
from sync.selectors.imports.fields import BY_KEY, REQUIRED, fields_for
from sync.selectors.imports.lookups import Lookups
from sync.selectors.imports.suggesting import is_known, suggest
from sync.selectors.imports.words import say_refused
from sync.services.imports.beginning import lock_import, stored
from teams.access import Capability
from teams.models import Team, User

# Of a cell that is only looked at.
SHOWN = 120
SAMPLES = 5
UNITS = (0, 4, 8)
_UNIT_NOTE = re.compile(r"(?:单位|unit)\s*[:：]\s*([^\s,，;；)）]+)", re.IGNORECASE)
YEARS = (1990, 2100)


def look(run: ImportRun) -> None:
    """Read the sheets of the file, find the table, suggest what its columns mean; raises SheetRefused."""
    with stored(run) as path:
        with path.open("rb") as file:
            text = is_text(file.read(8))
        if text:
            kind, sheet = look_at_text(path)
            run.layout = {"encoding": kind.encoding, "separator": kind.separator, "sheets": [_kept(sheet)]}
        else:
            run.layout = {"sheets": [_kept(sheet) for sheet in look_at_workbook(path)]}
    best = max(range(len(run.layout["sheets"])), key=lambda number: _fullness(run.layout["sheets"][number]))
    use_sheet(run, best, None)
    run.status = ImportStatus.MAPPING


def _kept(sheet: Sheet) -> dict[str, Any]:
    # one more than is taken, so that a sheet of too many is known by it
    first = [[cell[:SHOWN] if isinstance(cell, str) else cell for cell in row[: COLUMNS + 1]] for row in sheet.first]
    return {"number": sheet.number, "name": sheet.name[:SHOWN], "rows": sheet.rows, "columns": sheet.columns,
            "first": first, "merged": sheet.merged, "date1904": sheet.date1904}  # fmt: skip


def _fullness(sheet: Mapping[str, Any]) -> tuple[int, int]:
    head = find_head(sheet["first"], sheet["merged"], is_known)
    return (sum(is_known(text) for text in head.headings) if head else 0, min(sheet["rows"], 10_000))


def use_sheet(run: ImportRun, index: int, head: tuple[int, int] | None) -> None:
    """Take the table of that sheet; `head` are the first and the last row of its head, else it is looked for.

    Raises SheetRefused where it has more columns than anybody would give a meaning to.
    """
    sheet = run.layout["sheets"][index]
    rows, merged = sheet["first"], sheet["merged"]
    found = (
        Head(head[0], head[1], headings_of(rows, merged, *head)) if head else find_head(rows, merged, is_known)
    ) or Head(0, 0, headings_of(rows, merged, 0, 0))
    if sum(bool(heading) for heading in found.headings) > COLUMNS or len(found.headings) > 2 * COLUMNS:
        raise SheetRefused("too_wide", found=max(sheet["columns"], len(found.headings)))
    run.layout |= {"sheet": index, "head": [found.first, found.last], "headings": found.headings}
    run.mapping = {str(column): key for column, key in suggested(run).items()}
    run.options = {**run.options, "unit": _unit_above(rows[: found.first])}


def _unit_above(rows: Sequence[Sequence[Any]]) -> int:
    """The unit that a note above the table gives: 单位：万元."""
    for cell in (cell for row in rows for cell in row if isinstance(cell, str)):
        if (said := _UNIT_NOTE.search(cell)) and (power := unit_in(f"({said[1]})").power) in UNITS:
            return int(power or 0)
    return 0


def samples_of(run: ImportRun) -> list[list[Any]]:
    """The first rows below the head."""
    sheet = run.layout["sheets"][run.layout["sheet"]]
    return [row for row in sheet["first"][run.layout["head"][1] + 1 :] if any(row)][:SAMPLES]


def may_record_history(run: ImportRun) -> bool:
    """Whether the importer may enter leads that existed before, at any stage, somewhere in the zone."""
    return run.actor.can(Capability.RECORD_HISTORY, on=run.zone)


def suggested(run: ImportRun) -> dict[int, str]:
    """What the columns seem to mean."""
    remembered = ImportMapping.objects.filter(zone=run.zone_id, target=run.target, source=run.source).first()
    lookups = Lookups(run.zone, run.zone.today())
    fields = fields_for(run.target, may_record_history=may_record_history(run))
    known = remembered.fields if remembered and run.source else {}
    return suggest(run.layout["headings"], samples_of(run), fields, known, lookups.is_stage)


@transaction.atomic
def choose_table(*, actor: User, run_id: uuid.UUID, sheet: int, first: int, last: int) -> ImportRun:
    """Say where the table begins (rows counted from 1); raises Conflict, ValidationError."""
    run = lock_import(actor, run_id)
    _must_wait_for_columns(run)
    sheets = run.layout["sheets"]
    if not 0 <= sheet < len(sheets):
        raise ValidationError({"sheet": ValidationError(_("There is no such sheet."), code="invalid")})
    length = len(sheets[sheet]["first"])
    if sheet != run.layout["sheet"]:
        try:
            use_sheet(run, sheet, None)
        except SheetRefused as refused:
            words = say_refused(refused.code, refused.params)
            raise ValidationError({"sheet": ValidationError(words, code=refused.code)}) from refused
    elif not (1 <= first <= last <= min(length, first + TALLEST - 1)):
        message = _("The headings stand in one to %(most)d rows among the first %(length)d.")
        params = {"most": TALLEST, "length": length}
        raise ValidationError({"first": ValidationError(message, code="invalid", params=params)})
    else:
        use_sheet(run, sheet, (first - 1, last - 1))
    _touch(run, "layout", "mapping", "options")
    return run


@transaction.atomic
def set_columns(
    *, actor: User, run_id: uuid.UUID, mapping: Mapping[int, str], options: Mapping[str, Any], source: str
) -> ImportRun:
    """Say what the columns mean, and have the rows checked; raises Conflict, ValidationError."""
    run = lock_import(actor, run_id)
    _must_wait_for_columns(run)
    _check_mapping(run, mapping)
    _check_options(run, options)
    run.mapping = {str(column): key for column, key in sorted(mapping.items())}
    run.options, run.source = dict(options), source
    run.status, run.rows_done, run.at_row, run.cancel_asked = ImportStatus.CHECKING, 0, 0, False
    if source:
        _remember(run, mapping)
    _touch(run, "mapping", "options", "source", "status", "rows_done", "at_row", "cancel_asked")
    enqueue("sync.work_on_import", run_id=str(run.pk))
    return run


def _remember(run: ImportRun, mapping: Mapping[int, str]) -> None:
    headings: Sequence[str] = run.layout["headings"]
    fields = {heading: mapping.get(column, "") for column, heading in enumerate(headings) if heading}
    ImportMapping.objects.update_or_create(
        zone=run.zone, target=run.target, source=run.source, defaults={"fields": fields, "used_at": timezone.now()}
    )


def _check_mapping(run: ImportRun, mapping: Mapping[int, str]) -> None:
    width = len(run.layout["headings"])
    known = {field.key for field in fields_for(run.target, may_record_history=may_record_history(run))}
    errors: dict[str, Any] = {}
    for column, key in mapping.items():
        if not 0 <= column < width or key not in known:
            errors[f"column_{column}"] = ValidationError(_("There is no such field."), code="invalid")
        elif sum(other == key for other in mapping.values()) > 1:
            errors[f"column_{column}"] = ValidationError(
                _("Two columns fill “%(field)s”. Choose one of them."),
                code="twice",
                params={"field": BY_KEY[key].label},
            )
    missing = [BY_KEY[key].label for key in REQUIRED[run.target] if key not in mapping.values()]
    if missing and not errors:
        params = {"fields": " · ".join(str(label) for label in missing)}
        errors["__all__"] = ValidationError(_("A column is needed for: %(fields)s"), code="required", params=params)
    if errors:
        raise ValidationError(errors)


def _check_options(run: ImportRun, options: Mapping[str, Any]) -> None:
    """Forms give valid ones only; whoever calls otherwise is held to the same."""
    year, team = options.get("year"), options.get("team")
    if year is not None and not YEARS[0] <= year <= YEARS[1]:
        raise ValidationError({"year": ValidationError(_("This is no year of such dates."), code="invalid")})
    if options.get("unit") not in UNITS or options.get("currency") not in CURRENCIES:
        raise ValidationError({"unit": ValidationError(_("Choose a unit."), code="invalid")})
    if team and not Team.objects.filter(pk=team, zone=run.zone_id).exists():
        raise ValidationError({"team": ValidationError(_("This team belongs to another zone."), code="other_zone")})
    if options.get("stage") and not may_record_history(run):
        raise ValidationError({"stage": ValidationError(_("There is no such stage."), code="invalid")})


@transaction.atomic
def change_columns(*, actor: User, run_id: uuid.UUID) -> ImportRun:
    """Go back to the columns; raises Conflict where the import runs already, or its file was not read."""
    run = lock_import(actor, run_id)
    if run.status not in (ImportStatus.CHECKED, ImportStatus.MAPPING) and not may_go_back(run):
        raise Conflict(run.status)
    run.status, run.error, run.finished_at = ImportStatus.MAPPING, "", None
    _touch(run, "status", "error", "finished_at")
    return run


def may_go_back(run: ImportRun) -> bool:
    """Whether an import that failed did so for its table: another one may be chosen."""
    return run.status == ImportStatus.FAILED and bool(run.file and run.layout.get("headings"))


def _must_wait_for_columns(run: ImportRun) -> None:
    if run.status != ImportStatus.MAPPING:
        raise Conflict(run.status)


def _touch(run: ImportRun, *fields: str) -> None:
    run.updated_at = timezone.now()
    run.save(update_fields=[*fields, "updated_at"])
