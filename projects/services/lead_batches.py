"""Many leads at once: new ones and changed ones, by the same rules as one lead, in a number of statements that does
not grow with them.

Who writes them names rows in place of keys, as `create_lead` and `update_lead` take them. Of leads that another system
knows, `core.external_ids.claim` gives the ids before, and `release` takes back those whose lead was refused:

    claimed = claim("lead", system, keys)
    items = [LeadItem(one, claimed.rows[key], zone if key in claimed.new else None) for key, one in fields.items()]
    outcomes = write_leads(actor=actor, items=items)

All of it in one transaction, of at most `MOST` items: leads are locked in the order of their ids.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import DataError, IntegrityError, transaction
from django.http import Http404
from uuid6 import uuid7

from projects.choices import NotificationKind
from projects.models import Lead
from projects.selectors import leaders_of
from projects.services.lead_items import MOST, REFUSALS, LeadItem, Outcome, Status
from projects.services.lead_writing import Batch
from projects.services.leads import create_lead, update_lead
from projects.services.notifications import notify
from teams.models import User

__all__ = ["MOST", "LeadItem", "Outcome", "Status", "write_lead", "write_leads"]


@transaction.atomic
def write_leads(*, actor: User, items: Sequence[LeadItem], tell: bool = True) -> list[Outcome]:
    """Enter and change leads; what became of each, in the order given. A refused item hurts no other.

    Unchanged leads are not written. An item may name a lead that an earlier one has made. Whoever is given leads is
    told once of all of them, unless `tell` is off.
    """
    outcomes: dict[int, Outcome] = {}
    given = Given(actor)
    for wave in _waves(items):
        outcomes |= _write_wave(actor, wave, given)
    if tell:
        given.tell()
    return [outcomes[place] for place in range(len(items))]


def _waves(items: Sequence[LeadItem]) -> Iterator[dict[int, LeadItem]]:
    """The items by their place, parted so that no lead stands twice in a part; the parts come one after another."""
    waves: list[dict[int, LeadItem]] = []
    turns: Counter[uuid.UUID] = Counter()
    for place, item in enumerate(items):
        turn = turns[item.lead_id] if item.lead_id is not None else 0
        if item.lead_id is not None:
            turns[item.lead_id] += 1
        if turn == len(waves):
            waves.append({})
        waves[turn][place] = item
    yield from waves


def _write_wave(actor: User, items: dict[int, LeadItem], given: Given) -> dict[int, Outcome]:
    """Write a part in a few statements; one after another where the database knows of a rule that Python does not."""
    try:
        with transaction.atomic():
            batch = Batch(actor, items)
            outcomes = batch.write()
    except (IntegrityError, DataError):
        return {place: write_lead(actor=actor, item=item) for place, item in items.items()}
    given.add(batch.assigned)
    return outcomes


def write_lead(*, actor: User, item: LeadItem, tell: bool = True) -> Outcome:
    """One item by the services of one lead, in a savepoint of its own."""
    try:
        with transaction.atomic():
            if item.zone is not None:
                lead = create_lead(
                    actor=actor, zone=item.zone, opening=item.opening, note=item.note, lead_id=item.lead_id,
                    tell=tell, **item.fields,
                )  # fmt: skip
                return Outcome(Status.CREATED, lead.pk, lead.version)
            if item.lead_id is None:
                raise Http404
            before = Lead.objects.filter(pk=item.lead_id).values_list("version", flat=True).first()
            lead = update_lead(
                actor=actor, lead_id=item.lead_id, changes=item.fields, expected_version=item.expected_version,
                note=item.note, tell=tell,
            )  # fmt: skip
            status = Status.UNCHANGED if lead.version == before else Status.UPDATED
            return Outcome(status, lead.pk, lead.version)
    except REFUSALS as error:
        return Outcome(Status.ERROR, item.lead_id, error=error)


class Given:
    """Who was given leads, to be told once of all of them."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.counts: Counter[uuid.UUID] = Counter()
        self.people: dict[uuid.UUID, User] = {}
        self.leaders: dict[uuid.UUID, list[User]] = {}

    def add(self, assigned: Sequence[tuple[Lead, set[str], int]]) -> None:
        """Count the leads of each person: the new owner, else those who lead the new team."""
        for lead, changed, _seq in assigned:
            for person in self._told_of(lead, changed):
                self.people[person.pk] = person
                self.counts[person.pk] += 1

    def _told_of(self, lead: Lead, changed: set[str]) -> list[User]:
        if "owner" in changed and lead.owner is not None:
            return [lead.owner]
        if "team" not in changed or lead.team is None:
            return []
        if lead.team.pk not in self.leaders:
            self.leaders[lead.team.pk] = leaders_of(lead.team, lead.zone.today())
        return self.leaders[lead.team.pk]

    def tell(self) -> None:
        """Write the notifications."""
        for pk, count in self.counts.items():
            data = {"what": "leads", "count": count}
            key = f"leads:{uuid7()}"
            notify(to=[self.people[pk]], kind=NotificationKind.ASSIGNED, key=key, actor=self.actor, data=data)
