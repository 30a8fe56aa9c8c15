"""The ledger: appending entries, and what follows from them.

A lead's stage and its dates are what its effective entries say (`replay`); nothing else sets them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from projects.choices import EntryKind, StageKind
from projects.models import Lead, LedgerEntry, Stage
from teams.models import User

STAGE_KINDS = (EntryKind.OPENED, EntryKind.MOVED)


@dataclass
class Standing:
    """Where a lead stands after some entries."""

    stage: str = ""
    stage_kind: str = ""
    stage_entered_on: datetime.date | None = None
    signed_on: datetime.date | None = None
    landed_on: datetime.date | None = None
    closed_on: datetime.date | None = None

    def enter(self, stage: Stage, occurred_on: datetime.date | None) -> None:
        """Enter a stage: dates of stages that are left behind backwards are dropped, dates once set stay."""
        self.stage, self.stage_kind, self.stage_entered_on = stage.code, stage.kind, occurred_on
        self.closed_on = occurred_on if stage.kind == StageKind.CLOSED else None
        if stage.kind == StageKind.OPEN:
            self.signed_on = self.landed_on = None
        elif stage.kind == StageKind.SIGNED:
            self.signed_on, self.landed_on = self.signed_on or occurred_on, None
        elif stage.kind == StageKind.LANDED:
            self.landed_on = self.landed_on or occurred_on

    def write_to(self, lead: Lead) -> None:
        """Set the lead's stage and dates."""
        lead.stage_id = self.stage
        lead.stage_kind = self.stage_kind
        lead.stage_entered_on = self.stage_entered_on
        lead.signed_on, lead.landed_on, lead.closed_on = self.signed_on, self.landed_on, self.closed_on


STANDING_FIELDS = ["stage", "stage_kind", "stage_entered_on", "signed_on", "landed_on", "closed_on"]


def effective(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The openings and moves that were not reversed, in their order."""
    entries = list(entries)
    reversed_ids = {entry.reverses_id for entry in entries if entry.reverses_id}
    return [entry for entry in entries if entry.kind in STAGE_KINDS and entry.id not in reversed_ids]


def replay(entries: Iterable[LedgerEntry]) -> Standing:
    """Where the lead stands after these entries (all of one lead, in order, with their stages)."""
    standing = Standing()
    for entry in effective(entries):
        standing.enter(entry.stage, entry.occurred_on)
    return standing


def entries_of(lead: Lead) -> list[LedgerEntry]:
    """All entries of a lead with their stages, in order. One query."""
    return list(lead.entries.select_related("stage").order_by("seq"))


def append_entry(
    lead: Lead,
    *,
    kind: str,
    actor: User | None,
    occurred_on: datetime.date | None,
    seq: int,
    note: str = "",
    evidence: str = "",
    from_stage: str | None = None,
    reverses: LedgerEntry | None = None,
    increase_amount: Decimal | None = None,
    increase_currency: str = "",
) -> LedgerEntry:
    """Write one entry with a snapshot of the lead as it is in hand; the caller holds the lead's lock.

    The amount of an increase goes with the kind INCREASED alone.
    """
    entry = LedgerEntry(
        lead=lead,
        seq=seq,
        kind=kind,
        occurred_on=occurred_on,
        actor=actor,
        note=note,
        evidence=evidence,
        from_stage_id=from_stage,
        reverses=reverses,
        increase_amount=increase_amount,
        increase_currency=increase_currency,
        **{name: getattr(lead, name) for name in LedgerEntry.SNAPSHOT},
    )
    entry.save(force_insert=True)
    return entry


def next_seq(lead: Lead) -> int:
    """The number of the next entry; the caller holds the lead's lock."""
    last = lead.entries.order_by("-seq").values_list("seq", flat=True).first()
    return (last or 0) + 1
