"""Roles of a colleague: added, corrected, ended."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.forms.people import EndForm, MembershipEditForm, RoleForm
from teams.models import Membership, User
from teams.requests import user_of
from teams.selectors import zones_where
from teams.services.memberships import add_membership, end_membership, update_membership
from teams.views.answers import administered, form_page


@login_required
@require_http_methods(["GET", "POST"])
def membership_add(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a colleague one more role."""
    user, zone, _zones = administered(request, Capability.MANAGE_PEOPLE)
    person = get_object_or_404(User.objects.visible_to(user), pk=user_id)
    form = RoleForm(sent(request), zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            add_membership(actor=user, user=person, zone=zone, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("teams:person", user_id=user_id)
    context = {"title": _("Add a role"), "note": f"{person} · {zone.name}"}
    return form_page(request, "teams/form.html", form, back=reverse("teams:person", args=[user_id]), **context)


def _membership(request: HttpRequest, membership_id: uuid.UUID) -> Membership:
    """The membership, in one of the zones whose people the reader manages."""
    zones = zones_where(user_of(request), Capability.MANAGE_PEOPLE)
    if not zones:
        raise PermissionDenied
    rows = Membership.objects.filter(zone__in=zones, deleted_at=None).select_related("user", "zone", "team")
    return get_object_or_404(rows, pk=membership_id)


def _note(row: Membership) -> str:
    return f"{row.user} · {row.get_role_display()} · {row.team or row.zone}"


@login_required
@require_http_methods(["GET", "POST"])
def membership_edit(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Correct the days or the title of a membership."""
    membership = _membership(request, membership_id)
    form = MembershipEditForm(sent(request), row=membership)
    back = reverse("teams:person", args=[membership.user_id])
    if request.method == "POST" and form.is_valid():
        try:
            update_membership(
                actor=user_of(request), membership_id=membership.pk, changes=form.changes(), base=form.base_values
            )
        except Stale as stale:
            form.show_both(stale.current, {})
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    return form_page(request, "teams/form.html", form, title=_("Change a role"), note=_note(membership), back=back)


@login_required
@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """End a membership; it stays in the list for its time."""
    membership = _membership(request, membership_id)
    form = EndForm(sent(request), initial={"ends_on": membership.zone.today()})
    back = reverse("teams:person", args=[membership.user_id])
    if request.method == "POST" and form.is_valid():
        try:
            end_membership(actor=user_of(request), membership_id=membership.pk, ends_on=form.cleaned_data["ends_on"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    context = {"title": _("End a role"), "note": _note(membership), "submit": _("End it"), "back": back}
    return form_page(request, "teams/form.html", form, **context)
