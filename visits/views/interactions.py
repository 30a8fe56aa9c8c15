"""The list of interactions, editing and undoing one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import sent
from projects.choices import ListPage
from projects.views.filtering import ALL
from projects.views.view_bar import ViewBar, bar_context, default_view_of, view_bar
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from visits.forms.edit import EditForm, edit_form
from visits.forms.listing import InteractionFilterForm
from visits.models import Interaction
from visits.selectors.interactions import found_by, lines, page_of
from visits.selectors.rights import may_change_interaction
from visits.services.interactions import undo_interaction, update_interaction
from visits.views.answers import saved, show


def _with(params: QueryDict, **changed: str | None) -> str:
    """The address's parameters with some set, or taken off."""
    copy = params.copy()
    for name, value in changed.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = value
    return f"?{copy.urlencode()}"


@login_required
@require_GET
def interaction_list(request: HttpRequest) -> HttpResponse:
    """All interactions that the user sees, filtered, what happened last first."""
    user = user_of(request)
    if (opened := default_view_of(request, user, ListPage.INTERACTIONS)) is not None:
        return opened
    form = InteractionFilterForm(request.GET, user=user)
    page = page_of(found_by(user, **form.chosen()), request.GET.get("cursor"))
    params = request.GET.copy()
    params.pop("cursor", None)
    bar = _bar(request, user, form, params)
    if bar.has_default and not params.get("view"):
        params["view"] = ALL
    context = {
        **bar_context(bar),
        "view": params.get("view", ""),
        "form": form,
        "lines": lines(user, page.rows),
        "chips": _chips(form, params),
        "next_url": _with(params, cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": _with(params, cursor=page.previous_cursor) if page.previous_cursor else "",
        "can_log": user.can(Capability.LOG_INTERACTION),
    }
    return render(request, "visits/interaction_list.html", context)


def _bar(request: HttpRequest, user: User, form: InteractionFilterForm, params: QueryDict) -> ViewBar:
    """The saved views of this list; a filter whose value is refused says so beside its field, and is not kept."""
    understood = params.copy()
    unknown = [name for name in params if name not in form.fields and name != "view"]
    refused = [name for name in params if name in form.errors]
    for name in (*unknown, *refused):
        del understood[name]
    words = [*unknown, *(str(form.fields[name].label) for name in refused)]
    return view_bar(request, user, ListPage.INTERACTIONS, understood=understood.urlencode(), unknown=words)


def _chips(form: InteractionFilterForm, params: QueryDict) -> list[dict[str, Any]]:
    """The filters that are on, each with the address without it."""
    chips = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", []):
            continue
        words = (
            pgettext("list", ", ").join(str(dict(form.fields[name].choices)[code]) for code in value)
            if name == "channel"
            else value
        )
        chips.append({"label": form.fields[name].label, "value": words, "url": _with(params, **{name: None})})
    return chips


def _interaction(user: User, interaction_id: uuid.UUID) -> Interaction:
    rows = Interaction.objects.visible_to(user).select_related("zone", "team", "lead", "company", "created_by")
    interaction = get_object_or_404(rows, pk=interaction_id)
    if not may_change_interaction(user, interaction):
        raise PermissionDenied
    return interaction


@login_required
@require_http_methods(["GET", "POST"])
def interaction_edit(request: HttpRequest, interaction_id: uuid.UUID) -> HttpResponse:
    """Change what was logged; what a colleague has changed meanwhile is shown beside one's own."""
    user = user_of(request)
    interaction = _interaction(user, interaction_id)
    form = edit_form(user, interaction, data=sent(request))
    if form.is_bound and form.is_valid():
        try:
            _update(user, form)
        except ValidationError as error:
            form.show(error)
        except Stale:
            return _show_both(request, user, form)
        else:
            return saved(request, _("Saved"), lead_id=interaction.lead_id)
    status = UNPROCESSABLE if form.is_bound else 200
    return show(request, "visits/interaction_edit.html", {"form": form, "interaction": interaction}, status=status)


def _update(user: User, form: EditForm) -> None:
    seen = form.seen()
    parties, staff = form.changed_parties(seen), form.changed_staff(seen)
    whole = parties is not None or staff is not None
    update_interaction(
        actor=user,
        interaction_id=form.interaction.pk,
        changes=form.changes(seen),
        parties=parties,
        staff=staff,
        base={name: value for name, value in seen.items() if name not in ("parties", "staff")},
        # Lists are replaced as a whole, so nobody may have saved since they were read.
        expected_version=form.cleaned_data["version"] if whole else None,
    )


def _show_both(request: HttpRequest, user: User, form: EditForm) -> HttpResponse:
    """The form again, on top of what is there now, with the editor's own changes kept in it."""
    interaction = _interaction(user, form.interaction.pk)
    fresh = edit_form(user, interaction)
    context = {"form": fresh, "interaction": interaction, "conflicts": fresh.take_over(form)}
    return show(request, "visits/interaction_edit.html", context, status=412)


@login_required
@require_POST
def interaction_undo(request: HttpRequest, interaction_id: uuid.UUID) -> HttpResponse:
    """Take an interaction back."""
    interaction = undo_interaction(actor=user_of(request), interaction_id=interaction_id)
    return saved(request, _("Taken back"), lead_id=interaction.lead_id)
