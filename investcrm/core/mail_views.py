"""Outgoing mail: how sending fares, trying again, and reading mails where they are written to a folder."""

from __future__ import annotations

import uuid
from typing import Any, cast

from csp.decorators import csp
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from investcrm.core.mails import (
    GIVEN_UP,
    WAITING,
    ReadMail,
    keeps_mails,
    mail_state,
    mails_are_kept,
    mails_of,
)
from investcrm.core.models import OutboxMessage
from investcrm.core.outbox import try_again
from investcrm.core.paging import Ordering, page_or_first
from investcrm.core.toasts import add_toast

PAGE = 50
ORDERINGS: dict[str, Ordering | str] = {"id": Ordering("id")}
STATES = {"waiting": WAITING, "failed": GIVEN_UP}
# The page of a mail has inline styles; nothing runs in it, and nothing is loaded from anywhere.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    # its links open in windows of their own
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@login_required
@never_cache
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """The outgoing mails that the reader sees, the newest first; for administrators how sending fares."""
    rows, keeps = mails_of(request.user), keeps_mails(request.user)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    shown = rows.filter(STATES[state]) if state else rows
    page = page_or_first(
        shown.defer("body"), ordering="-id", allowed=ORDERINGS, cursor=request.GET.get("cursor"), page_size=PAGE
    )
    prefix = f"?state={state}&cursor=" if state else "?cursor="
    names = {"": _("All"), "waiting": _("Waiting"), "failed": _("Refused for good")}
    context = {
        "rows": page.rows,
        "keeps": keeps,
        "kept": mails_are_kept(),
        "state": mail_state(rows) if keeps else None,
        "tabs": [
            {
                "label": label,
                "url": f"?state={code}" if code else "?",
                "here": code == state,
            }
            for code, label in names.items()
        ],
        "next_url": prefix + page.next_cursor if page.next_cursor else "",
        "previous_url": prefix + page.previous_cursor if page.previous_cursor else "",
    }
    return render(request, "core/mails.html", context)


@login_required
@require_POST
def mail_again(request: HttpRequest, outbox_message_id: uuid.UUID) -> HttpResponse:
    """Send a mail as soon as possible, also one that was refused for good."""
    if not keeps_mails(request.user):
        raise PermissionDenied
    row = get_object_or_404(mails_of(request.user).only("pk"), pk=outbox_message_id)
    try_again(row.pk)
    add_toast(request, _("It is tried again at once."))
    return redirect("core:mails")


def _read(request: HttpRequest, message_id: uuid.UUID) -> tuple[OutboxMessage, ReadMail]:
    """A mail that may be read here; raises Http404."""
    if not mails_are_kept():
        raise Http404
    row = get_object_or_404(mails_of(request.user), pk=message_id)
    return row, ReadMail(row)


@login_required
@require_GET
def mail(request: HttpRequest, outbox_message_id: uuid.UUID) -> HttpResponse:
    """One mail: its head, its page in a frame, its text, its files."""
    row, found = _read(request, outbox_message_id)
    crumbs = [{"label": _("Outgoing mail"), "url": ".."}, {"label": row.subject}]
    return render(request, "core/mail.html", {"row": row, "mail": found, "crumbs": crumbs})


@login_required
@cast(Any, csp)(MAIL_POLICY)
@xframe_options_sameorigin
@require_GET
def mail_html(request: HttpRequest, outbox_message_id: uuid.UUID) -> HttpResponse:
    """The page that a mail holds, under a policy of its own."""
    _row, found = _read(request, outbox_message_id)
    if not found.has_html:
        raise Http404
    return HttpResponse(found.html)


@login_required
@require_GET
def mail_file(request: HttpRequest, outbox_message_id: uuid.UUID, number: int) -> HttpResponse:
    """A file that hangs on a mail, as a download."""
    _row, found = _read(request, outbox_message_id)
    file = next((one for one in found.files if one.number == number), None)
    if file is None:
        raise Http404
    headers = {
        "Content-Disposition": str(content_disposition_header(True, file.name)),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return HttpResponse(file.content, headers=headers, content_type=file.content_type)
