"""The timeline of a lead: what was said and done, with its moves in between, newest first."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass

from projects.choices import EntryKind
from projects.models import Lead, LedgerEntry
from teams.models import User
from visits.models import FollowUp, Interaction
from visits.selectors.interactions import Line, lines, number_lines, page_of
from visits.selectors.log import open_follow_ups
from visits.selectors.rights import may_change_follow_up

PAGE = 15
SHOWN_KINDS = (EntryKind.OPENED, EntryKind.MOVED, EntryKind.CORRECTED, EntryKind.TRANSFERRED)


@dataclass(frozen=True)
class Move:
    """An entry of the ledger in the timeline."""

    entry: LedgerEntry
    at: datetime.datetime


@dataclass(frozen=True)
class Timeline:
    """One page: its items newest first, the cursor of the next, and the moment it reaches down to."""

    items: list[Line | Move]
    next_cursor: str | None
    reaches: datetime.datetime | None


@dataclass(frozen=True)
class Owed:
    """An open follow-up, and whether the reader may move or cancel it."""

    follow_up: FollowUp
    days: int
    may_change: bool


def _when(entry: LedgerEntry, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """Entries know a day only: one that was recorded later stands at the end of its day."""
    recorded = entry.recorded_at.astimezone(zone)
    if entry.occurred_on is None or entry.occurred_on == recorded.date():
        return recorded
    return datetime.datetime.combine(entry.occurred_on, datetime.time.max, zone)


def _moves(lead: Lead) -> list[Move]:
    zone = zoneinfo.ZoneInfo(lead.zone.time_zone)
    entries = lead.entries.filter(kind__in=SHOWN_KINDS).select_related("stage", "from_stage", "team", "actor")
    # a deletion that was taken back is no move
    entries = entries.exclude(kind=EntryKind.CORRECTED, from_stage=None)
    return [Move(entry, _when(entry, zone)) for entry in entries.order_by("-seq")]


def timeline(user: User, lead: Lead, cursor: str | None = None, above: datetime.datetime | None = None) -> Timeline:
    """A page of the timeline of a lead that the user sees; `above` is where the page before ended."""
    rows = Interaction.objects.filter(deleted_at=None, parties__lead=lead)
    page = page_of(rows, cursor, PAGE)
    shown = lines(user, page.rows)
    number_lines(lead, shown)
    reaches = shown[-1].at if shown and page.next_cursor else None
    moves = [
        move for move in _moves(lead) if (above is None or move.at < above) and (reaches is None or move.at >= reaches)
    ]
    items: list[Line | Move] = sorted([*moves, *shown], key=lambda item: item.at, reverse=True)
    return Timeline(items, page.next_cursor, reaches)


def owed(user: User, lead: Lead) -> list[Owed]:
    """The lead's open follow-ups, the earliest first."""
    today = lead.zone.today()
    found = []
    for follow_up in open_follow_ups(user, lead):
        follow_up.lead = lead
        found.append(Owed(follow_up, (follow_up.due_on - today).days, may_change_follow_up(user, follow_up)))
    return found
