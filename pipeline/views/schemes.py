"""Scoring schemes and the score table."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

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
from pipeline.forms.scoring import ContinueForm, EndForm, SchemeForm, ScoreItemForm
from pipeline.models.scoring import WITH_GOAL, ScoreItem, ScoringScheme
from pipeline.selectors.rule_words import quantity_words
from pipeline.selectors.scoring import item_words, scheme_window, score_table, step_lines
from pipeline.services.scoring import (
    add_score_item,
    continue_scheme,
    create_scheme,
    delete_scheme,
    delete_score_item,
    end_scheme,
    update_scheme,
    update_score_item,
)
from pipeline.views.asked import asked_of
from pipeline.views.letters import CHANGED, tabs_of, zone_of
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from teams.views.answers import administered, zone_tabs

SHOWN = 30


def _items(scheme: ScoringScheme) -> list[dict[str, Any]]:
    """The items of a scheme in words."""
    return [
        {
            "item": item,
            "counts": item_words(item),
            "formula": item.get_formula_display(),
            "goal": quantity_words(item.minimum, item.metric) if item.minimum else "",
            "goal_of_letters": item.formula in WITH_GOAL and item.minimum is None,
            "steps": step_lines(item),
        }
        for item in scheme.live  # type: ignore[attr-defined]
    ]


@login_required
@require_GET
def scheme_list(request: HttpRequest) -> HttpResponse:
    """The schemes of a zone, the latest first, with their items."""
    user = user_of(request)
    zone, zones = zone_of(request, user)
    live = ScoreItem.objects.filter(deleted_at=None).select_related("industry").order_by("position", "id")
    rows = ScoringScheme.objects.visible_to(user).filter(zone=zone).order_by("-valid_from", "-id")
    schemes = list(rows.prefetch_related(Prefetch("items", queryset=live, to_attr="live"))[:SHOWN])
    today = zone.today()
    context = {
        "rows": [
            {
                "scheme": one, "window": scheme_window(one), "begun": one.has_begun(today), "items": _items(one),
                "now": one.has_begun(today) and (one.valid_to is None or one.valid_to >= today),
            }
            for one in schemes
        ],
        "zone": zone,
        "zone_tabs": zone_tabs("pipeline:schemes", zone, zones),
        "tabs": tabs_of(request, "pipeline:schemes"),
        "may_manage": user.can(Capability.MANAGE_TARGETS, on=zone),
    }  # fmt: skip
    return render(request, "pipeline/targets/schemes.html", context)


@login_required
@require_GET
def score(request: HttpRequest) -> HttpResponse:
    """The score of each team in a period, with every step; who sees one team only sees that one's steps."""
    user = user_of(request)
    zone, zones = zone_of(request, user)
    asked = asked_of(request, zone, kind="quarter")
    table = score_table(zone, asked.period.first, asked.period.last, as_of=asked.as_of, known=asked.known)
    sees_all = user.is_superuser or zone.pk in user.zone_ids(Capability.VIEW)
    own = set(user.team_ids(Capability.VIEW))
    places = {one.team.pk: place for place, one in enumerate(table.scores, 1)}
    kinds = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    context = {
        "asked": asked,
        "table": table,
        "scores": [
            {"score": one, "place": places[one.team.pk]} for one in table.scores if sees_all or one.team.pk in own
        ],
        "of": len(table.scores),
        "kinds": [
            {"label": label, "url": asked.link(period=_period_code(asked, kind)), "here": asked.period.kind == kind}
            for kind, label in kinds.items()
        ],
        "zone": zone,
        "zone_tabs": zone_tabs("pipeline:score", zone, zones),
        "tabs": tabs_of(request, "pipeline:score"),
    }
    return render(request, "pipeline/targets/scores.html", context)


def _period_code(asked: Any, kind: str) -> str:
    day = asked.period.last
    if kind == "year":
        return f"{day.year}"
    return f"{day:%Y-%m}" if kind == "month" else f"{day.year}-Q{(day.month - 1) // 3 + 1}"


@login_required
@require_http_methods(["GET", "POST"])
def scheme_add(request: HttpRequest) -> HttpResponse:
    """A dialog that enters a scheme; its items are added until it begins."""
    user, zone, _zones = administered(request, Capability.MANAGE_TARGETS)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = SchemeForm(sent(request))
    if form.is_valid():
        try:
            create_scheme(actor=user, zone_id=zone.pk, values=form.values, scheme_id=token)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "zone": zone, "token": token, "action": request.get_full_path()}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pipeline/targets/scheme_form.html", context, status=status)


def _scheme(user: User, scheme_id: uuid.UUID) -> ScoringScheme:
    scheme = get_object_or_404(
        ScoringScheme.objects.visible_to(user).select_related("zone", "continues"), pk=scheme_id
    )
    if not user.can(Capability.MANAGE_TARGETS, on=scheme.zone):
        raise PermissionDenied
    return scheme


def _item(user: User, item_id: uuid.UUID) -> ScoreItem:
    rows = ScoreItem.objects.visible_to(user).select_related("scheme__zone", "industry")
    item = get_object_or_404(rows, pk=item_id)
    if not user.can(Capability.MANAGE_TARGETS, on=item.scheme.zone):
        raise PermissionDenied
    return item


@login_required
@require_http_methods(["GET", "POST"])
def scheme_edit(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes a scheme that has not begun."""
    user = user_of(request)
    row = _scheme(user, scheme_id)
    form = SchemeForm(sent(request), row=row)
    status = unsaved(form, row, partial(update_scheme, actor=user, scheme_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "action": request.path}
    return render(request, "pipeline/targets/scheme_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_end(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """A dialog: the last day of a scheme."""
    user = user_of(request)
    row = _scheme(user, scheme_id)
    form = EndForm(sent(request), initial={"valid_to": row.zone.today()})
    if form.is_valid():
        try:
            end_scheme(actor=user, scheme_id=row.pk, valid_to=form.cleaned_data["valid_to"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {
        "form": form,
        "row": row,
        "field": form["valid_to"],
        "title": _("End the scheme"),
        "action": request.path,
    }
    return render(request, "pipeline/targets/scheme_day.html", context, status=UNPROCESSABLE if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_continue(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """A dialog: end a scheme, and continue with a copy that may be changed until it begins."""
    user = user_of(request)
    row = _scheme(user, scheme_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = ContinueForm(sent(request))
    if form.is_valid():
        try:
            continue_scheme(actor=user, scheme_id=row.pk, valid_from=form.cleaned_data["valid_from"], copy_id=token)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {
        "form": form, "row": row, "field": form["valid_from"], "title": _("Continue with a copy"), "token": token,
        "action": request.path,
    }  # fmt: skip
    return render(request, "pipeline/targets/scheme_day.html", context, status=UNPROCESSABLE if form.errors else 200)


def _take_out(request: HttpRequest, what: str, zone_code: str, done: Any) -> HttpResponse:
    """Ask, then take out; a scheme that has begun says why not."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            done()
        except ValidationError as error:
            problem, status = error.messages[0], UNPROCESSABLE
        else:
            if is_htmx(request):
                return dialog_done(_("Taken out."), CHANGED)
            add_toast(request, _("Taken out."))
            return redirect(f"{reverse('pipeline:schemes')}?zone={zone_code}")
    context = {"what": what, "problem": problem, "action": request.path}
    return render(request, "pipeline/targets/take_out.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_delete(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes out a scheme that has not begun."""
    user = user_of(request)
    row = _scheme(user, scheme_id)
    return _take_out(request, str(row), row.zone.code, partial(delete_scheme, actor=user, scheme_id=row.pk))


@login_required
@require_http_methods(["GET", "POST"])
def score_item_add(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """A dialog that adds an item to a scheme that has not begun."""
    user = user_of(request)
    scheme = _scheme(user, scheme_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = ScoreItemForm(sent(request), zone=scheme.zone)
    if form.is_valid():
        try:
            add_score_item(actor=user, scheme_id=scheme.pk, values=form.values, item_id=token)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "scheme": scheme, "zone": scheme.zone, "token": token, "action": request.path}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pipeline/targets/score_item_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def score_item_edit(request: HttpRequest, score_item_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes an item of a scheme that has not begun."""
    user = user_of(request)
    row = _item(user, score_item_id)
    form = ScoreItemForm(sent(request), zone=row.scheme.zone, row=row)
    status = unsaved(form, row, partial(update_score_item, actor=user, item_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "scheme": row.scheme, "zone": row.scheme.zone, "action": request.path}
    return render(request, "pipeline/targets/score_item_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def score_item_delete(request: HttpRequest, score_item_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes an item out of a scheme that has not begun."""
    user = user_of(request)
    row = _item(user, score_item_id)
    done = partial(delete_score_item, actor=user, item_id=row.pk)
    return _take_out(request, str(row), row.scheme.zone.code, done)
