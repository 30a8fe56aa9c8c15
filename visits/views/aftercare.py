"""Settled companies: who waits for a visit, and how each is looked after."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.forms import sent
from projects.models import Settlement
from projects.services.settlements import update_settlement
from projects.views.answers import unsaved
from teams.access import Capability
from teams.requests import user_of
from visits.forms.aftercare import AftercareFilterForm, SettlementForm
from visits.selectors.aftercare import DEFAULT_ORDERING, found_by, overdue_count, page_of
from visits.views.answers import saved, show
from visits.views.requests import chips_of, with_params


@login_required
@require_GET
def aftercare(request: HttpRequest) -> HttpResponse:
    """The settled companies of one's zones, whose visit is due first."""
    user = user_of(request)
    if not user.can(Capability.VIEW):
        raise PermissionDenied
    form = AftercareFilterForm(request.GET, user=user, auto_id="filter_%s")
    rows = found_by(user, **form.chosen())
    page = page_of(rows, form.cleaned_data.get("ordering") or DEFAULT_ORDERING, request.GET.get("cursor"))
    edits, logs = (set(user.zone_ids_with(one)) for one in (Capability.EDIT_LEAD, Capability.LOG_INTERACTION))
    context = {
        "form": form,
        "rows": [
            {
                "row": row,
                "may_edit": user.is_superuser or row.zone_id in edits,
                "may_log": user.is_superuser or row.zone_id in logs,
            }
            for row in page.rows
        ],
        "several_zones": len({row.zone_id for row in page.rows}) > 1,
        "counts": overdue_count(user),
        "chips": chips_of(form, request.GET, {"overdue": _("yes")}),
        "next_url": with_params(request.GET, cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": with_params(request.GET, cursor=page.previous_cursor) if page.previous_cursor else "",
    }
    return render(request, "visits/aftercare.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def settlement_edit(request: HttpRequest, settlement_id: int) -> HttpResponse:
    """A dialog: how often the company is visited, and who looks after it."""
    user = user_of(request)
    rows = Settlement.objects.visible_to(user).select_related("zone", "company", "owner")
    row = get_object_or_404(rows, pk=settlement_id)
    if not user.can(Capability.EDIT_LEAD, on=row.zone):
        raise PermissionDenied
    form = SettlementForm(sent(request), row=row)
    status = unsaved(form, row, partial(update_settlement, actor=user, settlement_id=row.pk))
    if status is None:
        return saved(request, _("Saved"), lead_id=None)
    context = {"form": form, "row": row, "action": request.path}
    return show(request, "visits/settlement_edit.html", context, status=status)
