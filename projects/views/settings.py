"""Administration of a zone's industries and limits, and of stages and rates, which hold for all zones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.models import ExchangeRate
from investcrm.core.paging import Ordering, keyset_page
from investcrm.core.toasts import add_toast
from projects.forms.settings import IndustryForm, LimitsForm, RateForm, StageForm
from projects.models import Industry, Stage
from projects.requirements import REQUIREMENTS
from projects.services.exchange import add_rate
from projects.services.industries import add_industry, update_industry
from projects.services.limits import limits_of, update_limits
from projects.services.stages import add_stage, retire_stage, update_stage
from projects.views.history import last_changes
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from teams.selectors import manages_installation
from teams.views.answers import administered, at_zone, form_page, zone_tabs

RATES_PAGE = 50
RATES_ORDER = {"day": Ordering("valid_from")}


def _tree(rows: Sequence[Industry]) -> list[dict[str, Any]]:
    """The industries in the order of the tree, each with its depth."""
    below: dict[uuid.UUID | None, list[Industry]] = {}
    ids = {row.pk for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in ids else None, []).append(row)
    found: list[dict[str, Any]] = []

    def walk(parent: uuid.UUID | None, depth: int) -> None:
        for row in below.get(parent, []):
            found.append({"industry": row, "depth": depth})
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


@login_required
@require_GET
def industry_list(request: HttpRequest) -> HttpResponse:
    """The zone's industries as a tree, each with its leads."""
    _user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    rows = list(
        Industry.objects.filter(zone=zone, deleted_at=None)
        .annotate(lead_count=Count("leads", filter=Q(leads__deleted_at=None)))
        .order_by("code")
    )
    context = {
        "zone": zone, "tabs": zone_tabs("projects:industry_list", zone, zones), "rows": _tree(rows),
        "today": zone.today(),
    }  # fmt: skip
    return render(request, "projects/industry_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def industry_add(request: HttpRequest) -> HttpResponse:
    """Add an industry."""
    user, zone, _zones = administered(request, Capability.MANAGE_SETTINGS)
    form = IndustryForm(sent(request), zone=zone)
    back = at_zone("projects:industry_list", zone)
    if request.method == "POST" and form.is_valid():
        try:
            add_industry(actor=user, zone=zone, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    return form_page(request, "teams/form.html", form, title=_("New industry"), note=zone.name, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def industry_edit(request: HttpRequest, industry_id: uuid.UUID) -> HttpResponse:
    """Rename an industry, move it in the tree, disable it."""
    user = user_of(request)
    industry = get_object_or_404(Industry.objects.visible_to(user).select_related("zone", "parent"), pk=industry_id)
    if not user.can(Capability.MANAGE_SETTINGS, on=industry.zone):
        raise PermissionDenied
    form = IndustryForm(sent(request), zone=industry.zone, row=industry)
    back = at_zone("projects:industry_list", industry.zone)
    if request.method == "POST" and form.is_valid():
        try:
            update_industry(actor=user, industry_id=industry_id, changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, last_changes(industry, stale.current))
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    note = f"{industry.zone.name} · {industry.code}"
    return form_page(request, "teams/form.html", form, title=industry.name, note=note, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def stage_limits(request: HttpRequest) -> HttpResponse:
    """The zone's own limits of silent days."""
    user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    stages = list(Stage.objects.visible_to(user))
    form = LimitsForm(sent(request), stages=stages, present=limits_of(zone))
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            update_limits(actor=user, zone_id=zone.pk, wanted=form.wanted, seen=form.seen_limits)
        except Stale as stale:
            form.show_theirs(stale.current)
            conflict = True
        except ValidationError as error:
            add_problems(form, error, at={stage.code: f"days-{stage.code}" for stage in stages})
        else:
            add_toast(request, _("Saved."))
            return redirect(at_zone("projects:stage_limits", zone))
    context = {"form": form, "zone": zone, "tabs": zone_tabs("projects:stage_limits", zone, zones)}
    status = CONFLICT if conflict else UNPROCESSABLE if form.errors else 200
    return render(request, "projects/stage_limits.html", context, status=status)


def _reader_of_settings(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.can(Capability.MANAGE_SETTINGS):
        raise PermissionDenied
    return user


@login_required
@require_GET
def stage_list(request: HttpRequest) -> HttpResponse:
    """The stages with what each requires."""
    user = _reader_of_settings(request)
    stages = Stage.objects.visible_to(user).prefetch_related("requirements")
    rows = [
        {"stage": stage, "needs": [REQUIREMENTS[one.requirement].label for one in stage.requirements.all()]}
        for stage in stages
    ]
    return render(request, "projects/stage_list.html", {"rows": rows, "may_edit": manages_installation(user)})


@login_required
@require_http_methods(["GET", "POST"])
def stage_add(request: HttpRequest) -> HttpResponse:
    """Add a stage."""
    user = _reader_of_settings(request)
    if not manages_installation(user):
        raise PermissionDenied
    form = StageForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            stage = add_stage(actor=user, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("projects:stage_edit", stage_id=stage.pk)
    back = reverse("projects:stage_list")
    return form_page(request, "teams/form.html", form, title=_("New stage"), back=back)


@login_required
@require_http_methods(["GET", "POST"])
def stage_edit(request: HttpRequest, stage_id: uuid.UUID) -> HttpResponse:
    """Rename a stage, change its place, its limit and what it requires."""
    user = _reader_of_settings(request)
    if not manages_installation(user):
        raise PermissionDenied
    stage = get_object_or_404(Stage.objects.visible_to(user), pk=stage_id)
    form = StageForm(sent(request), row=stage)
    if request.method == "POST" and form.is_valid():
        try:
            update_stage(
                actor=user, stage_id=stage_id, changes=form.changes(), base=form.base_values,
                requirements=form.cleaned_data["requirements"],
                requirements_seen=form.cleaned_data["requirements_seen"].split(),
            )  # fmt: skip
        except Stale as stale:
            form.show_both(stale.current, last_changes(stage, stale.current))
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("projects:stage_list")
    context = {"title": stage.name, "note": f"{stage.code} · {stage.get_kind_display()}", "stage": stage}
    return form_page(request, "projects/stage_edit.html", form, back=reverse("projects:stage_list"), **context)


@login_required
@require_POST
def stage_retire(request: HttpRequest, stage_id: uuid.UUID) -> HttpResponse:
    """Take a stage out of use."""
    user = _reader_of_settings(request)
    try:
        retire_stage(actor=user, stage_id=stage_id)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
        return redirect("projects:stage_edit", stage_id=stage_id)
    add_toast(request, _("The stage is out of use."))
    return redirect("projects:stage_list")


@login_required
@require_http_methods(["GET", "POST"])
def rate_list(request: HttpRequest) -> HttpResponse:
    """The exchange rates, the newest first, and a form for one more."""
    user = _reader_of_settings(request)
    may_edit = manages_installation(user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = RateForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_rate(actor=user, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("projects:rate_list")
    try:
        page = keyset_page(
            ExchangeRate.objects.all(), ordering="-day", allowed=RATES_ORDER, cursor=request.GET.get("cursor"),
            page_size=RATES_PAGE,
        )  # fmt: skip
    except ValidationError:
        return redirect("projects:rate_list")
    context = {
        "may_edit": may_edit,
        "rows": page.rows,
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
    }
    return form_page(request, "projects/rate_list.html", form, **context)
