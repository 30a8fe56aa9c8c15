"""Documents of a lead and of a company, a document's page and its dialogs."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from investcrm.core.toasts import add_toast
from projects.forms.documents import DispatchForm, DocumentForm, UploadForm
from projects.models import Company, Document, DocumentDispatch, DocumentDownload, Lead
from projects.services.dispatches import note_dispatch, take_back_dispatch
from projects.services.documents import (
    Place,
    delete_document,
    document_for_change,
    may_manage,
    place_of_company,
    place_of_document,
    place_of_lead,
    update_document,
)
from projects.views.answers import unsaved
from projects.views.receiving import takes_files
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of
from teams.selectors import zones_where

CHANGED = "documents-changed"
PAGE = 20
# The newest versions, notes and downloads that a document's page shows.
SHOWN = 50
NEWEST = "-created_at"


def in_list(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With what a line of a list shows."""
    return rows.select_related("current__uploaded_by")


def _page(rows: QuerySet[Document], cursor: str | None) -> KeysetPage:
    allowed: dict[str, Ordering | str] = {"created_at": Ordering("created_at")}
    return page_or_first(rows, ordering=NEWEST, allowed=allowed, cursor=cursor, page_size=PAGE)


def _shown(
    request: HttpRequest, rows: QuerySet[Document], context: dict[str, Any], form: UploadForm | None
) -> HttpResponse:
    """The list with its upload box: a fragment for htmx, a page without it; `?list` gives the lines alone."""
    page = _page(in_list(rows), request.GET.get("cursor"))
    context |= {"documents": page.rows, "next_cursor": page.next_cursor, "upload_form": form, "path": request.path}
    status = UNPROCESSABLE if form is not None else 200
    if "list" in request.GET or "cursor" in request.GET:
        return render(request, "projects/_document_lines.html", context)
    template = "projects/_documents.html" if is_htmx(request) else "projects/documents.html"
    return render(request, template, context, status=status)


def _received(request: HttpRequest, place: Place, document: Document | None = None) -> UploadForm | None:
    """Store the files of a plain form; the form comes back where something was refused."""
    form = UploadForm(request.POST, request.FILES)
    made = form.save(actor=user_of(request), place=place, document=document) if form.is_valid() else []
    if made:
        add_toast(request, _("Uploaded"))
    return form if form.errors else None


@takes_files
@require_http_methods(["GET", "POST"])
def documents_of_lead(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A fragment: the documents of a lead, and the box that uploads more."""
    user = user_of(request)
    form = None
    if request.method == "POST":
        form = _received(request, place_of_lead(user, lead_id))
        if form is None:
            return redirect(request.path)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    may_add = user.can(Capability.SHARE_DOCUMENTS, on=lead)
    context = {"lead": lead, "owner": lead, "may_add": may_add, "back": reverse("projects:lead", args=[lead.pk])}
    rows = Document.objects.visible_to(user).filter(lead=lead)
    return _shown(request, rows, context, form)


def _zone(request: HttpRequest, user: User) -> Zone | None:
    """In which zone a company's documents are uploaded: that of the address, else the first one."""
    zones = zones_where(user, Capability.SHARE_DOCUMENTS)
    wanted = request.GET.get("zone", "")
    return next((zone for zone in zones if zone.code == wanted), zones[0] if zones else None)


@takes_files
@require_http_methods(["GET", "POST"])
def documents_of_company(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """A fragment: the documents of a company itself, in the user's zones, and the box that uploads more."""
    user = user_of(request)
    company = get_object_or_404(Company.objects.visible_to(user), pk=company_id)
    zone = _zone(request, user)
    form = None
    if request.method == "POST":
        if zone is None:
            raise PermissionDenied
        form = _received(request, place_of_company(user, company_id, zone))
        if form is None:
            return redirect(request.get_full_path())
    context = {
        "company": company,
        "owner": company,
        "zone": zone,
        "may_add": zone is not None,
        "back": reverse("projects:company", args=[company.pk]),
    }
    rows = Document.objects.visible_to(user).filter(company=company)
    return _shown(request, rows, context, form)


def _for_page(user: User) -> QuerySet[Document]:
    return Document.objects.visible_to(user).select_related("zone", "lead", "company", "current", "created_by")


@takes_files
@require_http_methods(["GET", "POST"])
def document_page(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A document: its versions, to whom it was sent, and who took it. A plain form sends the next version here."""
    user = user_of(request)
    document = get_object_or_404(_for_page(user), pk=document_id)
    form = None
    if request.method == "POST":
        form = _received(request, place_of_document(user, document), document)
        if form is None:
            return redirect(request.path)
    owner = document.lead or document.company
    manage = may_manage(user, document)
    sent_notes = DocumentDispatch.objects.filter(version_sent__document=document, deleted_at=None)
    downloads = DocumentDownload.objects.filter(version__document=document)
    context = {
        "document": document,
        "owner": owner,
        "owner_url": reverse("projects:lead" if document.lead_id else "projects:company", args=[owner.pk])
        if owner
        else "",
        "versions": document.versions.select_related("uploaded_by").order_by("-number")[:SHOWN],
        "dispatches": sent_notes.select_related("version_sent", "sent_by", "contact").order_by("-sent_on", "-id")[
            :SHOWN
        ],
        "downloads": downloads.select_related("version", "user").order_by("-at")[:SHOWN] if manage else [],
        "may": {"add": user.can(Capability.SHARE_DOCUMENTS, on=document.lead or document.zone), "manage": manage},
        "upload_form": form,
    }
    return render(request, "projects/document.html", context, status=UNPROCESSABLE if form else 200)


@login_required
@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A dialog: title, kind, note; what somebody else changed meanwhile is shown beside one's own."""
    user = user_of(request)
    document = document_for_change(user, document_id)
    form = DocumentForm(sent(request), row=document)
    status = unsaved(form, document, partial(update_document, actor=user, document_id=document_id))
    if status is None:
        return dialog_done(_("Saved."), CHANGED, "lead-changed")
    return render(request, "projects/_document_edit.html", {"form": form, "document": document}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def document_delete(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A dialog that asks before a document is deleted."""
    user = user_of(request)
    document = document_for_change(user, document_id)
    if not may_manage(user, document):
        raise PermissionDenied
    if request.method == "POST":
        delete_document(actor=user, document_id=document_id)
        add_toast(request, _("The document was deleted."))
        place, pk = ("lead", document.lead_id) if document.lead_id else ("company", document.company_id)
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(f"projects:{place}", args=[pk])})
    return render(request, "projects/_document_delete.html", {"document": document})


@login_required
@require_http_methods(["GET", "POST"])
def dispatch_add(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A dialog: who was sent which version, how and when."""
    user = user_of(request)
    document = document_for_change(user, document_id)
    form = DispatchForm(sent(request), actor=user, document=document)
    if request.method == "POST" and form.is_valid():
        try:
            note_dispatch(actor=user, **form.values())
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_dispatch_form.html", {"form": form, "document": document}, status=status)


@login_required
@require_POST
def dispatch_take_back(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """Take back a note of what was sent."""
    dispatch = take_back_dispatch(actor=user_of(request), dispatch_id=dispatch_id)
    if is_htmx(request):
        return dialog_done(_("Taken back"), CHANGED)
    add_toast(request, _("Taken back"))
    return redirect("projects:document", document_id=dispatch.version_sent.document_id)
