"""What one is told of: the page, the bell, and the choices of how."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from investcrm.core.toasts import add_toast
from projects.forms.notifications import ChoicesForm
from projects.models import Notification
from projects.notes import note_of
from projects.services.notifications import choose_notifications, mark_read
from teams.models import User
from teams.requests import user_of

PAGE = 30
# Beyond this the bell says "99+" and nothing is counted any further.
COUNTED = 100
STOP_ASKING = 286
ORDERINGS: dict[str, Ordering | str] = {"created_at": Ordering("created_at")}


def _page(user: User, cursor: str | None) -> KeysetPage:
    rows = Notification.objects.visible_to(user).filter(in_page=True).select_related("lead", "actor")
    return page_or_first(rows, ordering="-created_at", allowed=ORDERINGS, cursor=cursor, page_size=PAGE)


def _unread(user: User) -> int:
    unread = Notification.objects.visible_to(user).filter(in_page=True, read_at=None)
    return unread.values("id")[:COUNTED].count()


@login_required
@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """All that one was told of, the latest first."""
    user = user_of(request)
    page = _page(user, request.GET.get("cursor"))
    context = {
        "rows": [(row, note_of(row)) for row in page.rows],
        "unread": _unread(user),
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
    }
    return render(request, "projects/notifications.html", context)


@login_required
@require_GET
def notification(request: HttpRequest, notification_id: uuid.UUID) -> HttpResponse:
    """Open what a notification is about; it is read then."""
    user = user_of(request)
    row = get_object_or_404(Notification.objects.visible_to(user).select_related("lead", "actor"), pk=notification_id)
    mark_read(actor=user, notification_id=row.pk)
    return HttpResponseRedirect(note_of(row).url)


@login_required
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(actor=user_of(request))
    return redirect("projects:notifications")


@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread; whoever is signed out is told to ask no more, and stays where they are.

    Reading the session does not prolong it, so a page that is left open signs nobody in for ever.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=STOP_ASKING)
    count = _unread(user_of(request))
    return render(request, "projects/_bell.html", {"count": count, "many": count >= COUNTED})


@login_required
@require_http_methods(["GET", "POST"])
def notification_choices(request: HttpRequest) -> HttpResponse:
    """How one wants to be told of each kind: in the page, by mail."""
    user = user_of(request)
    form = ChoicesForm(sent(request), user=user)
    if request.method == "POST" and form.is_valid():
        try:
            choose_notifications(actor=user, ways=form.ways())
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("projects:notification_choices")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "projects/notification_choices.html", {"form": form}, status=status)
