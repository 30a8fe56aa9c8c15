"""Webhooks: which there are, how they fare, what was sent; stopped, started, sent again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.paging import keyset_page
from investcrm.core.toasts import add_toast
from sync.forms.webhooks import WebhookForm
from sync.models import Webhook, WebhookDelivery
from sync.selectors.webhooks import DELIVERY_ORDER, names_of_types, webhooks_seen_by
from sync.services.webhooks.keeping import (
    change_webhook,
    create_webhook,
    delete_webhook,
    may_manage,
    recover_from,
    replay_delivery,
    rotate_secret,
    start_webhook,
    stop_webhook,
)
from teams.access import Capability
from teams.models import User
from teams.requests import user_of

PAGE = 50
MOST = 200


def _keeper(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.can(Capability.MANAGE_KEYS):
        raise PermissionDenied
    return user


def _managed(request: HttpRequest, webhook_id: uuid.UUID) -> tuple[User, Webhook]:
    user = _keeper(request)
    hook = get_object_or_404(webhooks_seen_by(user).select_related("account"), pk=webhook_id)
    if not may_manage(user, hook):
        raise PermissionDenied
    return user, hook


@login_required
@require_GET
def webhook_list(request: HttpRequest) -> HttpResponse:
    """One's own webhooks, and those of the service accounts that one looks after."""
    rows = webhooks_seen_by(_keeper(request)).select_related("account").order_by("-created_at", "-id")[:MOST]
    return render(request, "sync/webhook_list.html", {"rows": [(row, names_of_types(row)) for row in rows]})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_add(request: HttpRequest) -> HttpResponse:
    """Make a webhook of one's own account; the answer shows its secret."""
    user = _keeper(request)
    form = WebhookForm(sent(request), initial={"types": ["lead"]})
    if form.is_bound and form.is_valid():
        try:
            made = create_webhook(actor=user, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return _with_secret(request, made.webhook, made.secret)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "sync/webhook_add.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def webhook_edit(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """Change where one goes and what it tells."""
    user, hook = _managed(request, webhook_id)
    form, status = WebhookForm(sent(request), row=hook), 200
    if form.is_bound:
        status = UNPROCESSABLE
    if form.is_bound and form.is_valid():
        try:
            change_webhook(actor=user, webhook_id=webhook_id, changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, {})
            status = CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("sync:webhook", webhook_id=webhook_id)
    return render(request, "sync/webhook_edit.html", {"form": form, "webhook": hook}, status=status)


@login_required
@require_GET
def webhook(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """How one fares, and its deliveries, the latest first."""
    user = _keeper(request)
    hook = get_object_or_404(webhooks_seen_by(user).select_related("account"), pk=webhook_id)
    try:
        page = keyset_page(
            WebhookDelivery.objects.filter(webhook=hook).defer("body"), ordering="-created_at",
            allowed=DELIVERY_ORDER, cursor=request.GET.get("cursor"), page_size=PAGE,
        )  # fmt: skip
    except ValidationError:
        return redirect("sync:webhook", webhook_id=webhook_id)
    context = {
        "webhook": hook,
        "types": names_of_types(hook),
        "deliveries": page.rows,
        "may_manage": may_manage(user, hook),
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
    }
    return render(request, "sync/webhook.html", context)


def _with_secret(request: HttpRequest, hook: Webhook, secret: str) -> HttpResponse:
    return render(request, "sync/webhook_secret.html", {"webhook": hook, "secret": secret})


def _done(request: HttpRequest, webhook_id: uuid.UUID, words: str, change: Callable[..., Any]) -> HttpResponse:
    try:
        change(actor=_keeper(request), webhook_id=webhook_id)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages))
    else:
        add_toast(request, words)
    return redirect("sync:webhook", webhook_id=webhook_id)


@login_required
@require_POST
def webhook_stop(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """Send nothing until it is started again."""
    return _done(request, webhook_id, _("The webhook is stopped."), stop_webhook)


@login_required
@require_POST
def webhook_start(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """Go on where it stopped."""
    return _done(request, webhook_id, _("The webhook goes on where it stopped."), start_webhook)


@login_required
@never_cache
@require_POST
def webhook_rotate(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """Make a new secret; the answer shows it."""
    made = rotate_secret(actor=_keeper(request), webhook_id=webhook_id)
    return _with_secret(request, made.webhook, made.secret)


@login_required
@require_http_methods(["GET", "POST"])
def webhook_delete(request: HttpRequest, webhook_id: uuid.UUID) -> HttpResponse:
    """Ask whether to call it no more, and do so."""
    user, hook = _managed(request, webhook_id)
    if request.method == "POST":
        delete_webhook(actor=user, webhook_id=webhook_id)
        add_toast(request, _("The webhook is deleted."))
        return redirect("sync:webhook_list")
    return render(request, "sync/webhook_delete.html", {"webhook": hook})


@login_required
@require_POST
def delivery_replay(request: HttpRequest, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Send a delivery once more."""

    def replay(**who: Any) -> None:
        replay_delivery(delivery_id=delivery_id, **who)

    return _done(request, webhook_id, _("It is sent once more."), replay)


@login_required
@require_http_methods(["GET", "POST"])
def delivery_recover(request: HttpRequest, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Ask whether to tell once more all that changed from a delivery on, and do so."""
    _user, hook = _managed(request, webhook_id)
    rows = WebhookDelivery.objects.filter(webhook=hook).select_related("replay_of").defer("body", "replay_of__body")
    found = get_object_or_404(rows, pk=delivery_id)

    def recover(**who: Any) -> None:
        recover_from(delivery_id=delivery_id, **who)

    if request.method == "POST":
        return _done(request, webhook_id, _("Everything from there on is sent once more."), recover)
    return render(request, "sync/delivery_recover.html", {"webhook": hook, "delivery": found.replay_of or found})
