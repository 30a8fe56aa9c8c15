"""What the body of a lead refers to, looked up in the lead's zone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projects.models import Company, Contact, Industry
from teams.api.references import Key, References

COMPANIES = ("company", "referrer_company", "registered_company")


def look_up_companies(references: References, keys: Iterable[Key | None]) -> dict[Key, Company]:
    """The companies of the keys (ids and credit codes), in one query."""
    return references.by_key(Company.objects.visible_to(references.user), keys, "credit_code")


def look_up_lead_fields(
    references: References, data: dict[str, Any], in_zone: dict[str, Any], at: str = ""
) -> dict[str, Any]:
    """The written fields with rows in place of keys; what is not there is noted in `references`.

    `in_zone` is the condition on a team's or an industry's zone; `at` is the place of the fields in the body.
    """
    found = dict(data)
    companies = look_up_companies(references, [data.get(name) for name in COMPANIES])
    for name in COMPANIES:
        if data.get(name) is not None:
            found[name] = companies.get(data[name])
            if found[name] is None:
                references.missing(f"{at}{name}", data[name])
    if "team" in data:
        found["team"] = references.team(data["team"], in_zone, f"{at}team")
    if "owner" in data:
        found["owner"] = references.person(data["owner"], f"{at}owner")
    if "industry" in data:
        key = data["industry"]
        rows = Industry.objects.visible_to(references.user)
        found["industry"] = references.one(rows.filter(**in_zone) if key and key.code else rows, key, f"{at}industry")
    if "referrer_contact" in data:
        contacts = Contact.objects.visible_to(references.user)
        found["referrer_contact"] = references.one(contacts, data["referrer_contact"], f"{at}referrer_contact")
    return found
