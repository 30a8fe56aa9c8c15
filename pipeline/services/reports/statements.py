"""Statements: a team says that its entries of a period are complete (上报), with what cannot be counted."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values
from pipeline.models import TeamStatement
from pipeline.selectors.reports.duties import report_period
from teams.access import Capability
from teams.models import Team, User


@transaction.atomic
def state_for_team(
    *, actor: User, team_id: uuid.UUID, kind: str, first_day: datetime.date, problems: str, plans: str
) -> TeamStatement:
    """Say that a team's entries of a period are complete; said again with other words, the last one holds.

    The same words again are no new statement, so that sending twice is harmless. Raises Http404, PermissionDenied,
    ValidationError.
    """
    team = lock_for_change(Team.objects.visible_to(actor).select_related("zone"), team_id)
    statement = TeamStatement(
        zone=team.zone, team=team, kind=kind, first_day=first_day, problems=problems.strip(), plans=plans.strip(),
        created_by=actor,
    )  # fmt: skip
    if not actor.can(Capability.REPORT_FOR_TEAM, on=statement):
        raise PermissionDenied
    found = Problems()
    clean_values(statement, found)
    found.raise_if_any()
    _check_period(team, kind, first_day)
    said = TeamStatement.objects.filter(team=team, kind=kind, first_day=first_day)
    last = said.order_by("-created_at", "-id").first()
    if last is not None and (last.problems, last.plans, last.created_by_id) == (
        statement.problems, statement.plans, actor.id,
    ):  # fmt: skip
        return last
    statement.save(force_insert=True)
    return statement


def _check_period(team: Team, kind: str, first_day: datetime.date) -> None:
    """Raises ValidationError where there is no such period, where it has not begun, or where the team was gone."""
    period = report_period(kind, first_day)
    if period.first != first_day:
        raise ValidationError(_("There is no such period."), code="period")
    if first_day > team.zone.today():
        raise ValidationError(_("This period has not begun yet."), code="future")
    if not team.was_in_use(period.first, period.last):
        raise ValidationError(_("The team was not there in this period."), code="not_there")
