"""The bulk upsert of leads: the items of a call by the set-based services."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404

from investcrm.core.api.bulk import REFUSALS, Item
from investcrm.core.api.upserts import Put, refuse_changed, require
from investcrm.core.errors import Stale
from investcrm.core.external_ids import claim, release
from investcrm.core.rules import Problems
from projects.api.lead_items import LeadLookups
from projects.api.serializers.leads import LeadWriteSerializer
from projects.models import Lead
from projects.services.lead_batches import LeadItem, Outcome, write_leads
from teams.models import User, Zone


def write_lead_items(view: Any, system: str, items: Sequence[Item]) -> None:
    """Write the items that could be read, and note what became of each."""
    for wave in _waves([item for item in items if item.error is None]):
        with transaction.atomic():
            _Wave(view, system, wave).write()


def _waves(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in parts in which no external id stands twice; the parts come one after another."""
    waves: list[list[Item]] = []
    turns: Counter[str] = Counter()
    for item in items:
        turn = turns[item.external_id]
        turns[item.external_id] += 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(item)
    yield from waves


class _Wave:
    """Items that each mean another lead."""

    def __init__(self, view: Any, system: str, items: Sequence[Item]) -> None:
        self.view, self.system, self.items = view, system, items
        self.actor: User = view.actor
        self.claimed = claim("lead", system, [item.external_id for item in items])
        self.lookups = LeadLookups(self.actor, [item.data for item in items])

    def write(self) -> None:
        """Write all of them; ids that no lead came to are given back."""
        there, gone = self._there()
        ready: list[tuple[Item, LeadItem]] = []
        # Deleted leads first: all lock in the order of the ids.
        for item in sorted(self.items, key=lambda item: self.claimed.rows[item.external_id]):
            if self.claimed.rows[item.external_id] in gone:
                self._bring_back(item)
        for item in self.items:
            pk = self.claimed.rows[item.external_id]
            if pk in gone:
                continue
            try:
                is_new = item.external_id in self.claimed.new
                ready.append((item, self._new(item, pk) if is_new else self._present(item, pk, there)))
            except REFUSALS as error:
                item.error = error
        outcomes = write_leads(actor=self.actor, items=[one for _item, one in ready])
        for (item, _one), outcome in zip(ready, outcomes, strict=True):
            self._note(item, outcome)
        unmade = {item.external_id for item in self.items if item.error is not None} & self.claimed.new
        if unmade:
            release("lead", self.system, unmade)

    def _there(self) -> tuple[dict[uuid.UUID, tuple[uuid.UUID, str]], set[uuid.UUID]]:
        """Zone and its code of the leads that the caller sees; and the leads that are deleted."""
        ids = [pk for key, pk in self.claimed.rows.items() if key not in self.claimed.new]
        if not ids:
            return {}, set()
        gone = set(Lead.objects.filter(pk__in=ids, deleted_at__isnull=False).values_list("pk", flat=True))
        seen = Lead.objects.visible_to(self.actor).filter(pk__in=ids)
        return {pk: (zone, code) for pk, zone, code in seen.values_list("pk", "zone_id", "zone__code")}, gone

    def _bring_back(self, item: Item) -> None:
        """A deleted lead, on its own: it may have been merged into another one."""
        try:
            with transaction.atomic():
                item.put = self.view.upsert_one(self.system, item.external_id, item.data, item.versions)
        except REFUSALS as error:
            item.error = error

    def _new(self, item: Item, pk: uuid.UUID) -> LeadItem:
        if item.version is not None:
            raise Stale(0)
        require(item.data, LeadWriteSerializer)
        problems = Problems()
        zone: Zone | None = self.lookups.place(item.data, problems)
        fields = self.lookups.fields(item.data, zone.pk if zone else None, problems)
        opening = self.lookups.opening(item.data, problems)
        problems.raise_if_any()
        if "owner" not in item.data and not self.actor.is_service_account:
            fields["owner"] = self.actor
        return LeadItem(fields, lead_id=pk, zone=zone, opening=opening)

    def _present(self, item: Item, pk: uuid.UUID, there: dict[uuid.UUID, tuple[uuid.UUID, str]]) -> LeadItem:
        if pk not in there:
            raise Http404
        zone_id, code = there[pk]
        body = {name: value for name, value in item.data.items() if name != "opening"}
        body = refuse_changed(body, {"zone": code})
        problems = Problems()
        fields = self.lookups.fields(body, zone_id, problems)
        problems.raise_if_any()
        return LeadItem(fields, lead_id=pk, expected_version=item.version)

    @staticmethod
    def _note(item: Item, outcome: Outcome) -> None:
        if outcome.error is not None or outcome.lead_id is None or outcome.version is None:
            item.error = outcome.error or Http404()
        else:
            item.put = Put(outcome.lead_id, outcome.version, outcome.status.value)
