"""Which keys there are, and who may take them away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from sync.models import ApiKey
from teams.access import GRANTS, Capability
from teams.models import Membership, User, Zone

KEY_ORDER = {"created": "created"}
KEY_PAGE = 50


def memberships_of(account: User) -> QuerySet[Membership]:
    """The roles of an account that were not taken back, with what is asked of them."""
    return account.memberships.filter(deleted_at=None).select_related("zone", "team")


def holds_no_more(account: User, actor: User, memberships: Iterable[Membership]) -> bool:
    """Whether the account is a service account whose every role lies in a zone where the actor may do all of it."""
    if account.is_superuser or not account.is_service_account:
        return False
    return all(
        actor.can(Capability.MANAGE_KEYS, on=one.zone)
        and (not is_held(one) or all(actor.can(right, on=one.zone) for right in GRANTS[one.role]))
        for one in memberships
    )


def is_held(membership: Membership) -> bool:
    """Whether the role gives anything today."""
    today = membership.zone.today()
    gone = membership.zone.deleted_at or (membership.team and membership.team.deleted_at)
    return not gone and membership.starts_on <= today and (membership.ends_on is None or membership.ends_on >= today)


def accounts_of(zone: Zone) -> QuerySet[User]:
    """The service accounts that hold or held a role in the zone."""
    held = Membership.objects.filter(user_id=OuterRef("id"), zone=zone, deleted_at=None)
    return User.objects.filter(Exists(held), is_service_account=True).order_by("username")


def accounts_for(actor: User, zone: Zone) -> list[User]:
    """The service accounts of the zone for which the actor may make keys. Two queries."""
    rows = accounts_of(zone).filter(is_active=True).prefetch_related(_roles())
    return [one for one in rows if holds_no_more(one, actor, _fetched(one))]


def keys_of(zone: Zone, *, usable_only: bool = False) -> QuerySet[ApiKey]:
    """The keys of the zone's service accounts, each with its account's roles."""
    rows = ApiKey.objects.filter(user__in=accounts_of(zone).values("id"))
    if usable_only:
        rows = rows.filter(Q(expiry=None) | Q(expiry__gt=timezone.now()), revoked_at=None, user__is_active=True)
    return rows.select_related("user", "created_by").prefetch_related(_roles("user__"))


def seen_by(user: User) -> QuerySet[ApiKey]:
    """One's own keys, and those of the service accounts of zones whose keys one manages."""
    zones = user.zone_ids_with(Capability.MANAGE_KEYS)
    held = Membership.objects.filter(user_id=OuterRef("user_id"), zone__in=zones, deleted_at=None)
    return ApiKey.objects.filter(Q(user=user) | (Q(user__is_service_account=True) & Exists(held)))


def own_keys_of(user: User) -> list[ApiKey]:
    """One's own keys, the newest first."""
    return list(ApiKey.objects.filter(user=user).select_related("user").order_by("-created")[:KEY_PAGE])


def roles_of(key: ApiKey) -> list[Membership]:
    """The roles that the key's account holds today."""
    return [one for one in _fetched(key.user) if is_held(one)]


def may_revoke(key: ApiKey, actor: User) -> bool:
    """Whether the actor may take the key away; its account's roles were fetched with it."""
    return key.user_id == actor.pk or holds_no_more(key.user, actor, _fetched(key.user))


def _roles(prefix: str = "") -> Prefetch:
    rows = Membership.objects.filter(deleted_at=None).select_related("zone", "team").order_by("zone__code", "role")
    return Prefetch(f"{prefix}memberships", queryset=rows, to_attr="roles_fetched")


def _fetched(account: Any) -> list[Membership]:
    found: list[Membership] = account.roles_fetched
    return found
