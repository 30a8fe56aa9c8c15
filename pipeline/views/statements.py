"""A team reports: its entries of a period are complete, what cannot be counted, what is planned (上报)."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from pipeline.forms.reports import StatementForm
from pipeline.models.reports import ReportKind
from pipeline.selectors.reports.duties import cutoff_of, last_statements, may_state_for, report_period
from pipeline.selectors.scopes import Scope
from pipeline.services.reports.statements import state_for_team
from pipeline.views.report_changes import read_first_day
from teams.models import Team
from teams.requests import user_of


@login_required
@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest, team_id: uuid.UUID, report_kind: str, first_day: str) -> HttpResponse:
    """The team's figures so far, what it said last, and the form; late statements are taken, too."""
    user = user_of(request)
    team = get_object_or_404(Team.objects.visible_to(user).select_related("zone"), pk=team_id)
    if not may_state_for(user, team):
        raise PermissionDenied
    day = read_first_day(report_kind, first_day)
    if day > team.zone.today():
        raise Http404
    period = report_period(report_kind, day)
    cutoff = cutoff_of(team.zone, report_kind, period)
    last = last_statements([(report_kind, day)], [team]).get((team.pk, report_kind, day))
    form = StatementForm(sent(request), last=last)
    if form.is_valid():
        try:
            state_for_team(
                actor=user, team_id=team.pk, kind=report_kind, first_day=day, problems=form.cleaned_data["problems"],
                plans=form.cleaned_data["plans"],
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Reported. Thank you: the director sees it at once."))
            return redirect(f"{reverse('pipeline:reports')}?zone={team.zone.code}&kind={report_kind}")
    context = {
        "team": team,
        "kind": ReportKind(report_kind).label,
        "report_kind": report_kind,
        "period": period,
        "cutoff": cutoff,
        "is_late": cutoff is not None and cutoff <= timezone.now(),
        "last": last,
        "form": form,
        "scope": Scope(team.zone, team=team),
        "crumbs": [
            {"label": _("Reports"), "url": f"{reverse('pipeline:reports')}?zone={team.zone.code}"},
            {"label": _("Report for the team")},
        ],
    }
    status = (CONFLICT if form.is_overtaken else UNPROCESSABLE) if form.errors else 200
    return render(request, "pipeline/reports/statement.html", context, status=status)
