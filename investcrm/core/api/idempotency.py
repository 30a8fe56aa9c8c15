"""A POST with an Idempotency-Key: done once, its first answer given again for 24 hours.

What a request does and the record of its answer are one transaction, under a lock on account and key that ends with
it: a process that is killed leaves neither, and the repetition runs anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request

from investcrm.core.api.problems import BrokenRule
from investcrm.core.kept_answers import KEPT_FOR
from investcrm.core.models import IdempotentAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
RETRY_SECONDS = 1
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control", "Allow", "Retry-After")
PIECE = 1024 * 1024


class StillRunning(exceptions.APIException):
    """The first request with this key has not been answered yet (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The first request with this Idempotency-Key is still running. Send it again in a moment.")
    default_code = "still_running"
    wait = RETRY_SECONDS


class _ServerError(Exception):
    """Carries an answer of 5xx out of the transaction, which it takes back."""

    def __init__(self, response: Any) -> None:
        self.response = response


def sent_key(request: Request) -> str | None:
    """The key of the request; None without one. Raises a 400 where it is empty, too long or not visible ASCII."""
    if request.method != "POST" or HEADER not in request.headers:
        return None
    key = str(request.headers[HEADER])
    if not KEY.fullmatch(key):
        raise exceptions.ParseError(
            _("An Idempotency-Key has 1 to 255 visible ASCII characters."), code="invalid_idempotency_key"
        )
    return key


def fingerprint_of(request: Request) -> str:
    """A digest of method, address and body. Of a form with files their content counts, read piece by piece: a client
    draws a new boundary each time, and a file may be larger than the memory."""
    digest = hashlib.blake2b(digest_size=32)
    digest.update(f"{request.method} {request.get_full_path()}\n".encode())
    if not str(request.content_type or "").lower().startswith("multipart/"):
        digest.update(request._request.body)
        return digest.hexdigest()
    form: Any = request.data
    fields = sorted((name, values) for name, values in form.lists() if name not in request.FILES)
    digest.update(json.dumps(fields).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(json.dumps([name, file.name, file.content_type, file.size]).encode())
            for piece in file.chunks(PIECE):
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()


def answer_once(request: Request, key: str, run: Callable[[], Any]) -> Any:
    """The answer of `run`, kept with what it did; or the answer kept before.

    `run` gives a finished, rendered answer for whatever happens. Raises StillRunning, BrokenRule (another request had
    this key).
    """
    fingerprint = fingerprint_of(request)
    user_id: Any = request.user.pk
    try:
        with transaction.atomic():
            if not _lock(user_id, key):
                raise StillRunning
            kept = IdempotentAnswer.objects.filter(user_id=user_id, key=key).first()
            if kept is not None and kept.created_at > timezone.now() - KEPT_FOR:
                return _replayed(kept, fingerprint)
            if kept is not None:
                kept.delete()
            response = run()
            if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
                raise _ServerError(response)
            IdempotentAnswer.objects.create(
                user_id=user_id,
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                headers=_kept_headers(response.headers),
                body=response.content,
            )
            return response
    except _ServerError as failure:
        return failure.response


def _lock(user_id: Any, key: str) -> bool:
    number = hashlib.blake2b(f"idempotency {user_id} {key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(number, signed=True)])
        row: Any = cursor.fetchone()
    return bool(row[0])


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in KEPT_HEADERS if name in headers}


def _replayed(kept: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise BrokenRule(
            _("This Idempotency-Key was sent with another request. A new request needs a new key."),
            code="idempotency_key_reused",
        )
    response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    response[REPLAYED] = "true"
    return response
