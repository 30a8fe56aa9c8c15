"""Leaving: a person's roles end on the last day, and the account is closed after it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.rules import Problems
from teams.access import Role
from teams.models import Membership, Team, User, Zone
from teams.selectors import teams_led_alone
from teams.services.memberships import YEARS_AHEAD, add_membership, check_administrator_stays
from teams.services.people import close_account


def leave(
    user: User,
    *,
    actor: User,
    last_day: datetime.date,
    successor: User | None,
    lead_teams: bool,
    problems: Problems,
) -> None:
    """End the roles of a locked account (its zones locked, too) and close it, at once or after the last day.

    The leaver's teams get the successor as leader where `lead_teams` says so. What is refused goes to `problems`;
    nothing has been written then.
    """
    today = timezone.localdate()
    rows = list(
        Membership.objects.filter(user=user, deleted_at=None, zone__deleted_at=None)
        .select_related("zone", "team", "user")
        .select_for_update(of=("self",))
    )
    ending = [row for row in rows if row.ends_on is None or row.ends_on > last_day]
    try:
        check_day(last_day, future_years=YEARS_AHEAD)
    except ValidationError as error:
        problems.errors.setdefault("last_day", []).append(error)
    for row in ending:
        if last_day < row.starts_on <= today:
            problems.add("last_day", _("The end cannot be before the beginning."), "membership_dates_in_order")
        found = Problems()
        check_administrator_stays(row, found, until=last_day)
        problems.errors.setdefault("last_day", []).extend(found.errors.get("ends_on", []))
    led = teams_led_alone(user, max(last_day, today) + datetime.timedelta(days=1))
    problems.errors = {field: errors for field, errors in problems.errors.items() if errors}
    if led and not (lead_teams and successor is not None):
        for team in led:
            problems.add(
                "successor",
                _("%(team)s would have no leader. Let the successor lead it, or name another leader first.")
                % {"team": team.name},
                "only_leader",
            )
    if problems.errors:
        return
    if successor is not None:
        _lead_after(successor, led, actor=actor, last_day=last_day)
    _end_roles(ending, last_day)
    user.__dict__.pop("grants", None)
    user.leaves_on = last_day
    user.save(update_fields=["leaves_on"])
    if last_day <= today:
        close_account(user)


def _lead_after(successor: User, teams: Iterable[Team], *, actor: User, last_day: datetime.date) -> None:
    for team in teams:
        starts_on = max(last_day + datetime.timedelta(days=1), team.starts_on or last_day)
        add_membership(actor=actor, user=successor, zone=team.zone, team=team, role=Role.LEADER, starts_on=starts_on)


def _end_roles(rows: Iterable[Membership], last_day: datetime.date) -> None:
    """What had not begun by the last day never was."""
    now = timezone.now()
    for row in rows:
        if row.starts_on > last_day:
            row.deleted_at = now
            row.save_changes(["deleted_at"])
        else:
            row.ends_on = last_day
            row.save_changes(["ends_on"])


def close_left_accounts() -> int:
    """Close the accounts whose last day is over in their zones; doing it twice changes nothing."""
    closed = 0
    for user_id in User.objects.filter(is_active=True, leaves_on__isnull=False).values_list("id", flat=True):
        closed += _close_if_left(user_id)
    return closed


@transaction.atomic
def _close_if_left(user_id: uuid.UUID) -> int:
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active or user.leaves_on is None:
        return 0
    zones = Zone.objects.filter(memberships__user=user, deleted_at=None).distinct()
    days = [zone.today() for zone in zones] or [timezone.localdate()]
    if user.leaves_on >= min(days):
        return 0
    close_account(user)
    return 1
