"""Making and revoking keys, of service accounts and one's own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.external_ids import is_system
from investcrm.core.text import pinyin_key
from sync.models import ApiKey, Scope
from sync.selectors.keys import holds_no_more, memberships_of, seen_by
from teams.access import GRANTS, TEAM_ROLES, ZONE_ROLES, Capability
from teams.models import Membership, Team, User, Zone


@dataclass(frozen=True)
class IssuedKey:
    """A new key; `secret` is shown this once and stored nowhere."""

    key: ApiKey
    secret: str
    account_is_new: bool


@transaction.atomic
def issue_key(
    *,
    actor: User | None,
    account: str,
    role: str | None,
    zone: Zone,
    team: Team | None = None,
    scopes: Sequence[str] = (Scope.READ,),
    systems: Sequence[str] = (),
    label: str = "",
    valid_for: datetime.timedelta | None = None,
) -> IssuedKey:
    """A new key of the account, which is made (with the role) if there is none of that name.

    `actor` None is whoever runs commands on the server. A service account may hold a role in several zones, but one
    role in each: another one would change what its present keys may do. A person's roles are not touched. An actor
    gives and takes keys of service accounts alone, which may do no more than the actor.
    Raises PermissionDenied, ValidationError.
    """
    if actor is not None and not actor.can(Capability.MANAGE_KEYS, on=zone):
        raise PermissionDenied
    if actor is not None and role is not None and not all(actor.can(one, on=zone) for one in GRANTS.get(role, ())):
        raise PermissionDenied(_("You cannot give more than you may do yourself."))
    _check_role(role, team, zone)
    _check_use(scopes, systems)
    user = User.objects.select_for_update().filter(username__iexact=account).first()
    is_new = user is None
    if user is None:
        if role is None:
            raise ValidationError({"role": ValidationError(_("A new account needs a role."), code="required")})
        user = User(
            username=account, display_name=account[:100], name_key=pinyin_key(account), is_service_account=True
        )
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save(force_insert=True)
    elif actor is not None and not holds_no_more(user, actor, memberships_of(user)):
        raise PermissionDenied(_("You cannot give more than you may do yourself."))
    if not user.is_active:
        raise ValidationError({"account": ValidationError(_("This account is not active."), code="inactive")})
    if role is not None:
        _give_role(user, role, zone, team)
    return IssuedKey(*_make(user, actor, scopes, systems, label, valid_for), is_new)


@transaction.atomic
def issue_own_key(
    *,
    actor: User,
    scopes: Sequence[str] = (Scope.READ,),
    systems: Sequence[str] = (),
    label: str = "",
    valid_for: datetime.timedelta | None = None,
) -> IssuedKey:
    """A new key of one's own account: it sees and does what one sees and does, within its scopes.

    Raises PermissionDenied (the account does nothing here), ValidationError.
    """
    if not actor.can(Capability.VIEW) and not actor.can(Capability.VIEW_OWN):
        raise PermissionDenied
    _check_use(scopes, systems)
    if Scope.ADMIN in scopes and not actor.can(Capability.MANAGE_KEYS):
        message = _("Only who manages the keys of a zone may have a key that administers.")
        raise ValidationError({"scopes": ValidationError(message, code="admin")})
    return IssuedKey(*_make(actor, actor, scopes, systems, label, valid_for), False)


def _make(
    user: User,
    actor: User | None,
    scopes: Sequence[str],
    systems: Sequence[str],
    label: str,
    valid_for: datetime.timedelta | None,
) -> tuple[ApiKey, str]:
    key, secret = ApiKey.objects.create(
        user=user,
        expiry=valid_for,
        label=label,
        scopes=[scope for scope in Scope.values if scope in scopes],
        source_systems=list(dict.fromkeys(systems)),
        created_by=actor,
    )
    return key, secret


def _check_role(role: str | None, team: Team | None, zone: Zone) -> None:
    errors = {}
    if role is not None and role not in GRANTS:
        errors["role"] = ValidationError(_("There is no such role."), code="unknown")
    if role in TEAM_ROLES and team is None:
        errors["team"] = ValidationError(_("This role is held in a team: name the team."), code="required")
    if role in ZONE_ROLES and team is not None:
        errors["team"] = ValidationError(_("This role is held in the whole zone: name no team."), code="not_in_team")
    if team is not None and team.zone_id != zone.id:
        errors["team"] = ValidationError(_("This team belongs to another zone."), code="other_zone")
    if errors:
        raise ValidationError(errors)


def _check_use(scopes: Sequence[str], systems: Sequence[str]) -> None:
    errors = {}
    if not scopes or set(scopes) - set(Scope.values):
        errors["scopes"] = ValidationError(_("A key has one or more of: read, write, admin."), code="invalid")
    if not all(is_system(system) for system in systems):
        message = _("A source system is named by up to 40 letters, digits, dots, dashes and underscores.")
        errors["systems"] = ValidationError(message, code="invalid")
    if errors:
        raise ValidationError(errors)


def _give_role(user: User, role: str, zone: Zone, team: Team | None) -> None:
    held = [grant for grant in user.grants if grant.zone_id == zone.id]
    if any(grant.role == role and grant.team_id == (team.id if team else None) for grant in held):
        return
    if not user.is_service_account:
        message = _("This is a person's account: give no role; its keys see what the person sees.")
        raise ValidationError({"role": ValidationError(message, code="person")})
    if any(grant.role != role for grant in held):
        message = _("This account holds another role in the zone, which its other keys rely on. Use another account.")
        raise ValidationError({"role": ValidationError(message, code="other_role")})
    Membership.objects.create(user=user, zone=zone, team=team, role=role, starts_on=zone.today())
    del user.grants


@transaction.atomic
def revoke_key(*, actor: User, digest: str) -> ApiKey:
    """Make one key useless at once; who made it and when it was used last stays in the list.

    Raises Http404 (no such key in a zone whose keys the actor manages, nor their own), PermissionDenied.
    """
    key = seen_by(actor).select_for_update(of=("self",)).select_related("user").filter(digest=digest).first()
    if key is None:
        raise Http404
    if key.user_id != actor.pk and not holds_no_more(key.user, actor, memberships_of(key.user)):
        raise PermissionDenied
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


def revoke_keys(*, actor: User | None, account: User) -> int:
    """Make all keys of the account useless at once; returns their number. Raises PermissionDenied."""
    if actor is not None and not holds_no_more(account, actor, memberships_of(account)):
        raise PermissionDenied
    return ApiKey.objects.filter(user=account, revoked_at=None).update(revoked_at=timezone.now())
