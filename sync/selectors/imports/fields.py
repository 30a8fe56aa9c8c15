"""The fields that a column may fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sync.choices import ImportTarget


@dataclass(frozen=True)
class Field:
    """A field: its words, and how its cells are read."""

    key: str
    label: Any
    kind: str
    group: str = "lead"
    # only who may enter leads that existed before
    history: bool = False


LEAD, COMPANY, CONTACT = "lead", "company", "contact"
GROUPS: list[tuple[str, Any]] = [(LEAD, _("Lead")), (COMPANY, _("Company")), (CONTACT, _("Contact"))]

FIELDS: tuple[Field, ...] = (
    Field("name", _("Name of the lead"), "text"),
    Field("name_en", _("English name of the lead"), "text"),
    Field("summary", _("Project content"), "text"),
    Field("industry", _("Industry"), "industry"),
    Field("acquisition_mode", _("Acquisition mode"), "acquisition_mode"),
    Field("capital_origin", _("Origin of capital"), "capital_origin"),
    Field("listing", _("Major project list"), "listing"),
    Field("source", _("Lead source"), "text"),
    Field("referrer", _("Referrer"), "company_name"),
    Field("first_contact_on", _("First contact on"), "day"),
    Field("team", _("Team"), "team"),
    Field("owner", _("Owner"), "person"),
    Field("currency", _("Currency"), "currency"),
    Field("total_investment", _("Total investment"), "amount"),
    Field("fixed_asset_investment", _("Fixed-asset investment"), "amount"),
    Field("registered_capital", _("Registered capital"), "amount"),
    Field("agreed_investment", _("Agreed investment"), "amount"),
    Field("site_need", _("Site need"), "site_need"),
    Field("land_mu", _("Land (mu)"), "number"),
    Field("floor_area_m2", _("Floor area (m²)"), "number"),
    Field("clear_height_m", _("Clear height (m)"), "number"),
    Field("power_kva", _("Power (kVA)"), "number"),
    Field("expected_signing_on", _("Expected signing"), "day"),
    Field("place", _("Place in the zone"), "text"),
    Field("stage", _("Stage"), "stage", history=True),
    Field("stage_on", _("In this stage since"), "day", history=True),
    Field("agreement_number", _("Agreement number"), "text"),
    Field("close_reason", _("Reason for closing"), "text"),
    Field("note", _("Progress and remarks"), "text"),
    Field("external_id", _("Number in the source"), "text"),
    Field("company", _("Company"), "company_name", COMPANY),
    Field("company_en", _("English name of the company"), "text", COMPANY),
    Field("credit_code", _("Unified social credit code"), "credit_code", COMPANY),
    Field("country", _("Country"), "country", COMPANY),
    Field("address", _("Address"), "text", COMPANY),
    Field("website", _("Website"), "website", COMPANY),
    Field("profile", _("Profile"), "text", COMPANY),
    Field("contact", _("Contact"), "contact", CONTACT),
    Field("position", _("Position"), "text", CONTACT),
    Field("phone", _("Phone"), "phone", CONTACT),
    Field("wechat", _("WeChat"), "text", CONTACT),
    Field("email", _("E-mail"), "email", CONTACT),
)
OF_COMPANIES = frozenset(field.key for field in FIELDS if field.group != LEAD)
REQUIRED: dict[str, tuple[str, ...]] = {ImportTarget.LEADS: ("name", "company"), ImportTarget.COMPANIES: ("company",)}
BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
AMOUNTS = tuple(field.key for field in FIELDS if field.kind == "amount")


def fields_for(target: str, *, may_record_history: bool) -> list[Field]:
    """The fields that a column of such an import may fill."""
    rows = FIELDS if target == ImportTarget.LEADS else [field for field in FIELDS if field.key in OF_COMPANIES]
    return [field for field in rows if may_record_history or not field.history]
