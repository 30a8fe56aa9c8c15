"""Interactions as a page shows them: who took part, as far as the reader may know, and which one of its kind it is."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from projects.models import Company, Contact, Document, Lead
from projects.selectors import search
from teams.models import User
from visits.models import Attachment, Interaction, InteractionParty
from visits.selectors.rights import may_change_interaction

PAGE = 30
ORDERINGS: dict[str, Ordering] = {"occurred_at": Ordering("occurred_at")}


@dataclass(frozen=True)
class PartyLine:
    """One side of an interaction. Of a lead that the reader may not see, only the company's name is left."""

    company: Company | None
    lead: Lead | None
    contacts: Sequence[Contact]
    outcome: str
    is_hidden: bool


@dataclass
class Line:
    """One interaction for the reader. `number` counts those of its channel with the lead, where a lead is given."""

    interaction: Interaction
    parties: list[PartyLine]
    may_change: bool
    number: int | None = None
    documents: Sequence[Document] = ()
    at: datetime.datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.interaction.occurred_at

    @property
    def others(self) -> list[PartyLine]:
        """All parties, where there are several."""
        return self.parties if len(self.parties) > 1 else []


def for_page(interactions: QuerySet[Interaction]) -> QuerySet[Interaction]:
    """With everything that `lines` reads, in a fixed number of queries."""
    parties = InteractionParty.objects.select_related("company", "lead").prefetch_related("contacts")
    return interactions.select_related("zone", "team", "created_by").prefetch_related(
        "staff", Prefetch("parties", queryset=parties.order_by("position"))
    )


def lines(user: User, interactions: Iterable[Interaction]) -> list[Line]:
    """The interactions (read by `for_page`) as the user may see them. Two queries."""
    interactions = list(interactions)
    named = {party.lead_id for row in interactions for party in row.parties.all() if party.lead_id}
    visible = set(Lead.objects.visible_to(user).filter(id__in=named).values_list("id", flat=True))
    documents = _documents(user, interactions)
    return [
        Line(
            row,
            [_party(party, visible) for party in row.parties.all()],
            may_change_interaction(user, row),
            documents=documents.get(row.pk, ()),
        )
        for row in interactions
    ]


def _documents(user: User, interactions: Sequence[Interaction]) -> dict[uuid.UUID, list[Document]]:
    """The visible documents that are attached to the interactions. One query."""
    attached = (
        Attachment.objects.filter(interaction__in=interactions, document__in=Document.objects.visible_to(user))
        .select_related("document")
        .order_by("id")
    )
    found: dict[uuid.UUID, list[Document]] = {}
    for row in attached:
        if row.interaction_id is not None:
            found.setdefault(row.interaction_id, []).append(row.document)
    return found


def _party(party: InteractionParty, visible: set[uuid.UUID]) -> PartyLine:
    if party.lead_id is not None and party.lead_id not in visible:
        return PartyLine(party.company, None, (), "", is_hidden=True)
    return PartyLine(party.company, party.lead, list(party.contacts.all()), party.outcome, is_hidden=False)


def number_lines(lead: Lead, page: Sequence[Line]) -> None:
    """Say of each line which one of its channel it is with the lead ("the 6th video call"). One query.

    `page` is an unbroken run of the lead's interactions, newest first.
    """
    if not page:
        return
    first = page[0].interaction
    up_to = Q(occurred_at__lt=first.occurred_at) | Q(occurred_at=first.occurred_at, id__lte=first.id)
    counted = (
        Interaction.objects.filter(up_to, deleted_at=None, parties__lead=lead)
        .order_by()
        .values("channel")
        .annotate(count=Count("id"))
    )
    left = {row["channel"]: row["count"] for row in counted}
    for line in page:
        channel = line.interaction.channel
        line.number, left[channel] = left[channel], left[channel] - 1


def _day_start(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def found_by(
    user: User,
    *,
    channel: Sequence[str] = (),
    team: Any = None,
    person: User | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    query: str = "",
) -> QuerySet[Interaction]:
    """The visible interactions that match; both days are included, by the current time zone.

    `query` is looked for in the text and place, and in the names of the leads that the user sees and of companies.
    """
    rows = Interaction.objects.visible_to(user)
    if channel:
        rows = rows.filter(channel__in=channel)
    if team is not None:
        rows = rows.filter(team=team)
    if person is not None:
        rows = rows.filter(Q(created_by=person) | Q(id__in=Interaction.objects.filter(staff=person).values("id")))
    if since is not None:
        rows = rows.filter(occurred_at__gte=_day_start(since))
    if until is not None:
        rows = rows.filter(occurred_at__lt=_day_start(until + datetime.timedelta(days=1)))
    if query.strip():
        leads = search(Lead.objects.visible_to(user), query).values("id")
        companies = search(Company.objects.filter(deleted_at=None), query).values("id")
        named = InteractionParty.objects.filter(Q(lead__in=leads) | Q(company__in=companies)).values("interaction_id")
        text = search(Interaction.objects.filter(deleted_at=None), query).values("id")
        rows = rows.filter(Q(id__in=text) | Q(id__in=named))
    return rows


def page_of(rows: QuerySet[Interaction], cursor: str | None, size: int = PAGE) -> KeysetPage:
    """A page, what happened last first; a cursor that cannot be read starts from the beginning."""
    return page_or_first(for_page(rows), ordering="-occurred_at", allowed=ORDERINGS, cursor=cursor, page_size=size)
