"""The tables as COPY takes them: the columns that are told row by row, and the others' defaults."""

from __future__ import annotations

from typing import Any

from django.db import models

from projects.models import (
    CapitalIncrease,
    Company,
    Contact,
    FundArrival,
    Lead,
    LedgerEntry,
    Milestone,
    Settlement,
)
from visits.models import FollowUp, Interaction, InteractionParty, PlannedVisit

NULL = "\\N"


class Table:
    """Rows of one model on their way into the database."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.model = model
        given = columns.split()
        fields = {field.column: field for field in model._meta.concrete_fields}
        unknown = set(given) - set(fields)
        if unknown:
            raise KeyError(sorted(unknown)[0])
        others = [
            field for field in fields.values() if field.column not in given and not isinstance(field, models.AutoField)
        ]
        self.columns = [*given, *(field.column for field in others)]
        self.end = "".join("\t" + _default(field) for field in others) + "\n"
        self.lines: list[str] = []
        self.count = 0

    def add(self, *values: str) -> None:
        """One row; the values are text as COPY takes it."""
        self.lines.append("\t".join(values) + self.end)

    def take(self) -> str:
        """The rows added since, and begin anew."""
        text = "".join(self.lines)
        self.count += len(self.lines)
        self.lines = []
        return text


def _default(field: models.Field[Any, Any]) -> str:
    value = field.get_default()
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


TIMES = "created_at updated_at"
SNAPSHOT = (
    "stage_id zone_id team_id owner_id industry_id acquisition_mode capital_origin listing currency total_investment"
    " fixed_asset_investment registered_capital agreed_investment"
)
COLUMNS: dict[type[models.Model], str] = {
    Company: f"id {TIMES} name name_en country credit_code created_by_id normalised_name name_key search_text",
    Contact: f"id {TIMES} zone_id company_id name position phone phone_e164 email created_by_id search_text",
    Lead: (
        f"id {TIMES} deleted_at number name company_id summary source first_contact_on created_by_id {SNAPSHOT}"
        " stage_kind stage_entered_on signed_on landed_on closed_on site_need land_mu floor_area_m2 clear_height_m"
        " expected_signing_on review_conclusion draft_agreement_on agreement_number registered_company_id place"
        " close_reason last_progress_on last_interaction_at next_follow_up_on name_key search_text"
    ),
    LedgerEntry: (
        f"id lead_id seq kind occurred_on recorded_at actor_id note evidence from_stage_id reverses_id {SNAPSHOT}"
        " increase_amount increase_currency"
    ),
    Milestone: f"id {TIMES} lead_id kind occurred_on evidence recorded_by_id",
    CapitalIncrease: f"id {TIMES} lead_id amount currency agreed_on evidence entered_by_id entry_id",
    FundArrival: (
        f"id {TIMES} lead_id kind amount currency value_on evidence status entered_by_id checked_by_id checked_at"
    ),
    Settlement: f"{TIMES} company_id zone_id since owner_id",
    Interaction: (
        f"id {TIMES} zone_id lead_id company_id channel occurred_at duration_minutes team_id person_times summary"
        " next_follow_up_on created_by_id search_text"
    ),
    InteractionParty: "id interaction_id position company_id lead_id",
    Interaction.staff.through: "interaction_id user_id",
    InteractionParty.contacts.through: "interactionparty_id contact_id",
    FollowUp: f"id {TIMES} lead_id due_on note assignee_id status came_from_id done_by_id closed_at created_by_id",
    PlannedVisit: (
        f"id {TIMES} zone_id team_id owner_id lead_id company_id channel planned_on first_planned_on starts_at"
        " duration_minutes place purpose expected_result status done_by_id closed_at cancel_reason created_by_id"
    ),
}


def tables() -> dict[type[models.Model], Table]:
    """An empty table for each model, in the order in which their rows point to each other."""
    return {model: Table(model, columns) for model, columns in COLUMNS.items()}
