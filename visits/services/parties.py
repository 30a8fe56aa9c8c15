"""The sides of an interaction: what may stand there, and how it is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems
from projects.models import Company, Contact, Lead, Settlement
from teams.access import Capability
from teams.models import User, Zone
from visits.models import Interaction, InteractionParty

# A large fair; pages and the API take no more.
MAX_PARTIES = 200


@dataclass(frozen=True)
class Party:
    """One side of an interaction: a lead (and so its company), or a company without a lead yet."""

    lead: Lead | None = None
    company: Company | None = None
    contacts: Sequence[Contact] = field(default_factory=tuple)
    outcome: str = ""

    @property
    def met(self) -> Company | None:
        """The company met."""
        return self.company or (self.lead.company if self.lead else None)


def leads_of(parties: Sequence[Party]) -> set[uuid.UUID]:
    """The ids of the leads that take part."""
    return {party.lead.id for party in parties if party.lead}


def check_parties(parties: Sequence[Party], zone: Zone, actor: User, problems: Problems) -> None:
    """There is somebody, all of the zone, each contact of its company, no lead twice; raises PermissionDenied."""
    if not parties:
        problems.add("parties", _("Name the lead or the company."), "required")
    if len(parties) > MAX_PARTIES:
        message = _("An interaction has at most %(count)d parties.") % {"count": MAX_PARTIES}
        problems.add("parties", message, "too_many")
    for number, party in enumerate(parties):
        _check_party(party, f"parties/{number}", zone, actor, problems)
    if len(leads_of(parties)) < sum(party.lead is not None for party in parties):
        problems.add("parties", _("A lead is named twice."), "twice")


def _check_party(party: Party, at: str, zone: Zone, actor: User, problems: Problems) -> None:
    if party.lead is not None:
        if party.lead.zone_id != zone.id:
            problems.add(f"{at}/lead", _("All leads of an interaction are of one zone."), "other_zone")
        elif not actor.can(Capability.LOG_INTERACTION, on=party.lead):
            raise PermissionDenied
        if party.company is not None and party.company.id != party.lead.company_id:
            problems.add(f"{at}/company", _("This lead belongs to another company."), "other_company")
    if party.met is None:
        problems.add(f"{at}/company", _("Name a company or a lead."), "required")
    for contact in party.contacts:
        if party.met is not None and contact.company_id != party.met.id:
            problems.add(f"{at}/contacts", _("This contact belongs to another company."), "other_company")


def check_still_there(parties: Sequence[Party], locked: Mapping[uuid.UUID, Lead], problems: Problems) -> None:
    """The leads were read before they were locked: none may be gone, and their stage is the one they have now."""
    for number, party in enumerate(parties):
        if party.lead is None:
            continue
        now = locked.get(party.lead.id)
        if now is None or now.deleted_at is not None:
            problems.add(f"parties/{number}/lead", _("You do not see this lead, or it is gone."), "gone")
        else:
            party.lead.stage_kind = now.stage_kind


def lock_settled(interaction: Interaction, parties: Sequence[Party]) -> None:
    """Lock how the companies of the parties are looked after, those of before and of now, in the order of their ids.

    Parties that go and parties that come each keep the last visits of their companies; two who swap companies would
    otherwise wait for each other for ever.
    """
    companies: set[uuid.UUID | None] = {party.met.pk for party in parties if party.met}
    companies |= {party.lead.registered_company_id for party in parties if party.lead}
    before = InteractionParty.objects.filter(interaction=interaction)
    for found in before.values_list("company_id", "lead__company_id", "lead__registered_company_id"):
        companies |= set(found)
    rows = Settlement.objects.filter(company_id__in=[pk for pk in companies if pk]).order_by("id")
    list(rows.select_for_update(no_key=True).values_list("id"))


def write_parties(interaction: Interaction, parties: Sequence[Party]) -> None:
    """Write the parties of an interaction that has none."""
    rows = InteractionParty.objects.bulk_create(
        InteractionParty(
            interaction=interaction, position=number, company=party.met, lead=party.lead, outcome=party.outcome.strip()
        )
        for number, party in enumerate(parties)
    )
    through = InteractionParty.contacts.through
    through.objects.bulk_create(
        through(interactionparty=row, contact=contact)
        for row, party in zip(rows, parties, strict=True)
        for contact in party.contacts
    )


def are_there(interaction: Interaction, parties: Sequence[Party]) -> bool:
    """Whether these are the parties that the interaction has."""
    present = [
        (party.lead_id, party.company_id, party.outcome, {contact.pk for contact in party.contacts.all()})
        for party in interaction.parties.order_by("position").prefetch_related("contacts")
    ]
    return present == [
        (
            party.lead.pk if party.lead else None,
            party.met.pk if party.met else None,
            party.outcome.strip(),
            {contact.pk for contact in party.contacts},
        )
        for party in parties
    ]
