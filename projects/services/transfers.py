"""Many leads given to other owners at once, with a fixed number of queries for each batch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db.models import Max

from projects.choices import EntryKind
from projects.models import Lead, LedgerEntry
from teams.models import User

BATCH = 1000


def transfer_owners(leads: Sequence[Lead], owners: Mapping[uuid.UUID, User], *, actor: User, note: str = "") -> None:
    """Give each lead to the owner named for it, and write the transfer into its ledger.

    The caller holds the leads' locks, has asked for the capability, and knows that the owners work in the zones.
    """
    for begin in range(0, len(leads), BATCH):
        batch = leads[begin : begin + BATCH]
        for owner in {owners[lead.pk].pk: owners[lead.pk] for lead in batch}.values():
            Lead.objects.filter(pk__in=[lead.pk for lead in batch if owners[lead.pk] == owner]).update(owner=owner)
        last = dict(
            LedgerEntry.objects.filter(lead__in=batch)
            .order_by()
            .values_list("lead_id")
            .annotate(last=Max("seq"))
            .values_list("lead_id", "last")
        )
        entries = []
        for lead in batch:
            lead.owner = owners[lead.pk]
            entries.append(
                LedgerEntry(
                    lead=lead,
                    seq=last.get(lead.pk, 0) + 1,
                    kind=EntryKind.TRANSFERRED,
                    occurred_on=lead.zone.today(),
                    actor=actor,
                    note=note,
                    **{name: getattr(lead, name) for name in LedgerEntry.SNAPSHOT},
                )
            )
        LedgerEntry.objects.bulk_create(entries)
