"""Moving a lead through the stages, and correcting a wrong move. The one door for page, board, API and import."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, hold, lock_for_change
from investcrm.core.errors import Conflict
from investcrm.core.rules import Problems
from pipeline.selectors.stages import goes_back
from projects.choices import EntryKind, NotificationKind, StageKind
from projects.models import Lead, LedgerEntry, Stage
from projects.requirements import facts_of, missing, requirements_by_stage
from projects.selectors import keepers_of
from projects.services.bulk import Chosen, Outcome, one_by_one
from projects.services.companies import create_company, update_company
from projects.services.leads import ASSIGNMENT, EDITABLE, write_changes
from projects.services.ledger import STANDING_FIELDS, append_entry, effective, entries_of, next_seq, replay
from projects.services.milestones import last_progress_on
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import User

CREDIT_CODE = "registered_credit_code"
# The name of a registered company that is not known yet; it is entered with the move.
COMPANY_NAME = "registered_company_name"
MOVE_FIELDS = EDITABLE | {CREDIT_CODE, COMPANY_NAME}


def _lock(actor: User, lead_id: uuid.UUID) -> Lead:
    return lock_for_change(
        Lead.objects.visible_to(actor).select_related("zone", "stage", "company", "registered_company"), lead_id
    )


@transaction.atomic
def move_lead(
    *,
    actor: User,
    lead_id: uuid.UUID,
    to_stage: str,
    occurred_on: datetime.date | None = None,
    note: str = "",
    evidence: str = "",
    fields: Mapping[str, Any] | None = None,
    from_stage: str | None = None,
    expected_version: int | None = None,
) -> LedgerEntry:
    """Set the given fields and move the lead, both or neither; returns the ledger entry.

    `occurred_on` is the day it happened (today if None). `from_stage` is where the caller saw the lead: where it has
    moved meanwhile, Conflict; `expected_version` refuses any change since. Skipping stages needs the target's
    requirements only; moving back needs a note.
    Raises Http404, PermissionDenied, Conflict, Stale, ValidationError (one error a missing field).
    """
    lead = _lock(actor, lead_id)
    if not actor.can(Capability.MOVE_LEAD, on=lead):
        raise PermissionDenied
    apply_changes(lead, {}, EDITABLE, expected_version=expected_version)
    here = lead.stage
    if from_stage is not None and from_stage != here.code:
        raise Conflict(
            here.code, _("This lead has moved meanwhile. It is in the stage “%(stage)s” now.") % {"stage": here.name}
        )
    # whoever retires the stage meanwhile waits, or has been first
    hold(Stage.objects.filter(code=to_stage))
    target = Stage.objects.visible_to(actor).filter(code=to_stage).first()
    if target is None:
        raise ValidationError({"to_stage": ValidationError(_("There is no such stage."), code="unknown_stage")})
    if target.code == here.code:
        raise ValidationError(
            {"to_stage": ValidationError(_("The lead is in this stage already."), code="same_stage")}
        )

    entries = entries_of(lead)
    today = lead.zone.today()
    day = occurred_on or today
    problems = Problems()
    _check_occurred_on(day, entries, today, problems)
    if goes_back(here, target) and not note.strip():
        problems.add("note", _("Moving back needs a note that says why."), "required")

    told_of = None if "occurred_on" in problems.errors else day
    _set_fields(lead, fields or {}, actor=actor, problems=problems, told_of=told_of)
    moved = replay(entries)
    moved.enter(target, day)
    moved.write_to(lead)
    lead.stage = target
    if here.kind == StageKind.CLOSED and target.kind != StageKind.CLOSED:
        lead.close_reason = ""
    if moved.landed_on and moved.signed_on and moved.landed_on < moved.signed_on:
        problems.add("occurred_on", _("A project cannot land before it is signed."), "before_signing")
    for requirement in missing(requirements_by_stage().get(target.code, []), facts_of(lead)):
        problems.add(
            requirement.field, _("%(what)s is needed for this stage.") % {"what": requirement.label}, "required"
        )
    problems.raise_if_any()

    lead.last_progress_on = max(filter(None, [last_progress_on(lead), day]))
    lead.save_changes([*STANDING_FIELDS, "last_progress_on", "close_reason"])
    entry = append_entry(
        lead,
        kind=EntryKind.MOVED,
        actor=actor,
        occurred_on=day,
        seq=next_seq(lead),
        note=note.strip(),
        evidence=evidence.strip(),
        from_stage=here.code,
    )
    _tell_moved(lead, entry, here, target)
    return entry


def _tell_moved(lead: Lead, entry: LedgerEntry, before: Stage, after: Stage) -> None:
    """Tell whoever has the lead that it stands elsewhere now."""
    names = {
        name: {"zh": stage.name_zh, "en": stage.name_en} for name, stage in (("from", before), ("to", after))
    }  # fmt: skip
    notify(
        to=keepers_of(lead),
        kind=NotificationKind.MOVED,
        key=f"moved:{entry.id}",
        actor=entry.actor,
        lead=lead,
        data={**names, "note": entry.note[:200]},
    )


def close_leads(*, actor: User, rows: Sequence[Chosen], to_stage: str, reason: str) -> list[Outcome]:
    """Close many leads with one reason, each by a move of its own; one that is closed already stays as it is."""

    def change(row: Chosen) -> bool:
        try:
            move_lead(
                actor=actor,
                lead_id=row.lead_id,
                to_stage=to_stage,
                fields={"close_reason": reason},
                expected_version=row.version,
            )
        except ValidationError as error:
            if any(one.code == "same_stage" for one in error.error_dict.get("to_stage", [])):
                return False
            raise
        return True

    return one_by_one(rows, change)


def _check_occurred_on(
    day: datetime.date, entries: list[LedgerEntry], today: datetime.date, problems: Problems
) -> None:
    """A move lies between the previous effective one and today.

    A lead is often entered after it was won, so the mere day of entering is no bound. An opening that tells of an
    earlier day is one: somebody has said where the lead stood then.
    """
    try:
        check_day(day, future_years=0, today=today)
    except ValidationError as error:
        problems.errors["occurred_on"] = [error]
        return
    known = [entry.occurred_on for entry in effective(entries) if entry.occurred_on and not _is_day_of_entry(entry)]
    if known and day < known[-1]:
        problems.add(
            "occurred_on",
            _("The lead entered its present stage on %(day)s; this move cannot be earlier.")
            % {"day": known[-1].isoformat()},
            "before_previous",
        )


def _is_day_of_entry(entry: LedgerEntry) -> bool:
    """Whether the entry opens the lead on the very day on which it was recorded.

    A lead that is opened as signed, landed or closed says what happened that day, and nothing came before it.
    """
    recorded_on = entry.lead.zone.day_of(entry.recorded_at)
    is_open = entry.stage.kind == StageKind.OPEN
    return entry.kind == EntryKind.OPENED and is_open and entry.occurred_on == recorded_on


def _set_fields(
    lead: Lead, fields: Mapping[str, Any], *, actor: User, problems: Problems, told_of: datetime.date | None
) -> None:
    """Set what the move brings along, as of its day; a field that is not a lead's is a KeyError."""
    unknown = set(fields) - MOVE_FIELDS
    if unknown:
        raise KeyError(sorted(unknown)[0])
    fields = _with_new_company(fields, actor=actor, problems=problems)
    changed = {name for name, value in fields.items() if name != CREDIT_CODE and getattr(lead, name) != value}
    if changed & ASSIGNMENT and not actor.can(Capability.ASSIGN_LEAD, on=lead):
        raise PermissionDenied(_("You cannot give leads to another team or person."))
    for name in changed:
        setattr(lead, name, fields[name])
    if changed:
        try:
            write_changes(lead, changed, actor=actor, told_of=told_of)
        except ValidationError as error:
            problems.errors.update(error.error_dict)
    code = fields.get(CREDIT_CODE)
    if code and lead.registered_company is not None:
        try:
            lead.registered_company = update_company(
                actor=actor, company_id=lead.registered_company.id, changes={"credit_code": code}
            )
        except ValidationError as error:
            problems.errors[CREDIT_CODE] = error.error_dict["credit_code"]


def _with_new_company(fields: Mapping[str, Any], *, actor: User, problems: Problems) -> dict[str, Any]:
    """Enter the registered company that is given by name; a refusal is shown at the move's own fields."""
    found = dict(fields)
    name = found.pop(COMPANY_NAME, "")
    if not name:
        return found
    try:
        found["registered_company"] = create_company(
            actor=actor, name=name, credit_code=found.pop(CREDIT_CODE, None) or None
        )
    except ValidationError as error:
        for field, errors in error.error_dict.items():
            problems.errors[CREDIT_CODE if field == "credit_code" else "registered_company"] = errors
    return found


@transaction.atomic
def correct_move(*, actor: User, lead_id: uuid.UUID, entry_id: uuid.UUID, note: str) -> LedgerEntry:
    """Reverse the latest move: the lead stands where it stood before. Nothing is erased.

    Raises Http404, PermissionDenied, Conflict (it is no longer the latest), ValidationError (no note).
    """
    lead = _lock(actor, lead_id)
    if not actor.can(Capability.CORRECT_MOVE, on=lead):
        raise PermissionDenied
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say what was wrong."), code="required")})
    entries = entries_of(lead)
    moves = effective(entries)
    last = moves[-1]
    if last.id != entry_id or last.kind != EntryKind.MOVED:
        raise Conflict(lead.stage_id, _("Only the latest move can be corrected, and this is not it (any more)."))
    here = lead.stage
    standing = replay([entry for entry in entries if entry.id != last.id])
    hold(Stage.objects.filter(code=standing.stage))
    before = Stage.objects.get(code=standing.stage)
    if before.deleted_at is not None:
        message = _(
            "The lead would go back to “%(stage)s”, which is no longer used. Move it to another stage instead."
        )
        raise ValidationError({"note": ValidationError(message % {"stage": before.name}, code="retired")})
    standing.write_to(lead)
    lead.last_progress_on = last_progress_on(lead)
    if standing.stage_kind != StageKind.CLOSED:
        lead.close_reason = ""
    lead.save_changes([*STANDING_FIELDS, "last_progress_on", "close_reason"])
    entry = append_entry(
        lead,
        kind=EntryKind.CORRECTED,
        actor=actor,
        occurred_on=standing.stage_entered_on,
        seq=next_seq(lead),
        note=note.strip(),
        from_stage=here.code,
        reverses=last,
    )
    _tell_moved(lead, entry, here, before)
    return entry
