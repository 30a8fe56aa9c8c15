"""Accounts and memberships. A reorganisation ends memberships and adds new ones; nothing is overwritten."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from investcrm.core.text import pinyin_key
from teams.access import TEAM_ROLES, ZONE_ROLES, Capability
from teams.mail import send_welcome
from teams.models import Membership, Team, User, Zone

# A membership may be entered this many years ahead.
YEARS_AHEAD = 2
PROFILE_FIELDS = frozenset({"display_name", "email", "phone", "language"})


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
    rows = Membership.objects.filter(zone__in=Zone.objects.visible_to(actor), deleted_at=None)
    membership = lock_for_change(rows.select_related("zone"), membership_id)
    zone = membership.zone
    if not actor.can(Capability.MANAGE_PEOPLE, on=zone):
        raise PermissionDenied
    day = ends_on or zone.today()
    problems = Problems()
    if membership.ends_on is not None and membership.ends_on < zone.today():
        problems.add("ends_on", _("This membership has ended already."), "ended")
    elif day < membership.starts_on:
        problems.add("ends_on", _("The end cannot be before the beginning."), "membership_dates_in_order")
    elif membership.ends_on is not None and day > membership.ends_on:
        problems.add("ends_on", _("This membership ends earlier already."), "later")
    _check_day(problems, "ends_on", day)
    problems.raise_if_any()
    membership.ends_on = day
    membership.save_changes(["ends_on"])
    return membership


@transaction.atomic
def make_account(
    *,
    actor: User,
    zone: Zone,
    username: str,
    display_name: str,
    email: str,
    role: str,
    team: Team | None = None,
    starts_on: datetime.date | None = None,
    title: str = "",
    phone: str = "",
    language: str = "",
) -> User:
    """Make an account with its first role; a mail brings the link by which its owner sets the password.

    Raises PermissionDenied, ValidationError.
    """
    if not actor.can(Capability.MANAGE_PEOPLE, on=zone):
        raise PermissionDenied
    user = User(
        username=username.strip(), display_name=display_name.strip(), phone=phone.strip(), language=language,
        email=User.objects.normalize_email(email.strip()),
    )  # fmt: skip
    user.set_unusable_password()
    problems = Problems()
    _check_account(user, problems)
    if not user.email:
        problems.add("email", _("The link for the password is sent to this address."), "required")
    if User.objects.filter(username__iexact=user.username).exists():
        problems.add("username", _("This user name is taken."), "unique")
    problems.raise_if_any()
    user.name_key = pinyin_key(user.display_name)[:300]
    with integrity_errors_as_rules(User, user_email_once="email", user_name_once="username"), transaction.atomic():
        user.save(force_insert=True)
    add_membership(actor=actor, user=user, zone=zone, role=role, team=team, starts_on=starts_on, title=title)
    send_welcome(user, zone)
    return user


@transaction.atomic
def update_profile(*, actor: User, changes: Mapping[str, Any]) -> User:
    """Change one's own name, address, phone or language; raises ValidationError. An unknown field is a KeyError."""
    unknown = set(changes) - PROFILE_FIELDS
    if unknown:
        raise KeyError(sorted(unknown)[0])
    user = User.objects.select_for_update().get(pk=actor.pk)
    for name, value in changes.items():
        setattr(user, name, value)
    user.email = User.objects.normalize_email(user.email or "") or None
    problems = Problems()
    _check_account(user, problems)
    problems.raise_if_any()
    user.name_key = pinyin_key(user.display_name)[:300]
    with integrity_errors_as_rules(User, user_email_once="email"), transaction.atomic():
        user.save(update_fields=[*sorted(changes), "name_key"])
    return user


def _check_account(user: User, problems: Problems) -> None:
    """The plain fields, without the password."""
    clean_values(user, problems, only={"username", "display_name", "email", "phone"})
    if not user.display_name.strip() and "display_name" not in problems.errors:
        problems.add("display_name", _("A person needs a name."), "required")
