"""Many new companies, or contacts, at once: by the rules of one, in a number of statements that does not grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from investcrm.core.rules import Problems, clean_values
from projects.models import Company, Contact
from projects.services.companies import create_company, prepare_company, prepare_contact
from teams.access import Capability
from teams.models import User, Zone


@transaction.atomic
def create_companies(*, actor: User, items: Sequence[Mapping[str, Any]]) -> list[Company | ValidationError]:
    """Enter companies; of each what it became, or why it was refused, in the order given. Raises PermissionDenied."""
    if not actor.can(Capability.CREATE_LEAD):
        raise PermissionDenied
    made: list[Company | ValidationError] = [_company(actor, item) for item in items]
    _refuse_taken(made)
    good = [one for one in made if isinstance(one, Company)]
    try:
        with transaction.atomic():
            Company.objects.bulk_create(good)
    except IntegrityError:
        # somebody has taken a credit code meanwhile: each by itself, and that one is refused
        return [_alone(actor, item, one) for item, one in zip(items, made, strict=True)]
    return made


def _company(actor: User, item: Mapping[str, Any]) -> Company | ValidationError:
    company, problems = Company(created_by=actor, **item), Problems()
    prepare_company(company, problems)
    clean_values(company, problems)
    return ValidationError(problems.errors) if problems.errors else company


def _refuse_taken(made: list[Company | ValidationError]) -> None:
    """A credit code stands once: in the table, and among the new ones. One query."""
    codes = [one.credit_code for one in made if isinstance(one, Company) and one.credit_code]
    taken = (
        set(Company.objects.filter(credit_code__in=codes).values_list("credit_code", flat=True)) if codes else set()
    )
    message = Company._meta.get_field("credit_code").error_messages["unique"]
    for number, one in enumerate(made):
        if isinstance(one, Company) and one.credit_code:
            if one.credit_code in taken:
                made[number] = ValidationError({"credit_code": ValidationError(message, code="unique")})
            taken.add(one.credit_code)


def _alone(actor: User, item: Mapping[str, Any], one: Company | ValidationError) -> Company | ValidationError:
    if isinstance(one, ValidationError):
        return one
    try:
        return create_company(actor=actor, **item)
    except ValidationError as error:
        return error


@transaction.atomic
def create_contacts(
    *, actor: User, zone: Zone, items: Sequence[tuple[Company, Mapping[str, Any]]]
) -> list[Contact | ValidationError]:
    """Enter people to talk to, each with the company; of each what it became, or why it was refused.

    Raises PermissionDenied.
    """
    if not actor.can(Capability.EDIT_LEAD, on=zone):
        raise PermissionDenied
    made: list[Contact | ValidationError] = []
    for company, fields in items:
        contact, problems = Contact(zone=zone, company=company, created_by=actor, **fields), Problems()
        prepare_contact(contact)
        clean_values(contact, problems)
        made.append(ValidationError(problems.errors) if problems.errors else contact)
    Contact.objects.bulk_create([one for one in made if isinstance(one, Contact)])
    return made
