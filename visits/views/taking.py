"""Taking out calls and visits, follow-ups, planned visits and service requests, as their lists are filtered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.services.taking import exportable_of_leads, exportable_rows
from projects.views.taking import Taken, take_out
from teams.access import Capability
from teams.models import User
from teams.requests import chosen_zone, user_of
from teams.selectors import zones_where
from visits.exports.tables import FOLLOW_UPS, INTERACTIONS, PLANNED_VISITS, SERVICE_REQUESTS
from visits.forms.listing import InteractionFilterForm
from visits.forms.requests import RequestFilterForm
from visits.models import FollowUp, PlannedVisit
from visits.selectors.interactions import found_by as interactions_found_by
from visits.selectors.month import teams_to_see
from visits.selectors.requests import found_by as requests_found_by
from visits.views.month import month_of, team_of


def _take(request: HttpRequest, table: Any, title: str, rows: Callable[[User], QuerySet[Any]]) -> HttpResponseBase:
    user = user_of(request)
    return take_out(request, Taken(table, title, lambda: rows(user), request.GET.urlencode()))


@login_required
@require_http_methods(["GET", "POST"])
def interaction_export(request: HttpRequest) -> HttpResponseBase:
    """The list of calls and visits as it is filtered."""

    def rows(user: User) -> QuerySet[Any]:
        form = InteractionFilterForm(request.GET, user=user)
        found = interactions_found_by(user, **form.chosen())
        own = exportable_rows(user, found, own=Q(created_by=user), leads="lead")
        return own.order_by("-occurred_at", "-pk")

    return _take(request, INTERACTIONS, _("Export calls and visits"), rows)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_export(request: HttpRequest) -> HttpResponseBase:
    """Open follow-ups, what is due first; with `?status=all` all that were ever planned."""

    def rows(user: User) -> QuerySet[Any]:
        found: QuerySet[FollowUp] = exportable_of_leads(user, FollowUp.objects.visible_to(user))
        if request.GET.get("status") != "all":
            found = found.filter(status="open")
        return found.order_by("due_on", "pk")

    return _take(request, FOLLOW_UPS, _("Export follow-ups"), rows)


@login_required
@require_http_methods(["GET", "POST"])
def plan_export(request: HttpRequest) -> HttpResponseBase:
    """The month's planned visits: those that stand in it, and those first planned for it; `?month=&team=&zone=`."""

    def rows(user: User) -> QuerySet[Any]:
        zone = chosen_zone(request, zones_where(user, Capability.VIEW))
        month = month_of(request, zone)
        days = (month.first, month.last)
        found = PlannedVisit.objects.visible_to(user).filter(zone=zone)
        found = found.filter(Q(planned_on__range=days) | Q(first_planned_on__range=days))
        team = team_of(request, teams_to_see(user, zone, month))
        if team is not None:
            found = found.filter(team=team)
        own = exportable_rows(user, found, own=Q(created_by=user) | Q(owner=user), leads="lead")
        return own.order_by("planned_on", "pk")

    return _take(request, PLANNED_VISITS, _("Export planned visits"), rows)


@login_required
@require_http_methods(["GET", "POST"])
def request_export(request: HttpRequest) -> HttpResponseBase:
    """The list of service requests as it is filtered."""

    def rows(user: User) -> QuerySet[Any]:
        form = RequestFilterForm(request.GET, user=user, auto_id="filter_%s")
        found = requests_found_by(user, **form.chosen())
        own = exportable_rows(user, found, own=Q(created_by=user) | Q(handler=user), leads="lead")
        return own.order_by("-received_at", "-pk")

    return _take(request, SERVICE_REQUESTS, _("Export service requests"), rows)
