"""Saying that two rows are not the same, and taking that back."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from projects.choices import MergeKind
from projects.models import Company, Contact, KeptApart, Lead
from projects.services.merging.companies import check_may_merge_companies, zones_that_know
from projects.services.merging.contacts import may_merge_contacts
from projects.services.merging.leads import may_merge_leads
from teams.models import User


def rows_of(kind: str, actor: User) -> QuerySet[Any]:
    """The rows of a kind that the user sees; raises Http404 for no kind."""
    if kind == MergeKind.LEAD:
        return Lead.objects.visible_to(actor)
    if kind == MergeKind.COMPANY:
        return Company.objects.visible_to(actor)
    if kind == MergeKind.CONTACT:
        return Contact.objects.visible_to(actor).select_related("zone", "company")
    raise Http404


def _check(actor: User, kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> None:
    found = list(rows_of(kind, actor).filter(pk__in=[first_id, second_id]))
    if first_id == second_id:
        raise ValidationError(_("A row cannot be merged with itself."), code="same")
    if len(found) < 2:
        raise Http404
    one, other = found
    if kind == MergeKind.COMPANY:
        check_may_merge_companies(actor, zones_that_know([one.pk, other.pk]))
    elif not (may_merge_leads if kind == MergeKind.LEAD else may_merge_contacts)(actor, one, other):
        raise PermissionDenied


@transaction.atomic
def keep_apart(*, actor: User, kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> KeptApart:
    """Say that the two are not the same; said twice it is said once.

    Raises Http404, PermissionDenied, ValidationError.
    """
    _check(actor, kind, first_id, second_id)
    first, second = sorted((first_id, second_id))
    row, _is_new = KeptApart.objects.get_or_create(
        kind=kind, first_id=first, second_id=second, defaults={"actor": actor}
    )
    return row


@transaction.atomic
def take_back_keep_apart(*, actor: User, kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> None:
    """Let the two be looked at again; raises Http404, PermissionDenied, ValidationError."""
    _check(actor, kind, first_id, second_id)
    first, second = sorted((first_id, second_id))
    KeptApart.objects.filter(kind=kind, first_id=first, second_id=second).delete()
