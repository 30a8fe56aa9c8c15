"""Money after signing: funds that arrived, entered by one and verified by another.

What may be counted is what somebody else has verified. A checked entry is not edited: it is rejected or withdrawn,
and entered anew.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.models import MAX_AMOUNT
from investcrm.core.money import CURRENCIES
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.choices import AFTER_SIGNING, CapitalOrigin, FundKind, FundStatus, NotificationKind
from projects.models import CapitalIncrease, Document, FundArrival, Lead
from projects.rates import has_rate
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import User

EDITABLE = frozenset({"kind", "amount", "currency", "value_on", "evidence", "document"})


def check_money(
    problems: Problems, row: FundArrival | CapitalIncrease, *, actor: User, lead: Lead, day_field: str
) -> None:
    """What arrivals and increases share: after signing, a sane amount, a currency with a rate, a day that was."""
    if lead.stage_kind not in AFTER_SIGNING:
        problems.add("__all__", _("Money follows signing; this lead is not signed."), "not_signed")
    clean_values(row, problems)
    if isinstance(row.amount, Decimal | int):
        if row.amount <= 0:
            problems.add("amount", _("The amount must be more than zero."), "not_positive")
        elif row.amount > MAX_AMOUNT:
            problems.add("amount", _("The value is beyond what can exist. Check the unit."), "absurd")
    day: datetime.date | None = getattr(row, day_field)
    if day is not None:
        try:
            check_day(day, future_years=0, today=lead.zone.today())
        except ValidationError as error:
            problems.errors.setdefault(day_field, []).append(error)
    if row.currency not in CURRENCIES:
        problems.add("currency", _("This currency is not on the list."), "unknown_currency")
    elif day is not None and not has_rate(row.currency, day):
        problems.add(
            "currency", _("There is no exchange rate for this currency on that day. Ask the administrator."), "no_rate"
        )
    check_document(problems, row.document, actor=actor, lead=lead)


def check_document(problems: Problems, document: Document | None, *, actor: User, lead: Lead) -> None:
    """Evidence is one of the lead's own documents."""
    if document is None:
        return
    if not Document.objects.visible_to(actor).filter(pk=document.pk, lead=lead).exists():
        problems.add("document", _("This document does not belong to the lead."), "other_lead")


def sent_before(
    model: type[FundArrival | CapitalIncrease], row_id: uuid.UUID | None, *, actor: User, lead: Lead
) -> Any:
    """The row that the same form has made before, None for a first time; raises ValidationError for another's id.

    The caller holds the lead's lock, so that two clicks come one after the other.
    """
    found = model._default_manager.filter(pk=row_id).first() if row_id else None
    if found is not None and (found.entered_by_id, found.lead_id) != (actor.id, lead.id):
        raise ValidationError(_("This was not saved. Please send it once more."), code="id_taken")
    return found


def _check(arrival: FundArrival, *, actor: User, lead: Lead) -> None:
    problems = Problems()
    check_money(problems, arrival, actor=actor, lead=lead, day_field="value_on")
    if arrival.kind == FundKind.FDI and lead.capital_origin != CapitalOrigin.FOREIGN:
        problems.add(
            "kind",
            _("FDI is paid in by foreign capital; this lead is of domestic capital. Correct the lead first."),
            "not_foreign",
        )
    problems.raise_if_any()


@transaction.atomic
def enter_funds(
    *,
    actor: User,
    lead_id: uuid.UUID,
    kind: str,
    amount: Decimal,
    value_on: datetime.date,
    evidence: str,
    currency: str = "CNY",
    document: Document | None = None,
    fund_id: uuid.UUID | None = None,
) -> FundArrival:
    """Enter money that arrived, to be verified by somebody else; raises Http404, PermissionDenied, ValidationError.

    `fund_id` is the new row's id, for a form that may be sent twice: the second one finds the first one's row.
    """
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.RECORD_FUNDS, on=lead):
        raise PermissionDenied
    if (before := sent_before(FundArrival, fund_id, actor=actor, lead=lead)) is not None:
        return before
    arrival = FundArrival(
        lead=lead, kind=kind, amount=amount, currency=currency, value_on=value_on, evidence=evidence.strip(),
        document=document, entered_by=actor,
    )  # fmt: skip
    if fund_id is not None:
        arrival.id = fund_id
    _check(arrival, actor=actor, lead=lead)
    with integrity_errors_as_rules(FundArrival, fund_amount_positive="amount"):
        arrival.save(force_insert=True)
    return arrival


def _locked(actor: User, fund_id: uuid.UUID) -> FundArrival:
    """The arrival, its lead locked first; raises Http404."""
    rows = FundArrival.objects.visible_to(actor)
    lead_id = rows.filter(id=fund_id).values_list("lead_id", flat=True).first()
    if lead_id is not None:
        lock_for_change(Lead.objects.visible_to(actor), lead_id)
    return lock_for_change(rows.select_related("lead__zone", "entered_by", "checked_by"), fund_id)


def may_change_funds(actor: User, arrival: FundArrival) -> bool:
    """Whether the user may still edit it: their own entry that nobody has checked. Its lead comes with it."""
    own = arrival.entered_by_id == actor.id and arrival.status == FundStatus.ENTERED
    return own and actor.can(Capability.RECORD_FUNDS, on=arrival.lead)


def may_check_funds(actor: User, arrival: FundArrival) -> bool:
    """Whether the user may verify or reject it: somebody else's entry that nobody has checked."""
    waiting = arrival.status == FundStatus.ENTERED and arrival.entered_by_id != actor.id
    return waiting and actor.can(Capability.VERIFY_FUNDS, on=arrival.lead)


def may_withdraw_funds(actor: User, arrival: FundArrival) -> bool:
    """Whether the user may take it out: whoever entered it until it is verified, then whoever may verify."""
    if arrival.status == FundStatus.VERIFIED:
        return actor.can(Capability.VERIFY_FUNDS, on=arrival.lead)
    return arrival.entered_by_id == actor.id and actor.can(Capability.RECORD_FUNDS, on=arrival.lead)


def _refuse_checked(arrival: FundArrival) -> None:
    if arrival.status != FundStatus.ENTERED:
        message = _("%(name)s has checked this meanwhile.") % {"name": arrival.checked_by}
        raise ValidationError(message, code="checked")


@transaction.atomic
def change_funds(
    *,
    actor: User,
    fund_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> FundArrival:
    """Change one's own entry before it is checked; raises Http404, PermissionDenied, Stale, ValidationError.

    Nobody else changes it: who had changed the amount could not verify it as a second person.
    """
    arrival = _locked(actor, fund_id)
    if arrival.entered_by_id != actor.id or not actor.can(Capability.RECORD_FUNDS, on=arrival.lead):
        raise PermissionDenied
    check_version(arrival, expected_version)
    _refuse_checked(arrival)
    changed = apply_changes(arrival, changes, EDITABLE, base=base)
    if changed:
        _check(arrival, actor=actor, lead=arrival.lead)
        arrival.save_changes(changed)
    return arrival


@transaction.atomic
def verify_funds(
    *, actor: User, fund_id: uuid.UUID, note: str = "", expected_version: int | None = None
) -> FundArrival:
    """Say that the money did arrive; raises Http404, PermissionDenied, Stale, ValidationError.

    `expected_version` is what the checker has seen: what was changed since then has not been checked.
    """
    return _check_entry(actor, fund_id, FundStatus.VERIFIED, note, expected_version)


@transaction.atomic
def reject_funds(*, actor: User, fund_id: uuid.UUID, note: str, expected_version: int | None = None) -> FundArrival:
    """Say that the money did not arrive like that, and why; raises as verify_funds."""
    return _check_entry(actor, fund_id, FundStatus.REJECTED, note, expected_version)


def _check_entry(
    actor: User, fund_id: uuid.UUID, status: FundStatus, note: str, expected_version: int | None
) -> FundArrival:
    arrival = _locked(actor, fund_id)
    if not actor.can(Capability.VERIFY_FUNDS, on=arrival.lead):
        raise PermissionDenied
    _refuse_checked(arrival)
    if arrival.entered_by_id == actor.id:
        raise ValidationError(_("Somebody else must verify what you entered."), code="own_entry")
    apply_changes(arrival, {}, EDITABLE, expected_version=expected_version)
    problems = Problems()
    if status == FundStatus.REJECTED and not note.strip():
        problems.add("check_note", _("Say why it is rejected."), "required")
    arrival.status, arrival.check_note = status, note.strip()
    arrival.checked_by, arrival.checked_at = actor, timezone.now()
    clean_values(arrival, problems, only={"check_note"})
    problems.raise_if_any()
    with integrity_errors_as_rules(FundArrival):
        arrival.save_changes(["status", "check_note", "checked_by", "checked_at"])
    notify(
        to=[arrival.entered_by], kind=NotificationKind.FUNDS_CHECKED, key=f"funds:{arrival.id}:{arrival.version}",
        actor=actor, lead=arrival.lead,
        data={
            "id": str(arrival.id), "status": str(arrival.status), "amount": str(arrival.amount),
            "currency": arrival.currency,
        },
    )  # fmt: skip
    return arrival


@transaction.atomic
def withdraw_funds(*, actor: User, fund_id: uuid.UUID, note: str = "", expected_version: int | None = None) -> None:
    """Take an entry out of the books; a verified one with a note. Raises as change_funds."""
    arrival = _locked(actor, fund_id)
    if not may_withdraw_funds(actor, arrival):
        raise PermissionDenied
    check_version(arrival, expected_version)
    problems = Problems()
    if arrival.status == FundStatus.VERIFIED and not note.strip():
        problems.add("check_note", _("Say why a verified entry is taken out."), "required")
    arrival.deleted_at = timezone.now()
    fields = ["deleted_at"]
    if note.strip():
        arrival.check_note = note.strip()
        fields.append("check_note")
    clean_values(arrival, problems, only={"check_note"})
    problems.raise_if_any()
    arrival.save_changes(fields)
