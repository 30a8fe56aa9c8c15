"""One part of many leads, in which no lead stands twice: read, checked and written in a few statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import check_version, hold
from investcrm.core.errors import Stale
from investcrm.core.rules import Problems
from investcrm.core.text import pinyin_key
from projects.choices import EntryKind
from projects.models import Lead, LedgerEntry, Stage
from projects.services.companies import lead_search_text
from projects.services.lead_items import REFUSALS, LeadItem, Outcome, Status, as_stored, attname_of
from projects.services.lead_rows import entry_row, insert_entries, insert_leads, next_numbers, update_leads
from projects.services.lead_rules import check_lead, check_owner
from projects.services.leads import ASSIGNMENT, EDITABLE, kinds_of, new_lead
from teams.access import Capability
from teams.models import Team, User, Zone


@dataclass(frozen=True, slots=True)
class Seen:
    """What an unlocked look at a lead tells of it."""

    pk: uuid.UUID
    version: int
    zone_id: uuid.UUID
    team_id: uuid.UUID | None
    created_by_id: uuid.UUID | None
    values: Mapping[str, Any]


class Batch:
    """The work of one part: no lead stands in it twice."""

    def __init__(self, actor: User, items: dict[int, LeadItem]) -> None:
        self.actor, self.items = actor, items
        self.outcomes: dict[int, Outcome] = {}
        self.assigned: list[tuple[Lead, set[str], int]] = []
        self.entries: list[dict[str, Any]] = []
        self.workers: dict[uuid.UUID, set[uuid.UUID]] = {}

    def write(self) -> dict[int, Outcome]:
        """Write all of it; what became of each item."""
        new = {place: item for place, item in self.items.items() if item.zone is not None}
        there = {place: item for place, item in self.items.items() if item.zone is None}
        changing = self._leave_unchanged(there) if there else {}
        locked = self._lock(changing) if changing else {}
        self._hold(new.values(), changing.values())
        made = self._make(new)
        changed = self._change(changing, locked)
        self._insert(made)
        self._update(changed)
        insert_entries(self.entries)
        return self.outcomes

    def _refuse(self, place: int, error: Exception) -> None:
        self.outcomes[place] = Outcome(Status.ERROR, self.items[place].lead_id, error=error)

    # --- leads that are there

    def _leave_unchanged(self, items: dict[int, LeadItem]) -> dict[int, LeadItem]:
        """Look at all without locking them; those that would stay as they are are done, the others come back."""
        names = {name for item in items.values() for name in item.fields} & EDITABLE
        attnames = {name: attname_of(name) for name in names}
        columns = ("pk", "version", "zone_id", "team_id", "created_by_id", *attnames.values())
        ids = [item.lead_id for item in items.values() if item.lead_id is not None]
        rows = Lead.objects.visible_to(self.actor).filter(pk__in=ids).values_list(*columns)
        seen = {}
        for pk, version, zone_id, team_id, created_by_id, *values in rows:
            seen[pk] = Seen(pk, version, zone_id, team_id, created_by_id, dict(zip(attnames, values, strict=True)))
        changing = {}
        for place, item in items.items():
            there = seen.get(item.lead_id) if item.lead_id is not None else None
            if there is None:
                self._refuse(place, Http404())
            elif unknown := set(item.fields) - EDITABLE:
                raise KeyError(sorted(unknown)[0])
            elif not self.actor.can(Capability.EDIT_LEAD, on=there):
                self._refuse(place, PermissionDenied())
            elif item.expected_version is not None and item.expected_version != there.version:
                self._refuse(place, Stale(there.version))
            elif all(there.values[name] == as_stored(value) for name, value in item.fields.items()):
                self.outcomes[place] = Outcome(Status.UNCHANGED, there.pk, there.version)
            else:
                changing[place] = item
        return changing

    def _lock(self, items: dict[int, LeadItem]) -> dict[uuid.UUID, Lead]:
        """The leads, locked in the order of their ids and read after that, with what their rules look at."""
        rows = Lead.objects.visible_to(self.actor).filter(pk__in=[item.lead_id for item in items.values()])
        ids = list(rows.order_by("id").select_for_update(no_key=True).values_list("pk", flat=True))
        found = Lead.objects.visible_to(self.actor).filter(pk__in=ids)
        return {lead.pk: lead for lead in found.select_related("zone", "company", "registered_company", "owner")}

    def _change(self, items: dict[int, LeadItem], locked: dict[uuid.UUID, Lead]) -> dict[int, tuple[Lead, set[str]]]:
        """The leads with their changed fields, as they shall be written."""
        found = {}
        for place, item in items.items():
            lead = locked.get(item.lead_id) if item.lead_id is not None else None
            try:
                if lead is None:
                    raise Http404
                changed = self._changed(lead, item)
            except REFUSALS as error:
                self._refuse(place, error)
                continue
            if changed:
                found[place] = (lead, changed)
            else:
                self.outcomes[place] = Outcome(Status.UNCHANGED, lead.pk, lead.version)
        return found

    def _changed(self, lead: Lead, item: LeadItem) -> set[str]:
        """Set the fields that differ, and return their names; raises what refuses the item."""
        if not self.actor.can(Capability.EDIT_LEAD, on=lead):
            raise PermissionDenied
        may_assign = self.actor.can(Capability.ASSIGN_LEAD, on=lead)
        check_version(lead, item.expected_version)
        changed = {name for name, value in item.fields.items() if getattr(lead, attname_of(name)) != as_stored(value)}
        for name in changed:
            setattr(lead, name, item.fields[name])
        if changed & ASSIGNMENT and not may_assign:
            raise PermissionDenied(_("You cannot give leads to another team or person."))
        problems = Problems()
        check_lead(lead, problems, changed)
        if changed & ASSIGNMENT:
            check_owner(lead, self.actor, problems, self._works)
        problems.raise_if_any()
        if changed & {"name", "name_en", "company"}:
            lead.name_key = pinyin_key(lead.name)[:600]
            lead.search_text = lead_search_text(lead)
        return changed

    def _update(self, changed: dict[int, tuple[Lead, set[str]]]) -> None:
        if not changed:
            return
        names = {name for _lead, some in changed.values() for name in some}
        if names & {"name", "name_en", "company"}:
            names |= {"name_key", "search_text"}
        versions = update_leads([lead for lead, _names in changed.values()], names)
        told = [lead.pk for lead, some in changed.values() if kinds_of(some)]
        last = LedgerEntry.objects.filter(lead__in=told).order_by().values_list("lead").annotate(last=Max("seq"))
        seqs = dict(last) if told else {}
        for place, (lead, some) in changed.items():
            self.outcomes[place] = Outcome(Status.UPDATED, lead.pk, versions[lead.pk])
            seq = seqs.get(lead.pk, 0) + 1
            today = lead.zone.today()
            for number, kind in enumerate(kinds_of(some)):
                self._note(lead, kind=kind, seq=seq + number, occurred_on=today, note=self.items[place].note)
            if some & ASSIGNMENT:
                self.assigned.append((lead, some & ASSIGNMENT, seq))

    # --- new leads

    def _make(self, items: dict[int, LeadItem]) -> dict[int, Lead]:
        """The new leads as they shall be written, but for their numbers."""
        found = {}
        for place, item in items.items():
            try:
                found[place] = self._made(item)
            except REFUSALS as error:
                self._refuse(place, error)
        return found

    def _made(self, item: LeadItem) -> Lead:
        if item.zone is None:
            raise Http404
        lead, problems = new_lead(
            actor=self.actor, zone=item.zone, opening=item.opening, lead_id=item.lead_id,
            is_used=lambda stage: stage.pk in self.stages, **item.fields,
        )  # fmt: skip
        check_owner(lead, self.actor, problems, self._works)
        problems.raise_if_any()
        return lead

    def _insert(self, made: dict[int, Lead]) -> None:
        if not made:
            return
        for (place, lead), number in zip(made.items(), next_numbers(len(made)), strict=True):
            lead.number = f"{lead.zone.today().year}-{number:06d}"
            lead.name_key = pinyin_key(lead.name)[:600]
            lead.search_text = lead_search_text(lead)
            note = self.items[place].note
            self._note(lead, kind=EntryKind.OPENED, seq=1, occurred_on=lead.stage_entered_on, note=note)
            self.assigned.append((lead, set(ASSIGNMENT), 1))
            self.outcomes[place] = Outcome(Status.CREATED, uuid.UUID(int=lead.pk.int), lead.version)
        insert_leads(list(made.values()))

    # --- both

    def _note(self, lead: Lead, **fields: Any) -> None:
        self.entries.append(entry_row(lead, actor_id=self.actor.pk, **fields))

    def _hold(self, new: Iterable[LeadItem], changing: Iterable[LeadItem]) -> None:
        """Keep the teams and stages that come to stand in leads from being taken out of use, and read them anew."""
        new, changing = list(new), list(changing)
        teams = {item.fields["team"].pk: item.fields["team"] for item in (*new, *changing) if item.fields.get("team")}
        if teams:
            hold(Team.objects.filter(pk__in=teams).order_by("pk"))
            ended = dict(Team.objects.filter(pk__in=teams).values_list("pk", "dissolved_on"))
            for item in (*new, *changing):
                if (team := item.fields.get("team")) is not None:
                    team.dissolved_on = ended.get(team.pk)
        stages = {item.opening.stage.pk for item in new if item.opening is not None}
        self.stages: set[Any] = set()
        if stages:
            hold(Stage.objects.filter(pk__in=stages))
            self.stages = set(Stage.objects.filter(pk__in=stages, deleted_at=None).values_list("pk", flat=True))

    def _works(self, owner: User, zone: Zone) -> bool:
        """Whether the person works in the zone; asked once for all people of the zone."""
        if zone.pk not in self.workers:
            people = User.objects.working_in(zone, zone.today())
            self.workers[zone.pk] = set(people.values_list("pk", flat=True))
        return owner.pk in self.workers[zone.pk]
