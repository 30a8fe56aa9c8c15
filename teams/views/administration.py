"""The start page of administration, and a zone's teams and settings."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.forms.settings import TeamForm, ZoneForm
from teams.models import Team
from teams.requests import chosen_zone, user_of
from teams.selectors import teams_of, zones_where
from teams.services.teams import add_team, update_team
from teams.services.zones import update_zone
from teams.views.answers import administered, at_zone, form_page, zone_tabs


@login_required
@require_GET
def administration(request: HttpRequest) -> HttpResponse:
    """What may be administered, as cards."""
    user = user_of(request)
    people = zones_where(user, Capability.MANAGE_PEOPLE)
    settings = zones_where(user, Capability.MANAGE_SETTINGS)
    keys = zones_where(user, Capability.MANAGE_KEYS)
    zones = sorted({*people, *settings, *keys}, key=lambda zone: zone.code)
    zone = chosen_zone(request, zones)
    context = {
        "zone": zone,
        "tabs": zone_tabs("teams:administration", zone, zones),
        "manages_people": zone in people,
        "manages_settings": zone in settings,
        "manages_keys": zone in keys,
    }
    return render(request, "teams/administration.html", context)


@login_required
@require_GET
def team_list(request: HttpRequest) -> HttpResponse:
    """The teams of a zone, also those that are no more."""
    _user, zone, zones = administered(request, Capability.MANAGE_PEOPLE)
    today = zone.today()
    context = {
        "zone": zone,
        "tabs": zone_tabs("teams:team_list", zone, zones),
        "teams": teams_of(zone, today),
        "today": today,
    }
    return render(request, "teams/team_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def team_add(request: HttpRequest) -> HttpResponse:
    """Found a team."""
    user, zone, _zones = administered(request, Capability.MANAGE_PEOPLE)
    form = TeamForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_team(actor=user, zone=zone, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(at_zone("teams:team_list", zone))
    back = at_zone("teams:team_list", zone)
    return form_page(request, "teams/form.html", form, title=_("New team"), note=zone.name, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, team_id: uuid.UUID) -> HttpResponse:
    """Rename a team, change its days, dissolve it."""
    user = user_of(request)
    if not user.can(Capability.MANAGE_PEOPLE):
        raise PermissionDenied
    team = get_object_or_404(Team.objects.visible_to(user).select_related("zone"), pk=team_id)
    if not user.can(Capability.MANAGE_PEOPLE, on=team.zone):
        raise PermissionDenied
    form = TeamForm(sent(request), row=team)
    back = at_zone("teams:team_list", team.zone)
    if request.method == "POST" and form.is_valid():
        try:
            update_team(actor=user, team_id=team_id, changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, {})
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(back)
    return form_page(
        request, "teams/team_edit.html", form, title=team.name, note=f"{team.zone.name} · {team.code}", back=back,
        team=team,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def zone_settings(request: HttpRequest) -> HttpResponse:
    """A zone's names, time zone and limits."""
    user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    form = ZoneForm(sent(request), row=zone)
    if request.method == "POST" and form.is_valid():
        try:
            update_zone(actor=user, zone_id=zone.pk, changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, {})
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(at_zone("teams:zone_settings", zone))
    context = {"zone": zone, "tabs": zone_tabs("teams:zone_settings", zone, zones)}
    return form_page(request, "teams/zone_settings.html", form, **context)
