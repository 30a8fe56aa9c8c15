"""The read shapes of interactions, follow-ups, planned visits and service requests. Values in, plain dict out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import JSONObject

from investcrm.core.external_ids import external_shape, with_external
from investcrm.core.language import pick
from projects.models import Lead
from projects.shapes import plain
from teams.models import User
from visits.models import Interaction, InteractionParty, PlannedVisit
from visits.selectors.requests import state_by_steps

Values = Mapping[str, Any]

_PLAIN = (
    "id", "channel", "occurred_at", "duration_minutes", "person_times", "place", "summary", "outcome",
    "next_follow_up_on", "client_token", "version", "created_at", "updated_at",
)  # fmt: skip
INTERACTION_COLUMNS: tuple[str, ...] = (
    *_PLAIN, "zone__code", "zone__name_zh", "zone__name_en", "company_id", "team_id", "party_rows", "staff_ids",
    "external",
)  # fmt: skip


def interaction_values(
    interactions: QuerySet[Interaction], user: User, systems: Sequence[str] = ()
) -> QuerySet[Interaction, dict[str, Any]]:
    """The columns that `interaction_shape` reads, in one query; `systems` are those of the caller's key.

    Of a party whose lead the user does not see, only the company is told.
    """
    contacts = InteractionParty.contacts.through.objects.filter(interactionparty_id=OuterRef("id"))
    hidden = Q(lead__isnull=False) & ~Exists(Lead.objects.visible_to(user).filter(id=OuterRef("lead_id")))
    parties = (
        InteractionParty.objects.filter(interaction_id=OuterRef("id"))
        .order_by("position")
        .values(
            party=JSONObject(
                company=F("company_id"),
                lead=F("lead_id"),
                outcome=F("outcome"),
                contacts=ArraySubquery(contacts.order_by("id").values("contact_id")),
                hidden=ExpressionWrapper(hidden, output_field=BooleanField()),
            )
        )
    )
    staff = Interaction.staff.through.objects.filter(interaction_id=OuterRef("id")).order_by("id")
    return (
        with_external(interactions, "interaction", systems)
        .annotate(party_rows=ArraySubquery(parties), staff_ids=ArraySubquery(staff.values("user_id")))
        .values(*INTERACTION_COLUMNS)
    )


def interaction_shape(row: Values) -> dict[str, Any]:
    """An interaction as the API gives it."""
    parties = [_party(party) for party in row["party_rows"]]
    return {
        **{name: row[name] for name in _PLAIN},
        "zone": {"code": row["zone__code"], "name": pick(row["zone__name_zh"], row["zone__name_en"])},
        "lead": parties[0]["lead"] if parties else None,
        "company": row["company_id"],
        "contacts": list(dict.fromkeys(contact for party in parties for contact in party["contacts"])),
        "parties": parties,
        "team": row["team_id"],
        "staff": row["staff_ids"],
        **external_shape(row["external"]),
    }


def _party(row: Values) -> dict[str, Any]:
    hidden = row["hidden"]
    return {
        "company": row["company"],
        "lead": None if hidden else row["lead"],
        "contacts": [] if hidden else row["contacts"],
        "outcome": "" if hidden else row["outcome"],
    }


FOLLOW_UP_COLUMNS: tuple[str, ...] = (
    "id", "lead_id", "due_on", "note", "assignee_id", "status", "came_from_id", "done_by_id", "closed_at",
    "cancel_reason", "snooze_reason", "delegated_by_id", "created_by_id", "version", "created_at", "updated_at",
)  # fmt: skip


def follow_up_shape(row: Values) -> dict[str, Any]:
    """A follow-up as the API gives it."""
    return plain(row)


_ZONE = ("zone__code", "zone__name_zh", "zone__name_en")
_VISIT_PLAIN = (
    "id", "lead_id", "company_id", "team_id", "owner_id", "channel", "planned_on", "first_planned_on", "starts_at",
    "duration_minutes", "place", "purpose", "expected_result", "status", "done_by_id", "cancel_reason", "closed_at",
    "created_by_id", "version", "created_at", "updated_at",
)  # fmt: skip
PLANNED_VISIT_COLUMNS: tuple[str, ...] = (*_VISIT_PLAIN, *_ZONE, "staff_ids")


def planned_visit_rows(visits: QuerySet[PlannedVisit]) -> QuerySet[PlannedVisit]:
    """Planned visits with who goes along, for `values(*PLANNED_VISIT_COLUMNS)`: one query."""
    staff = PlannedVisit.staff.through.objects.filter(plannedvisit_id=OuterRef("id")).order_by("id")
    return visits.annotate(staff_ids=ArraySubquery(staff.values("user_id")))


def planned_visit_shape(row: Values) -> dict[str, Any]:
    """A planned visit as the API gives it."""
    return {
        **plain({name: row[name] for name in _VISIT_PLAIN}),
        "zone": _zone(row),
        "staff": row["staff_ids"],
    }


_REQUEST_PLAIN = (
    "id", "company_id", "lead_id", "category", "title", "detail", "received_at", "raised_by_id", "came_from_id",
    "handler_id", "team_id", "answer_due_on", "settle_due_on", "report_due_on", "answered_at", "answered_by_id",
    "answer", "settled_at", "settled_by_id", "settlement", "reported_at", "reported_by_id", "report", "withdrawn_at",
    "withdraw_reason", "created_by_id", "version", "created_at", "updated_at",
)  # fmt: skip
SERVICE_REQUEST_COLUMNS: tuple[str, ...] = (*_REQUEST_PLAIN, *_ZONE)


def service_request_shape(row: Values) -> dict[str, Any]:
    """A service request as the API gives it; `state` follows from its steps."""
    return {
        **plain({name: row[name] for name in _REQUEST_PLAIN}),
        "zone": _zone(row),
        "state": state_by_steps(
            withdrawn=row["withdrawn_at"], reported=row["reported_at"], settled=row["settled_at"],
            answered=row["answered_at"],
        ),
    }  # fmt: skip


def _zone(row: Values) -> dict[str, str]:
    return {"code": row["zone__code"], "name": pick(row["zone__name_zh"], row["zone__name_en"])}
