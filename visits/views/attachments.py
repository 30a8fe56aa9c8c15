"""The documents that belong to an interaction, a planned visit or a service request: a fragment of their pages."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast, with_toast
from projects.forms.documents import UploadForm
from projects.models import Document
from projects.views.receiving import takes_files
from teams.models import User
from teams.requests import user_of
from visits.services.attachments import Holder, attach, attachable, detach, holder_of, may_attach

CHANGED = "documents-changed"
# More than these are not attached to one call or visit; the choice below them offers the newest documents.
SHOWN = 50


@takes_files
@require_http_methods(["GET", "POST"])
def attachments(request: HttpRequest, of: str, row_id: uuid.UUID) -> HttpResponse:
    """What is attached, and the box that uploads more; `?list` gives the lines alone, `?dialog` all of it in a dialog.

    POST attaches `document`, takes `remove` off, or takes the files of a plain form.
    """
    user = user_of(request)
    holder = holder_of(user, of, row_id)
    form = None
    if request.method == "POST":
        if not may_attach(user, holder):
            raise PermissionDenied
        form = _change(request, user, holder)
        if form is None:
            return _changed(request, holder)
    return _show(request, user, holder, form)


def _change(request: HttpRequest, user: User, holder: Holder) -> UploadForm | None:
    """Do what was asked for; a plain form comes back where a file was refused."""
    of, row_id = holder.of, holder.row.pk
    for name, service in (("document", attach), ("remove", detach)):
        if name in request.POST:
            document_id = as_id(request.POST[name])
            if document_id is None:
                raise Http404
            service(actor=user, of=of, row_id=row_id, document_id=document_id)
            return None
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and holder.place is not None:
        for document in form.save(actor=user, place=holder.place):
            attach(actor=user, of=of, row_id=row_id, document_id=document.pk)
    return form if form.errors else None


def _changed(request: HttpRequest, holder: Holder) -> HttpResponse:
    if is_htmx(request):
        events = dict.fromkeys(filter(None, (CHANGED, _tells(holder))), True)
        return with_toast(HttpResponse(status=204), _("Saved."), events=events)
    add_toast(request, _("Saved."))
    return redirect(request.path)


def _tells(holder: Holder) -> str:
    """The event beside the list's own: the timeline shows what is attached to an interaction."""
    return "lead-changed" if holder.of == "interaction" else ""


def _show(request: HttpRequest, user: User, holder: Holder, form: UploadForm | None) -> HttpResponse:
    there = holder.attachments.values("document_id")
    documents = Document.objects.visible_to(user).filter(pk__in=there).select_related("current__uploaded_by")
    may_add = may_attach(user, holder)
    context = {
        "documents": documents.order_by("-created_at")[:SHOWN],
        "may_add": may_add,
        "others": attachable(user, holder).exclude(pk__in=there).order_by("-created_at")[:SHOWN] if may_add else [],
        "holder": holder,
        "place": holder.place,
        "path": reverse("visits:attachments", args=[holder.of, holder.row.pk]),
        "tells": _tells(holder),
        "upload_form": form,
    }
    if "list" in request.GET:
        return render(request, "visits/_attachment_lines.html", context)
    if "dialog" in request.GET:
        return render(request, "visits/_attachments_dialog.html", context)
    template = "visits/_attachments.html" if is_htmx(request) else "visits/attachments.html"
    return render(request, template, context, status=UNPROCESSABLE if form is not None else 200)
