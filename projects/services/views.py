"""Saved views: a list as somebody wants to find it again, alone or with a team or zone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.choices import ListPage
from projects.models import DefaultView, SavedView
from teams.access import Capability
from teams.models import Team, User, Zone

EDITABLE = frozenset({"name", "query", "team", "zone"})
# Parameters of an address that belong to a visit and not to a view.
PASSING = frozenset({"cursor", "view", "csrfmiddlewaretoken"})
MAX_VIEWS = 100


def view_query(parameters: QueryDict) -> str:
    """The part of an address that a view keeps, in one order, so that two addresses can be compared."""
    kept = QueryDict(mutable=True)
    for name in sorted(parameters):
        values = [value for value in parameters.getlist(name) if value]
        if name not in PASSING and values:
            kept.setlist(name, sorted(values) if len(values) > 1 else values)
    return kept.urlencode()


def teams_to_share_with(user: User) -> Any:
    """The teams that the user may share a view with: their own, and for zone roles all of the zone."""
    if user.is_superuser:
        return Team.objects.visible_to(user)
    return Team.objects.visible_to(user).filter(
        Q(id__in=user.team_ids(Capability.VIEW)) | Q(zone_id__in=user.zone_ids(Capability.EDIT_LEAD))
    )


def zones_to_share_with(user: User) -> Any:
    """The zones that the user may share a view with all of."""
    zones = Zone.objects.visible_to(user)
    return zones if user.is_superuser else zones.filter(id__in=user.zone_ids(Capability.EDIT_LEAD))


def may_change(user: User, view: SavedView) -> bool:
    """Whoever made it; a shared one also whoever keeps the zone's settings, for its maker may have left."""
    zone = view.zone or (view.team.zone if view.team else None)
    return view.owner_id == user.id or (zone is not None and user.can(Capability.MANAGE_SETTINGS, on=zone))


def _check(view: SavedView, actor: User, changed: Iterable[str], problems: Problems) -> None:
    clean_values(view, problems)
    if not view.name.strip():
        problems.add("name", _("A view needs a name."), "required")
    if view.team and view.zone:
        problems.add("share", _("Share it with a team or with the zone, not with both."), "both")
    if "team" in changed and view.team and not teams_to_share_with(actor).filter(pk=view.team.pk).exists():
        problems.add("share", _("You can share views with your own teams."), "other_team")
    if "zone" in changed and view.zone and not zones_to_share_with(actor).filter(pk=view.zone.pk).exists():
        problems.add("share", _("You can share views with your own teams."), "other_zone")


@transaction.atomic
def save_view(
    *,
    actor: User,
    page: str,
    name: str,
    query: str,
    team: Team | None = None,
    zone: Zone | None = None,
    view_id: uuid.UUID | None = None,
) -> SavedView:
    """Keep a list's address under a name; `view_id` is the new row's id, for a form that may be sent twice.

    Raises ValidationError.
    """
    view = SavedView(page=page, name=name.strip(), query=view_query(QueryDict(query)), owner=actor)
    view.team, view.zone = team, zone
    if view_id is not None:
        view.id = view_id
    problems = Problems()
    if page not in ListPage.values:
        raise KeyError(page)
    _check(view, actor, {"team", "zone"}, problems)
    if SavedView.objects.filter(owner=actor, page=page, deleted_at=None).count() >= MAX_VIEWS:
        problems.add("name", _("You have 100 views of this list already. Delete one first."), "too_many")
    problems.raise_if_any()
    with integrity_errors_as_rules(SavedView, saved_view_name_once="name"), transaction.atomic():
        view.save(force_insert=True)
    return view


def _lock_view(actor: User, view_id: uuid.UUID) -> SavedView:
    rows = SavedView.objects.visible_to(actor).select_related("team__zone", "zone", "owner")
    view = lock_for_change(rows, view_id)
    if not may_change(actor, view):
        raise PermissionDenied(_("This view is somebody else's. Save it as your own."))
    return view


@transaction.atomic
def change_view(
    *, actor: User, view_id: uuid.UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> SavedView:
    """Rename, share or overwrite a view; raises Http404, PermissionDenied, Stale, ValidationError."""
    view = _lock_view(actor, view_id)
    if "query" in changes:
        changes = {**changes, "query": view_query(QueryDict(changes["query"]))}
    changed = apply_changes(view, changes, EDITABLE, expected_version=expected_version)
    if not changed:
        return view
    view.name = view.name.strip()
    problems = Problems()
    _check(view, actor, changed, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(SavedView, saved_view_name_once="name"), transaction.atomic():
        view.save_changes(changed)
    return view


@transaction.atomic
def delete_view(*, actor: User, view_id: uuid.UUID) -> SavedView:
    """Delete a view, for all who see it; raises Http404, PermissionDenied."""
    view = _lock_view(actor, view_id)
    DefaultView.objects.filter(view=view).delete()
    view.deleted_at = timezone.now()
    view.save_changes(["deleted_at"])
    return view


@transaction.atomic
def set_default(*, actor: User, page: str, view_id: uuid.UUID | None) -> None:
    """Open the list with this view from now on, or (None) with none; raises Http404."""
    if view_id is None:
        DefaultView.objects.filter(user=actor, page=page).delete()
        return
    view = lock_for_change(SavedView.objects.visible_to(actor).filter(page=page), view_id)
    DefaultView.objects.update_or_create(user=actor, page=page, defaults={"view": view})
