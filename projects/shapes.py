"""The read shape of each resource: one for list, single, feed, export and webhook. Values in, plain dict out."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from investcrm.core.external_ids import external_shape, with_external
from investcrm.core.language import pick, picker
from projects.choices import MilestoneKind
from projects.clocks import idle_days, light, silent_days
from projects.models import Company, Contact, Industry, Lead, Milestone
from projects.rates import in_cny
from projects.requirements import FACT_COLUMNS, missing

Values = Mapping[str, Any]

# Copied as they are, under the same name.
LEAD_PLAIN = (
    "id", "number", "name", "name_en", "stage_kind", "stage_entered_on", "acquisition_mode", "source",
    "referrer_contact", "capital_origin", "listing", "total_investment", "fixed_asset_investment",
    "registered_capital", "agreed_investment", "currency", "site_need", "land_mu", "floor_area_m2", "clear_height_m",
    "floor_load_t_m2", "power_kva", "needs_waterway", "place", "agreement_number", "summary", "review_conclusion",
    "draft_agreement_on", "expected_signing_on", "first_contact_on", "signed_on", "landed_on", "closed_on",
    "close_reason", "last_interaction_at", "next_follow_up_on", "version", "created_at", "updated_at",
)  # fmt: skip
_LEAD_JOINED = (
    "stage_id", "industry__code", "company_id", "company__name", "company__name_en", "zone__code", "zone__name_zh",
    "zone__name_en", "zone__time_zone", "zone__idle_yellow_days", "zone__idle_red_days", "team_id", "team__code",
    "team__name_zh", "team__name_en", "owner_id", "owner__display_name", "referrer_company_id",
    "registered_company_id", "last_progress_on",
)  # fmt: skip
# What `lead_rows` adds. The companies that few leads have come by subqueries: with two more joins to weigh up,
# PostgreSQL would plan for ten times as long as the query runs.
_LEAD_ADDED = ("total_investment_cny", "milestone_days", "referrer", "registered", "external")
_MILESTONES = tuple((kind, f"{kind}_on") for kind in MilestoneKind.values)
LEAD_COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys((*LEAD_PLAIN, *_LEAD_JOINED, *_LEAD_ADDED, *(name for name in FACT_COLUMNS if "__" not in name)))
)


def lead_rows(leads: QuerySet[Lead], systems: Sequence[str] = ()) -> QuerySet[Lead]:
    """Leads with what `lead_shapes` reads of them, for `values(*LEAD_COLUMNS)`: one query.

    `systems` are those of the caller's key, here and below.
    """
    days = Milestone.objects.filter(lead_id=OuterRef("id"), deleted_at=None)
    return with_external(leads, "lead", systems).annotate(
        total_investment_cny=in_cny("total_investment", timezone.localdate()),
        milestone_days=ArraySubquery(days.values(day=JSONObject(kind="kind", on="occurred_on"))),
        referrer=_company_of("referrer_company_id", "name", "name_en"),
        registered=_company_of("registered_company_id", "name", "name_en", "country", "credit_code"),
    )


def _company_of(key: str, *columns: str) -> Subquery:
    found = Company.objects.filter(id=OuterRef(key))
    return Subquery(found.values(columns=JSONObject(**{name: name for name in columns})))


def lead_shapes(rows: Sequence[Values], required: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Leads as the API gives them; `required` is requirements_by_stage()."""
    name = picker()
    zones = {row["zone__time_zone"] for row in rows}
    today = {zone: timezone.localdate(timezone=zoneinfo.ZoneInfo(zone)) for zone in zones}
    return [_lead_shape(row, required, name, today[row["zone__time_zone"]]) for row in rows]


def _lead_shape(
    row: Values, required: Mapping[str, Sequence[str]], name: Callable[[str, str], str], today: datetime.date
) -> dict[str, Any]:
    idle = idle_days(row["last_progress_on"], today)
    days = {day["kind"]: day["on"] for day in row["milestone_days"]}
    referrer, registered = row["referrer"], row["registered"]
    facts = {
        **row,
        "registered_company__country": registered and registered["country"],
        "registered_company__credit_code": registered and registered["credit_code"],
    }
    return {column: row[column] for column in LEAD_PLAIN} | {
        "company": {"id": row["company_id"], "name": name(row["company__name"], row["company__name_en"])},
        "zone": {"code": row["zone__code"], "name": name(row["zone__name_zh"], row["zone__name_en"])},
        "team": None
        if row["team_id"] is None
        else {
            "id": row["team_id"],
            "code": row["team__code"],
            "name": name(row["team__name_zh"], row["team__name_en"]),
        },
        "owner": None
        if row["owner_id"] is None
        else {"id": row["owner_id"], "display_name": row["owner__display_name"]},
        "stage": row["stage_id"],
        "industry": row["industry__code"],
        "referrer_company": referrer
        and {"id": row["referrer_company_id"], "name": name(referrer["name"], referrer["name_en"])},
        "registered_company": registered
        and {"id": row["registered_company_id"], "name": name(registered["name"], registered["name_en"])},
        "total_investment_cny": row["total_investment_cny"],
        "milestones": {field: days.get(kind) for kind, field in _MILESTONES},
        "silent_days": silent_days(row["last_interaction_at"], row["created_at"], today, row["zone__time_zone"]),
        "idle_days": idle,
        "light": light(idle, row["stage_kind"], yellow=row["zone__idle_yellow_days"], red=row["zone__idle_red_days"]),
        "gaps": [requirement.field for requirement in missing(required.get(row["stage_id"], ()), facts)],
        **external_shape(row["external"]),
    }


COMPANY_COLUMNS: tuple[str, ...] = (
    "id", "name", "name_en", "kind", "credit_code", "country", "region_code", "address", "website", "profile",
    "version", "created_at", "updated_at", "external",
)  # fmt: skip


def company_rows(companies: QuerySet[Company], systems: Sequence[str] = ()) -> QuerySet[Company]:
    """Companies for `values(*COMPANY_COLUMNS)`."""
    return with_external(companies, "company", systems)


def company_shape(row: Values) -> dict[str, Any]:
    """A company as the API gives it."""
    return {**{name: row[name] for name in COMPANY_COLUMNS[:-1]}, **external_shape(row["external"])}


CONTACT_COLUMNS: tuple[str, ...] = (
    "id", "company_id", "zone__code", "zone__name_zh", "zone__name_en", "name", "name_en", "position", "phone",
    "phone_e164", "wechat", "email", "remarks", "version", "created_at", "updated_at", "external",
)  # fmt: skip


def contact_rows(contacts: QuerySet[Contact], systems: Sequence[str] = ()) -> QuerySet[Contact]:
    """Contacts for `values(*CONTACT_COLUMNS)`."""
    return with_external(contacts, "contact", systems)


def contact_shape(row: Values) -> dict[str, Any]:
    """A contact as the API gives it."""
    return {
        "id": row["id"],
        "company": row["company_id"],
        "zone": {"code": row["zone__code"], "name": pick(row["zone__name_zh"], row["zone__name_en"])},
        **{name: row[name] for name in CONTACT_COLUMNS[5:-1]},
        **external_shape(row["external"]),
    }


INDUSTRY_COLUMNS: tuple[str, ...] = (
    "id", "zone__code", "code", "name_zh", "name_en", "parent__code", "gb_code", "disabled_on", "version",
    "created_at", "updated_at", "external",
)  # fmt: skip


def industry_rows(industries: QuerySet[Industry], systems: Sequence[str] = ()) -> QuerySet[Industry]:
    """Industries for `values(*INDUSTRY_COLUMNS)`."""
    return with_external(industries, "industry", systems)


def industry_shape(row: Values) -> dict[str, Any]:
    """An industry as the API gives it."""
    return {
        "id": row["id"],
        "zone": row["zone__code"],
        "code": row["code"],
        "name": pick(row["name_zh"], row["name_en"]),
        "parent": row["parent__code"],
        **{name: row[name] for name in ("name_zh", "name_en", *INDUSTRY_COLUMNS[6:-1])},
        **external_shape(row["external"]),
    }


STAGE_COLUMNS: tuple[str, ...] = (
    "id", "code", "name_zh", "name_en", "kind", "position", "silence_limit_days", "version", "created_at",
    "updated_at",
)  # fmt: skip


def stage_shape(row: Values) -> dict[str, Any]:
    """A stage as the API gives it."""
    return {**row, "name": pick(row["name_zh"], row["name_en"])}


MOVE_COLUMNS: tuple[str, ...] = (
    "id", "lead_id", "kind", "from_stage_id", "stage_id", "occurred_on", "recorded_at", "actor_id",
    "actor__display_name", "note", "evidence", "reverses_id",
)  # fmt: skip


def move_shape(row: Values) -> dict[str, Any]:
    """A stage move (or its correction) as the API gives it."""
    return {
        "id": row["id"],
        "lead": row["lead_id"],
        "kind": row["kind"],
        "from_stage": row["from_stage_id"],
        "to_stage": row["stage_id"],
        "occurred_on": row["occurred_on"],
        "recorded_at": row["recorded_at"],
        "actor": None
        if row["actor_id"] is None
        else {"id": row["actor_id"], "display_name": row["actor__display_name"]},
        "note": row["note"],
        "evidence": row["evidence"],
        "reverses": row["reverses_id"],
    }


FUND_ARRIVAL_COLUMNS: tuple[str, ...] = (
    "id", "lead_id", "kind", "amount", "currency", "value_on", "evidence", "document_id", "status", "entered_by_id",
    "checked_by_id", "checked_at", "check_note", "version", "created_at", "updated_at",
)  # fmt: skip


def fund_arrival_shape(row: Values) -> dict[str, Any]:
    """An arrival of funds as the API gives it."""
    return plain(row)


CAPITAL_INCREASE_COLUMNS: tuple[str, ...] = (
    "id", "lead_id", "amount", "currency", "agreed_on", "evidence", "document_id", "note", "entered_by_id",
    "version", "created_at", "updated_at",
)  # fmt: skip


def capital_increase_shape(row: Values) -> dict[str, Any]:
    """A capital increase as the API gives it."""
    return plain(row)


_FILE = ("number", "name", "size", "sha256", "content_type", "created_at")
_DOCUMENT_PLAIN = (
    "id", "lead_id", "company_id", "kind", "title", "note", "created_by_id", "version", "created_at", "updated_at",
)  # fmt: skip
DOCUMENT_COLUMNS: tuple[str, ...] = (
    *_DOCUMENT_PLAIN, "zone__code", "zone__name_zh", "zone__name_en", "current_id", "current__uploaded_by_id",
    *(f"current__{name}" for name in _FILE),
)  # fmt: skip


def document_shape(row: Values) -> dict[str, Any]:
    """A document with its newest file as the API gives it."""
    return {
        **plain({name: row[name] for name in _DOCUMENT_PLAIN}),
        "zone": {"code": row["zone__code"], "name": pick(row["zone__name_zh"], row["zone__name_en"])},
        "file": None
        if row["current_id"] is None
        else {
            "id": row["current_id"],
            **{name: row[f"current__{name}"] for name in _FILE},
            "uploaded_by": row["current__uploaded_by_id"],
        },
    }


def plain(row: Values) -> dict[str, Any]:
    """Columns under their names; the key of another row under the name of the relation."""
    return {name.removesuffix("_id"): value for name, value in row.items()}
