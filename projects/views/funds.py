"""Money after signing: the fragment of the lead's page, its dialogs, and what waits to be verified."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import CONFLICT, UNPROCESSABLE, dialog_done
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from investcrm.core.paging import Ordering, page_or_first
from projects.choices import AFTER_SIGNING, FundKind, FundStatus
from projects.forms.funds import CheckForm, FundsForm, IncreaseForm, TakeBackForm, WithdrawForm
from projects.models import CapitalIncrease, Document, FundArrival, Lead
from projects.rates import in_cny, in_cny_on
from projects.services.funds import (
    change_funds,
    enter_funds,
    may_change_funds,
    may_check_funds,
    may_withdraw_funds,
    reject_funds,
    verify_funds,
    withdraw_funds,
)
from projects.services.increases import may_take_back_increase, record_increase, take_back_increase
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User, covered
from teams.requests import user_of

CHANGED = "lead-changed"
# The arrivals and increases of one lead that its page shows; the sums are of all.
SHOWN = 50
PAGE = 30
CHANGED_MEANWHILE = gettext_lazy("This was changed meanwhile. Look at it once more.")
ORDERINGS = {"created_at": Ordering("created_at")}


@dataclass(frozen=True)
class FundRow:
    """An arrival and what the reader may do with it."""

    arrival: Any
    may_change: bool
    may_check: bool
    may_withdraw: bool


@dataclass(frozen=True)
class IncreaseRow:
    """An increase and whether the reader may take it back."""

    increase: Any
    may_take_back: bool


def _arrivals(user: User) -> QuerySet[FundArrival]:
    """The visible arrivals with their amount in CNY at the rate of the value date."""
    return (
        FundArrival.objects.visible_to(user)
        .select_related("entered_by", "checked_by", "document", "lead__zone", "lead__company")
        .annotate(cny=in_cny_on("amount", OuterRef("value_on")))
    )


def _row(user: User, arrival: FundArrival) -> FundRow:
    return FundRow(
        arrival, may_change_funds(user, arrival), may_check_funds(user, arrival), may_withdraw_funds(user, arrival)
    )


def _verified(lead: Lead) -> dict[str, Decimal | None]:
    """What was verified, by kind, in CNY. One query."""
    rows = FundArrival.objects.filter(lead=lead, deleted_at=None, status=FundStatus.VERIFIED).order_by()
    cny = in_cny_on("amount", OuterRef("value_on"))
    sums = rows.annotate(cny=cny).values("kind").annotate(total=Sum("cny"))
    return {row["kind"]: row["total"] for row in sums}


def _lead(user: User, lead_id: uuid.UUID) -> Lead:
    rows = Lead.objects.visible_to(user).select_related("zone", "company")
    today = timezone.localdate()
    return get_object_or_404(rows.annotate(agreed_cny=in_cny("agreed_investment", today)), pk=lead_id)


@login_required
@require_GET
def lead_funds(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A fragment of the lead's page: what arrived, what was added; agreed and arrived never in one figure."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    arrivals = list(_arrivals(user).filter(lead=lead).order_by("-value_on", "-id")[: SHOWN + 1])
    increases = list(
        CapitalIncrease.objects.visible_to(user)
        .filter(lead=lead)
        .select_related("entered_by", "document", "lead__zone")
        .order_by("-agreed_on", "-id")[:SHOWN]
    )
    verified = _verified(lead)
    in_place = verified.get(FundKind.FUNDS_IN_PLACE)
    agreed: Decimal | None = lead.agreed_cny  # type: ignore[attr-defined]
    context = {
        "lead": lead,
        "rows": [_row(user, arrival) for arrival in arrivals[:SHOWN]],
        "more": len(arrivals) > SHOWN,
        "increases": [IncreaseRow(one, may_take_back_increase(user, one)) for one in increases],
        "in_place": in_place,
        "fdi": verified.get(FundKind.FDI),
        "agreed": agreed,
        "share": round(in_place / agreed * 100) if in_place is not None and agreed else None,
        "visible_documents": _visible_documents(user, [*arrivals, *increases]),
        "may_record": lead.stage_kind in AFTER_SIGNING and user.can(Capability.RECORD_FUNDS, on=lead),
    }
    return render(request, "projects/_funds.html", context)


def _visible_documents(user: User, rows: list[Any]) -> set[uuid.UUID]:
    named = {row.document_id for row in rows if row.document_id}
    return set(Document.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True)) if named else set()


def _recordable(user: User, lead_id: uuid.UUID) -> Lead:
    lead = _lead(user, lead_id)
    if not user.can(Capability.RECORD_FUNDS, on=lead):
        raise PermissionDenied
    return lead


def _dialog(request: HttpRequest, template: str, form: Any, status: int = 0, **context: Any) -> HttpResponse:
    status = status or (UNPROCESSABLE if form.is_bound else 200)
    return render(request, template, {"form": form, "action": request.path, **context}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def funds_add(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A dialog that enters money that arrived; two clicks make one entry."""
    user = user_of(request)
    lead = _recordable(user, lead_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = FundsForm(sent(request), user=user, lead=lead)
    if form.is_valid():
        try:
            enter_funds(actor=user, lead_id=lead.pk, fund_id=token, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Entered. Somebody else verifies it."), CHANGED)
    return _dialog(request, "projects/_funds_form.html", form, lead=lead, token=token)


def _arrival(user: User, fund_id: uuid.UUID) -> FundArrival:
    return get_object_or_404(_arrivals(user), pk=fund_id)


@login_required
@require_http_methods(["GET", "POST"])
def funds_edit(request: HttpRequest, fund_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes one's own entry that nobody has checked."""
    user = user_of(request)
    row = _arrival(user, fund_id)
    if not may_change_funds(user, row):
        raise PermissionDenied(_("Once checked, or entered by somebody else, it is not changed."))
    form = FundsForm(sent(request), user=user, lead=row.lead, row=row)
    status = unsaved(form, row, partial(change_funds, actor=user, fund_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    return _dialog(request, "projects/_funds_form.html", form, status, lead=row.lead, row=row)


@login_required
@require_http_methods(["GET", "POST"])
def funds_check(request: HttpRequest, fund_id: uuid.UUID) -> HttpResponse:
    """A dialog that verifies or rejects what somebody else has entered."""
    user = user_of(request)
    row = _arrival(user, fund_id)
    if not user.can(Capability.VERIFY_FUNDS, on=row.lead):
        raise PermissionDenied
    form = CheckForm(sent(request), initial={"version": row.version})
    status = 0
    if form.is_valid():
        act = reject_funds if "reject" in request.POST else verify_funds
        typed = form.cleaned_data
        try:
            act(actor=user, fund_id=row.pk, note=typed["check_note"], expected_version=typed["version"])
        except Stale:
            row = _arrival(user, fund_id)
            form = CheckForm(initial={"check_note": typed["check_note"], "version": row.version})
            status = CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Rejected.") if act is reject_funds else _("Verified."), CHANGED)
    context = {"row": row, "own": row.entered_by_id == user.pk, "may_check": may_check_funds(user, row)}
    if status == CONFLICT:
        context["meanwhile"] = CHANGED_MEANWHILE
    context["visible_documents"] = _visible_documents(user, [row])
    return _dialog(request, "projects/_funds_check.html", form, status, **context)


@login_required
@require_http_methods(["GET", "POST"])
def funds_withdraw(request: HttpRequest, fund_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes an entry out of the books."""
    user = user_of(request)
    row = _arrival(user, fund_id)
    if not may_withdraw_funds(user, row):
        raise PermissionDenied
    form = WithdrawForm(sent(request))
    if form.is_valid():
        try:
            withdraw_funds(actor=user, fund_id=row.pk, note=form.cleaned_data["check_note"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Taken out."), CHANGED)
    return _dialog(request, "projects/_funds_withdraw.html", form, row=row)


@login_required
@require_http_methods(["GET", "POST"])
def increase_add(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A dialog that enters an increase of capital; two clicks make one entry."""
    user = user_of(request)
    lead = _recordable(user, lead_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = IncreaseForm(sent(request), user=user, lead=lead)
    if form.is_valid():
        try:
            record_increase(actor=user, lead_id=lead.pk, increase_id=token, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    return _dialog(request, "projects/_increase_form.html", form, lead=lead, token=token)


@login_required
@require_http_methods(["GET", "POST"])
def increase_take_back(request: HttpRequest, increase_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes an increase back; the ledger keeps both entries."""
    user = user_of(request)
    rows = CapitalIncrease.objects.visible_to(user).select_related("lead__zone", "lead__company")
    row = get_object_or_404(rows, pk=increase_id)
    if not may_take_back_increase(user, row):
        raise PermissionDenied
    form = TakeBackForm(sent(request))
    if form.is_valid():
        try:
            take_back_increase(actor=user, increase_id=row.pk, note=form.cleaned_data["note"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Taken back."), CHANGED)
    return _dialog(request, "projects/_increase_take_back.html", form, row=row)


@login_required
@require_GET
def funds_to_verify(request: HttpRequest) -> HttpResponse:
    """What waits to be verified, the oldest entry first; one's own entries wait for somebody else."""
    user = user_of(request)
    if not user.can(Capability.VERIFY_FUNDS):
        raise PermissionDenied
    rows = _arrivals(user).filter(status=FundStatus.ENTERED)
    if not user.is_superuser:
        rows = rows.filter(covered(user, Capability.VERIFY_FUNDS, "lead__"))
    page = page_or_first(
        rows, ordering="created_at", allowed=ORDERINGS, cursor=request.GET.get("cursor"), page_size=PAGE
    )
    context = {
        "rows": [_row(user, arrival) for arrival in page.rows],
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
    }
    return render(request, "projects/funds_to_verify.html", context)
