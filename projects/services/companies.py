"""Entering and changing companies and contacts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.countries import is_country
from investcrm.core.credit_code import check_credit_code
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.phones import parse_phone
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from investcrm.core.text import normalise_company_name, pinyin_key, search_text
from projects.models import Company, Contact, Lead, Settlement
from teams.access import Capability
from teams.models import User, Zone

COMPANY_FIELDS = frozenset(
    {"name", "name_en", "kind", "credit_code", "country", "region_code", "address", "website", "profile"}
)
CONTACT_FIELDS = frozenset({"name", "name_en", "position", "phone", "wechat", "email", "remarks"})


def lead_search_text(lead: Lead) -> str:
    """What a lead is found by: its number, names, and those of its company."""
    return search_text(lead.number, lead.name, lead.name_en, lead.company.name, lead.company.name_en)


def _refuse_unknown(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = set(fields) - known
    if unknown:
        raise KeyError(sorted(unknown)[0])


def prepare_company(company: Company, problems: Problems) -> None:
    """Set what follows from the fields of a company, and check its country and credit code."""
    company.name = company.name.strip()
    company.normalised_name = normalise_company_name(company.name)[:300]
    company.name_key = pinyin_key(company.name)[:600]
    if not is_country(company.country):
        problems.add("country", _("This is no country code of ISO 3166."), "unknown_country")
    if company.credit_code:
        try:
            company.credit_code = check_credit_code(company.credit_code)
        except ValidationError as error:
            problems.errors["credit_code"] = [error]
    else:
        company.credit_code = None
    company.search_text = search_text(company.name, company.name_en, company.credit_code or "")


@transaction.atomic
def create_company(*, actor: User, name: str, **fields: Any) -> Company:
    """Enter a company; raises PermissionDenied, ValidationError (also for a credit code that is taken).

    A field that is not a company's is a KeyError.
    """
    if not actor.can(Capability.CREATE_LEAD):
        raise PermissionDenied
    _refuse_unknown(fields, COMPANY_FIELDS)
    company = Company(name=name, created_by=actor, **fields)
    problems = Problems()
    prepare_company(company, problems)
    clean_values(company, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(Company), transaction.atomic():
        company.save(force_insert=True)
    return company


@transaction.atomic
def update_company(
    *,
    actor: User,
    company_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Company:
    """Change a company; its leads are found by its new name.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    if not actor.can(Capability.EDIT_LEAD):
        raise PermissionDenied
    renamed = bool({"name", "name_en"} & set(changes))
    # Whoever saves a lead holds it and needs its company at commit: so leads are locked before companies.
    leads = _lock_leads_of(company_id) if renamed else []
    company = lock_for_change(Company.objects.visible_to(actor), company_id)
    changed = apply_changes(company, changes, COMPANY_FIELDS, base=base, expected_version=expected_version)
    if not changed:
        return company
    problems = Problems()
    prepare_company(company, problems)
    clean_values(company, problems, only=set(changed))
    problems.raise_if_any()
    with integrity_errors_as_rules(Company), transaction.atomic():
        company.save_changes([*changed, "normalised_name", "name_key", "search_text"])
    if {"name", "name_en"} & set(changed):
        for lead in leads:
            lead.company = company
            lead.search_text = lead_search_text(lead)
        Lead.objects.bulk_update(leads, ["search_text"], batch_size=500)
    return company


def _lock_leads_of(company_id: uuid.UUID) -> list[Lead]:
    """All leads of the company, also deleted ones (they can be revived), in the order in which all lock them."""
    return list(Lead.objects.filter(company_id=company_id).order_by("id").select_for_update(no_key=True))


@transaction.atomic
def set_settled(
    *, actor: User, company_id: uuid.UUID, zone: Zone, settled: bool, since: datetime.date | None = None
) -> None:
    """Say that a company is settled in the zone, or is not; raises Http404, PermissionDenied."""
    company = lock_for_change(Company.objects.visible_to(actor), company_id)
    if not actor.can(Capability.EDIT_LEAD, on=zone):
        raise PermissionDenied
    if settled:
        # said once more without a day (a page that stood open), it keeps the day that is there
        day = {} if since is None else {"since": since}
        Settlement.objects.update_or_create(company=company, zone=zone, defaults=day)
    else:
        Settlement.objects.filter(company=company, zone=zone).delete()


def prepare_contact(contact: Contact) -> None:
    """Set what follows from the fields of a contact."""
    contact.name = contact.name.strip()
    contact.phone_e164 = parse_phone(contact.phone, contact.company.country) or "" if contact.phone else ""
    contact.search_text = search_text(contact.name, contact.name_en, contact.phone, contact.wechat, contact.email)


@transaction.atomic
def create_contact(*, actor: User, zone: Zone, company: Company, name: str, **fields: Any) -> Contact:
    """Enter a person to talk to; raises PermissionDenied, ValidationError. An unknown field is a KeyError."""
    if not actor.can(Capability.EDIT_LEAD, on=zone):
        raise PermissionDenied
    _refuse_unknown(fields, CONTACT_FIELDS)
    contact = Contact(zone=zone, company=company, name=name, created_by=actor, **fields)
    prepare_contact(contact)
    problems = Problems()
    clean_values(contact, problems)
    problems.raise_if_any()
    contact.save(force_insert=True)
    return contact


@transaction.atomic
def update_contact(
    *,
    actor: User,
    contact_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Contact:
    """Change a contact; raises Http404, PermissionDenied, Stale, ValidationError."""
    contact = lock_for_change(Contact.objects.visible_to(actor).select_related("company", "zone"), contact_id)
    if not actor.can(Capability.EDIT_LEAD, on=contact.zone):
        raise PermissionDenied
    changed = apply_changes(contact, changes, CONTACT_FIELDS, base=base, expected_version=expected_version)
    if changed:
        prepare_contact(contact)
        problems = Problems()
        clean_values(contact, problems, only=set(changed))
        problems.raise_if_any()
        contact.save_changes([*changed, "phone_e164", "search_text"])
    return contact


@transaction.atomic
def delete_contact(*, actor: User, contact_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Take a contact out of use; raises Http404, PermissionDenied, Stale."""
    contact = lock_for_change(Contact.objects.visible_to(actor).select_related("zone"), contact_id)
    if not actor.can(Capability.EDIT_LEAD, on=contact.zone):
        raise PermissionDenied
    apply_changes(contact, {}, CONTACT_FIELDS, expected_version=expected_version)
    contact.deleted_at = timezone.now()
    contact.save_changes(["deleted_at"])
