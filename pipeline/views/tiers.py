"""Tiers (分档): templates of targets."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast
from pipeline.forms.targets import TierForm, TierItemForm
from pipeline.models.targets import TargetTemplate, TemplateItem
from pipeline.selectors.rule_words import rule_words
from pipeline.services.tiers import (
    add_tier_item,
    create_tier,
    delete_tier,
    delete_tier_item,
    update_tier,
    update_tier_item,
)
from pipeline.views.letters import CHANGED, tabs_of, zone_of
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from teams.views.answers import administered, zone_tabs

# A zone has a handful of tiers; a longer list is cut, and says so.
SHOWN = 50


@login_required
@require_GET
def tier_list(request: HttpRequest) -> HttpResponse:
    """The tiers of a zone with what each asks for."""
    user = user_of(request)
    zone, zones = zone_of(request, user)
    items = TemplateItem.objects.filter(deleted_at=None).select_related("industry").order_by("position", "id")
    rows = TargetTemplate.objects.visible_to(user).filter(zone=zone).order_by("name_zh", "id")
    tiers = list(rows.prefetch_related(Prefetch("items", queryset=items, to_attr="live"))[: SHOWN + 1])
    context = {
        "rows": [
            {
                "tier": tier,
                "items": [{"item": one, "words": rule_words(one)} for one in tier.live],
            }
            for tier in tiers[:SHOWN]
        ],
        "more": len(tiers) > SHOWN,
        "zone": zone,
        "zone_tabs": zone_tabs("pipeline:templates", zone, zones),
        "tabs": tabs_of(request, "pipeline:templates"),
        "may_manage": user.can(Capability.MANAGE_TARGETS, on=zone),
    }
    return render(request, "pipeline/targets/tiers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tier_add(request: HttpRequest) -> HttpResponse:
    """A dialog that enters a tier; its targets are added afterwards."""
    user, zone, _zones = administered(request, Capability.MANAGE_TARGETS)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = TierForm(sent(request))
    if form.is_valid():
        try:
            create_tier(actor=user, zone_id=zone.pk, values=form.values, tier_id=token)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "zone": zone, "token": token, "action": request.get_full_path()}
    return render(request, "pipeline/targets/tier_form.html", context, status=UNPROCESSABLE if form.errors else 200)


def _tier(user: User, tier_id: uuid.UUID) -> TargetTemplate:
    tier = get_object_or_404(TargetTemplate.objects.visible_to(user).select_related("zone"), pk=tier_id)
    if not user.can(Capability.MANAGE_TARGETS, on=tier.zone):
        raise PermissionDenied
    return tier


def _item(user: User, item_id: uuid.UUID) -> TemplateItem:
    rows = TemplateItem.objects.visible_to(user).select_related("template__zone", "industry")
    item = get_object_or_404(rows, pk=item_id)
    if not user.can(Capability.MANAGE_TARGETS, on=item.template.zone):
        raise PermissionDenied
    return item


@login_required
@require_http_methods(["GET", "POST"])
def tier_edit(request: HttpRequest, target_template_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes a tier's names."""
    user = user_of(request)
    row = _tier(user, target_template_id)
    form = TierForm(sent(request), row=row)
    status = unsaved(form, row, partial(update_tier, actor=user, tier_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "action": request.path}
    return render(request, "pipeline/targets/tier_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def tier_delete(request: HttpRequest, target_template_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes a tier out."""
    user = user_of(request)
    row = _tier(user, target_template_id)
    if request.method == "POST":
        delete_tier(actor=user, tier_id=row.pk)
        if is_htmx(request):
            return dialog_done(_("Taken out."), CHANGED)
        add_toast(request, _("Taken out."))
        return redirect(f"{reverse('pipeline:templates')}?zone={row.zone.code}")
    note = _("Letters that began with it keep their targets.")
    context = {"what": str(row), "note": note, "action": request.path}
    return render(request, "pipeline/targets/take_out.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tier_item_add(request: HttpRequest, target_template_id: uuid.UUID) -> HttpResponse:
    """A dialog that adds a target to a tier."""
    user = user_of(request)
    tier = _tier(user, target_template_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = TierItemForm(sent(request), zone=tier.zone)
    if form.is_valid():
        try:
            add_tier_item(actor=user, tier_id=tier.pk, values=form.values, item_id=token)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "tier": tier, "zone": tier.zone, "token": token, "action": request.path}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pipeline/targets/tier_item_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def tier_item_edit(request: HttpRequest, template_item_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes a target of a tier."""
    user = user_of(request)
    row = _item(user, template_item_id)
    form = TierItemForm(sent(request), zone=row.template.zone, row=row)
    status = unsaved(form, row, partial(update_tier_item, actor=user, item_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "tier": row.template, "zone": row.template.zone, "action": request.path}
    return render(request, "pipeline/targets/tier_item_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def tier_item_delete(request: HttpRequest, template_item_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes a target out of a tier."""
    user = user_of(request)
    row = _item(user, template_item_id)
    if request.method == "POST":
        delete_tier_item(actor=user, item_id=row.pk)
        if is_htmx(request):
            return dialog_done(_("Taken out."), CHANGED)
        add_toast(request, _("Taken out."))
        return redirect(f"{reverse('pipeline:templates')}?zone={row.template.zone.code}")
    note = _("Letters that began with it keep their targets.")
    context = {"what": rule_words(row), "note": note, "action": request.path}
    return render(request, "pipeline/targets/take_out.html", context)
