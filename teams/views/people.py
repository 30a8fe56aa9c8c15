"""Pages about oneself and about the people of a zone."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.forms.people import AccountForm, EndForm, MembershipForm, ProfileForm, profile_values
from teams.models import Membership, User, Zone
from teams.requests import chosen_zone, user_of
from teams.selectors import memberships_of, teams_with_members, zones_where
from teams.services.memberships import add_membership, end_membership
from teams.services.people import make_account
from teams.services.profile import update_profile

UNPROCESSABLE = 422


def _people_url(zone: Zone) -> str:
    return f"{reverse('teams:people')}?zone={zone.code}"


def _form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=UNPROCESSABLE if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, address, phone, language, and the roles one holds."""
    user = user_of(request)
    form = ProfileForm(sent(request), initial=profile_values(user))
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(actor=user, changes=form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("teams:profile")
    roles = Membership.objects.filter(user=user, deleted_at=None).select_related("zone", "team").order_by("-starts_on")
    return _form_page(request, "teams/profile.html", form, roles=roles)


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The members of a zone with their roles and days, and its teams."""
    zones = zones_where(user_of(request), Capability.MANAGE_PEOPLE)
    zone = chosen_zone(request, zones)
    today = zone.today()
    tabs = [{"label": other.name, "url": _people_url(other), "here": other == zone} for other in zones]
    context = {
        "zone": zone,
        "tabs": tabs if len(tabs) > 1 else [],
        "today": today,
        "memberships": memberships_of(zone),
        "teams": teams_with_members(zone, today),
    }
    return render(request, "teams/people.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Make an account; a mail brings the link for its password."""
    zone = chosen_zone(request, zones_where(user_of(request), Capability.MANAGE_PEOPLE))
    form = AccountForm(sent(request), zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            user = make_account(actor=user_of(request), zone=zone, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(
                request, _("The account is made; a mail with the link goes to %(email)s.") % {"email": user.email}
            )
            return redirect(_people_url(zone))
    return _form_page(request, "teams/person_form.html", form, zone=zone, back=_people_url(zone))


@login_required
@require_http_methods(["GET", "POST"])
def membership_add(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a colleague one more role."""
    zone = chosen_zone(request, zones_where(user_of(request), Capability.MANAGE_PEOPLE))
    person = get_object_or_404(User.objects.visible_to(user_of(request)), pk=user_id)
    form = MembershipForm(sent(request), zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            add_membership(actor=user_of(request), user=person, zone=zone, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(_people_url(zone))
    return _form_page(request, "teams/membership_form.html", form, zone=zone, person=person, back=_people_url(zone))


@login_required
@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """End a membership; it stays in the list for its time."""
    zones = zones_where(user_of(request), Capability.MANAGE_PEOPLE)
    if not zones:
        raise PermissionDenied
    rows = Membership.objects.filter(zone__in=zones, deleted_at=None).select_related("user", "zone", "team")
    membership = get_object_or_404(rows, pk=membership_id)
    form = EndForm(sent(request), initial={"ends_on": membership.zone.today()})
    back = _people_url(membership.zone)
    if request.method == "POST" and form.is_valid():
        try:
            end_membership(actor=user_of(request), membership_id=membership.pk, ends_on=form.cleaned_data["ends_on"])
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    return _form_page(request, "teams/membership_end.html", form, membership=membership, back=back)
