"""What the entries of one lead say, walked one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from projects.choices import EntryKind, StageKind

STAGE, TEAM, MONEY, CLASS, LIFE = "stage", "team", "money", "class", "life"
# Which columns an entry of a kind speaks of; the others in its snapshot are what they were.
SPEAKS_OF: Mapping[str, tuple[str, ...]] = {
    EntryKind.OPENED.value: (LIFE, STAGE, TEAM, MONEY, CLASS),
    EntryKind.MOVED.value: (STAGE,),
    EntryKind.TRANSFERRED.value: (TEAM,),
    EntryKind.REVALUED.value: (MONEY,),
    EntryKind.RECLASSIFIED.value: (CLASS,),
    EntryKind.MERGED.value: (LIFE,),
    EntryKind.DELETED.value: (LIFE,),
}
SINCE_ALWAYS = datetime.date.min
OPENED, MOVED = EntryKind.OPENED.value, EntryKind.MOVED.value
# What a correction can take back: a move, and a deletion (the lead is in use again).
CORRECTABLE = (MOVED, EntryKind.DELETED.value)
OPEN, SIGNED, LANDED = StageKind.OPEN.value, StageKind.SIGNED.value, StageKind.LANDED.value


class Entry(NamedTuple):
    """An entry of the ledger as it stands there; ids are texts."""

    lead: str
    id: str
    seq: int
    kind: str
    occurred_on: datetime.date | None
    reverses: str | None
    increase_amount: Decimal | None
    increase_currency: str
    snapshot: str
    zone: str
    stage: str
    team: str | None
    owner: str | None
    industry: str | None
    mode: str
    origin: str
    listing: str
    currency: str
    total: Decimal | None
    fixed: Decimal | None
    registered: Decimal | None
    agreed: Decimal | None


class Span(NamedTuple):
    """A lead from one change to the next, as the table of spans has it."""

    ordinal: int
    begins_on: datetime.date | None
    ends_on: datetime.date | None
    cause: str
    ended_by: str
    entry_id: str
    zone_id: str
    stage_id: str
    stage_kind: str
    stage_since: datetime.date | None
    signed_on: datetime.date | None
    landed_on: datetime.date | None
    team_id: str | None
    owner_id: str | None
    industry_id: str | None
    acquisition_mode: str
    capital_origin: str
    listing: str
    currency: str
    total_investment: Decimal | None
    fixed_asset_investment: Decimal | None
    registered_capital: Decimal | None
    agreed_investment: Decimal | None

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the lead was so at the end of the day."""
        return (self.begins_on is None or self.begins_on <= day) and (self.ends_on is None or day < self.ends_on)


class Standing(NamedTuple):
    """Where a lead stands now, under the names of its columns."""

    stage_id: str
    stage_kind: str
    stage_entered_on: datetime.date | None
    signed_on: datetime.date | None
    landed_on: datetime.date | None
    closed_on: datetime.date | None
    team_id: str | None
    owner_id: str | None
    industry_id: str | None
    acquisition_mode: str
    capital_origin: str
    listing: str
    currency: str
    total_investment: Decimal | None
    fixed_asset_investment: Decimal | None
    registered_capital: Decimal | None
    agreed_investment: Decimal | None
    is_deleted: bool


def standing(entries: Sequence[Entry], kinds: Mapping[str, str]) -> Standing:
    """Where the lead stands by the order in which things were written down; `kinds` are those of the stages."""
    taken_back = {entry.reverses for entry in entries}
    said: dict[str, Entry] = {}
    stages = []
    for entry in entries:
        if entry.kind in CORRECTABLE and entry.id in taken_back:
            continue
        for group in SPEAKS_OF.get(entry.kind, ()):
            said[group] = entry
        if entry.kind in (OPENED, MOVED):
            stages.append((entry.stage, entry.occurred_on))
    signed_on, landed_on = signing_and_landing(stages, kinds)
    stage, since = stages[-1]
    team, money, sort = said[TEAM], said[MONEY], said[CLASS]
    return Standing(
        stage, kinds[stage], since, signed_on, landed_on, since if kinds[stage] == StageKind.CLOSED else None,
        team.team, team.owner, sort.industry, sort.mode, sort.origin, sort.listing,
        money.currency, money.total, money.fixed, money.registered, money.agreed, said[LIFE].kind != OPENED,
    )  # fmt: skip


def signing_and_landing(
    stages: Sequence[tuple[str, datetime.date | None]], kinds: Mapping[str, str]
) -> tuple[datetime.date | None, datetime.date | None]:
    """The days of signing and landing after these stages: going back drops them, once set they stay."""
    signed_on = landed_on = None
    for stage, day in stages:
        kind = kinds[stage]
        if kind == OPEN:
            signed_on = landed_on = None
        elif kind == SIGNED:
            signed_on, landed_on = signed_on or day, None
        elif kind == LANDED:
            landed_on = landed_on or day
    return signed_on, landed_on


def _timeline(entries: Sequence[Entry]) -> list[tuple[datetime.date, int, Entry]]:
    """What counts, on the day on which it happened; what was written down first comes first on one day."""
    taken_back = {entry.reverses for entry in entries}
    moves = [entry for entry in entries if entry.kind == MOVED and entry.id not in taken_back]
    first_move = min((entry.occurred_on for entry in moves if entry.occurred_on), default=None)
    found = []
    for entry in entries:
        if entry.kind not in SPEAKS_OF or (entry.kind in CORRECTABLE and entry.id in taken_back):
            continue
        day = entry.occurred_on or SINCE_ALWAYS
        if entry.kind == OPENED and first_move is not None:
            day = min(day, first_move)
        found.append((day, entry.seq, entry))
    return sorted(found)


def spans_of(entries: Sequence[Entry], kinds: Mapping[str, str]) -> list[Span]:
    """The states of the lead in time. Of two entries on the same columns the one written down later holds."""
    found: list[Span] = []
    said: dict[str, tuple[datetime.date, Entry]] = {}
    stages: list[tuple[int, datetime.date, str]] = []
    signed_on = landed_on = None
    ordinal = 0
    for day, seq, entry in _timeline(entries):
        groups = [group for group in SPEAKS_OF[entry.kind] if group not in said or said[group][1].seq < seq]
        said.update((group, (day, entry)) for group in groups)
        if entry.kind in (OPENED, MOVED):
            stages.append((seq, day, entry.stage))
            days = [(stage, None if on == SINCE_ALWAYS else on) for _seq, on, stage in sorted(stages)]
            signed_on, landed_on = signing_and_landing(days, kinds)
        if not groups or LIFE not in said:
            continue
        ordinal += 1
        if found and found[-1].ends_on is None:
            found[-1] = found[-1]._replace(ends_on=day, ended_by=entry.kind)
        if said[LIFE][1].kind == OPENED:
            found.append(_span(ordinal, day, entry, said, kinds, signed_on, landed_on))
    return found


def _span(
    ordinal: int,
    day: datetime.date,
    entry: Entry,
    said: Mapping[str, tuple[datetime.date, Entry]],
    kinds: Mapping[str, str],
    signed_on: datetime.date | None,
    landed_on: datetime.date | None,
) -> Span:
    since, stage = said[STAGE]
    team, money, sort = said[TEAM][1], said[MONEY][1], said[CLASS][1]
    return Span(
        ordinal, None if day == SINCE_ALWAYS else day, None, entry.kind, "", entry.id, entry.zone,
        stage.stage, kinds[stage.stage], None if since == SINCE_ALWAYS else since, signed_on, landed_on,
        team.team, team.owner, sort.industry, sort.mode, sort.origin, sort.listing,
        money.currency, money.total, money.fixed, money.registered, money.agreed,
    )  # fmt: skip
