"""Whose an interaction or plan is: the team it counts for, and who may be given something to do."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems
from projects.models import Lead
from teams.models import Team, User, Zone


def own_team(user: User, zone: Zone, lead: Lead | None) -> Team | None:
    """The team that a contact counts for: the lead's if the user is in it or in none, else the user's own."""
    mine = {grant.team_id for grant in user.grants if grant.zone_id == zone.id and grant.team_id}
    if lead is not None and (lead.team_id in mine or not mine):
        return lead.team
    return Team.objects.filter(id__in=mine).order_by("code").first()


def check_works_in(problems: Problems, field: str, people: Sequence[User], zone: Zone, today: datetime.date) -> None:
    """Everybody named works in the zone today."""
    wanted = {user.pk for user in people}
    if wanted and User.objects.working_in(zone, today).filter(pk__in=wanted).count() < len(wanted):
        problems.add(field, _("This person does not work in the zone."), "not_in_zone")


def check_sees_lead(problems: Problems, field: str, user: User, lead: Lead | None) -> None:
    """Who shall do something about a lead must see it."""
    if lead is not None and not Lead.objects.visible_to(user).filter(pk=lead.pk).exists():
        problems.add(field, _("This person does not see the lead."), "no_sight")
