"""Documents: uploaded by a form, taken in parts, each taking written down."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.exceptions import ValidationError as WrongShape
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.problems import NO_SUCH_RANGE, PayloadTooLarge, Unavailable, problem_response
from investcrm.core.api.views import (
    CreateMixin,
    DestroyMixin,
    ListMixin,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    parameter_error,
)
from projects.choices import DocumentKind
from projects.filters import CHANGED_ORDERINGS
from projects.models import Company, Document, DocumentVersion, Lead
from projects.services.documents import (
    NewFile,
    Place,
    add_file,
    delete_document,
    document_for_change,
    place_of_company,
    place_of_document,
    place_of_lead,
    update_document,
)
from projects.services.storing import StorageFailed
from projects.shapes import DOCUMENT_COLUMNS, document_shape
from projects.views.downloads import file_answer
from projects.views.receiving import FORM_BYTES, PartHandler
from teams.api.references import References
from visits.api.document_serializers import (
    DocumentChangeSerializer,
    DocumentSerializer,
    DocumentWriteSerializer,
    NewVersionSerializer,
)
from visits.filters import DocumentFilter
from visits.models import Interaction
from visits.services.attachments import Holder, attach, holder_of, may_attach

TAKE_FORMS = frozenset({"create", "versions"})
OWNERS = ("lead", "company", "interaction")
FILE = {"application/octet-stream": OpenApiTypes.BINARY, "*/*": OpenApiTypes.BINARY}
FILES: dict[Any, Any] = {(200, type_): kind for type_, kind in FILE.items()} | {
    (206, type_): OpenApiResponse(kind, description="The part that Range asks for.") for type_, kind in FILE.items()
}


class AnyType(BaseRenderer):
    """Whatever the file is: the header Accept cannot choose."""

    media_type = "*/*"
    format = "file"


class DocumentViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet):
    """Documents of leads and companies. Deleted softly; their files stay."""

    model = Document
    noun = "Document"
    columns = DOCUMENT_COLUMNS
    orderings = CHANGED_ORDERINGS
    filterset_class = DocumentFilter
    answer_serializer = DocumentSerializer
    write_serializer = DocumentWriteSerializer
    change_serializer = DocumentChangeSerializer
    other_refusals: ClassVar = {"file": (416,)}

    def rows(self) -> QuerySet[Any, Any]:
        """Documents that the caller sees."""
        return Document.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A document."""
        return document_shape(row)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The files of a form go to disk as they come."""
        if request.method == "POST":
            request.upload_handlers = [PartHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large before anything is read."""
        largest = settings.DOCUMENT_MAX_MB * 1024 * 1024 + FORM_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
            message = _("The file is larger than %(limit)d MB.") % {"limit": settings.DOCUMENT_MAX_MB}
            raise PayloadTooLarge(message)
        super().initial(request, *args, **kwargs)

    def get_parsers(self) -> list[Any]:
        """A form where a file is sent, JSON elsewhere."""
        name = getattr(self, "action", None) or self.action_map.get((self.request.method or "").lower())
        return [MultiPartParser()] if name in TAKE_FORMS else super().get_parsers()

    def sent(self) -> Any:
        """The fields of a form, each once."""
        body: Any = super().sent()
        if not hasattr(body, "lists"):
            return body
        several = {name for name, values in body.lists() if len(values) > 1}
        if several:
            message = str(_("This field was sent several times."))
            raise WrongShape({name: [ErrorDetail(message, code="repeated")] for name in several})
        return {name: _object(values[0]) if name in OWNERS else values[0] for name, values in body.lists()}

    def perform_create(self, data: dict[str, Any]) -> Document:
        """Store a file as a new document."""
        holder = None
        if "interaction" in data and not {"lead", "company"} & set(data):
            holder = self.holder(data)
            place = holder.place
        else:
            place = self.place(data)
        if place is None:
            message = _("This entry has neither lead nor company: a document cannot hang on it.")
            raise ValidationError({"interaction": ValidationError(message, code="no_place")})
        document = self.stored(place, data)
        if holder is not None:
            attach(actor=self.actor, of=holder.of, row_id=holder.row.pk, document_id=document.pk)
        return document

    def holder(self, data: dict[str, Any]) -> Holder:
        """The interaction that a document is attached to. Raises PermissionDenied."""
        references = References(self.actor)
        rows = Interaction.objects.visible_to(self.actor)
        interaction: Any = references.one(rows, data["interaction"], "interaction")
        references.raise_if_any()
        holder = holder_of(self.actor, "interaction", interaction.pk)
        if holder.place is not None and not may_attach(self.actor, holder):
            raise PermissionDenied
        return holder

    def place(self, data: dict[str, Any]) -> Place:
        """The lead or the company of a new document. Raises PermissionDenied, ValidationError."""
        named = [name for name in OWNERS if name in data]
        references = References(self.actor)
        if len(named) != 1:
            message = _("Name one of lead, company and interaction.")
            raise ValidationError({named[1] if named else "lead": ValidationError(message, code="one_owner")})
        if named == ["lead"]:
            lead: Any = references.one(Lead.objects.visible_to(self.actor), data["lead"], "lead")
            references.raise_if_any()
            return place_of_lead(self.actor, lead.pk)
        companies = Company.objects.visible_to(self.actor)
        company: Any = references.one(companies, data.get("company"), "company", "credit_code")
        zone: Any = references.place(data)[0] if company is not None else None
        references.raise_if_any()
        return place_of_company(self.actor, company.pk, zone)

    def stored(self, place: Place, data: dict[str, Any], document: Document | None = None) -> Document:
        """Store the file that was sent. Raises Unavailable where the storage fails."""
        file = data["file"]
        new = NewFile(
            path=Path(file.temporary_file_path()),
            name=file.name,
            size=file.size,
            kind=data.get("kind", DocumentKind.OTHER),
            title=data.get("title", ""),
            note=data.get("note", ""),
            document=document,
        )
        try:
            return add_file(actor=self.actor, place=place, file=new)
        except StorageFailed as failed:
            raise Unavailable(failed.message) from failed

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change title, kind or note."""
        update_document(actor=self.actor, document_id=pk, changes=data, expected_version=expected_version)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Delete a document."""
        delete_document(actor=self.actor, document_id=pk, expected_version=expected_version)

    @extend_schema(request={"multipart/form-data": NewVersionSerializer}, responses={201: DocumentSerializer})
    @action(detail=True, methods=["post"])
    def versions(self, request: Request, pk: uuid.UUID) -> Response:
        """Add the next version of a document; those before it are kept."""
        self.refuse_unknown_parameters()
        self.read(pk)
        document = document_for_change(self.actor, pk)
        self.stored(place_of_document(self.actor, document), self.written(NewVersionSerializer), document)
        return self.answer(self.read(pk), code=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "version",
                {"type": "integer", "minimum": 1, "maximum": 999_999_999},
                description="The number of a version; the newest unless given.",
            ),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
        ],
        responses=FILES,
    )
    @action(detail=True, methods=["get"], renderer_classes=[AnyType])
    def file(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """The file, or the part of it that Range asks for. Its taking is written down."""
        self.refuse_unknown_parameters({"version"})
        versions = DocumentVersion.objects.filter(document__in=self.rows().filter(pk=pk))
        number = request.query_params.get("version")
        if number is None:
            versions = versions.filter(document__current=F("pk"))
        elif number.isascii() and number.isdigit() and len(number) <= 9 and int(number) > 0:
            versions = versions.filter(number=int(number))
        else:
            raise parameter_error("version", "invalid", _("Send the number of a version, from 1 on."))
        version = versions.first()
        if version is None:
            raise Http404
        try:
            answer = file_answer(request._request, self.actor, version)
        except StorageFailed as failed:
            raise Unavailable(failed.message) from failed
        if answer.status_code == status.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE:
            return problem_response(request, NO_SUCH_RANGE, headers={"Content-Range": answer["Content-Range"]})
        return answer


def _object(value: Any) -> Any:
    """An object that a form carries as JSON; anything else as it is."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        return value
