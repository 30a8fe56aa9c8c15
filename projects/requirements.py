"""What a stage requires, as data: one registry, one function, for page, board, API and import.

Which stage requires what stands in the table StageRequirement; here is how each requirement is tested, and under
which field it is asked for. The tests read a plain dict of facts, so that a list row and a lead give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Lead, StageRequirement

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Requirement:
    """One thing that a lead needs: the field it is asked by, its label, and whether the facts meet it."""

    field: str
    label: str | Promise
    is_met: Callable[[Facts], bool]


def _filled(name: str) -> Callable[[Facts], bool]:
    return lambda facts: facts[name] not in (None, "")


def _has_code_or_is_foreign(facts: Facts) -> bool:
    if facts["registered_company_id"] is None:
        return True  # asked for by the requirement before
    return facts["registered_company__country"] != "CN" or bool(facts["registered_company__credit_code"])


REQUIREMENTS: dict[str, Requirement] = {
    "name": Requirement("name", _("Name"), _filled("name")),
    "company": Requirement("company", _("Company"), _filled("company_id")),
    "team": Requirement("team", _("Team"), _filled("team_id")),
    "owner": Requirement("owner", _("Owner"), _filled("owner_id")),
    "industry": Requirement("industry", _("Industry"), _filled("industry_id")),
    "interaction": Requirement("interaction", _("A logged interaction"), _filled("last_interaction_at")),
    "total_investment": Requirement("total_investment", _("Total investment"), _filled("total_investment")),
    "site_need": Requirement("site_need", _("Site need, or that none is needed"), _filled("site_need")),
    "expected_signing_on": Requirement("expected_signing_on", _("Expected signing"), _filled("expected_signing_on")),
    "review_conclusion": Requirement("review_conclusion", _("Review conclusion"), _filled("review_conclusion")),
    "draft_agreement_on": Requirement("draft_agreement_on", _("Draft agreement of"), _filled("draft_agreement_on")),
    "signed_on": Requirement("signed_on", _("Signed on"), _filled("signed_on")),
    "agreed_investment": Requirement("agreed_investment", _("Agreed investment"), _filled("agreed_investment")),
    "agreement_number": Requirement(
        "agreement_number",
        _("Agreement number or document"),
        lambda facts: bool(facts["agreement_number"]) or facts["agreement_document_id"] is not None,
    ),
    "landed_on": Requirement("landed_on", _("Landed on"), _filled("landed_on")),
    "registered_company": Requirement("registered_company", _("Registered company"), _filled("registered_company_id")),
    "registered_credit_code": Requirement(
        "registered_credit_code", _("Credit code of the registered company"), _has_code_or_is_foreign
    ),
    "place": Requirement("place", _("Place in the zone"), _filled("place")),
    "close_reason": Requirement("close_reason", _("Reason for closing"), _filled("close_reason")),
}

# The facts that the tests read; lists fetch these columns.
FACT_COLUMNS: tuple[str, ...] = (
    "name", "company_id", "team_id", "owner_id", "industry_id", "last_interaction_at", "total_investment", "site_need",
    "expected_signing_on", "review_conclusion", "draft_agreement_on", "signed_on", "agreed_investment",
    "agreement_number", "agreement_document_id", "landed_on", "registered_company_id", "registered_company__country",
    "registered_company__credit_code", "place", "close_reason",
)  # fmt: skip

# Set by the move itself, from the day it happened; never asked for as a field.
SET_BY_MOVE = frozenset({"signed_on", "landed_on"})


def facts_of(lead: Lead) -> dict[str, Any]:
    """The facts of a lead that is in hand."""
    facts = {name: getattr(lead, name) for name in FACT_COLUMNS if "__" not in name}
    registered = lead.registered_company
    facts["registered_company__country"] = registered.country if registered else None
    facts["registered_company__credit_code"] = registered.credit_code if registered else None
    return facts


def requirements_by_stage() -> dict[str, list[str]]:
    """The requirement codes of each stage, in their order. One query."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(*_requirements_sql())
        for stage, code in cursor.fetchall():
            found.setdefault(stage, []).append(code)
    return found


@cache
def _requirements_sql() -> tuple[str, Any]:
    """The query, which is always the same: putting it together takes several times as long as its answer."""
    rows = StageRequirement.objects.order_by("stage_id", "position").values_list("stage_id", "requirement")
    return rows.query.sql_with_params()


def missing(codes: Sequence[str], facts: Facts) -> list[Requirement]:
    """The requirements among the codes that the facts do not meet, in order. An unknown code is a KeyError."""
    return [REQUIREMENTS[code] for code in codes if not REQUIREMENTS[code].is_met(facts)]
