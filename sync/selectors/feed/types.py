"""The types of the feed: their kinds of change rows, the rows that a reader sees, and their shapes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from projects.choices import EntryKind
from projects.models import CapitalIncrease, Company, Contact, Document, FundArrival, Industry, Lead, LedgerEntry
from projects.requirements import requirements_by_stage
from projects.shapes import (
    CAPITAL_INCREASE_COLUMNS,
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    DOCUMENT_COLUMNS,
    FUND_ARRIVAL_COLUMNS,
    INDUSTRY_COLUMNS,
    LEAD_COLUMNS,
    MOVE_COLUMNS,
    capital_increase_shape,
    company_rows,
    company_shape,
    contact_rows,
    contact_shape,
    document_shape,
    fund_arrival_shape,
    industry_rows,
    industry_shape,
    lead_rows,
    lead_shapes,
    move_shape,
)
from teams.models import Team, User
from teams.shapes import TEAM_COLUMNS, team_rows, team_shape
from visits.models import FollowUp, Interaction, PlannedVisit, ServiceRequest
from visits.shapes import (
    FOLLOW_UP_COLUMNS,
    PLANNED_VISIT_COLUMNS,
    SERVICE_REQUEST_COLUMNS,
    follow_up_shape,
    interaction_shape,
    interaction_values,
    planned_visit_rows,
    planned_visit_shape,
    service_request_shape,
)

Row = dict[str, Any]
# They change with the clock and without a change of the row: a feed cannot tell them.
BY_THE_CLOCK = ("idle_days", "silent_days", "light")


@dataclass(frozen=True)
class Reader:
    """Who reads: an account, and the source systems whose external ids its rows carry (none: the first)."""

    user: User
    source_systems: Sequence[str] = ()
    zones: frozenset[uuid.UUID] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zones", frozenset(self.user.role_zone_ids))

    def may_have_seen(self, zone_id: uuid.UUID | None) -> bool:
        """Whether rows of the zone can ever have been in sight, as long as the account's roles are what they are."""
        return self.user.is_superuser or zone_id in self.zones


@dataclass(frozen=True)
class FeedType:
    """One type of the feed."""

    name: str
    model: type[Model]
    values: Callable[[Reader], Any]
    """The visible rows as `values()`."""
    shapes: Callable[[Reader, list[Row]], list[Row]]
    kinds: tuple[str, ...]
    zone: str | None = "zone_id"
    """The path to its zone; None where a row is of no zone."""
    changed_at: str = "updated_at"
    leaves_alone: bool = True
    """Whether a row leaves the sight by a change of its own; else only with its lead."""
    is_versioned: bool = True


def _each(shape: Callable[[Any], Row]) -> Callable[[Reader, list[Row]], list[Row]]:
    return lambda _reader, rows: [shape(row) for row in rows]


def _seen(model: Any, columns: Sequence[str]) -> Callable[[Reader], Any]:
    return lambda reader: model.objects.visible_to(reader.user).values(*columns)


def _known(model: Any, rows: Callable[..., Any], columns: Sequence[str]) -> Callable[[Reader], Any]:
    """The same of rows that other systems may know by ids of their own."""
    return lambda reader: rows(model.objects.visible_to(reader.user), reader.source_systems).values(*columns)


def _lead_shapes(_reader: Reader, rows: list[Row]) -> list[Row]:
    shapes = lead_shapes(rows, requirements_by_stage())
    for shape in shapes:
        for name in BY_THE_CLOCK:
            del shape[name]
    return shapes


def _interaction_values(reader: Reader) -> Any:
    return interaction_values(Interaction.objects.visible_to(reader.user), reader.user, reader.source_systems)


def _planned_visit_values(reader: Reader) -> Any:
    return planned_visit_rows(PlannedVisit.objects.visible_to(reader.user)).values(*PLANNED_VISIT_COLUMNS)


def moves_seen_by(user: User) -> QuerySet[LedgerEntry]:
    """Moves and corrections of visible leads; that a deletion was taken back is no move."""
    entries = LedgerEntry.objects.filter(kind__in=[EntryKind.MOVED, EntryKind.CORRECTED])
    return entries.exclude(reverses__kind=EntryKind.DELETED).filter(lead__in=Lead.objects.visible_to(user))


def _move_values(reader: Reader) -> Any:
    return moves_seen_by(reader.user).values(*MOVE_COLUMNS)


_ALL = (
    FeedType("lead", Lead, _known(Lead, lead_rows, LEAD_COLUMNS), _lead_shapes, ("lead", "lead_part")),
    FeedType(
        "company",
        Company,
        _known(Company, company_rows, COMPANY_COLUMNS),
        _each(company_shape),
        ("company", "company_part"),
        zone=None,
    ),
    FeedType(
        "contact",
        Contact,
        _known(Contact, contact_rows, CONTACT_COLUMNS),
        _each(contact_shape),
        ("contact", "contact_part"),
    ),
    FeedType(
        "interaction",
        Interaction,
        _interaction_values,
        _each(interaction_shape),
        ("interaction", "interaction_part"),
    ),
    FeedType(
        "follow_up",
        FollowUp,
        _seen(FollowUp, FOLLOW_UP_COLUMNS),
        _each(follow_up_shape),
        ("follow_up", "follow_up_part"),
        "lead__zone_id",
    ),
    FeedType(
        "planned_visit",
        PlannedVisit,
        _planned_visit_values,
        _each(planned_visit_shape),
        ("planned_visit", "planned_visit_part"),
    ),
    FeedType(
        "stage_move",
        LedgerEntry,
        _move_values,
        _each(move_shape),
        ("ledger_entry",),
        changed_at="recorded_at",
        leaves_alone=False,
        is_versioned=False,
    ),
    FeedType(
        "fund_arrival",
        FundArrival,
        _seen(FundArrival, FUND_ARRIVAL_COLUMNS),
        _each(fund_arrival_shape),
        ("fund_arrival", "fund_arrival_part"),
        "lead__zone_id",
    ),
    FeedType(
        "capital_increase",
        CapitalIncrease,
        _seen(CapitalIncrease, CAPITAL_INCREASE_COLUMNS),
        _each(capital_increase_shape),
        ("capital_increase", "capital_increase_part"),
        "lead__zone_id",
    ),
    FeedType(
        "service_request",
        ServiceRequest,
        _seen(ServiceRequest, SERVICE_REQUEST_COLUMNS),
        _each(service_request_shape),
        ("service_request", "service_request_part"),
    ),
    FeedType(
        "document", Document, _seen(Document, DOCUMENT_COLUMNS), _each(document_shape), ("document", "document_part")
    ),
    FeedType(
        "industry",
        Industry,
        _known(Industry, industry_rows, INDUSTRY_COLUMNS),
        _each(industry_shape),
        ("industry", "industry_part"),
    ),
    FeedType("team", Team, _known(Team, team_rows, TEAM_COLUMNS), _each(team_shape), ("team", "team_part")),
)
TYPES: dict[str, FeedType] = {one.name: one for one in _ALL}
TYPE_OF_KIND: dict[str, str] = {kind: one.name for one in _ALL for kind in one.kinds}
# Change rows that no figure reads: they may be thrown away after a while.
FEED_ONLY_KINDS = (
    "lead", "company", "contact", "document", "capital_increase", "industry", "team",
    *(kind for kind in TYPE_OF_KIND if kind.endswith("_part")),
)  # fmt: skip
