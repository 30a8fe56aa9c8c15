"""`POST /x/bulk-upsert/`: many rows by what another system calls them, each on its own or all in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, ClassVar

import orjson
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as RuleError
from django.db import DataError, IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.problems import PayloadTooLarge, pointer, problem_from
from investcrm.core.api.serializers import (
    ExternalIdField,
    ProblemErrorSerializer,
    SourceSystemField,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
)
from investcrm.core.api.systems import refuse_other_system
from investcrm.core.api.upserts import Put, UpsertMixin
from investcrm.core.errors import Conflict, Stale

MOST = 1000
# So many different sets of fields in one call are read by a reader of their own.
MOST_SHAPES = 20
STATUSES = ("created", "updated", "unchanged", "error")
# What refuses one item and hurts no other.
REFUSALS = (
    APIException, RuleError, PermissionDenied, Http404, Stale, Conflict, IntegrityError, DataError,
)  # fmt: skip


class TooMany(PayloadTooLarge):
    """More items than one call takes (413)."""

    default_detail = _("Send at most 1,000 items at once.")
    default_code = "too_many"


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MOST,
        "items": {
            "description": (
                "external_id, version (optional: refused where the row is of another one), and the fields as PUT"
                " /by-external-id/ takes them. An item of another shape is an error of its own."
            )
        },
    }
)
class ItemsField(serializers.Field[Any, Any, Any, Any]):
    """A list of whatever; each item is looked at on its own."""

    default_error_messages = {"not_a_list": _("Send a list of items.")}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if len(data) > MOST:
            raise TooMany
        return data

    def to_representation(self, value: Any) -> Any:
        return value


BULK = OpenApiExample(
    "Two leads",
    value={
        "source_system": "erp",
        "items": [
            {"external_id": "K-1", "name": "数字照明", "company": {"source_system": "erp", "external_id": "C-1"}},
            {"external_id": "K-2", "version": 3, "total_investment": "1000000000.00"},
        ],
    },
    request_only=True,
)


@extend_schema_serializer(examples=[BULK])
class BulkSerializer(StrictSerializer):
    """Up to 1,000 items of one source system."""

    source_system = SourceSystemField()
    items = ItemsField()
    all_or_nothing = StrictBooleanField(
        required=False, help_text="One transaction: where an item is refused, nothing is written (422)."
    )


class BulkItemSerializer(serializers.Serializer[Any]):
    """What became of one item."""

    external_id = serializers.CharField(allow_null=True, help_text="null where the item has none that can be read.")
    status = serializers.ChoiceField(STATUSES)
    id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """What became of all items, in the order sent."""

    results = BulkItemSerializer(many=True)
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()


class ItemFields(StrictSerializer):
    """What an item has besides the fields of the row."""

    external_id = ExternalIdField()
    version = StrictIntegerField(required=False)


@dataclass
class Item:
    """One item on its way: what was sent, what was read of it, and what it has come to."""

    place: int
    sent: Any
    external_id: str = ""
    version: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    put: Put | None = None
    error: Exception | None = None

    @property
    def versions(self) -> set[int] | None:
        """The versions of the row that the item may change."""
        return None if self.version is None else {self.version}


class NotAll(Exception):  # noqa: N818 - says why the transaction ends
    """An item was refused, so nothing is written."""


class BulkUpsertMixin(UpsertMixin):
    """`POST /x/bulk-upsert/`."""

    item_serializer: ClassVar[type[serializers.Serializer[Any]]]

    @action(detail=False, methods=["post"], url_path="bulk-upsert", url_name="bulk-upsert")
    def bulk_upsert(self: Any, request: Request) -> Response:
        self.refuse_unknown_parameters()
        body = self.written(BulkSerializer)
        system, is_whole = body["source_system"], body.get("all_or_nothing", False)
        refuse_other_system(request, system)
        items = [Item(place, sent) for place, sent in enumerate(body["items"])]
        self.read_items(items)
        try:
            with transaction.atomic() if is_whole else nullcontext():
                if not (is_whole and refused(items)):
                    self.write_items(system, items)
                if is_whole and refused(items):
                    raise NotAll
        except NotAll:
            raise refusal_of_all(request, items) from None
        return Response(answer(request, items))

    def read_items(self: Any, items: Sequence[Item]) -> None:
        """Read each item by its shape; what is wrong with it is noted."""
        readers = Readers(self.item_serializer, {"request": self.request, "view": self})
        for item in items:
            try:
                data = dict(readers.of(item.sent).run_validation(item.sent))
            except APIException as error:
                item.error = error
                continue
            item.external_id, item.version = data.pop("external_id"), data.pop("version", None)
            item.data = data

    def write_items(self: Any, system: str, items: Sequence[Item]) -> None:
        """Write the items that were read, one after another; what refuses one is noted.

        In the order of their ids: two calls with the same rows wait for each other in one direction only.
        """
        for item in sorted(items, key=attrgetter("external_id")):
            if item.error is None:
                try:
                    with transaction.atomic():
                        item.put = self.upsert_one(system, item.external_id, item.data, item.versions)
                except REFUSALS as error:
                    item.error = error


class Readers:
    """Serializers of the fields that are sent and of those that must be: items of one call have the same fields."""

    def __init__(self, serializer_class: type[serializers.Serializer[Any]], context: dict[str, Any]) -> None:
        self.whole = serializer_class(context=context)
        self.serializer_class, self.context = serializer_class, context
        self.found: dict[frozenset[str], serializers.Serializer[Any]] = {}

    def of(self, sent: Any) -> serializers.Serializer[Any]:
        """The one for an item; for what is none, or has fields that are not known, the whole one."""
        if not isinstance(sent, dict) or not self.whole.fields.keys() >= sent.keys():
            return self.whole
        names = frozenset(sent)
        if names not in self.found:
            if len(self.found) == MOST_SHAPES:
                return self.whole
            serializer = self.serializer_class(context=self.context)
            left_out = {name for name, field in serializer.fields.items() if not field.required} - names
            for name in left_out:
                serializer.fields.pop(name)
            self.found[names] = serializer
        return self.found[names]


def refused(items: Sequence[Item]) -> list[Item]:
    """The items with errors."""
    return [item for item in items if item.error is not None]


def refusal_of_all(request: Request, items: Sequence[Item]) -> RuleError:
    """The errors of all items, where one error refuses all."""
    found: dict[str, list[RuleError]] = {}
    for item in items:
        for error in errors_of(request, item):
            where = error["pointer"].removeprefix("#/")
            found.setdefault(where, []).append(RuleError(error["detail"], code=error["code"]))
    return RuleError(found)


def errors_of(request: Request, item: Item) -> list[dict[str, str]]:
    """What is wrong with an item, as a problem document says it; pointers lead into the whole body."""
    if item.error is None:
        return []
    document = orjson.loads(problem_from(item.error, request).content)
    here = pointer("items", item.place)
    if errors := document.get("errors"):
        return [{**error, "pointer": here + error["pointer"].removeprefix("#")} for error in errors]
    if isinstance(item.error, Stale):
        return [{"pointer": f"{here}/version", "code": "stale", "detail": document["detail"]}]
    code = document["type"].strip("/").rpartition("/")[2].replace("-", "_")
    return [{"pointer": here, "code": code, "detail": document["detail"]}]


def answer(request: Request, items: Sequence[Item]) -> dict[str, Any]:
    """What became of all items."""
    results = [_result(request, item) for item in items]
    counts = {status: sum(result["status"] == status for result in results) for status in STATUSES}
    counts["failed"] = counts.pop("error")
    return {"results": results, **counts}


def _result(request: Request, item: Item) -> dict[str, Any]:
    sent = item.sent.get("external_id") if isinstance(item.sent, dict) else None
    known: dict[str, Any] = {"external_id": sent if isinstance(sent, str) else None}
    pk: uuid.UUID | None = None
    if item.put is None:
        return {**known, "status": "error", "id": pk, "version": None, "errors": errors_of(request, item)}
    return {**known, "status": item.put.status, "id": item.put.pk, "version": item.put.version, "errors": []}
