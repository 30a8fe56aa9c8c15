"""Service requests and their steps."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Model, QuerySet

from investcrm.core.api.steps import step
from investcrm.core.api.views import CreateMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from projects.models import Company, Contact, Lead
from teams.api.references import References
from visits.api.request_serializers import (
    AnswerSerializer,
    HandOverSerializer,
    ReportBackSerializer,
    ServiceRequestChangeSerializer,
    ServiceRequestSerializer,
    ServiceRequestWriteSerializer,
    SettleSerializer,
    TakeBackStepSerializer,
    WithdrawRequestSerializer,
)
from visits.filters import SERVICE_REQUEST_ORDERINGS, ServiceRequestFilter
from visits.models import Interaction, ServiceRequest
from visits.services.request_steps import (
    answer_request,
    report_request,
    settle_request,
    take_back_step,
    withdraw_request,
)
from visits.services.requests import hand_over_request, receive_request, update_request
from visits.shapes import SERVICE_REQUEST_COLUMNS, service_request_shape


class ServiceRequestViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, ResourceViewSet):
    """Service requests: what companies ask for, and what came of it."""

    model = ServiceRequest
    noun = "ServiceRequest"
    columns = SERVICE_REQUEST_COLUMNS
    orderings = SERVICE_REQUEST_ORDERINGS
    filterset_class = ServiceRequestFilter
    answer_serializer = ServiceRequestSerializer
    write_serializer = ServiceRequestWriteSerializer
    change_serializer = ServiceRequestChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Requests that the caller sees."""
        return ServiceRequest.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A service request."""
        return service_request_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter a request in the zone of its lead, else the one named, else the caller's only one."""
        references = References(self.actor)
        named = self.named(references, data)
        lead = named.get("lead")
        if "zone" in data or lead is None:
            zone, _team = references.place(data)
        else:
            zone = lead.zone
        companies = Company.objects.visible_to(self.actor)
        named["company"] = references.one(companies, data["company"], "company", "credit_code")
        interactions = Interaction.objects.visible_to(self.actor)
        named["came_from"] = references.one(interactions, data.get("came_from"), "came_from")
        named["handler"] = references.person(data.get("handler"), "handler")
        references.raise_if_any()
        return receive_request(actor=self.actor, **{**data, **named, "zone": zone})

    def named(self, references: References, data: dict[str, Any]) -> dict[str, Any]:
        """The lead and the contact that the body names, where it does."""
        leads = Lead.objects.visible_to(self.actor).select_related("zone")
        contacts = Contact.objects.visible_to(self.actor)
        rows = {"lead": leads, "raised_by": contacts}
        return {name: references.one(rows[name], data[name], name) for name in rows if name in data}

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change what was written down."""
        references = References(self.actor)
        changes = {**data, **self.named(references, data)}
        references.raise_if_any()
        update_request(actor=self.actor, request_id=pk, changes=changes, expected_version=expected_version)

    @step(AnswerSerializer, path="answer")
    def answer_it(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say what the company was told."""
        answer_request(
            actor=self.actor, request_id=pk, answer=data["answer"], at=data.get("answered_at"),
            expected_version=expected_version,
        )  # fmt: skip

    @step(SettleSerializer)
    def settle(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say how it was settled; from then on the days to report back count."""
        settle_request(
            actor=self.actor, request_id=pk, settlement=data["settlement"], at=data.get("settled_at"),
            answer_too=data.get("answer_too", False), expected_version=expected_version,
        )  # fmt: skip

    @step(ReportBackSerializer)
    def report(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that the company was told of the result, and what it said."""
        report_request(
            actor=self.actor, request_id=pk, report=data.get("report", ""), at=data.get("reported_at"),
            expected_version=expected_version,
        )  # fmt: skip

    @step(WithdrawRequestSerializer)
    def withdraw(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that the company no longer asks for it, and why."""
        withdraw_request(
            actor=self.actor, request_id=pk, reason=data["withdraw_reason"], expected_version=expected_version
        )

    @step(HandOverSerializer)
    def hand_over(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Give it to a colleague, and with it to their team."""
        references = References(self.actor)
        handler: Any = references.person(data["handler"], "handler")
        references.raise_if_any()
        hand_over_request(actor=self.actor, request_id=pk, handler=handler, expected_version=expected_version)

    @step(TakeBackStepSerializer)
    def take_back(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Take the latest step back, for it was a mistake."""
        take_back_step(
            actor=self.actor, request_id=pk, note=data["note"], state=data.get("state"),
            expected_version=expected_version,
        )  # fmt: skip
