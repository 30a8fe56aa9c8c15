"""Comparing two rows that may be one: merging them, or saying that they are not the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Conflict, Stale
from investcrm.core.toasts import add_toast
from projects.choices import MergeKind, StageKind
from projects.models import Company, Contact, KeptApart, Lead
from projects.selectors.merges import merged_into
from projects.services.companies import COMPANY_FIELDS, CONTACT_FIELDS
from projects.services.leads import EDITABLE
from projects.services.merging.apart import keep_apart, take_back_keep_apart
from projects.services.merging.companies import zones_in_the_way
from projects.services.merging.leads import together
from projects.services.merging.pairs import Pair
from projects.views.history import last_changed_at
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from visits.forms.merging import FIRST, SECOND, Comparison, compare, read_seen
from visits.selectors.merging import Hanging, hanging_on
from visits.services.merging import merge_companies, merge_contacts, merge_leads, zones_of_companies

TITLES = {
    MergeKind.LEAD: gettext_lazy("Compare two leads"),
    MergeKind.COMPANY: gettext_lazy("Compare two companies"),
    MergeKind.CONTACT: gettext_lazy("Compare two contacts"),
}
FIELDS = {MergeKind.LEAD: EDITABLE, MergeKind.COMPANY: COMPANY_FIELDS, MergeKind.CONTACT: CONTACT_FIELDS}
SERVICES: dict[str, Callable[..., Any]] = {
    MergeKind.LEAD: merge_leads,
    MergeKind.COMPANY: merge_companies,
    MergeKind.CONTACT: merge_contacts,
}
RELATED = (
    "zone", "company", "team", "owner", "industry", "stage", "referrer_company", "referrer_contact",
    "registered_company", "created_by",
)  # fmt: skip
LOST = gettext_lazy("One of the two was merged meanwhile; this is the row that was kept.")


@dataclass
class Merging:
    """The page: two rows, how they differ, what hangs on them, what stands in the way."""

    kind: str
    first: Any
    second: Any
    comparison: Comparison
    hanging: list[Hanging]
    kept: str = FIRST
    warnings: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def address_of(kind: str, row_id: uuid.UUID) -> str:
    """The page of a row; a contact stands on its company's."""
    if kind == MergeKind.LEAD:
        return reverse("projects:lead", args=[row_id])
    company_id = row_id if kind == MergeKind.COMPANY else Contact.objects.get(pk=row_id).company_id
    return reverse("projects:company", args=[company_id])


def _rows(user: User, kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> tuple[Any, Any]:
    """Both rows as the user sees them; raises Http404, PermissionDenied."""
    if kind not in MergeKind.values or first_id == second_id:
        raise Http404
    rows: Any
    if kind == MergeKind.LEAD:
        rows = Lead.objects.visible_to(user).select_related(*RELATED)
    elif kind == MergeKind.COMPANY:
        rows = Company.objects.visible_to(user).select_related("created_by")
    else:
        rows = Contact.objects.visible_to(user).select_related("company", "zone", "created_by")
    found = rows.in_bulk([first_id, second_id])
    if len(found) < 2:
        raise Http404
    for row in found.values():
        place = None if kind == MergeKind.COMPANY else row.zone if kind == MergeKind.CONTACT else row
        if not user.can(Capability.MERGE, on=place):
            raise PermissionDenied
    return found[first_id], found[second_id]


def _read(user: User, kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> Merging:
    first, second = _rows(user, kind, first_id, second_id)
    names = FIELDS[MergeKind(kind)]
    groups = together(Pair(first, second)) if kind == MergeKind.LEAD else []
    changed = last_changed_at(first, names), last_changed_at(second, names)
    comparison = compare(first, second, names=names, together=groups, changed=changed)
    page = Merging(kind, first, second, comparison, hanging_on(kind, first_id, second_id))
    page.kept = _suggested(page)
    page.warnings = _warnings(page)
    page.obstacles = _obstacles(user, page)
    return page


def _rank(page: Merging, row: Any, number: int) -> tuple[Any, ...]:
    """The further along, and the more hangs on it, the rather it stays; of two alike the older one."""
    stage = 0
    if page.kind == MergeKind.LEAD:
        stage = -1 if row.stage_kind == StageKind.CLOSED else row.stage.position
    return stage, sum((one.first, one.second)[number] for one in page.hanging), -row.created_at.timestamp()


def _suggested(page: Merging) -> str:
    return FIRST if _rank(page, page.first, 0) >= _rank(page, page.second, 1) else SECOND


def _warnings(page: Merging) -> list[str]:
    """What to think of before these two become one."""
    first, second, found = page.first, page.second, []
    if page.kind == MergeKind.COMPANY and first.credit_code and second.credit_code:
        found.append(_("They have different credit codes: two companies of one group are not the same company."))
    if page.kind == MergeKind.LEAD:
        if first.stage_id != second.stage_id:
            found.append(
                _(
                    "They stand at different stages (%(first)s, %(second)s). The kept lead stays where it is; move it "
                    "afterwards if the other one was further along."
                )
                % {"first": first.stage, "second": second.stage}
            )
        if first.team_id != second.team_id:
            found.append(_("They belong to different teams: the team that loses its lead no longer sees it."))
        funds = [one for one in page.hanging if one.label == _("Arrivals of funds")]
        if any(one.first and one.second for one in funds):
            found.append(_("Both have arrivals of funds. Look whether the same money was entered twice."))
    return found


def _obstacles(user: User, page: Merging) -> list[str]:
    """Why these two cannot be merged by this user."""
    first, second = page.first, page.second
    if page.kind == MergeKind.COMPANY:
        zones = zones_in_the_way(user, zones_of_companies([first.pk, second.pk]))
        if zones:
            words = ", ".join(str(zone) for zone in zones)
            return [
                _("These companies are known in %(zones)s, too. Ask an administrator of all zones.") % {"zones": words}
            ]
    elif first.zone_id != second.zone_id:
        return [_("They belong to two zones, each of which counts its own.")]
    elif page.kind == MergeKind.CONTACT and first.company_id != second.company_id:
        return [_("These contacts belong to two companies. If the companies are one, merge them first.")]
    return []


def _after_a_merge(request: HttpRequest, kind: str, ids: tuple[uuid.UUID, uuid.UUID]) -> HttpResponse:
    """Where to go when one of the two was merged already: to what was kept; raises Http404 for any other absence."""
    for row_id in ids:
        kept = merged_into(kind, row_id) if kind in MergeKind.values else None
        model = {MergeKind.LEAD: Lead, MergeKind.COMPANY: Company, MergeKind.CONTACT: Contact}.get(kind)  # type: ignore[call-overload]
        if kept is not None and model.objects.visible_to(user_of(request)).filter(pk=kept).exists():
            add_toast(request, LOST)
            return redirect(address_of(kind, kept))
    raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, merge_kind: str, first_id: uuid.UUID, second_id: uuid.UUID) -> HttpResponse:
    """Two rows side by side; a POST merges them, keeps them apart, or takes that back."""
    user, ids = user_of(request), (first_id, second_id)
    if not user.can(Capability.MERGE):
        raise PermissionDenied
    try:
        page = _read(user, merge_kind, *ids)
    except Http404:
        return _after_a_merge(request, merge_kind, ids)
    if request.method == "GET":
        return _show(request, page)
    pair: dict[str, Any] = {"kind": merge_kind, "first_id": first_id, "second_id": second_id}
    if "apart" in request.POST:
        keep_apart(actor=user, **pair)
        add_toast(request, _("They are kept apart."))
        return redirect(f"{reverse('projects:duplicates')}?kind={merge_kind}")
    if "take_back" in request.POST:
        take_back_keep_apart(actor=user, **pair)
        return redirect(request.path)
    return _merge(request, page, ids)


def _merge(request: HttpRequest, page: Merging, ids: tuple[uuid.UUID, uuid.UUID]) -> HttpResponse:
    kept = request.POST.get("keep", "")
    page.comparison.read(request.POST)
    if kept not in (FIRST, SECOND):
        page.problems.append(_("Choose which of the two stays."))
        return _show(request, page, UNPROCESSABLE)
    page.kept = kept
    if request.POST.get("confirmed") != "on":
        page.problems.append(_("Tick the box below: what goes cannot be brought back."))
        return _show(request, page, UNPROCESSABLE)
    kept_id, gone_id = ids if kept == FIRST else ids[::-1]
    try:
        SERVICES[page.kind](
            actor=user_of(request), kept_id=kept_id, gone_id=gone_id, taken=page.comparison.taken(kept),
            seen=read_seen(request.POST, page.comparison.names, turned=kept == SECOND),
        )  # fmt: skip
    except Stale as stale:
        page.comparison.mark_changed(stale.current)
        page.problems.append(_("Somebody has changed one of them meanwhile. What is new is marked; look at it again."))
        return _show(request, page, CONFLICT)
    except Conflict:
        return _after_a_merge(request, page.kind, ids)
    except ValidationError as error:
        page.problems += _in_words(page, error)
        return _show(request, page, UNPROCESSABLE)
    add_toast(request, _("The two are one now."))
    return redirect(address_of(page.kind, kept_id))


def _in_words(page: Merging, error: ValidationError) -> list[str]:
    """The refusals, each with the words of its field."""
    if not hasattr(error, "error_dict"):
        return [str(one) for one in error.messages]
    labels = {line.name: line.label for choice in page.comparison.choices for line in choice.lines}
    return [
        f"{labels[name]}: {text}" if name in labels else text
        for name, texts in error.message_dict.items()
        for text in texts
    ]


def _show(request: HttpRequest, page: Merging, status: int = 200) -> HttpResponse:
    first, second = sorted((page.first.pk, page.second.pk))
    apart = KeptApart.objects.filter(kind=page.kind, first_id=first, second_id=second).select_related("actor").first()
    context = {
        "page": page,
        "title": TITLES[MergeKind(page.kind)],
        "apart": apart,
        "may_merge": not page.obstacles,
        "first_url": address_of(page.kind, page.first.pk),
        "second_url": address_of(page.kind, page.second.pk),
        "crumbs": [
            {"label": _("Duplicates"), "url": f"{reverse('projects:duplicates')}?kind={page.kind}"},
            {"label": TITLES[MergeKind(page.kind)]},
        ],
    }
    return render(request, "visits/merge.html", context, status=status)
