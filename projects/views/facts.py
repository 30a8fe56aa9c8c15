"""The key facts of a lead in groups, and what it still misses for its stage."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from investcrm.core.models import MoneyField
from investcrm.core.templatetags.crm import area_m2, area_mu, day, money
from investcrm.core.words import in_words, plain_number
from projects.choices import AFTER_SIGNING, Listing, MilestoneKind
from projects.models import Company, Lead, Milestone
from projects.requirements import Requirement, facts_of, missing, requirements_by_stage

GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("What it is"), ("company", "name_en", "industry", "capital_origin", "listing")),
    (_("Money"), ("total_investment", "fixed_asset_investment", "registered_capital", "agreed_investment")),
    (
        _("What it needs"),
        (
            "site_need", "land_mu", "floor_area_m2", "clear_height_m", "floor_load_t_m2", "power_kva",
            "needs_waterway",
        ),
    ),
    (
        _("Days and papers"),
        (
            "first_contact_on", "stage_entered_on", "expected_signing_on", "draft_agreement_on", "signed_on",
            "landed_on", "closed_on", "agreement_number", "registered_company", "place", "review_conclusion",
            "close_reason",
        ),
    ),
    (
        _("Where it came from"),
        ("acquisition_mode", "source", "referrer_company", "referrer_contact", "created_by"),
    ),
)  # fmt: skip
UNITS = {"clear_height_m": "m", "floor_load_t_m2": "t/m²", "power_kva": "kVA"}
WORDS = {"created_by": _("Entered by")}
# Said in the label already, so the value goes without.
_PLAIN_LABELS = {
    "land_mu": _("Land"), "floor_area_m2": _("Floor area"), "clear_height_m": _("Clear height"),
    "floor_load_t_m2": _("Floor load"), "power_kva": _("Power"),
}  # fmt: skip


def _amount(lead: Lead, value: Decimal, cny: Decimal | None) -> str:
    text = money(value, lead.currency)
    if lead.currency == "CNY" or cny is None:
        return text
    return format_html('{} <span class="soft">≈ {}</span>', text, money(cny, "CNY"))


def _value(lead: Lead, name: str) -> str:
    value = getattr(lead, name)
    column = cast("models.Field[Any, Any]", lead._meta.get_field(name))
    if value in (None, "", False) or (name == "listing" and value == Listing.NONE):
        return ""
    if isinstance(value, Company):
        return format_html('<a href="{}">{}</a>', reverse("projects:company", args=[value.pk]), value)
    if isinstance(column, MoneyField):
        return _amount(lead, value, getattr(lead, f"{name}_cny", None))
    if isinstance(column, models.DateField):
        return day(value)
    if name == "land_mu":
        return area_mu(value)
    if name == "floor_area_m2":
        return area_m2(value)
    if name in UNITS:
        return f"{plain_number(value)} {UNITS[name]}"
    return in_words(column, value)


def _label(name: str) -> Any:
    return WORDS.get(name) or _PLAIN_LABELS.get(name) or cast(Any, Lead._meta.get_field(name)).verbose_name


def fact_groups(lead: Lead) -> list[dict[str, Any]]:
    """Groups of {title, rows: [{label, value}]}; what is empty is left out."""
    groups = []
    for title, names in GROUPS:
        rows = [{"label": _label(name), "value": value} for name in names if (value := _value(lead, name))]
        if rows:
            groups.append({"title": title, "rows": rows})
    return groups


def gaps(lead: Lead) -> list[Requirement]:
    """What the lead misses for the stage it stands at. One query."""
    return missing(requirements_by_stage().get(lead.stage_id, []), facts_of(lead))


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone, set or not."""

    kind: str
    label: str
    milestone: Milestone | None


def milestone_rows(lead: Lead) -> list[MilestoneRow]:
    """All milestones in their order; none for a lead that is not signed and has none."""
    rows = lead.milestones.filter(deleted_at=None).select_related("document")
    found = {milestone.kind: milestone for milestone in rows}
    if not found and lead.stage_kind not in AFTER_SIGNING:
        return []
    return [MilestoneRow(kind, str(label), found.get(kind)) for kind, label in MilestoneKind.choices]
