"""Taking a file: never shown in the browser, resumed by ranges, written down."""

from __future__ import annotations

import re
import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.models import Document, DocumentVersion
from projects.services.downloads import record_download
from projects.services.storing import StorageFailed, read_stored
from teams.models import User
from teams.requests import user_of

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def _document(user: User, document_id: uuid.UUID) -> Document:
    return get_object_or_404(Document.objects.visible_to(user).select_related("current"), pk=document_id)


@login_required
@require_http_methods(["GET", "HEAD"])
def document_file(request: HttpRequest, document_id: uuid.UUID) -> HttpResponseBase:
    """The newest version of a document."""
    version = _document(user_of(request), document_id).current
    if version is None:
        raise Http404
    return _file(request, version)


@login_required
@require_http_methods(["GET", "HEAD"])
def document_version_file(request: HttpRequest, document_id: uuid.UUID, version_id: uuid.UUID) -> HttpResponseBase:
    """One version of a document."""
    document = _document(user_of(request), document_id)
    return _file(request, get_object_or_404(document.versions, pk=version_id))


def range_of(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """First and last byte that are asked for; None for the whole; a LookupError where there is no such part.

    One range only: whoever asks for several gets the whole, as the standard allows.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if asked is None or (condition is not None and condition != tag) or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        first, last = max(size - int(asked[2]), 0), size - 1
        if not int(asked[2]):
            raise LookupError
        return first, last
    first = int(asked[1])
    last = min(int(asked[2]), size - 1) if asked[2] else size - 1
    if asked[2] and int(asked[2]) < first:
        return None
    if first >= size:
        raise LookupError
    return first, last


def _file(request: HttpRequest, version: DocumentVersion) -> HttpResponseBase:
    try:
        return file_answer(request, user_of(request), version)
    except StorageFailed:
        message = _("The file cannot be fetched just now. Please try again later.")
        return render(request, "projects/file_problem.html", {"message": message}, status=503)


def file_answer(request: HttpRequest, user: User, version: DocumentVersion) -> HttpResponseBase:
    """The file or the part that is asked for, its taking written down; 416 without a body where there is no such part.

    Raises StorageFailed.
    """
    tag = f'"{version.sha256}"'
    try:
        part = range_of(request, version.size, tag)
    except LookupError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{version.size}"})
    first, last = part or (0, version.size - 1)
    headers = {
        "Content-Length": str(last - first + 1),
        "Content-Disposition": str(content_disposition_header(True, version.name)),
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        # Whatever is in the file: a browser that shows it nevertheless runs nothing and loads nothing.
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{version.size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=version.content_type)
    pieces = read_stored(version, first, last - first + 1)
    record_download(actor=user, version=version, is_rest=first > 0)
    return StreamingHttpResponse(pieces, status=status, headers=headers, content_type=version.content_type)
