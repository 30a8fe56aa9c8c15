"""Teams: founded, renamed, dissolved on a day. A reorganisation dissolves teams and founds new ones."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values
from teams.access import Capability
from teams.models import Team, User, Zone
from teams.selectors import open_leads_of_team
from teams.services.memberships import YEARS_AHEAD

EDITABLE = frozenset({"name_zh", "name_en", "starts_on", "dissolved_on"})


@transaction.atomic
def add_team(
    *,
    actor: User,
    zone: Zone,
    code: str,
    name_zh: str,
    name_en: str = "",
    starts_on: datetime.date | None = None,
) -> Team:
    """Found a team; raises PermissionDenied, ValidationError."""
    if not actor.can(Capability.MANAGE_PEOPLE, on=zone):
        raise PermissionDenied
    team = Team(zone=zone, code=code.strip(), name_zh=name_zh.strip(), name_en=name_en.strip(), starts_on=starts_on)
    Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    problems = Problems()
    _check(team, problems)
    if Team.objects.filter(zone=zone, code=team.code).exists():
        problems.add("code", _("There is such a team already."), "unique")
    problems.raise_if_any()
    team.save(force_insert=True)
    return team


@transaction.atomic
def update_team(
    *,
    actor: User,
    team_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Team:
    """Rename a team, or change its days; raises Http404, PermissionDenied, Stale, ValidationError.

    It is dissolved only where nobody is in it, and no lead of its is open, from that day on.
    """
    team = lock_for_change(Team.objects.visible_to(actor).select_related("zone"), team_id)
    if not actor.can(Capability.MANAGE_PEOPLE, on=team.zone):
        raise PermissionDenied
    changed = apply_changes(team, changes, EDITABLE, base=base, expected_version=expected_version)
    if not changed:
        return team
    problems = Problems()
    _check(team, problems)
    if team.dissolved_on is not None and "dissolved_on" in changed:
        _check_empty(team, team.dissolved_on, problems)
    problems.raise_if_any()
    team.save_changes(changed)
    return team


def _check(team: Team, problems: Problems) -> None:
    clean_values(team, problems)
    for field in ("starts_on", "dissolved_on"):
        day = getattr(team, field)
        if day is None:
            continue
        try:
            check_day(day, future_years=YEARS_AHEAD)
        except ValidationError as error:
            problems.errors.setdefault(field, []).append(error)
    if team.starts_on and team.dissolved_on and team.dissolved_on < team.starts_on:
        problems.add("dissolved_on", _("A team cannot end before it began."), "team_dates_in_order")


def _check_empty(team: Team, day: datetime.date, problems: Problems) -> None:
    held = team.memberships.filter(deleted_at=None).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    members = held.values("user_id").distinct().count()
    if members:
        problems.add("dissolved_on", _("It still has members on that day. End their roles first."), "has_members")
    if open_leads_of_team(team).exists():
        problems.add("dissolved_on", _("It still has leads in hand. Give them to another team first."), "has_leads")
