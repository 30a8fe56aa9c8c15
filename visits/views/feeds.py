"""Private calendar addresses: making and revoking them, and what a calendar reads there."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.requests import user_of
from visits.exports.ical import calendar_file
from visits.forms.feeds import FeedForm
from visits.selectors.feeds import feed_of, feeds_of, rows_of
from visits.services.feeds import make_feed, note_reading, revoke_feed

SECONDS_KEPT = 300


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def calendar_feeds(request: HttpRequest) -> HttpResponse:
    """One's own addresses; a new one is shown once, for only a hash of it is kept."""
    user = user_of(request)
    if not user.can(Capability.VIEW):
        raise PermissionDenied
    form, address, status = FeedForm(sent(request)), "", 200
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                _feed, token = make_feed(actor=user, **form.cleaned_data)
            except ValidationError as error:
                add_problems(form, error)
            else:
                address = request.build_absolute_uri(reverse("visits:feed", args=[token]))
                form, status = FeedForm(), 200
    context = {
        "form": form,
        "feeds": feeds_of(user),
        "address": address,
        # what a phone opens in its calendar
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    return render(request, "visits/calendar_feeds.html", context, status=status)


@login_required
@require_POST
def feed_revoke(request: HttpRequest, calendar_feed_id: uuid.UUID) -> HttpResponse:
    """Close one of one's own addresses."""
    revoke_feed(actor=user_of(request), feed_id=calendar_feed_id)
    add_toast(request, _("The address is closed. Calendars that used it get nothing any more."))
    return HttpResponseRedirect(reverse("visits:calendar_feeds"))


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads, without signing in: the secret in the address is the key."""
    found = feed_of(token)
    if found is None:
        raise Http404
    rows = rows_of(found)
    with translation.override(found.user.language or settings.LANGUAGE_CODE):
        body = calendar_file(found, rows, request.build_absolute_uri)
    note_reading(found)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed = int(rows.changed_at.timestamp())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="investcrm.ics"'
    # A row that was deleted changes no other's time: the entity tag decides, and is looked at first.
    answer.headers["Last-Modified"] = http_date(changed)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"private, max-age={SECONDS_KEPT}"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    has_tag = "If-None-Match" in request.headers
    kept = get_conditional_response(request, etag=etag, response=answer) if has_tag else answer
    return kept or answer
