"""A target's page and its dialogs, the sentence under a rule, and the dashboard's panel."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast
from pipeline.forms.scoring import ScoreItemForm
from pipeline.forms.targets import LetterForm, RuleForm, TargetForm, TierItemForm
from pipeline.models.targets import Target, TargetLetter
from pipeline.selectors.counting import basis_words
from pipeline.selectors.near import counting_rows, nearly_counting
from pipeline.selectors.pieces import BY, pieces_of, usual_cut
from pipeline.selectors.rule_words import overrides, quantity_words, rule_sentence, rule_words
from pipeline.selectors.scopes import may_ask, read_scope
from pipeline.selectors.targets import (
    ask_of,
    for_progress,
    panel_targets,
    progress_of,
)
from pipeline.services.targets import add_target, delete_target, update_target
from pipeline.views.asked import asked_of
from pipeline.views.letter_add import dates_of, row_values
from pipeline.views.letters import CHANGED, managed_letter
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of
from teams.views.answers import administered


def _target(user: User, target_id: uuid.UUID) -> Target:
    return get_object_or_404(for_progress(Target.objects.visible_to(user)).select_related(
        "letter__zone", "letter__team", "letter__person", "industry", "parent__letter", "parent__industry"
    ), pk=target_id)  # fmt: skip


@login_required
@require_GET
def target(request: HttpRequest, target_id: uuid.UUID) -> HttpResponse:
    """A target: its rule in words, how far it is, what counts, what nearly counts, what months carried over."""
    user = user_of(request)
    row = _target(user, target_id)
    asked = asked_of(request, row.letter.zone)
    progress = progress_of([row], as_of=asked.as_of, known=asked.known)[row.pk]
    ask = ask_of(row, asked.as_of, asked.known)
    by = request.GET.get("by", "")
    by = by if by in BY else usual_cut(row)
    names = {"week": _("Weeks"), "month": _("Months"), "quarter": _("Quarters")}
    pieces = pieces_of(progress, by, asked.known) if row.is_additive else []
    opens = may_ask(user, ask.scope)
    context = {
        "row": row, "asked": asked, "progress": progress, "opens": opens, "url": progress.url if opens else "",
        "rule": rule_sentence(row), "overrides": overrides(row),
        "basis": basis_words(progress.own, row.metric), "counting": counting_rows(ask, user),
        "near": nearly_counting(ask, user),
        "by": by,
        "cuts": [{"label": label, "url": asked.link(by=one), "here": one == by} for one, label in names.items()],
        "pieces": [
            {
                "piece": one,
                **{name: quantity_words(getattr(one, name), row.metric) for name in (
                    "share", "carried_in", "due", "actual", "carried_on")},
            }
            for one in pieces
        ],
        "parent_seen": row.parent is not None and Target.objects.visible_to(user).filter(pk=row.parent.pk).exists(),
        "parts_seen": set(
            Target.objects.visible_to(user).filter(pk__in=[one.target.pk for one in progress.parts])
            .values_list("pk", flat=True)
        ) if progress.parts else set(),
        "may_manage": user.can(Capability.MANAGE_TARGETS, on=row.letter.zone),
        "crumbs": [
            {"label": _("Targets"), "url": f"{reverse('pipeline:targets')}?zone={row.letter.zone.code}"},
            {"label": row.letter.title, "url": reverse("pipeline:letter", args=[row.letter_id]) + asked.query},
            {"label": progress.name},
        ],
    }  # fmt: skip
    return render(request, "pipeline/targets/target.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def target_add(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A dialog that adds a target to a letter; two clicks make one."""
    user = user_of(request)
    letter = managed_letter(user, letter_id)
    token = as_id(request.POST.get("token", "")) or uuid7()
    form = TargetForm(sent(request), zone=letter.zone, letter=letter, initial={"window": "letter"})
    if form.is_valid():
        try:
            add_target(
                actor=user, letter_id=letter.pk, values=row_values(form), target_id=token,
                confirm_overlap=form.cleaned_data["confirm_overlap"],
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "letter": letter, "token": token, "action": request.path}
    return _form(request, "pipeline/targets/target_form.html", context, UNPROCESSABLE if form.errors else 200)


def _form(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, target_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes a target; what somebody else changed meanwhile stands beside."""
    user = user_of(request)
    row = _target(user, target_id)
    if not user.can(Capability.MANAGE_TARGETS, on=row.letter.zone):
        raise PermissionDenied
    form = TargetForm(sent(request), zone=row.letter.zone, letter=row.letter, row=row)
    confirmed = request.POST.get("confirm_overlap") == "on"
    save = partial(update_target, actor=user, target_id=row.pk, confirm_overlap=confirmed)
    status = unsaved(form, row, save)
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "letter": row.letter, "row": row, "action": request.path}
    return _form(request, "pipeline/targets/target_form.html", context, status)


@login_required
@require_http_methods(["GET", "POST"])
def target_delete(request: HttpRequest, target_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes a target out of its letter."""
    user = user_of(request)
    row = _target(user, target_id)
    if not user.can(Capability.MANAGE_TARGETS, on=row.letter.zone):
        raise PermissionDenied
    if request.method == "POST":
        delete_target(actor=user, target_id=row.pk)
        to = reverse("pipeline:letter", args=[row.letter_id])
        add_toast(request, _("Taken out."))
        return HttpResponse(status=204, headers={"HX-Redirect": to}) if is_htmx(request) else redirect(to)
    context = {"row": row, "rule": rule_sentence(row), "action": request.path}
    return render(request, "pipeline/targets/target_delete.html", context)


@login_required
@require_POST
def rule_preview(request: HttpRequest) -> HttpResponse:
    """The sentence of a rule as typed so far; `row` is the prefix of its fields in the form."""
    user, zone, _zones = administered(request, Capability.MANAGE_TARGETS)
    prefix = request.GET.get("row", "")[:4] or None
    kind = request.GET.get("of", "target")
    sentence = ""
    if kind == "target":
        of_target = TargetForm(request.POST, zone=zone, dates=_dates_typed(request, user, zone), prefix=prefix)
        draft = of_target.draft
        sentence = rule_sentence(draft) if draft is not None else ""
    else:
        form: RuleForm = (TierItemForm if kind == "tier" else ScoreItemForm)(request.POST, zone=zone, prefix=prefix)
        form.is_valid()
        names = (*Target.RULE, "minimum")
        data = form.cleaned_data
        if data.get("metric"):
            draft = Target(**{name: data.get(name) if data.get(name) is not None else None for name in names})
            draft.listing, draft.origin = draft.listing or "", draft.origin or ""
            sentence = rule_words(draft)
    return render(request, "pipeline/targets/_sentence.html", {"sentence": sentence})


def _dates_typed(request: HttpRequest, user: User, zone: Zone) -> tuple[Any, Any]:
    """The letter's time: of the letter that is there, else as typed in the same form."""
    if letter_id := as_id(request.GET.get("letter", "")):
        letter = TargetLetter.objects.visible_to(user).filter(pk=letter_id, zone=zone).first()
        return (letter.begins_on, letter.ends_on) if letter is not None else (None, None)
    return dates_of(LetterForm(request.POST, user=user, zone=zone))


@login_required
@require_GET
def targets_panel(request: HttpRequest) -> HttpResponse:
    """A fragment for the dashboard: the targets of a scope, each with its bar, those furthest behind first."""
    user = user_of(request)
    if not user.can(Capability.VIEW):
        raise PermissionDenied
    scope = read_scope(user, request.GET.get("scope", ""))
    asked = asked_of(request, scope.zone)
    rows = panel_targets(user, scope=scope, as_of=asked.as_of, known=asked.known)
    context = {"rows": rows, "asked": asked, "zone": scope.zone}
    return render(request, "pipeline/targets/_panel.html", context)
