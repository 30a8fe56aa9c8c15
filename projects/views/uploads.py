"""Uploads in pieces: the core of the tus 1.0 protocol (https://tus.io), with creation and termination."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.errors import Conflict
from investcrm.core.ids import as_id
from projects.choices import DocumentKind
from projects.models import Upload
from projects.services.documents import (
    Place,
    document_for_change,
    place_of_company,
    place_of_document,
    place_of_lead,
)
from projects.services.parts import Busy
from projects.services.storing import StorageFailed
from projects.services.uploads import begin_upload, give_up, offset_of, own_upload, receive_piece
from teams.access import Capability
from teams.models import User
from teams.requests import user_of
from teams.selectors import zones_where

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
METADATA_LENGTH = 8000
# A line on which nothing comes for so long is given up, so that it does not hold a thread of the web server for ever.
SILENT_SECONDS = 30
View = Callable[..., HttpResponse]


def _refused(status: int, message: Any) -> HttpResponse:
    return JsonResponse({"error": str(message)}, status=status)


def _speaks_tus(view: View) -> View:
    """A decorator: the version is checked, a refusal is a sentence, and every answer names the version."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        return _refused(401, _("Please sign in again; what was sent so far is kept."))
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        response = _refused(412, _("This version of the protocol is not known here."))
        response.headers["Tus-Version"] = VERSION
        return response
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return _refused(404, _("The lead, company or document is no longer there, or you may not see it any more."))
    except PermissionDenied:
        return _refused(403, _("You may not add documents here."))
    except ValidationError as error:
        return _refused(422, " ".join(error.messages))
    except StorageFailed as failed:
        return _refused(507, failed.message)
    except Busy:
        return _refused(423, _("Another window is sending this file just now."))
    except Conflict as conflict:
        response = _refused(409, conflict.message)
        if isinstance(conflict.current, dict):
            response.headers["Upload-Offset"] = str(conflict.current["offset"])
        return response


@require_http_methods(["POST", "OPTIONS"])
@_speaks_tus
def upload_begin(request: HttpRequest) -> HttpResponse:
    """Announce a file: its length, and in the metadata its name, where it belongs, its kind and title."""
    if request.method == "OPTIONS":
        known = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination"}
        return HttpResponse(status=204, headers={**known, "Tus-Max-Size": str(settings.DOCUMENT_MAX_MB * 1024 * 1024)})
    length = _number(request.headers.get("Upload-Length", ""))
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    if length is None or metadata is None:
        return _refused(400, _("The announcement of the file cannot be read."))
    user = user_of(request)
    document_id = as_id(metadata.get("document", ""))
    document = document_for_change(user, document_id) if document_id else None
    upload = begin_upload(
        actor=user,
        place=place_of_document(user, document) if document else _place(user, metadata),
        document=document,
        name=metadata.get("filename", ""),
        size=length,
        kind=metadata.get("kind") or DocumentKind.OTHER,
        title=metadata.get("title", ""),
        note=metadata.get("note", ""),
    )
    address = reverse("projects:upload", args=[upload.pk])
    return HttpResponse(status=201, headers={"Location": address, "Upload-Offset": "0"})


def _place(user: User, metadata: dict[str, str]) -> Place:
    lead_id, company_id = as_id(metadata.get("lead", "")), as_id(metadata.get("company", ""))
    if lead_id:
        return place_of_lead(user, lead_id)
    if company_id:
        zones = zones_where(user, Capability.SHARE_DOCUMENTS)
        if not zones:
            raise PermissionDenied
        wanted = metadata.get("zone", "")
        return place_of_company(user, company_id, next((zone for zone in zones if zone.code == wanted), zones[0]))
    raise Http404


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _metadata(text: str) -> dict[str, str] | None:
    """Keys with their base64 values; None for what cannot be read."""
    if len(text) > METADATA_LENGTH:
        return None
    found = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8").replace("\x00", "")
        except (binascii.Error, ValueError):
            return None
    return found


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@_speaks_tus
def upload(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How much has come (HEAD), the next piece (PATCH), giving up (DELETE)."""
    user = user_of(request)
    if request.method == "DELETE":
        give_up(actor=user, upload_id=upload_id)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return _state(own_upload(user, upload_id), 200)
    if request.content_type != PIECE_TYPE:
        return _refused(415, _("A piece of a file must say that it is one."))
    offset = _number(request.headers.get("Upload-Offset", ""))
    if offset is None:
        return _refused(400, _("A piece of a file must say where it begins."))
    line = request.META.get("gunicorn.socket")
    if line is not None:
        line.settimeout(SILENT_SECONDS)
    announced = _number(request.META.get("CONTENT_LENGTH") or "")
    return _state(
        receive_piece(actor=user, upload_id=upload_id, offset=offset, length=announced, read=request.read), 204
    )


def _state(upload: Upload, status: int) -> HttpResponse:
    headers = {"Upload-Offset": str(offset_of(upload)), "Upload-Length": str(upload.size)}
    if upload.made_id is not None:
        headers["Document-Id"] = str(upload.made_id)
    return HttpResponse(status=status, headers=headers)
