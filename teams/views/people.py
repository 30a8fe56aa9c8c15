"""The people of a zone: who they are, what they may do, since when."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.paging import keyset_page
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.forms.people import AccountForm, PeopleFilter, PersonForm
from teams.models import Membership, User
from teams.requests import user_of
from teams.selectors import PEOPLE_ORDER, PEOPLE_PAGE, has_second_factor, people_of
from teams.services.people import make_account, managed_zones, may_manage, update_person
from teams.views.answers import administered, at_zone, form_page, zone_tabs


def managed_person(request: HttpRequest, user_id: uuid.UUID) -> User:
    """The colleague whose page this is; Http404, PermissionDenied."""
    reader = user_of(request)
    if not reader.can(Capability.MANAGE_PEOPLE):
        raise PermissionDenied
    return get_object_or_404(User.objects.visible_to(reader), pk=user_id)


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The people of a zone, filtered, with their roles of today."""
    _user, zone, zones = administered(request, Capability.MANAGE_PEOPLE)
    today = zone.today()
    form = PeopleFilter(request.GET, zone=zone)
    filters = form.cleaned_data if form.is_valid() else {}
    try:
        page = keyset_page(
            people_of(zone, today, **filters), ordering="name", allowed=PEOPLE_ORDER,
            cursor=request.GET.get("cursor"), page_size=PEOPLE_PAGE,
        )  # fmt: skip
    except ValidationError:
        return redirect(at_zone("teams:people", zone))
    rows = [{"person": one, "second_factor": has_second_factor(one)} for one in page.rows]
    context = {
        "form": form,
        "zone": zone,
        "tabs": zone_tabs("teams:people", zone, zones),
        "rows": rows,
        "next_url": _page_url(request, page.next_cursor),
        "previous_url": _page_url(request, page.previous_cursor),
        "filtered": any(filters.values()),
    }
    return render(request, "teams/people.html", context)


def _page_url(request: HttpRequest, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


@login_required
@require_http_methods(["GET", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Make an account; a mail brings the link for its password."""
    user, zone, _zones = administered(request, Capability.MANAGE_PEOPLE)
    form = AccountForm(sent(request), zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_account(actor=user, zone=zone, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(
                request, _("The account is made; a mail with the link goes to %(email)s.") % {"email": made.email}
            )
            return redirect(at_zone("teams:people", zone))
    context = {
        "title": _("New account"), "note": zone.name, "submit": _("Make the account"),
        "back": at_zone("teams:people", zone),
    }  # fmt: skip
    return form_page(request, "teams/form.html", form, **context)


@login_required
@require_GET
def person(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """A colleague: account, roles over time, and what may be done."""
    reader, colleague = user_of(request), managed_person(request, user_id)
    zones = managed_zones(reader, colleague)
    roles = (
        Membership.objects.filter(user=colleague, zone__in=zones, deleted_at=None)
        .select_related("zone", "team")
        .order_by("-starts_on", "role")
    )
    context: dict[str, Any] = {
        "person": colleague,
        "roles": roles,
        "zones": zones,
        "second_factor": has_second_factor(colleague),
        "manages": may_manage(reader, colleague),
        "oneself": reader == colleague,
        "back": at_zone("teams:people", zones[0]) if zones else "",
    }
    return render(request, "teams/person.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Change a colleague's name, address or phone."""
    reader, colleague = user_of(request), managed_person(request, user_id)
    if not may_manage(reader, colleague):
        raise PermissionDenied
    form = PersonForm(sent(request), row=colleague)
    if request.method == "POST" and form.is_valid():
        try:
            update_person(actor=reader, user_id=user_id, changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, {})
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("teams:person", user_id=user_id)
    context = {
        "title": _("Edit the account"), "note": colleague.username, "back": reverse("teams:person", args=[user_id])
    }  # fmt: skip
    return form_page(request, "teams/form.html", form, **context)
