"""What of a batch of rows is there already: companies by credit code and name, leads by company, name and source."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db.models import QuerySet

from investcrm.core.models import ExternalId
from investcrm.core.spreadsheets.values import folded
from investcrm.core.text import normalise_company_name
from projects.models import Company, Contact, Lead
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.drafts import Draft
from teams.models import User, Zone

# Leads of one company whose names are as alike as this may be one.
ALIKE = 0.8
# A company with more leads than these is compared with the latest ones only.
COMPARED = 5000


class Known:
    """The rows that a batch may speak of, read at once; what the batch writes is added to it."""

    def __init__(
        self, *, actor: User, zone: Zone, source: str, drafts: Sequence[Draft], since: datetime.datetime | None = None
    ) -> None:
        self.actor, self.zone, self.since = actor, zone, since
        self.by_code: dict[str, Company] = {}
        self.by_name: dict[str, list[Company]] = defaultdict(list)
        self.leads: dict[uuid.UUID, list[Lead]] = defaultdict(list)
        self.by_external: dict[str, Lead] = {}
        self._read_companies(drafts)
        self._read_leads(source, drafts)
        self.visible = set(
            Lead.objects.visible_to(actor)
            .filter(pk__in=[lead.pk for lead in self.all_leads()])
            .values_list("pk", flat=True)
        )
        self.contacts: dict[tuple[uuid.UUID, str], Contact] = {
            (contact.company_id, folded(contact.name)): contact
            for contact in Contact.objects.filter(zone=zone, deleted_at=None, company_id__in=self._company_ids())
            if any("contact" in draft.values for draft in drafts)
        }

    def _company_ids(self) -> list[uuid.UUID]:
        return [
            company.pk
            for company in {*self.by_code.values(), *(one for rows in self.by_name.values() for one in rows)}
        ]

    def _read_companies(self, drafts: Sequence[Draft]) -> None:
        codes = {draft.values["credit_code"] for draft in drafts if "credit_code" in draft.values}
        names = {
            normalise_company_name(draft.values[key])[:300]
            for draft in drafts
            for key in ("company", "referrer")
            if draft.values.get(key)
        }
        for company in Company.objects.filter(credit_code__in=codes, deleted_at=None):
            self.add_company(company)
        for company in Company.objects.filter(normalised_name__in=names, deleted_at=None).order_by("created_at", "id"):
            self.add_company(company)

    def add_company(self, company: Company) -> None:
        """Know a company from now on."""
        if company.credit_code:
            self.by_code[company.credit_code] = company
        same = self.by_name[company.normalised_name]
        if all(one.pk != company.pk for one in same):
            same.append(company)

    def _read_leads(self, source: str, drafts: Sequence[Draft]) -> None:
        ids = {str(draft.values["external_id"]): draft for draft in drafts if draft.values.get("external_id")}
        named = dict(
            ExternalId.objects.filter(kind="lead", source_system=source, external_id__in=ids).values_list(
                "row_id", "external_id"
            )
        )
        rows = self._leads()
        for lead in rows.filter(company_id__in=self._company_ids()).order_by("-created_at")[:COMPARED]:
            self.leads[lead.company_id].append(lead)
        found = {lead.pk: lead for lead in self.all_leads()}
        missing = [pk for pk in named if pk not in found]
        if missing:
            found |= {lead.pk: lead for lead in rows.filter(pk__in=missing)}
        self.by_external = {external: found[pk] for pk, external in named.items() if pk in found}

    def _leads(self) -> QuerySet[Lead]:
        return Lead.objects.filter(zone=self.zone, deleted_at=None).select_related(
            "company", "team", "owner", "industry", "stage", "zone", "referrer_company"
        )

    def read_made(self, lead_ids: Sequence[uuid.UUID]) -> None:
        """Know the leads that rows before have made. One query."""
        known = {lead.pk for lead in self.all_leads()}
        for lead in self._leads().filter(pk__in=set(lead_ids) - known):
            self.leads[lead.company_id].insert(0, lead)
            self.visible.add(lead.pk)

    def all_leads(self) -> Iterable[Lead]:
        """Each lead that was read."""
        yield from (lead for leads in self.leads.values() for lead in leads)
        yield from self.by_external.values()

    def add_contact(self, contact: Contact) -> None:
        """Know a contact from now on."""
        self.contacts[contact.company_id, folded(contact.name)] = contact

    def has_contact(self, company: Company, name: str) -> bool:
        """Whether somebody of that name is known at the company."""
        return (company.pk, folded(name)) in self.contacts

    def is_fresh(self, row: Company | Lead) -> bool:
        """Whether this very import has made the row: about its own rows nobody was asked, or somebody has decided."""
        return self.since is not None and row.created_by_id == self.actor.pk and row.created_at >= self.since

    # -- answers ------------------------------------------------------------------------------------------------------

    def company(self, name: str, code: str | None) -> tuple[Company | None, Company | None]:
        """The company itself, else one that may be it."""
        if code and code in self.by_code:
            return self.by_code[code], None
        near = [
            one for one in self.by_name.get(normalise_company_name(name)[:300], ()) if _agree(one.credit_code, code)
        ]
        exact = [one for one in near if folded(one.name) == folded(name)]
        if len(exact) == 1:
            return exact[0], None
        return None, next((one for one in (*exact, *near) if not self.is_fresh(one)), None)

    def lead(self, company: Company, name: str) -> tuple[Lead | None, Lead | None]:
        """The company's lead of that name, else one with a similar name."""
        leads = self.leads.get(company.pk, [])
        word = _word(name)
        exact = next((lead for lead in leads if folded(lead.name) == folded(name)), None)
        if exact is not None:
            return exact, None
        return None, next((one for one in leads if _alike(word, _word(one.name)) and not self.is_fresh(one)), None)


def _agree(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other


def _word(name: str) -> str:
    return folded(name).removesuffix("项目").removesuffix("建设").replace(" ", "")


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE


def earlier_rows(run: ImportRun, drafts: Sequence[Draft]) -> dict[str, int]:
    """For each key the first row of the run that has it. One query."""
    keys = {draft.key for draft in drafts if draft.key}
    rows = ImportRow.objects.filter(run=run, key__in=keys).order_by("key", "number").distinct("key")
    found: dict[str, Any] = dict(rows.values_list("key", "number"))
    for draft in sorted(drafts, key=lambda one: one.number):
        if draft.key:
            found[draft.key] = min(found.get(draft.key, draft.number), draft.number)
    return found
