"""The pairs that may be one and the same, and those that somebody has kept apart."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from projects.choices import MergeKind
from projects.models import Company, Lead
from projects.selectors.duplicates import Candidates, candidates, kept_apart, same_as
from teams.access import Capability
from teams.requests import user_of

TABS = (
    (MergeKind.COMPANY, gettext_lazy("Companies")),
    (MergeKind.LEAD, gettext_lazy("Leads")),
    (MergeKind.CONTACT, gettext_lazy("Contacts")),
)


def _address(**params: str) -> str:
    return f"{reverse('projects:duplicates')}?{urlencode(params)}"


@login_required
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """What may be one: `?kind=company|lead|contact`; `apart=1` shows what was kept apart."""
    user = user_of(request)
    if not user.can(Capability.MERGE):
        raise PermissionDenied
    asked = request.GET.get("kind", "")
    kind: str = asked if asked in MergeKind.values else MergeKind.COMPANY.value
    apart = request.GET.get("apart") == "1"
    tabs: list[dict[str, Any]] = [
        {"label": label, "url": _address(kind=one), "here": kind == one} for one, label in TABS
    ]
    found = Candidates([])
    if not apart:
        found = candidates(user, kind, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "kind": kind,
        "tabs": tabs,
        "apart": apart,
        "rows": found.rows,
        "kept": kept_apart(user, kind) if apart else [],
        "other_url": _address(kind=kind) if apart else _address(kind=kind, apart="1"),
        "other_label": _("What may be one") if apart else _("Kept apart"),
        "previous_url": _address(kind=kind, before=found.before) if found.before else "",
        "next_url": _address(kind=kind, after=found.after) if found.after else "",
    }
    return render(request, "projects/duplicates.html", context)


@login_required
@require_GET
def same(request: HttpRequest, merge_kind: str, one_id: uuid.UUID) -> HttpResponse:
    """A fragment of the page of a lead or company: what may be the same as it."""
    user = user_of(request)
    rows: Any
    if merge_kind == MergeKind.LEAD:
        rows = Lead.objects.visible_to(user)
    elif merge_kind == MergeKind.COMPANY:
        rows = Company.objects.visible_to(user)
    else:
        raise Http404
    row = get_object_or_404(rows, pk=one_id)
    if not user.can(Capability.MERGE, on=row if merge_kind == MergeKind.LEAD else None):
        raise PermissionDenied
    context = {"row": row, "kind": merge_kind, "others": same_as(user, merge_kind, row.pk)}
    return render(request, "projects/_same_as.html", context)
