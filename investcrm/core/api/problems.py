"""Every refusal of the API as a problem document (RFC 9457), in the reader's language and never with a trace."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson
from django.apps import apps
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DataError, IntegrityError, OperationalError, connections, models
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status

from investcrm.core.errors import Conflict, Stale

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = re.compile(r"[A-Za-z0-9._~-]{8,64}")
API_PREFIX = "/api/"
# A reference to a row that is not there has the right shape: it breaks a rule.
RULE_CODES = frozenset({"does_not_exist", "unknown_external_id"})
UNAVAILABLE_RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its stable name in `/problems/<slug>/`, its status, its title and what to do about it."""

    slug: str
    status: int
    title: Any
    explanation: Any

    @property
    def uri(self) -> str:
        return f"/problems/{self.slug}/"


INVALID_REQUEST = ProblemType(
    "invalid-request",
    400,
    _("The request has the wrong shape"),
    _("A value has the wrong type or format, a name is unknown, or the body cannot be read. See errors."),
)
NOT_AUTHENTICATED = ProblemType(
    "not-authenticated",
    401,
    _("Not signed in"),
    _("Send a valid key: Authorization: Bearer <key>. Keys can expire and be revoked."),
)
FORBIDDEN = ProblemType(
    "forbidden",
    403,
    _("Not allowed"),
    _("The account may not do this. Ask an administrator for the role or the scope that it needs."),
)
NOT_FOUND = ProblemType(
    "not-found",
    404,
    _("Not found"),
    _("There is nothing at this address, or nothing that the account may see."),
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    405,
    _("This method is not offered here"),
    _("The header Allow lists the methods of this address."),
)
NOT_ACCEPTABLE = ProblemType(
    "not-acceptable",
    406,
    _("This format is not offered"),
    _("The answer is not offered in the format that the header Accept asks for."),
)
CONFLICT = ProblemType(
    "conflict",
    409,
    _("Changed meanwhile"),
    _("The row is no longer in the state that the request assumes. Read it again and decide anew."),
)
GONE = ProblemType(
    "gone",
    410,
    _("No longer there"),
    _("What the request builds on is no longer kept. Start again from the beginning."),
)
PRECONDITION_FAILED = ProblemType(
    "precondition-failed",
    412,
    _("Saved by someone else meanwhile"),
    _("The version in If-Match is not the row's version now. Read the row again, then repeat the change."),
)
TOO_LARGE = ProblemType(
    "too-large",
    413,
    _("The request is too large"),
    _("Send less at once: a body of JSON has at most 10 MB."),
)
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    "unsupported-media-type",
    415,
    _("This content type cannot be read"),
    _("Send JSON with Content-Type: application/json, unless the operation says otherwise."),
)
NO_SUCH_RANGE = ProblemType(
    "no-such-range",
    416,
    _("The file has no such part"),
    _("The range begins beyond the end of the file. Content-Range says how long it is."),
)
BROKEN_RULE = ProblemType(
    "broken-rule",
    422,
    _("A rule is not met"),
    _("The request was understood, but what it asks for breaks a rule. See errors, one for each field."),
)
PRECONDITION_REQUIRED = ProblemType(
    "precondition-required",
    428,
    _("If-Match is missing"),
    _("A service account must say which version it changes: send the ETag of the row in If-Match."),
)
TOO_MANY_REQUESTS = ProblemType(
    "too-many-requests",
    429,
    _("Too many requests"),
    _("Wait for the seconds in Retry-After, then go on."),
)
SERVER_ERROR = ProblemType(
    "server-error",
    500,
    _("The server made a mistake"),
    _("The mistake was written down. Quote the request id (instance) when you report it."),
)
UNAVAILABLE = ProblemType(
    "unavailable",
    503,
    _("Not available for the moment"),
    _("Try again after the seconds in Retry-After."),
)

PROBLEM_TYPES: Mapping[str, ProblemType] = {
    kind.slug: kind
    for kind in (
        INVALID_REQUEST,
        NOT_AUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        NOT_ACCEPTABLE,
        CONFLICT,
        GONE,
        PRECONDITION_FAILED,
        TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        NO_SUCH_RANGE,
        BROKEN_RULE,
        PRECONDITION_REQUIRED,
        TOO_MANY_REQUESTS,
        SERVER_ERROR,
        UNAVAILABLE,
    )
}
BY_STATUS: Mapping[int, ProblemType] = {kind.status: kind for kind in PROBLEM_TYPES.values()}


class PreconditionRequired(exceptions.APIException):
    """A change without If-Match by an account that must send it (428)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send the row's ETag in If-Match.")
    default_code = "precondition_required"


class PayloadTooLarge(exceptions.APIException):
    """A body beyond the limit (413)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is larger than 10 MB.")
    default_code = "too_large"


class BrokenRule(exceptions.APIException):
    """A rule that the API itself checks (422); `detail` may be a dict of fields like that of a ValidationError."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("A rule is not met.")
    default_code = "invalid"


class Unavailable(exceptions.APIException):
    """Something that the request needs does not answer just now (503)."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Not available for the moment")
    default_code = "unavailable"
    wait = UNAVAILABLE_RETRY_SECONDS


def pointer(*steps: str | int) -> str:
    """A JSON pointer in the form of a URI fragment (RFC 6901, section 6); `#` for the whole document."""
    escaped = (quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~") for step in steps)
    return "/".join(("#", *escaped))


def problem_response(
    request: Any,
    kind: ProblemType,
    *,
    detail: Any = None,
    errors: list[dict[str, str]] | None = None,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem document as a response; `request` (Django's or DRF's) gives the request id."""
    document: dict[str, Any] = {
        "type": kind.uri,
        "title": force_str(kind.title),
        "status": kind.status,
        "detail": force_str(detail or kind.explanation),
        "instance": request_id(request),
    }
    if errors is not None:
        document["errors"] = errors
    document.update(extra or {})
    response = HttpResponse(
        orjson.dumps(document, default=str),
        status=kind.status,
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )
    response["Cache-Control"] = "no-store"
    return response


def request_id(request: Any) -> str:
    """The id of the request, the same as in the header X-Request-ID of its answer and in the log."""
    return getattr(request, "request_id", "")


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's hook: any exception of an API view as a problem document."""
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block and connection.settings_dict["ATOMIC_REQUESTS"]:
            connection.set_rollback(True)
    return problem_from(exc, context.get("request"))


def problem_from(exc: Exception, request: Any) -> HttpResponse:
    """The problem document of an exception; what is not a refusal is logged and becomes a plain 500."""
    if isinstance(exc, exceptions.APIException):
        return _from_api_exception(exc, request)
    if isinstance(exc, ValidationError):
        return problem_response(request, BROKEN_RULE, errors=list(_rule_errors(exc)))
    if isinstance(exc, Conflict):
        return problem_response(request, CONFLICT, detail=exc.message, extra={"current": exc.current})
    if isinstance(exc, Stale):
        extra = {"current_version": exc.current_version, **({"current": exc.current} if exc.current else {})}
        return problem_response(request, PRECONDITION_FAILED, detail=exc.message, extra=extra)
    if isinstance(exc, PermissionDenied):
        return problem_response(request, FORBIDDEN, detail=str(exc))
    if isinstance(exc, Http404):
        return problem_response(request, NOT_FOUND)
    if isinstance(exc, RequestDataTooBig):
        return problem_response(request, TOO_LARGE)
    if isinstance(exc, SuspiciousOperation | UnreadablePostError):
        return problem_response(request, INVALID_REQUEST)
    if isinstance(exc, IntegrityError):
        return _from_integrity_error(exc, request)
    if isinstance(exc, DataError):
        logger.warning("a value that the database cannot hold got as far as it [request %s]", request_id(request))
        out_of_range = _error("#", "invalid", _("A value is out of range."))
        return problem_response(request, INVALID_REQUEST, errors=[out_of_range])
    if isinstance(exc, OperationalError):
        logger.error("the database did not answer [request %s]", request_id(request), exc_info=exc)
        return problem_response(request, UNAVAILABLE, headers={"Retry-After": str(UNAVAILABLE_RETRY_SECONDS)})
    logger.error("unexpected %s [request %s]", type(exc).__name__, request_id(request), exc_info=exc)
    return problem_response(request, SERVER_ERROR)


def _from_api_exception(exc: exceptions.APIException, request: Any) -> HttpResponse:
    headers: dict[str, str] = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(exc, exceptions.MethodNotAllowed) and request is not None:
        view = (getattr(request, "parser_context", None) or {}).get("view")
        if view is not None:
            headers["Allow"] = ", ".join(view.allowed_methods)

    kind = BY_STATUS.get(exc.status_code, SERVER_ERROR if exc.status_code >= 500 else INVALID_REQUEST)
    if isinstance(exc, exceptions.ValidationError | BrokenRule):
        errors = list(_shape_errors(exc.detail))
        if errors and all(error["code"] in RULE_CODES for error in errors):
            kind = BROKEN_RULE
        return problem_response(request, kind, errors=errors, headers=headers)
    if isinstance(exc, exceptions.ParseError):
        detail = exc.detail
        code = getattr(detail, "code", "parse_error")
        return problem_response(request, kind, detail=detail, errors=[_error("#", code, detail)], headers=headers)
    shown = None if isinstance(exc, exceptions.NotFound) or kind is SERVER_ERROR else exc.detail
    return problem_response(request, kind, detail=shown, headers=headers)


def _error(where: str, code: str, detail: Any) -> dict[str, str]:
    return {"pointer": where, "code": code or "invalid", "detail": force_str(detail)}


def _shape_errors(detail: Any, steps: tuple[str | int, ...] = ()) -> Iterator[dict[str, str]]:
    """DRF's nested errors, flat."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            inner = steps if key in {"non_field_errors", NON_FIELD_ERRORS} else (*steps, key)
            yield from _shape_errors(value, inner)
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            # A list of messages belongs to the field itself, a list of dicts or lists to its items.
            inner = (*steps, index) if isinstance(value, Mapping | list | tuple) else steps
            yield from _shape_errors(value, inner)
    else:
        yield _error(pointer(*steps), getattr(detail, "code", None) or "invalid", detail)


def _rule_errors(exc: ValidationError) -> Iterator[dict[str, str]]:
    """Django's errors, flat. A field named `parties/0/company` points into the request's document."""
    fields = exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
    for field, errors in fields.items():
        steps = () if field in {NON_FIELD_ERRORS, ""} else tuple(re.split(r"[/.]", field))
        for error in errors:
            for message in error.messages:
                yield _error(pointer(*steps), error.code or "invalid", message)


@cache
def _constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    return {
        constraint.name: (model, constraint) for model in apps.get_models() for constraint in model._meta.constraints
    }


@cache
def _tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


KEY_COLUMN = re.compile(r"\((?P<column>\w+)\)=")


def _from_integrity_error(exc: IntegrityError, request: Any) -> HttpResponse:
    """A constraint of the database as the rule that it is; a race that nothing else explains as a conflict."""
    diagnosis = getattr(exc.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name in _constraints():
        constraint = _constraints()[name][1]
        fields: list[str] = list(getattr(constraint, "fields", None) or ())
        where = pointer(fields[0]) if len(fields) == 1 else "#"
        code = constraint.violation_error_code or "invalid"
        if isinstance(constraint, models.UniqueConstraint) and not constraint.violation_error_code:
            code = "unique"
        message = constraint.get_violation_error_message()
        if code == "unique" and constraint.violation_error_message is constraint.default_violation_error_message:
            message = force_str(_("This value is taken already."))
        error = _error(where, code, message)
        return problem_response(request, BROKEN_RULE, errors=[error])
    model = _tables().get(getattr(diagnosis, "table_name", None) or "")
    found = KEY_COLUMN.search(getattr(diagnosis, "message_detail", None) or "")
    column = getattr(diagnosis, "column_name", None) or (found["column"] if found else None)
    field = next((one for one in model._meta.concrete_fields if one.column == column), None) if model else None
    pgcode = getattr(exc.__cause__, "pgcode", None)
    if field is not None and pgcode == "23505":
        return problem_response(
            request, BROKEN_RULE, errors=[_error(pointer(field.name), "unique", _("This value is taken already."))]
        )
    if field is not None and pgcode == "23502":
        return problem_response(
            request, BROKEN_RULE, errors=[_error(pointer(field.name), "required", _("This value is needed."))]
        )
    logger.warning("constraint %s was broken [request %s]", name or "?", request_id(request))
    return problem_response(request, CONFLICT)


class RequestIdMiddleware:
    """Give every request an id: the caller's X-Request-ID if it is sane, else a new one; the answer carries it.

    It also answers for the API what fails outside a view (an answer that cannot be rendered, say).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        request.request_id = sent if REQUEST_ID.fullmatch(sent) else str(uuid.uuid4())  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(API_PREFIX):
            return problem_from(exception, request)
        return None
