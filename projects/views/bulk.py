"""The same change to many leads: the dialog that asks how, and what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.toasts import with_toast
from projects.forms.lists import AssignForm, TagsForm
from projects.models import Tag
from projects.services.bulk import (
    DONE,
    LIMIT,
    REFUSED,
    UNCHANGED,
    Chosen,
    Outcome,
    assign_leads,
    check_number,
    leads_of,
    read_chosen,
    tag_leads,
)
from projects.views.lead_lists import lead_state, leads_of_state
from teams.access import Capability
from teams.models import User
from teams.requests import user_of

# What the dialog itself sends; everything else is the form's.
OWN = frozenset({"rows", "go", "all", "csrfmiddlewaretoken"})
MakeForm = Callable[[QueryDict | None], forms.Form]
Run = Callable[[Any, Sequence[Chosen]], list[Outcome]]


def chosen_rows(request: HttpRequest) -> list[Chosen]:
    """The rows that were sent, or (`all`) those that the filters of the address leave; raises ValidationError."""
    if "all" not in request.POST:
        return read_chosen(request.POST.get("rows", ""))
    state = lead_state(request)
    if state.unknown:
        # Left out, a filter would choose more rows than its reader has in mind.
        raise ValidationError(_("A filter of this list could not be understood. Open the list again."), code="unknown")
    rows = leads_of_state(state, user_of(request)).values_list("pk", "version")[: LIMIT + 1]
    found = [Chosen(lead_id, version) for lead_id, version in rows]
    check_number(len(found))
    return found


def as_text(rows: Sequence[Chosen]) -> str:
    """The rows as one field of a form carries them."""
    return " ".join(f"{row.lead_id}:{row.version}" for row in rows)


def change_many(request: HttpRequest, *, title: Any, button: Any, make_form: MakeForm, run: Run) -> HttpResponse:
    """The dialog of a change to many rows: first its form, then what became of each row."""
    try:
        rows = chosen_rows(request)
    except ValidationError as error:
        context = {"title": title, "messages_": error.messages}
        return render(request, "projects/_bulk_refused.html", context, status=UNPROCESSABLE)
    going = "go" in request.POST
    form = make_form(request.POST if going else None)
    if going and form.is_valid():
        return _results(request, title, run(form, rows))
    context = {"form": form, "rows": as_text(rows), "number": len(rows), "title": title, "button": button}
    return render(request, "projects/_bulk_form.html", context, status=UNPROCESSABLE if going else 200)


def _results(request: HttpRequest, title: Any, outcomes: list[Outcome]) -> HttpResponse:
    leads = leads_of(user_of(request), outcomes)
    lines = [(outcome, leads.get(outcome.chosen.lead_id)) for outcome in outcomes]
    refused = [(outcome, lead) for outcome, lead in lines if outcome.result == REFUSED]
    # Whoever tries again has been told what changed, so the versions are those of now.
    again = [Chosen(lead.pk, lead.version) for _outcome, lead in refused if lead is not None]
    numbers = {result: sum(outcome.result == result for outcome in outcomes) for result in (DONE, UNCHANGED, REFUSED)}
    context = {
        "title": title,
        "refused": refused,
        "done": [lead for outcome, lead in lines if outcome.result == DONE],
        "unchanged": [lead for outcome, lead in lines if outcome.result == UNCHANGED],
        "numbers": numbers,
        "again": as_text(again),
        "again_number": len(again),
        "carried": [(name, value) for name in request.POST if name not in OWN for value in request.POST.getlist(name)],
    }
    response = render(request, "projects/_bulk_result.html", context)
    if not numbers[DONE]:
        return response
    text = _("%(done)s of %(all)s done.") % {"done": numbers[DONE], "all": len(outcomes)}
    level = "warning" if numbers[REFUSED] else "success"
    return with_toast(response, text, level=level, events={"lead-changed": True})


def _words(user: User, data: QueryDict | None, *, may_add: bool) -> TagsForm:
    form = TagsForm(data, tags=Tag.objects.visible_to(user), may_add=may_add)
    form.fields["tags"].required = True
    return form


def _assign(request: HttpRequest, user: User) -> HttpResponse:
    if not user.can(Capability.ASSIGN_LEAD):
        raise PermissionDenied
    return change_many(
        request,
        title=_("Assign leads"),
        button=_("Assign"),
        make_form=lambda data: AssignForm(data, user=user),
        run=lambda form, rows: assign_leads(actor=user, rows=rows, changes=form.changes),
    )


def _tag(request: HttpRequest, user: User) -> HttpResponse:
    if not user.can(Capability.EDIT_LEAD):
        raise PermissionDenied
    return change_many(
        request,
        title=_("Tag leads"),
        button=_("Put these tags on"),
        make_form=lambda data: _words(user, data, may_add=True),
        run=lambda form, rows: tag_leads(actor=user, rows=rows, add=form.cleaned_data["tags"]),
    )


def _untag(request: HttpRequest, user: User) -> HttpResponse:
    if not user.can(Capability.EDIT_LEAD):
        raise PermissionDenied
    return change_many(
        request,
        title=_("Take tags off leads"),
        button=_("Take these tags off"),
        make_form=lambda data: _words(user, data, may_add=False),
        run=lambda form, rows: tag_leads(actor=user, rows=rows, remove=form.cleaned_data["tags"]),
    )


ACTIONS: Mapping[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "assign": _assign, "tag": _tag, "untag": _untag,
}  # fmt: skip


@login_required
@require_POST
def lead_bulk(request: HttpRequest, action: str) -> HttpResponse:
    """Assign, tag or untag many leads; closing them is a move, and so the pipeline's."""
    if action not in ACTIONS:
        raise Http404
    return ACTIONS[action](request, user_of(request))
