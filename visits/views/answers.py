"""How the pages of this app answer: a fragment for htmx, a whole page without it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from investcrm.core.answers import dialog_done, show_in
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast
from visits.models import PlannedVisit, ServiceRequest


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The template as a fragment for htmx, else inside a page."""
    return show_in("visits/page.html", request, template, context, status)


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
    request: HttpRequest, text: Any, *, lead_id: uuid.UUID | None, page: str = "", undo_url: str = "",
    level: str = "success",
) -> HttpResponse:  # fmt: skip
    """Say that it is saved: htmx closes the dialog and the page's fragments reload, else a page opens.

    `page` is that of what was saved; the lead's without it.
    """
    if is_htmx(request):
        told = {"lead-changed": {"lead": str(lead_id or "")}}
        link = (page, _("Open")) if page else None
        return dialog_done(text, told=told, link=link, undo_url=undo_url, level=level)
    add_toast(request, text, undo_url=undo_url)
    return HttpResponseRedirect(next_of(request, page or lead_url(lead_id)))


def request_done(request: HttpRequest, text: Any, row: ServiceRequest) -> HttpResponse:
    """Say what was done with a service request."""
    return saved(request, text, lead_id=row.lead_id, page=reverse("visits:request", args=[row.pk]))


def visit_done(request: HttpRequest, text: Any, visit: PlannedVisit) -> HttpResponse:
    """Say what was done with a planned visit."""
    return saved(request, text, lead_id=visit.lead_id, page=reverse("visits:planned_visit", args=[visit.pk]))
