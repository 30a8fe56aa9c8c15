"""What comes next: follow-ups and planned visits."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Model, QuerySet

from investcrm.core.api.steps import step
from investcrm.core.api.views import CreateMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from projects.models import Company, Lead
from teams.api.references import References
from visits.api.plan_serializers import (
    CancelSerializer,
    FollowUpChangeSerializer,
    FollowUpSerializer,
    FollowUpWriteSerializer,
    GiveBackSerializer,
    PlannedVisitChangeSerializer,
    PlannedVisitSerializer,
    PlannedVisitWriteSerializer,
)
from visits.filters import FOLLOW_UP_ORDERINGS, PLANNED_VISIT_ORDERINGS, FollowUpFilter, PlannedVisitFilter
from visits.models import FollowUp, PlannedVisit
from visits.services.follow_ups import cancel_follow_up, give_back_follow_up, plan_follow_up, update_follow_up
from visits.services.planning import cancel_planned_visit, plan_visit, update_planned_visit
from visits.shapes import (
    FOLLOW_UP_COLUMNS,
    PLANNED_VISIT_COLUMNS,
    follow_up_shape,
    planned_visit_rows,
    planned_visit_shape,
)


class FollowUpViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, ResourceViewSet):
    """Follow-ups: the next steps that leads are owed."""

    model = FollowUp
    noun = "FollowUp"
    columns = FOLLOW_UP_COLUMNS
    orderings = FOLLOW_UP_ORDERINGS
    filterset_class = FollowUpFilter
    answer_serializer = FollowUpSerializer
    write_serializer = FollowUpWriteSerializer
    change_serializer = FollowUpChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Follow-ups of leads that the caller sees."""
        return FollowUp.objects.visible_to(self.actor)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A follow-up."""
        return follow_up_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Plan the next step of a lead."""
        references = References(self.actor)
        lead = references.one(Lead.objects.visible_to(self.actor), data["lead"], "lead")
        assignee = references.person(data.get("assignee"), "assignee")
        references.raise_if_any()
        return plan_follow_up(
            actor=self.actor, lead_id=row_id(lead), due_on=data["due_on"], note=data.get("note", ""), assignee=assignee
        )

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change an open follow-up."""
        references = References(self.actor)
        changes = dict(data)
        if "assignee" in data:
            changes["assignee"] = references.person(data["assignee"], "assignee")
        references.raise_if_any()
        update_follow_up(actor=self.actor, follow_up_id=pk, changes=changes, expected_version=expected_version)

    @step(CancelSerializer)
    def cancel(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that it will not be done, and why."""
        cancel_follow_up(
            actor=self.actor, follow_up_id=pk, reason=data["cancel_reason"], expected_version=expected_version
        )

    @step(GiveBackSerializer)
    def give_back(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Return it to whoever gave it to the caller."""
        give_back_follow_up(actor=self.actor, follow_up_id=pk, expected_version=expected_version)


def row_id(row: Any) -> uuid.UUID:
    """The id of a row that was found."""
    found: uuid.UUID = row.pk
    return found


class PlannedVisitViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, ResourceViewSet):
    """Planned visits and receptions, with what is expected of them."""

    model = PlannedVisit
    noun = "PlannedVisit"
    columns = PLANNED_VISIT_COLUMNS
    orderings = PLANNED_VISIT_ORDERINGS
    filterset_class = PlannedVisitFilter
    answer_serializer = PlannedVisitSerializer
    write_serializer = PlannedVisitWriteSerializer
    change_serializer = PlannedVisitChangeSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Planned visits that the caller sees, with who goes along."""
        return planned_visit_rows(PlannedVisit.objects.visible_to(self.actor))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A planned visit."""
        return planned_visit_shape(row)

    def perform_create(self, data: dict[str, Any]) -> tuple[Model, bool]:
        """Plan a visit in the zone of its lead, else the one named, else the caller's only one."""
        references = References(self.actor)
        leads = Lead.objects.visible_to(self.actor).select_related("zone")
        lead = references.one(leads, data.get("lead"), "lead")
        companies = Company.objects.visible_to(self.actor)
        company = references.one(companies, data.get("company"), "company", "credit_code")
        zone = lead.zone if lead is not None else None
        if zone is None and data.get("lead") is None:
            zone, _team = references.place(data)
        owner = references.person(data.get("owner"), "owner")
        staff = references.people(data.get("staff", ()), "staff")
        references.raise_if_any()
        named = {"lead": lead, "company": company, "zone": zone, "owner": owner, "staff": staff}
        return plan_visit(actor=self.actor, **{**data, **named})

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change a visit that is still planned."""
        references = References(self.actor)
        changes = {name: value for name, value in data.items() if name != "staff"}
        if "owner" in data:
            changes["owner"] = references.person(data["owner"], "owner")
        staff = references.people(data["staff"], "staff") if "staff" in data else None
        references.raise_if_any()
        there = set() if staff is None else set(PlannedVisit.objects.get(pk=pk).staff.all())
        wanted = there if staff is None else set(staff)
        update_planned_visit(
            actor=self.actor,
            planned_visit_id=pk,
            changes=changes,
            staff_added=wanted - there,
            staff_removed=there - wanted,
            expected_version=expected_version,
        )

    @step(CancelSerializer)
    def cancel(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Say that it will not take place, and why."""
        cancel_planned_visit(
            actor=self.actor, planned_visit_id=pk, reason=data["cancel_reason"], expected_version=expected_version
        )
