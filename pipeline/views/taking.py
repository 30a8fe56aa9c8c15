"""Taking out the list behind a figure, as far as its leads may be taken out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.exports.lists import ACTIVITY, FIGURE, InHand
from pipeline.selectors import activity_lists, figure_lists
from pipeline.selectors.activity_questions import read_activity
from pipeline.selectors.questions import read_question
from pipeline.selectors.scopes import Scope
from pipeline.views.figures import refused
from projects.models import Lead
from projects.services.taking import exportable
from projects.views.taking import Taken, take_out
from teams.access import Capability
from teams.models import User
from teams.requests import user_of

# A figure's rows are read at once; more than these are a list to be cut first.
MOST = 20_000


def _may_take(user: User, lead_ids: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Those of the leads that the user may take out."""
    wanted = {one for one in lead_ids if one is not None}
    leads = exportable(user, Lead.objects.visible_to(user))
    return set(leads.filter(pk__in=wanted).values_list("pk", flat=True))


def _whole(found: tuple[list[Any], bool]) -> list[Any]:
    rows, more = found
    if more:
        raise ValidationError(
            _("A figure's list of more than %(limit)s rows is cut first.") % {"limit": f"{MOST:,}"}, code="too_many"
        )
    return rows


def _covers(user: User, scope: Scope, team_id: uuid.UUID | None) -> bool:
    """Whether the user may take out what belongs to no lead."""
    whole = user.is_superuser or scope.zone.pk in user.zone_ids(Capability.EXPORT)
    return whole or team_id in user.team_ids(Capability.EXPORT)


@login_required
@require_http_methods(["GET", "POST"])
def figure_export(request: HttpRequest) -> HttpResponseBase:
    """The list behind a figure of leads; addressed like the figure."""
    user = user_of(request)
    try:
        question = read_question(user, request.GET)
    except ValidationError as error:
        return refused(request, error)

    def rows() -> InHand:
        found = _whole(figure_lists.listed(user, question, 1, MOST))
        mine = _may_take(user, (one.row.lead_id for one in found))
        return InHand([one for one in found if one.lead is not None and one.row.lead_id in mine])

    return take_out(request, Taken(FIGURE, _("Export the list behind the number"), rows, question.query))


@login_required
@require_http_methods(["GET", "POST"])
def activity_export(request: HttpRequest) -> HttpResponseBase:
    """The list behind a figure of activity; addressed like the figure."""
    user = user_of(request)
    try:
        asked = read_activity(user, request.GET)
    except ValidationError as error:
        return refused(request, error)

    def rows() -> InHand:
        found = _whole(activity_lists.listed(user, asked, 1, MOST))
        mine = _may_take(user, (one.row.lead_id for one in found))
        return InHand(
            [
                one
                for one in found
                if one.title is not None
                and (one.row.lead_id in mine if one.row.lead_id else _covers(user, asked.scope, one.row.team_id))
            ]
        )

    return take_out(request, Taken(ACTIVITY, _("Export the list behind the number"), rows, request.GET.urlencode()))
