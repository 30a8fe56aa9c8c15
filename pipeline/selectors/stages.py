"""Where a lead may go, and how it came to where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from projects.choices import EntryKind, StageKind
from projects.models import Lead, LedgerEntry, Stage
from projects.requirements import SET_BY_MOVE, Requirement, facts_of, missing, requirements_by_stage
from projects.services.ledger import effective, entries_of
from teams.models import User


@dataclass(frozen=True)
class NextStage:
    """A stage that the lead may be moved to, and what is still missing for it."""

    stage: Stage
    missing: list[Requirement]
    goes_back: bool


def goes_back(here: Stage, there: Stage) -> bool:
    """Whether a move goes back, and so needs a note; opening a closed lead again does not."""
    return there.position < here.position and here.kind != StageKind.CLOSED


def next_stages(lead: Lead, user: User) -> list[NextStage]:
    """Every other stage in use, in order; what a move itself sets (its day) is not missing. Two queries."""
    required = requirements_by_stage()
    # The day of signing or landing is the day of the move, which the move asks for anyway.
    facts = facts_of(lead) | dict.fromkeys(SET_BY_MOVE, True)
    stages = list(Stage.objects.visible_to(user))
    here = next(stage for stage in stages if stage.code == lead.stage_id)
    return [
        NextStage(
            stage=stage,
            missing=missing(required.get(stage.code, []), facts),
            goes_back=goes_back(here, stage),
        )
        for stage in stages
        if stage.code != lead.stage_id
    ]


@dataclass(frozen=True)
class Event:
    """A line of a lead's way through the stages, and whether a correction has reversed it."""

    entry: LedgerEntry
    is_reversed: bool


def stage_history(lead: Lead) -> list[Event]:
    """The opening, the moves and the corrections of a lead, oldest first. One query."""
    rows = list(
        lead.entries.filter(kind__in=[EntryKind.OPENED, EntryKind.MOVED, EntryKind.CORRECTED])
        .exclude(kind=EntryKind.CORRECTED, from_stage=None)  # a deletion that was taken back is no move
        .select_related("actor", "from_stage", "stage")
        .order_by("seq")
    )
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    return [Event(row, row.id in reversed_ids) for row in rows]


def latest_move(lead: Lead) -> LedgerEntry | None:
    """The move that a correction would reverse; None where there is none."""
    last = effective(entries_of(lead))[-1]
    return last if last.kind == EntryKind.MOVED else None
