"""Capital increases (增资): an investor adds capital to a project that is signed.

An increase adds its amount to the ledger and is not one more project; the lead's agreed investment stays what the
agreement said.
"""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import check_version, lock_for_change
from investcrm.core.rules import Problems
from projects.choices import EntryKind
from projects.models import CapitalIncrease, Document, Lead
from projects.services.funds import check_money, sent_before
from projects.services.ledger import append_entry, next_seq
from teams.access import Capability
from teams.models import User


@transaction.atomic
def record_increase(
    *,
    actor: User,
    lead_id: uuid.UUID,
    amount: Decimal,
    agreed_on: datetime.date,
    currency: str = "CNY",
    evidence: str = "",
    document: Document | None = None,
    note: str = "",
    increase_id: uuid.UUID | None = None,
) -> CapitalIncrease:
    """Enter an increase; raises Http404, PermissionDenied, ValidationError.

    `increase_id` is the new row's id, for a form that may be sent twice: the second one finds the first one's row.
    """
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.RECORD_FUNDS, on=lead):
        raise PermissionDenied
    if (before := sent_before(CapitalIncrease, increase_id, actor=actor, lead=lead)) is not None:
        return before
    increase = CapitalIncrease(
        lead=lead, amount=amount, currency=currency, agreed_on=agreed_on, evidence=evidence.strip(),
        document=document, note=note.strip(), entered_by=actor,
    )  # fmt: skip
    if increase_id is not None:
        increase.id = increase_id
    problems = Problems()
    check_money(problems, increase, actor=actor, lead=lead, day_field="agreed_on")
    if lead.signed_on is not None and agreed_on is not None and agreed_on < lead.signed_on:
        problems.add("agreed_on", _("An increase comes after the signing."), "before_signing")
    problems.raise_if_any()
    increase.entry = append_entry(
        lead, kind=EntryKind.INCREASED, actor=actor, occurred_on=agreed_on, seq=next_seq(lead), note=increase.note,
        evidence=increase.evidence, increase_amount=amount, increase_currency=currency,
    )  # fmt: skip
    increase.save(force_insert=True)
    return increase


def may_take_back_increase(actor: User, increase: CapitalIncrease) -> bool:
    """Whether the user may take it back: whoever entered it, or who may verify funds. Its lead comes with it."""
    own = increase.entered_by_id == actor.id
    return actor.can(Capability.RECORD_FUNDS if own else Capability.VERIFY_FUNDS, on=increase.lead)


@transaction.atomic
def take_back_increase(*, actor: User, increase_id: uuid.UUID, note: str, expected_version: int | None = None) -> None:
    """Take an increase back by an entry of the negative amount on the same day; nothing in the ledger is erased.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    rows = CapitalIncrease.objects.visible_to(actor)
    lead_id = rows.filter(id=increase_id).values_list("lead_id", flat=True).first()
    if lead_id is not None:
        lock_for_change(Lead.objects.visible_to(actor), lead_id)
    increase = lock_for_change(rows.select_related("lead__zone"), increase_id)
    if not may_take_back_increase(actor, increase):
        raise PermissionDenied
    check_version(increase, expected_version)
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why it is taken back."), code="required")})
    lead = increase.lead
    append_entry(
        lead, kind=EntryKind.INCREASED, actor=actor, occurred_on=increase.agreed_on, seq=next_seq(lead),
        note=note.strip(), increase_amount=-increase.amount, increase_currency=increase.currency,
    )  # fmt: skip
    increase.deleted_at = timezone.now()
    increase.save_changes(["deleted_at"])
