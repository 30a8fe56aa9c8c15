"""Keys of the API: of a zone's service accounts, and one's own. A new key is shown once, in the answer to its form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.paging import keyset_page
from investcrm.core.toasts import add_toast
from sync.forms.keys import KeyForm, OwnKeyForm
from sync.models import ApiKey
from sync.selectors.keys import (
    KEY_ORDER,
    KEY_PAGE,
    accounts_for,
    holds_no_more,
    keys_of,
    may_revoke,
    memberships_of,
    own_keys_of,
    roles_of,
    seen_by,
)
from sync.services.keys import issue_key, issue_own_key, revoke_key
from teams.access import Capability
from teams.requests import user_of
from teams.views.answers import administered, at_zone, zone_tabs


@login_required
@require_GET
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys of a zone's service accounts, those that open something first asked for."""
    user, zone, zones = administered(request, Capability.MANAGE_KEYS)
    usable_only = request.GET.get("state") == "usable"
    try:
        page = keyset_page(
            keys_of(zone, usable_only=usable_only), ordering="-created", allowed=KEY_ORDER,
            cursor=request.GET.get("cursor"), page_size=KEY_PAGE,
        )  # fmt: skip
    except ValidationError:
        return redirect(at_zone("sync:key_list", zone))
    here = at_zone("sync:key_list", zone)
    context = {
        "zone": zone,
        "tabs": zone_tabs("sync:key_list", zone, zones),
        "states": [
            {"label": _("All"), "url": here, "here": not usable_only},
            {"label": _("Usable"), "url": f"{here}&state=usable", "here": usable_only},
        ],
        "rows": [
            {"key": one, "roles": roles_of(one), "may_revoke": one.state == "usable" and may_revoke(one, user)}
            for one in page.rows
        ],
        "next_url": _page_url(request, page.next_cursor),
        "previous_url": _page_url(request, page.previous_cursor),
    }
    return render(request, "sync/key_list.html", context)


def _page_url(request: HttpRequest, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def key_add(request: HttpRequest) -> HttpResponse:
    """Make a key of a service account; the answer shows it."""
    user, zone, _zones = administered(request, Capability.MANAGE_KEYS)
    form = KeyForm(sent(request), zone=zone, accounts=accounts_for(user, zone))
    context: dict[str, Any] = {"form": form, "zone": zone, "back": at_zone("sync:key_list", zone)}
    if form.is_bound and form.is_valid():
        try:
            issued = issue_key(actor=user, zone=zone, **form.values())
        except ValidationError as error:
            add_problems(form, error)
        except PermissionDenied as error:
            form.add_error(None, str(error) or _("You may not make a key of this account."))
        else:
            return render(request, "sync/key_made.html", {**context, "key": issued.key, "secret": issued.secret})
    return render(request, "sync/key_add.html", context, status=UNPROCESSABLE if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys; a new one is shown once."""
    user = user_of(request)
    if not user.can(Capability.VIEW) and not user.can(Capability.VIEW_OWN):
        raise PermissionDenied
    form, secret, status = OwnKeyForm(sent(request)), "", 200
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                issued = issue_own_key(actor=user, **form.values())
            except ValidationError as error:
                add_problems(form, error)
            else:
                form, secret, status = OwnKeyForm(), issued.secret, 200
    context = {"form": form, "keys": own_keys_of(user), "secret": secret}
    return render(request, "sync/own_keys.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def key_revoke(request: HttpRequest, api_key_id: str) -> HttpResponse:
    """Ask whether to revoke a key, and do so."""
    user = user_of(request)
    key = get_object_or_404(seen_by(user).select_related("user"), digest=api_key_id)
    is_own = key.user_id == user.pk
    if not is_own and not holds_no_more(key.user, user, memberships_of(key.user)):
        raise PermissionDenied
    back = reverse("sync:own_keys") if is_own else _list_with(request, key)
    if request.method == "POST":
        revoke_key(actor=user, digest=api_key_id)
        add_toast(request, _("The key is revoked: it opens nothing any more."))
        return redirect(back)
    return render(request, "sync/key_revoke.html", {"key": key, "back": back})


def _list_with(request: HttpRequest, key: ApiKey) -> str:
    """The list on which the key stands, in a zone that the reader manages."""
    _user, _zone, zones = administered(request, Capability.MANAGE_KEYS)
    held = {one.zone_id for one in key.user.memberships.filter(deleted_at=None)}
    return at_zone("sync:key_list", next((zone for zone in zones if zone.pk in held), zones[0]))
