"""Money after signing: funds that arrived, capital that investors add."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Model, QuerySet

from investcrm.core.api.steps import step
from investcrm.core.api.views import CreateMixin, DestroyMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from projects.api.serializers.funds import (
    CapitalIncreaseSerializer,
    CapitalIncreaseWriteSerializer,
    CheckSerializer,
    FundArrivalChangeSerializer,
    FundArrivalSerializer,
    FundArrivalWriteSerializer,
    RejectSerializer,
    TakeBackIncreaseSerializer,
)
from projects.filters import FUND_ORDERINGS, INCREASE_ORDERINGS, CapitalIncreaseFilter, FundArrivalFilter
from projects.models import CapitalIncrease, Document, FundArrival, Lead
from projects.services.funds import change_funds, enter_funds, reject_funds, verify_funds, withdraw_funds
from projects.services.increases import record_increase, take_back_increase
from projects.shapes import (
    CAPITAL_INCREASE_COLUMNS,
    FUND_ARRIVAL_COLUMNS,
    capital_increase_shape,
    fund_arrival_shape,
)
from teams.api.references import References
from teams.models import User


def with_rows(user: User, data: dict[str, Any]) -> dict[str, Any]:
    """The body with the lead (by its id) and the document that it names. Raises ValidationError."""
    references = References(user)
    found = dict(data)
    if "lead" in data:
        lead: Any = references.one(Lead.objects.visible_to(user), found.pop("lead"), "lead")
        found["lead_id"] = lead and lead.pk
    if "document" in data:
        found["document"] = references.one(Document.objects.visible_to(user), data["document"], "document")
    references.raise_if_any()
    return found


class FundArrivalViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet):
    """Arrivals of funds. Deleting one that is not verified takes it out of the books."""

    model = FundArrival
    noun = "FundArrival"
    columns = FUND_ARRIVAL_COLUMNS
    orderings = FUND_ORDERINGS
    filterset_class = FundArrivalFilter
    answer_serializer = FundArrivalSerializer
    write_serializer = FundArrivalWriteSerializer
    change_serializer = FundArrivalChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Arrivals of leads that the caller sees."""
        return FundArrival.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """An arrival."""
        return fund_arrival_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter money that arrived."""
        return enter_funds(actor=self.actor, **with_rows(self.actor, data))

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change one's own entry before it is checked."""
        changes = with_rows(self.actor, data)
        change_funds(actor=self.actor, fund_id=pk, changes=changes, expected_version=expected_version)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take out one that is not verified; a verified one needs a note, which `withdraw` takes."""
        withdraw_funds(actor=self.actor, fund_id=pk, expected_version=expected_version)

    @step(CheckSerializer)
    def verify(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that the money did arrive; whoever entered it cannot."""
        verify_funds(actor=self.actor, fund_id=pk, note=data.get("check_note", ""), expected_version=expected_version)

    @step(RejectSerializer)
    def reject(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that the money did not arrive like that, and why."""
        reject_funds(actor=self.actor, fund_id=pk, note=data["check_note"], expected_version=expected_version)

    @step(CheckSerializer, takes_out=True)
    def withdraw(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Take it out of the books; a verified one with a note."""
        withdraw_funds(
            actor=self.actor, fund_id=pk, note=data.get("check_note", ""), expected_version=expected_version
        )


class CapitalIncreaseViewSet(ListMixin, RetrieveMixin, CreateMixin, ResourceViewSet):
    """Capital increases of settled investors."""

    model = CapitalIncrease
    noun = "CapitalIncrease"
    columns = CAPITAL_INCREASE_COLUMNS
    orderings = INCREASE_ORDERINGS
    filterset_class = CapitalIncreaseFilter
    answer_serializer = CapitalIncreaseSerializer
    write_serializer = CapitalIncreaseWriteSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Increases of leads that the caller sees."""
        return CapitalIncrease.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """An increase."""
        return capital_increase_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter an increase."""
        return record_increase(actor=self.actor, **with_rows(self.actor, data))

    @step(TakeBackIncreaseSerializer, takes_out=True)
    def take_back(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Take it back by an entry of the negative amount; nothing in the ledger is erased."""
        take_back_increase(actor=self.actor, increase_id=pk, note=data["note"], expected_version=expected_version)
