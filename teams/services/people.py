"""Accounts: made with a first role, changed, closed and opened again; never deleted."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes
from investcrm.core.rules import Problems, integrity_errors_as_rules
from investcrm.core.text import pinyin_key
from teams.access import Capability, Role
from teams.mail import send_factor_removed, send_welcome
from teams.models import Team, User, Zone
from teams.selectors import administrators_of
from teams.services.memberships import add_membership
from teams.services.profile import ACCOUNT_FIELDS, check_account, write_account
from teams.services.sessions import end_all_sessions


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
    check_account(user, problems)
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


def managed_zones(actor: User, user: User) -> list[Zone]:
    """The zones in which the user holds or held a role and the actor manages people, by code."""
    zones = Zone.objects.visible_to(actor).filter(memberships__user=user, memberships__deleted_at=None)
    return [zone for zone in zones.distinct().order_by("code") if actor.can(Capability.MANAGE_PEOPLE, on=zone)]


def lock_person(actor: User, user_id: uuid.UUID) -> User:
    """The colleague's account, locked, their zones before it; raises Http404, PermissionDenied.

    An account that also works in a zone of others is changed by who manages people in each of its zones of today:
    nobody closes an account, or redirects its mail, over another centre's head.
    """
    rows = cast("models.QuerySet[Any]", User.objects.visible_to(actor))
    person = rows.filter(pk=user_id).first()
    if person is None:
        raise Http404
    if not may_manage(actor, person):
        raise PermissionDenied
    zones = Zone.objects.filter(id__in=person.role_zone_ids).order_by("id").select_for_update(no_key=True)
    list(zones)
    # not for its key: rows that name the account are checked at commit, while their leads are locked
    return cast(User, rows.select_for_update(no_key=True, of=("self",)).get(pk=user_id))


def may_manage(actor: User, person: User) -> bool:
    """Whether the actor manages people in each zone where the person works, or once worked if in none today."""
    if person.is_superuser and not actor.is_superuser:
        return False
    if actor.is_superuser:
        return True
    today = person.role_zone_ids
    if today:
        return today <= set(actor.zone_ids(Capability.MANAGE_PEOPLE))
    return bool(managed_zones(actor, person))


@transaction.atomic
def update_person(
    *, actor: User, user_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> User:
    """Change a colleague's name, address or phone; raises Http404, PermissionDenied, Stale, ValidationError."""
    user = lock_person(actor, user_id)
    changed = apply_changes(cast(Any, user), changes, ACCOUNT_FIELDS, base=base)
    if changed:
        write_account(user, changed)
    return user


@transaction.atomic
def resend_invitation(*, actor: User, user_id: uuid.UUID) -> User:
    """Send the link for the password once more; raises Http404, PermissionDenied, ValidationError."""
    user = lock_person(actor, user_id)
    if not user.is_active:
        raise ValidationError(_("This account is closed."), code="closed")
    if not user.email:
        raise ValidationError(_("This account has no e-mail address."), code="no_email")
    if user.last_login is not None:
        raise ValidationError(_("This person has signed in already; they can reset their password."), code="signed_in")
    send_welcome(user, (managed_zones(actor, user) or list(Zone.objects.visible_to(actor)[:1]))[0])
    return user


@transaction.atomic
def deactivate_account(*, actor: User, user_id: uuid.UUID) -> User:
    """Close an account: its sessions end at once, its roles stay for reports of their time.

    Raises Http404, PermissionDenied, ValidationError.
    """
    user = lock_person(actor, user_id)
    if user == actor:
        raise ValidationError(_("You cannot close your own account."), code="oneself")
    close_account(user)
    return user


def close_account(user: User) -> None:
    """Close a locked account whose zones are locked; raises ValidationError for a zone's last administrator."""
    for zone in Zone.objects.filter(
        id__in=[grant.zone_id for grant in user.grants if grant.role == Role.ADMINISTRATOR]
    ):
        if not administrators_of(zone, zone.today()).exclude(pk=user.pk).exists():
            raise ValidationError(
                _("%(zone)s would have no administrator. Name another one first."),
                code="last_administrator",
                params={"zone": zone.name},
            )
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
    end_all_sessions(user)


@transaction.atomic
def activate_account(*, actor: User, user_id: uuid.UUID) -> User:
    """Open a closed account again; raises Http404, PermissionDenied."""
    user = lock_person(actor, user_id)
    if not user.is_active or user.leaves_on is not None:
        user.is_active, user.leaves_on = True, None
        user.save(update_fields=["is_active", "leaves_on"])
    return user


@transaction.atomic
def remove_second_factor(*, actor: User, user_id: uuid.UUID) -> User:
    """Take the second factor off the account of a colleague who lost the phone.

    Their sessions end, and a mail tells them. Raises Http404, PermissionDenied, ValidationError.
    """
    user = lock_person(actor, user_id)
    if user == actor:
        raise ValidationError(_("Your own second factor is under Two-step sign-in."), code="oneself")
    factors = cast(Any, user).authenticator_set.all()
    if not factors.exists():
        raise ValidationError(_("This account has no second factor."), code="no_factor")
    factors.delete()
    end_all_sessions(user)
    send_factor_removed(user, actor)
    return user
