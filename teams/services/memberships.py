"""Roles of people, from a day to a day. A reorganisation ends memberships and adds new ones."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from teams.access import TEAM_ROLES, ZONE_ROLES, Capability, Role
from teams.models import Membership, Team, User, Zone
from teams.selectors import administrators_of

# A membership may be entered this many years ahead.
YEARS_AHEAD = 2
EDITABLE = frozenset({"title", "starts_on", "ends_on"})


def _check_day(problems: Problems, field: str, day: datetime.date) -> None:
    try:
        check_day(day, future_years=YEARS_AHEAD)
    except ValidationError as error:
        problems.errors.setdefault(field, []).append(error)


def _check_membership(membership: Membership, problems: Problems) -> None:
    """The role fits the team or the zone, and the days are in order."""
    role, team = membership.role, membership.team
    clean_values(membership, problems)
    if role in TEAM_ROLES and team is None:
        problems.add("team", _("This role is held in a team."), "membership_role_needs_team")
    if role in ZONE_ROLES and team is not None:
        problems.add("team", _("This role is held in the whole zone, not in a team."), "membership_role_of_zone")
    if team is not None and team.zone_id != membership.zone_id:
        problems.add("team", _("This team belongs to another zone."), "other_zone")
    elif team is not None and team.dissolved_on is not None:
        last = membership.ends_on or datetime.date.max
        if last >= team.dissolved_on:
            problems.add("team", _("This team has been dissolved."), "dissolved")
    _check_day(problems, "starts_on", membership.starts_on)
    if membership.ends_on is not None:
        _check_day(problems, "ends_on", membership.ends_on)
        if membership.ends_on < membership.starts_on:
            problems.add("ends_on", _("The end cannot be before the beginning."), "membership_dates_in_order")


@transaction.atomic
def add_membership(
    *,
    actor: User,
    user: User,
    zone: Zone,
    role: str,
    team: Team | None = None,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    title: str = "",
) -> Membership:
    """Give somebody a role in the zone or one of its teams, from today if no day is given.

    Raises PermissionDenied, ValidationError (also where the person holds the role in that time already).
    """
    if not actor.can(Capability.MANAGE_PEOPLE, on=zone):
        raise PermissionDenied
    if team is not None:
        # whoever dissolves the team meanwhile waits, or has been first
        team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    membership = Membership(
        user=user, zone=zone, team=team, role=role, title=title.strip(), starts_on=starts_on or zone.today(),
        ends_on=ends_on,
    )  # fmt: skip
    problems = Problems()
    _check_membership(membership, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(Membership, membership_no_overlap="starts_on"), transaction.atomic():
        membership.save(force_insert=True)
    user.__dict__.pop("grants", None)
    return membership


@transaction.atomic
def end_membership(*, actor: User, membership_id: uuid.UUID, ends_on: datetime.date | None = None) -> Membership:
    """End a membership on a day (its last one; today if none is given); the row stays for reports of its time.

    Raises Http404, PermissionDenied, ValidationError.
    """
    membership = _locked(actor, membership_id)
    zone = membership.zone
    day = ends_on or zone.today()
    problems = Problems()
    if membership.ends_on is not None and membership.ends_on < zone.today():
        problems.add("ends_on", _("This membership has ended already."), "ended")
    elif day < membership.starts_on:
        problems.add("ends_on", _("The end cannot be before the beginning."), "membership_dates_in_order")
    elif membership.ends_on is not None and day > membership.ends_on:
        problems.add("ends_on", _("This membership ends earlier already."), "later")
    _check_day(problems, "ends_on", day)
    check_administrator_stays(membership, problems, until=day)
    problems.raise_if_any()
    membership.ends_on = day
    membership.save_changes(["ends_on"])
    return membership


@transaction.atomic
def update_membership(
    *, actor: User, membership_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> Membership:
    """Correct the days or the title of a membership; raises Http404, PermissionDenied, Stale, ValidationError."""
    membership = _locked(actor, membership_id)
    changed = apply_changes(membership, changes, EDITABLE, base=base)
    if not changed:
        return membership
    membership.title = membership.title.strip()
    problems = Problems()
    _check_membership(membership, problems)
    if membership.ends_on is not None and "ends_on" in changed:
        check_administrator_stays(membership, problems, until=membership.ends_on)
    problems.raise_if_any()
    with integrity_errors_as_rules(Membership, membership_no_overlap="starts_on"), transaction.atomic():
        membership.save_changes(changed)
    return membership


def _locked(actor: User, membership_id: uuid.UUID) -> Membership:
    """The membership, its zone locked first, so that two last administrators do not take each other's role."""
    rows = Membership.objects.filter(zone__in=Zone.objects.visible_to(actor), deleted_at=None)
    found = rows.filter(pk=membership_id).values_list("zone_id", flat=True).first()
    if found is not None:
        Zone.objects.select_for_update(no_key=True).get(pk=found)
    membership = lock_for_change(rows.select_related("zone", "team", "user"), membership_id)
    if not actor.can(Capability.MANAGE_PEOPLE, on=membership.zone):
        raise PermissionDenied
    return membership


def check_administrator_stays(membership: Membership, problems: Problems, *, until: datetime.date) -> None:
    """A zone keeps one administrator on the day after; the caller has locked the zone."""
    if membership.role != Role.ADMINISTRATOR:
        return
    day = max(until, membership.zone.today()) + datetime.timedelta(days=1)
    others = administrators_of(membership.zone, day).exclude(pk=membership.user_id)
    own = membership.user.memberships.filter(
        zone=membership.zone, role=Role.ADMINISTRATOR, deleted_at=None, starts_on__lte=day
    ).exclude(pk=membership.pk)
    if not others.exists() and not any(row.ends_on is None or row.ends_on >= day for row in own):
        problems.add(
            "ends_on", _("The zone would have no administrator. Name another one first."), "last_administrator"
        )
