"""The base of every resource: list by keyset, count, single row with its entity tag, create, change, delete.

A resource names its rows (`visible_to` and `for_listing`), the columns that its shape reads and the shape itself,
which turns one row of `values()` into a plain dict. Reads use no serializer: those are for writes and for the API
document.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as RuleError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django_filters import BaseCSVFilter, Filter, FilterSet, MultipleChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

from investcrm.core.api.base import ApiView, ApiViewSet
from investcrm.core.api.defaults import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from investcrm.core.api.etags import etag_for, etag_of_content, expected_version, is_unchanged
from investcrm.core.api.problems import PROBLEM_TYPES
from investcrm.core.api.renderers import dump_json
from investcrm.core.api.steps import answer_if_seen, gone
from investcrm.core.api.upserts import change_known, create_known
from investcrm.core.paging import Ordering, keyset_page

FIRST_YEAR = 1900
LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)
PAGING_PARAMETERS = frozenset({"page_size", "cursor", "ordering"})


def parameter_error(name: str, code: str, message: Any) -> ValidationError:
    """A refusal of one query parameter (400)."""
    return ValidationError({name: [ErrorDetail(message, code=code)]})


class ResourceViewSet(ApiViewSet):
    """What all the verbs of a resource share. Combine it with the mixins below and register it with a SimpleRouter."""

    lookup_field = "pk"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"  # an id that is no UUID is an address that does not exist: 404

    model: ClassVar[type[Model]]
    noun: ClassVar[str]
    """The singular, for component names in the API document, such as `Lead`."""
    columns: ClassVar[Sequence[str]]
    """The names given to `values()`; with `version` where the rows have one."""
    orderings: ClassVar[Mapping[str, Ordering | str]] = {"created_at": "created_at"}
    default_ordering: ClassVar[str] = "-created_at"
    filterset_class: ClassVar[type[FilterSet] | None] = None
    other_parameters: ClassVar[frozenset[str]] = frozenset()
    """Parameters of the list that are no filters."""
    filter_backends = (DjangoFilterBackend,)  # read by the API document alone
    answer_serializer: ClassVar[type[BaseSerializer[Any]]]
    """Documents the shape."""
    list_serializer: ClassVar[type[BaseSerializer[Any]] | None] = None
    """Documents a row of a list, where a single one tells more."""
    write_serializer: ClassVar[type[Serializer[Any]]]
    change_serializer: ClassVar[type[Serializer[Any]] | None] = None
    """What PATCH takes, where that is not what POST takes."""
    repeats: ClassVar[bool] = False
    """Whether a repeated POST is known as one and answers 200 with the first row."""

    @property
    def actor(self) -> Any:
        """The caller: every address needs one, so it is not anonymous."""
        return self.request.user

    def rows(self) -> QuerySet[Any, Any]:
        """The rows that the caller may see, with the joins and annotations that the columns need."""
        raise NotImplementedError

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """One row of `values()` as the plain dict that is sent."""
        raise NotImplementedError

    def shape_rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A page of rows; a resource whose shape needs a second query for all of them overrides this."""
        return [self.shape(row) for row in rows]

    def get_queryset(self) -> QuerySet[Any, Any]:
        """For the API document alone, which asks for types of columns and has no caller."""
        return self.model._default_manager.none()

    def read(self, pk: uuid.UUID) -> dict[str, Any]:
        """One row of `values()`. Raises Http404 where the caller sees none."""
        row = self.rows().values(*self.columns).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def answer(self, row: dict[str, Any], *, code: int = status.HTTP_200_OK) -> Response:
        """A single row as a response, with its entity tag."""
        return Response(self.shape_rows([row])[0], status=code, headers={"ETag": self.entity_tag(row)})

    def entity_tag(self, row: dict[str, Any]) -> str:
        """The row's version as a tag; of a row without one, a digest of its columns."""
        return etag_for(row["version"]) if "version" in row else etag_of_content(dump_json(row))

    def refuse_unknown_parameters(self, known: set[str] | frozenset[str] = frozenset()) -> None:
        """Raise a 400 for query parameters that this address does not know."""
        request: Request = self.request
        refuse_unknown_parameters(request, known)

    def filtered(self, *, others: frozenset[str] = frozenset()) -> QuerySet[Any, Any]:
        """The rows that the filters in the address leave. `others` are parameters that are no filters."""
        request: Request = self.request
        queryset = self.rows()
        if self.filterset_class is None or others.issuperset(request.query_params):
            self.refuse_unknown_parameters(others)
            return queryset
        refuse_empty_filters(request, others)
        asked = each_once(request, self.filterset_class.base_filters)
        filterset = self.filterset_class(asked, queryset=queryset, request=request)
        refuse_unknown(set(request.query_params) - _filter_parameters(filterset) - others)
        if not filterset.is_valid():
            raise ValidationError(
                {
                    name: [ErrorDetail(message, code=error.code or "invalid") for message in error.messages]
                    for name, errors in filterset.form.errors.as_data().items()
                    for error in errors
                }
            )
        bring_to_utc(filterset.form.cleaned_data)
        return filterset.qs

    def sent(self) -> Any:
        """The body as it was sent; a resource that takes forms overrides this."""
        request: Request = self.request
        return request.data

    def written(self, serializer_class: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The checked body of the request. Raises a 400 for a wrong shape."""
        request: Request = self.request
        sent = self.sent()
        if sent is None:  # to a serializer, null is the absence of a body, told in English alone
            message = Serializer.default_error_messages["invalid"].format(datatype="null")
            raise ValidationError({NON_FIELD_ERRORS: [ErrorDetail(message, code="invalid")]})
        serializer = serializer_class(data=sent, partial=partial, context={"request": request, "view": self})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def refuse_unknown_parameters(request: Request, known: set[str] | frozenset[str] = frozenset()) -> None:
    """Raise a 400 for query parameters besides the known ones: a mistyped filter must not match all."""
    each_once(request, {})
    refuse_unknown(set(request.query_params) - known)


def refuse_unknown(names: set[str]) -> None:
    """Raise a 400 for these parameters."""
    if names:
        message = str(_("This parameter is not known here."))
        raise ValidationError({name: [ErrorDetail(message, code="unknown_parameter")] for name in sorted(names)})


def each_once(request: Request, filters: Mapping[str, Filter]) -> QueryDict:
    """The query parameters; filters that take several values take them repeated or separated by commas.

    Raise a 400 for any other that is repeated: one of its values would be lost without a word.
    """
    found = request.query_params.copy()
    repeated = []
    for name, values in request.query_params.lists():
        if isinstance(filters.get(name), BaseCSVFilter):
            found[name] = ",".join(values)
        elif isinstance(filters.get(name), MultipleChoiceFilter):
            found.setlist(name, [part for value in values for part in value.split(",")])
        elif len(values) > 1:
            repeated.append(name)
    if repeated:
        message = str(_("Send this parameter once."))
        raise ValidationError({name: [ErrorDetail(message, code="repeated")] for name in repeated})
    return found


def bring_to_utc(values: dict[str, Any]) -> None:
    """Turn the times of filters into UTC: the database knows no offset beyond 16 hours. Raise a 400 before 1900."""
    for name, value in values.items():
        if not isinstance(value, dt.date):
            continue
        if value.year < FIRST_YEAR:
            raise parameter_error(name, "too_early", _("The year must be 1900 or later."))
        if isinstance(value, dt.datetime):
            try:
                values[name] = value.astimezone(dt.UTC)
            except OverflowError:
                values[name] = LATEST


def refuse_empty_filters(request: Request, others: frozenset[str]) -> None:
    """Raise a 400 for `?company=`: a client that has lost a value must not get all rows."""
    message = str(_("This filter has no value. Leave it out for all rows."))
    empty = [name for name, values in request.query_params.lists() if name not in others and "" in values]
    if empty:
        raise ValidationError({name: [ErrorDetail(message, code="blank")] for name in empty})


def _filter_parameters(filterset: FilterSet) -> set[str]:
    names: set[str] = set()
    for name, field in filterset.form.fields.items():
        suffixes = getattr(field.widget, "suffixes", None)
        names.update(f"{name}_{suffix}" if suffix else name for suffix in suffixes) if suffixes else names.add(name)
    return names


class ListMixin:
    """`GET /x/` by keyset and `GET /x/count/` for the same filters."""

    def list(self: Any, request: Request) -> Response:
        refuse_empty_filters(request, frozenset())
        queryset = self.filtered(others=PAGING_PARAMETERS | self.other_parameters)
        parameters = request.query_params
        try:
            page = keyset_page(
                queryset.values(*self.columns),
                ordering=parameters.get("ordering") or self.default_ordering,
                allowed=self.orderings,
                cursor=parameters.get("cursor") or None,
                page_size=page_size(parameters.get("page_size")),
                keys_first=not PAGING_PARAMETERS.issuperset(parameters),
            )
        except RuleError as error:
            name = "ordering" if error.code == "invalid_ordering" else "cursor"
            raise parameter_error(name, error.code or "invalid", error.messages[0]) from error
        return Response(
            {
                "results": self.shape_rows(page.rows),
                "next": _page_url(request, page.next_cursor),
                "previous": _page_url(request, page.previous_cursor),
            }
        )

    @action(detail=False, methods=["get"], url_path="count")
    def count(self: Any, request: Request) -> Response:
        return Response({"count": self.filtered().order_by().count()})


class RetrieveMixin:
    """`GET /x/{id}/` with an entity tag; 304 for a caller who has this version."""

    def retrieve(self: Any, request: Request, pk: uuid.UUID) -> Response:
        self.refuse_unknown_parameters()
        row = self.read(pk)
        etag = self.entity_tag(row)
        if is_unchanged(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return self.answer(row)


class CreateMixin:
    """`POST /x/`: 201 with the row, its address and its entity tag."""

    def perform_create(self, data: dict[str, Any]) -> Model | tuple[Model, bool]:
        """Call the service. Gives the row, or the row and whether it is new (an honest repetition answers 200)."""
        raise NotImplementedError

    def create(self: Any, request: Request) -> Response:
        self.refuse_unknown_parameters()
        row, is_new = create_known(self, self.written(self.write_serializer))
        response = self.answer(self.read(row.pk), code=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)
        response["Location"] = request.build_absolute_uri(f"{request.path}{row.pk}/")
        return response


class UpdateMixin:
    """`PATCH /x/{id}/`, held against If-Match under the row's lock."""

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Call the service, which raises Stale when the locked row's version is not the expected one."""
        raise NotImplementedError

    def partial_update(self: Any, request: Request, pk: uuid.UUID) -> Response:
        self.refuse_unknown_parameters()
        expected = expected_version(request, self.read(pk)["version"])
        data = self.written(self.change_serializer or self.write_serializer, partial=True)
        change_known(self, pk, data, expected)
        return answer_if_seen(self, pk)


class DestroyMixin:
    """`DELETE /x/{id}/`, held against If-Match; the service deletes softly."""

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Call the service, which raises Stale when the locked row's version is not the expected one."""
        raise NotImplementedError

    def destroy(self: Any, request: Request, pk: uuid.UUID) -> Response:
        self.refuse_unknown_parameters()
        self.perform_destroy(pk, expected_version(request, self.read(pk)["version"]))
        return gone()


class ReadOnlyResource(ListMixin, RetrieveMixin, ResourceViewSet):
    """A resource that is read through the API and changed elsewhere."""


def page_size(value: str | None) -> int:
    """The page size asked for, 1 to 500. Raises a 400 for anything else."""
    if not value:
        return DEFAULT_PAGE_SIZE
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and 1 <= int(value) <= MAX_PAGE_SIZE):
        raise parameter_error("page_size", "invalid_page_size", _("Ask for 1 to 500 rows."))
    return int(value)


def _page_url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


class NotFoundView(ApiView):
    """Any address under the API that does not exist, as a problem document."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def handled(self) -> HttpResponse:
        """Nothing, whatever the method."""
        raise Http404


def problem_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page behind a problem's `type`: what it means and what to do."""
    if slug not in PROBLEM_TYPES:
        raise Http404
    return render(request, "core/problem.html", {"problem": PROBLEM_TYPES[slug]})
