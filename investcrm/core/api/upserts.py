"""Writing rows by what another system calls them: `PUT /x/by-external-id/{system}/{id}/` makes or changes one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as RuleError
from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.urls import register_converter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from investcrm.core.api.etags import expected_versions, is_unchanged
from investcrm.core.api.steps import answer_if_seen
from investcrm.core.api.systems import refuse_other_system
from investcrm.core.errors import Stale
from investcrm.core.external_ids import (
    ID_PATTERN,
    SYSTEM_PATTERN,
    call_it,
    claim,
    forget,
    is_external_id,
    is_system,
    kind_of,
    point_to,
    row_ids_of,
    taken,
)


class SystemConverter:
    """The name of a source system as a step of an address."""

    regex = SYSTEM_PATTERN

    def to_python(self, value: str) -> str:
        """The name; a step that no address can keep is none."""
        if not is_system(value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """The step."""
        return value


class ExternalIdConverter(SystemConverter):
    """An external id as a step of an address."""

    regex = ID_PATTERN

    def to_python(self, value: str) -> str:
        """The id; a step that no address can keep is none."""
        if not is_external_id(value):
            raise ValueError(value)
        return value


register_converter(SystemConverter, "source_system")
register_converter(ExternalIdConverter, "external_id")


@dataclass(frozen=True, slots=True)
class Put:
    """What a write by an external id has come to."""

    pk: uuid.UUID
    version: int
    status: str


class UpsertMixin:
    """`GET` and `PUT /x/by-external-id/{system}/{id}/`."""

    upsert_serializer: ClassVar[type[Serializer[Any]]]
    """The fields of a new row, none of them required: of a row that is there, those are changed that are sent."""

    def perform_revive(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Call the service that takes a deleted row back; Http404 where the caller would not see it."""
        raise NotImplementedError

    def changes_for(self, pk: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
        """What a change takes of the fields; raises RuleError where one that cannot change is another than it is."""
        return data

    def kept(self, pk: uuid.UUID) -> uuid.UUID:
        """The row that stands for this one: another where it was merged."""
        return pk

    def present(self: Any, pk: uuid.UUID) -> tuple[uuid.UUID, int, Any]:
        """The row's id, version and when it was deleted; of a merged one those of the row that was kept."""
        rows = self.model._default_manager.values_list("pk", "version", "deleted_at")
        found = rows.filter(pk=pk).first()
        if found is not None and found[2] is not None and (kept := self.kept(pk)) != pk:
            found = rows.filter(pk=kept).first()
        if found is None:
            raise Http404
        return found

    @action(
        detail=False,
        methods=["get"],
        url_path="by-external-id/<source_system:source_system>/<external_id:external_id>",
        url_name="by-external-id",
    )
    def by_external_id(self: Any, request: Request, source_system: str, external_id: str) -> Response:
        self.refuse_unknown_parameters()
        refuse_other_system(request, source_system)
        pk = row_ids_of(kind_of(self.model), source_system, [external_id]).get(external_id)
        if pk is None:
            raise Http404
        row = self.read(self.present(pk)[0])
        etag = self.entity_tag(row)
        if is_unchanged(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return self.answer(row)

    @by_external_id.mapping.put
    def upsert(self: Any, request: Request, source_system: str, external_id: str) -> Response:
        self.refuse_unknown_parameters()
        refuse_other_system(request, source_system)
        data = self.written(self.upsert_serializer)
        with transaction.atomic():
            put = self.upsert_one(source_system, external_id, data, sent_versions(request))
        if put.status == "created":
            response = self.answer(self.read(put.pk), code=status.HTTP_201_CREATED)
        else:
            response = answer_if_seen(self, put.pk)
        response["Location"] = request.build_absolute_uri(address_of(request, put.pk))
        return response

    def upsert_one(self: Any, system: str, external_id: str, data: dict[str, Any], versions: set[int] | None) -> Put:
        """Make or change the row of an external id, inside a transaction; `versions` are those that may be changed."""
        kind = kind_of(self.model)
        claimed = claim(kind, system, [external_id])
        if external_id in claimed.new:
            return self.make_one(system, external_id, data, versions)
        pk, version, deleted_at = self.present(claimed.rows[external_id])
        expected = None if versions is None else version if version in versions else max(versions)
        if deleted_at is not None:
            self.perform_revive(pk, expected)
            expected = None
        elif not self.rows().filter(pk=pk).exists():
            raise Http404
        self.perform_update(pk, self.changes_for(pk, data), expected)
        after = self.model._default_manager.values_list("version", flat=True).get(pk=pk)
        return Put(pk, after, "unchanged" if after == version else "updated")

    def make_one(self: Any, system: str, external_id: str, data: dict[str, Any], versions: set[int] | None) -> Put:
        """Make the row of an external id that was claimed."""
        if versions is not None:
            raise Stale(0)
        require(data, self.write_serializer)
        row, is_new = made_by(self.perform_create(data))
        point_to(kind_of(self.model), system, external_id, row.pk)
        return Put(uuid.UUID(int=row.pk.int), row.version, "created" if is_new else "unchanged")


def sent_versions(request: Request) -> set[int] | None:
    """The versions of If-Match where it is sent; `*` is any version of a row that is there."""
    if request.headers.get("If-Match", "").strip() == "*":
        return AnyVersion()
    return expected_versions(request, required=False)


class AnyVersion(set[int]):
    """The versions of `If-Match: *`: whatever the row has."""

    def __contains__(self, version: object) -> bool:
        return True


def address_of(request: Request, pk: uuid.UUID) -> str:
    """The address of the row itself, from that of its external id."""
    return f"{request.path.partition('by-external-id/')[0]}{pk}/"


def refuse_changed(data: dict[str, Any], fixed: dict[str, Any]) -> dict[str, Any]:
    """The fields without those that never change; raises RuleError where one of these is another than it is."""
    message = _("This is set when the row is made, and does not change.")
    wrong = {
        name: RuleError(message, code="fixed")
        for name, present in fixed.items()
        if name in data and data[name] != present
    }
    if wrong:
        raise RuleError(wrong)
    return {name: value for name, value in data.items() if name not in fixed}


@cache
def needed(serializer_class: type[Serializer[Any]]) -> tuple[str, ...]:
    """The fields that a body must have; to ask a serializer for its fields costs more than to write a row."""
    return tuple(name for name, field in serializer_class().fields.items() if field.required)


def require(data: dict[str, Any], serializer_class: type[Serializer[Any]]) -> None:
    """Raise RuleError for fields that a new row needs and that were not sent."""
    missing = [name for name in needed(serializer_class) if name not in data]
    if missing:
        raise RuleError({name: RuleError(_("A new row needs this field."), code="required") for name in missing})


def made_by(made: Model | tuple[Model, bool]) -> tuple[Any, bool]:
    """The row, and whether it is new."""
    return made if isinstance(made, tuple) else (made, True)


def take_known_as(request: Request, data: dict[str, Any]) -> tuple[str, Any] | None:
    """Take system and external id (of a change also null) out of the fields of a body; None where neither was sent.

    Raises RuleError where one of them is missing, PermissionDenied for a system that is not the key's.
    """
    pair = {name: data.pop(name) for name in ("source_system", "external_id") if name in data}
    if not pair:
        return None
    for name in ("source_system", "external_id"):
        if name not in pair:
            raise RuleError({name: RuleError(_("Send both: source_system and external_id."), code="required")})
    refuse_other_system(request, pair["source_system"])
    return pair["source_system"], pair["external_id"]


def create_known(view: Any, data: dict[str, Any]) -> tuple[Any, bool]:
    """Make a row, known to another system where the body says so; the row, and whether it is new."""
    pair = take_known_as(view.request, data)
    if pair is None:
        return made_by(view.perform_create(data))
    system, external_id = pair
    kind = kind_of(view.model)
    with transaction.atomic():
        # Claimed before anything is locked: whoever sends the same id waits here, and nowhere later.
        claimed = claim(kind, system, [external_id])
        row, is_new = made_by(view.perform_create(data))
        if external_id in claimed.new:
            point_to(kind, system, external_id, row.pk)
        elif claimed.rows[external_id] != row.pk:
            raise taken()
    return row, is_new


def change_known(view: Any, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
    """Change a row, and what another system calls it where the body says so; that is a new version, too."""
    pair = take_known_as(view.request, data)
    if pair is None:
        view.perform_update(pk, data, expected_version)
        return
    system, external_id = pair
    kind = kind_of(view.model)
    with transaction.atomic():
        # Claimed before the row is locked, as whoever makes a row with this id does.
        claimed = claim(kind, system, [external_id]) if external_id is not None else None
        view.perform_update(pk, data, expected_version)
        if claimed is None:
            is_changed = forget(kind, pk, system)
        else:
            is_free = stands_idle(view, claimed.rows[external_id], pk)
            is_changed = call_it(kind, pk, system, external_id, claimed, is_free=is_free)
        if is_changed:
            view.model._default_manager.filter(pk=pk).update(updated_at=timezone.now())


def stands_idle(view: Any, holder: uuid.UUID, pk: uuid.UUID) -> bool:
    """Whether an external id means a row that is deleted, or was merged into the row that is to have it."""
    if not isinstance(view, UpsertMixin):
        return False
    try:
        stands_for, _version, deleted_at = view.present(holder)
    except Http404:
        return False
    return deleted_at is not None or stands_for == pk
