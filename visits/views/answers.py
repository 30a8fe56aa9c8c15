"""How the pages of this app answer: a fragment for htmx, a whole page without it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast, with_toast
from visits.models import ServiceRequest


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The template as a fragment for htmx, else inside a page."""
    if is_htmx(request):
        return render(request, template, context, status=status)
    return render(request, "visits/page.html", {**context, "fragment": template}, status=status)


def next_of(request: HttpRequest, otherwise: str) -> str:
    """Where a form asks to come back to, if that is on this site."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return otherwise


def lead_url(lead_id: uuid.UUID | None) -> str:
    """The lead's page, or the start page where there is no lead."""
    return reverse("projects:lead", args=[lead_id]) if lead_id else reverse("visits:today")


def saved(
    request: HttpRequest, text: Any, *, lead_id: uuid.UUID | None, undo_url: str = "", level: str = "success"
) -> HttpResponse:
    """Say that it is saved: htmx closes the dialog and the page's fragments reload, else the lead's page opens."""
    if is_htmx(request):
        events = {"closeDialog": True, "lead-changed": {"lead": str(lead_id or "")}}
        return with_toast(HttpResponse(status=204), text, undo_url=undo_url, level=level, events=events)
    add_toast(request, text, undo_url=undo_url)
    return HttpResponseRedirect(next_of(request, lead_url(lead_id)))


def request_done(request: HttpRequest, text: Any, row: ServiceRequest) -> HttpResponse:
    """Say what was done with a service request: htmx closes the dialog and the page reloads, else its page opens."""
    address = reverse("visits:request", args=[row.pk])
    if is_htmx(request):
        events = {"closeDialog": True, "lead-changed": {"lead": str(row.lead_id or "")}}
        link = (address, _("Open"))
        return with_toast(HttpResponse(status=204), text, link=link, events=events)
    add_toast(request, text)
    return HttpResponseRedirect(next_of(request, address))
