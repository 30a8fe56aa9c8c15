"""The API document (OpenAPI 3.1): every operation declares every answer that the base can give."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from investcrm.core.api.bulk import BulkAnswerSerializer, BulkSerializer
from investcrm.core.api.defaults import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from investcrm.core.api.problems import BY_STATUS, MEDIA_TYPE
from investcrm.core.api.serializers import (
    EXTERNAL_ID_SCHEMA,
    SYSTEM_SCHEMA,
    TEXT,
    ConflictSerializer,
    CountSerializer,
    ProblemSerializer,
    StaleSerializer,
)
from investcrm.core.api.steps import Step
from investcrm.core.api.views import ResourceViewSet

ALWAYS = (400, 401, 403, 404, 406, 429, 500, 503)
WITH_BODY = (409, 413, 415, 422)
WITH_IF_MATCH = (409, 412, 422, 428)
PROBLEM_SHAPES: dict[int, type[serializers.Serializer[Any]]] = {409: ConflictSerializer, 412: StaleSerializer}
IN_HEADER: Final = "header"
IN_PATH: Final = "path"
DELETED = OpenApiResponse(description="Deleted.")
OUT_OF_SIGHT = OpenApiResponse(description="Done; the account does not see the row any more.")
SUMMARIES = {
    "list": "a page of all that the filters leave",
    "count": "how many the filters leave",
    "retrieve": "a single one",
    "create": "a new one",
    "partial_update": "change the fields sent",
    "destroy": "delete (it is kept, but no longer shown)",
    "by_external_id": "the one that another system calls so",
    "upsert": "make or change the one that another system calls so",
    "bulk_upsert": "make or change up to 1,000 by what another system calls them",
}


class BearerScheme(OpenApiAuthenticationExtension):
    """How a key is sent."""

    target_class = "investcrm.core.api.authentication.BearerAuthentication"
    match_subclasses = True
    priority = 1
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A key of a service account or of a person."}


class BrowserSessionScheme(SessionScheme):
    """How a browser's session is sent."""

    target_class = "investcrm.core.api.authentication.BrowserSession"
    priority = 1


class StrictSerializerDocument(OpenApiSerializerExtension):
    """What is written takes no unknown fields, and the document says so."""

    target_class = "investcrm.core.api.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class StrictDecimalDocument(OpenApiSerializerFieldExtension):
    """A decimal as exactly as it is read."""

    target_class = "investcrm.core.api.serializers.StrictDecimalField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        whole, places = self.target.max_digits - self.target.decimal_places, self.target.decimal_places
        return {"type": "string", "format": "decimal", "pattern": rf"^-?[0-9]{{1,{whole}}}(\.[0-9]{{1,{places}}})?$"}


YEAR = "(19|[2-9][0-9])[0-9]{2}"
# What must not be blank has a character that is no space.
WORDS = (
    r"^[^\u0000]*[^\u0000\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000]*$"
)


class StrictFieldDocument(OpenApiSerializerFieldExtension):
    """What a field adds to the framework's own description."""

    def added(self) -> dict[str, Any]:
        raise NotImplementedError

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        if isinstance(schema.get("type"), list):  # whoever called says that it may be null
            schema["type"] = next(one for one in schema["type"] if one != "null")
        return {**schema, **({} if {"pattern", "enum"} & set(schema) else self.added())}


class StrictTextDocument(StrictFieldDocument):
    """A text without NUL."""

    target_class = "investcrm.core.api.serializers.StrictCharField"
    match_subclasses = True

    def added(self) -> dict[str, Any]:
        return {"pattern": TEXT if self.target.allow_blank else WORDS}


class DayDocument(StrictFieldDocument):
    """A day from 1900 on."""

    target_class = "investcrm.core.api.serializers.DayField"
    match_subclasses = True

    def added(self) -> dict[str, Any]:
        return {"pattern": f"^{YEAR}-"}


class InstantDocument(StrictFieldDocument):
    """A time from 1900 on."""

    target_class = "investcrm.core.api.serializers.InstantField"
    match_subclasses = True

    def added(self) -> dict[str, Any]:
        return {"pattern": f"^{YEAR}-"}


@cache
def page_of(noun: str, answer: Any) -> Any:
    """The object that a list answers with; one for each noun."""
    fields = {
        "results": answer(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
    }
    return inline_serializer(f"{noun}Page", fields)


class ApiSchema(AutoSchema):
    """Answers, parameters and headers that follow from the kind of operation and not from one resource."""

    @property
    def resource(self) -> ResourceViewSet | None:
        return self.view if isinstance(self.view, ResourceViewSet) else None

    @property
    def step(self) -> Step | None:
        return getattr(getattr(self.view, self.verb, None), "step", None)

    @property
    def verb(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A list of a resource is an object with results: nothing is to be wrapped."""
        return False if self.resource is not None else super()._is_list_view(serializer)

    def get_filter_backends(self) -> list[Any]:
        if self.resource is None:
            return list(super().get_filter_backends())
        filtered = self.verb in {"list", "count"} and self.resource.filterset_class is not None
        return list(self.resource.filter_backends) if filtered else []

    def get_operation_id(self) -> str:
        """Such as `leads_list`, `leads_partial_update`: without it two verbs of one address could share a name."""
        tokens = [token.replace("-", "_") for token in self._tokenize_path()]
        if self.resource is not None and self.step is None and tokens and tokens[-1] == self.verb:
            tokens.pop()
        return "_".join(tokens if self.step is not None else [*tokens, self.verb])

    def get_summary(self) -> str | None:
        """What the verb does, in a few words."""
        if self.resource is None or self.verb not in SUMMARIES:
            return super().get_summary()
        return f"{self.resource.noun}: {SUMMARIES[self.verb]}"

    def get_request_serializer(self) -> Any:
        if self.resource is None:
            return super().get_request_serializer() if hasattr(self.view, "serializer_class") else None
        if self.verb == "create":
            return self.resource.write_serializer
        if self.verb == "partial_update":
            return self.resource.change_serializer or self.resource.write_serializer
        if self.verb == "upsert":
            return self.resource.upsert_serializer  # type: ignore[attr-defined]
        if self.verb == "bulk_upsert":
            return BulkSerializer
        return self.step.body if self.step is not None else None

    def get_response_serializers(self) -> Any:
        if self.resource is None:
            return super().get_response_serializers() if hasattr(self.view, "serializer_class") else None
        answer = self.resource.answer_serializer
        match self.verb:
            case "list":
                rows: Any = self.resource.list_serializer or answer
                return {200: page_of(self.resource.noun, rows)}
            case "count":
                return {200: CountSerializer}
            case "retrieve" | "by_external_id":
                unchanged = OpenApiResponse(description="The version in If-None-Match is the present one.")
                return {200: answer, 304: unchanged}
            case "create":
                repetition = {200: OpenApiResponse(answer, description="A repetition: the first row.")}
                return {201: answer, **(repetition if self.resource.repeats else {})}
            case "partial_update":
                return {200: answer, 204: OUT_OF_SIGHT}
            case "upsert":
                made = OpenApiResponse(answer, description="A new row.")
                changed = OpenApiResponse(answer, description="The row that was there, changed or not.")
                return {200: changed, 201: made, 204: OUT_OF_SIGHT}
            case "bulk_upsert":
                return {200: BulkAnswerSerializer}
            case "destroy":
                return {204: DELETED}
        if self.step is None:
            return None
        return {204: DELETED} if self.step.takes_out else {200: answer, 204: OUT_OF_SIGHT}

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = [
            OpenApiParameter(
                "X-Request-ID", str, IN_HEADER, response=True, description="The request id, as in the server's log."
            )
        ]
        verb = self.verb
        if self.method in {"PATCH", "DELETE"}:
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    str,
                    IN_HEADER,
                    description="The ETag of the version to be changed. Service accounts must send it.",
                )
            )
        if self.step is not None:
            parameters.append(
                OpenApiParameter("If-Match", str, IN_HEADER, description="The ETag of the version that was read.")
            )
        if self.resource is None:
            return parameters
        if verb in {"by_external_id", "upsert"}:
            parameters += [
                OpenApiParameter("source_system", SYSTEM_SCHEMA, IN_PATH),
                OpenApiParameter("external_id", EXTERNAL_ID_SCHEMA, IN_PATH),
            ]
        if verb == "upsert":
            parameters.append(
                OpenApiParameter("If-Match", str, IN_HEADER, description="The ETag of the version that was read.")
            )
        if verb in {"retrieve", "by_external_id"}:
            parameters.append(
                OpenApiParameter("If-None-Match", str, IN_HEADER, description="The ETag of the version at hand.")
            )
        if verb in {"retrieve", "create", "partial_update", "by_external_id", "upsert"} or (
            self.step and not self.step.takes_out
        ):
            parameters.append(
                OpenApiParameter("ETag", str, IN_HEADER, response=[200, 201, 304], description="The row's version.")
            )
        if verb in {"create", "upsert"}:
            parameters.append(
                OpenApiParameter("Location", OpenApiTypes.URI, IN_HEADER, response=[200, 201], description="The row.")
            )
        if verb == "list":
            names = sorted(self.resource.orderings)
            parameters += [
                OpenApiParameter(
                    "page_size",
                    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
                ),
                OpenApiParameter(
                    "cursor",
                    {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
                    description="A place in the list, from next or previous; any other is refused.",
                ),
                OpenApiParameter(
                    "ordering",
                    str,
                    enum=[sign + name for name in names for sign in ("", "-")],
                    description=f"- before the name for descending. Default {self.resource.default_ordering}.",
                ),
            ]
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        codes = {*ALWAYS, *getattr(self.view, "other_refusals", {}).get(self.verb, ())}
        if self.method in {"POST", "PUT", "PATCH"}:
            codes.update(WITH_BODY)
        if self.method in {"PATCH", "DELETE"}:
            codes.update(WITH_IF_MATCH)
        if self.step is not None or self.verb == "upsert":
            codes.add(412)
        for code in sorted(codes):
            if str(code) in responses:
                continue
            described = OpenApiResponse(
                PROBLEM_SHAPES.get(code, ProblemSerializer), description=str(BY_STATUS[code].title)
            )
            responses[str(code)] = self._get_response_for_code(described, str(code), [MEDIA_TYPE], direction)
        if "401" in responses:
            responses["401"].setdefault("headers", {})["WWW-Authenticate"] = {"schema": {"type": "string"}}
        for limited in ("429", "503"):
            responses[limited].setdefault("headers", {})["Retry-After"] = {
                "schema": {"type": "integer"},
                "description": "Seconds to wait.",
            }
        return dict(sorted(responses.items()))


def only_version_one(endpoints: list[tuple[str, str, str, Any]], **kwargs: Any) -> list[tuple[str, str, str, Any]]:
    """The document covers the API alone, not pages that happen to be built on the same base."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def share_problem_answers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Write each kind of refusal once and refer to it: every operation has the same ones."""
    shared: dict[str, Any] = result["components"].setdefault("responses", {})
    for path in result["paths"].values():
        for operation in path.values():
            for code, answer in operation["responses"].items():
                if set(answer.get("content", ())) != {MEDIA_TYPE}:
                    continue
                if shared.setdefault(f"Problem{code}", answer) == answer:
                    operation["responses"][code] = {"$ref": f"#/components/responses/Problem{code}"}
    return result
