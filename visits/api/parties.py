"""The parties of an interaction, from a body to rows, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projects.api.references import look_up_companies
from projects.models import Contact, Lead
from teams.api.references import Key, References
from visits.models import Interaction
from visits.services.parties import Party

SINGLE = ("lead", "company", "contacts")


def named_parties(data: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The parties of a body, also where it names a single one by `lead`, `company`, `contacts`; None for neither."""
    if "parties" in data:
        return list(data["parties"])
    single = {name: data[name] for name in SINGLE if name in data}
    return [single] if single else None


def look_up_parties(references: References, named: Sequence[dict[str, Any]], *, single: bool) -> list[Party]:
    """The parties with their rows; what is not there is noted at its place in the body."""
    user = references.user
    leads = references.by_key(
        Lead.objects.visible_to(user).select_related("zone", "team", "company"), [one.get("lead") for one in named]
    )
    companies = look_up_companies(references, [one.get("company") for one in named])
    contacts = references.by_key(
        Contact.objects.visible_to(user), [key for one in named for key in one.get("contacts", ())]
    )
    parties = []
    for number, one in enumerate(named):
        at = "" if single else f"parties/{number}/"
        parties.append(
            Party(
                lead=_found(references, leads, one.get("lead"), f"{at}lead"),
                company=_found(references, companies, one.get("company"), f"{at}company"),
                contacts=[
                    contact
                    for place, key in enumerate(dict.fromkeys(one.get("contacts", ())))
                    if (contact := _found(references, contacts, key, f"{at}contacts/{place}"))
                ],
                outcome=one.get("outcome", ""),
            )
        )
    return parties


def _found(references: References, rows: dict[Key, Any], key: Key | None, at: str) -> Any:
    if key is None:
        return None
    if key not in rows:
        references.missing(at, key)
    return rows.get(key)


def with_present_party(interaction: Interaction, data: dict[str, Any]) -> list[dict[str, Any]]:
    """A change of the single party: what the body leaves out stays, except the company of another lead."""
    present = interaction.parties.prefetch_related("contacts").first()
    named = {name: data[name] for name in SINGLE if name in data}
    if present is None:
        return [named]
    named.setdefault("lead", Key(pk=present.lead_id) if present.lead_id else None)
    same_lead = (named["lead"].pk if named["lead"] else None) == present.lead_id
    if same_lead:
        named.setdefault("company", Key(pk=present.company_id) if present.company_id else None)
    if same_lead and "company" not in data:
        named.setdefault("contacts", [Key(pk=contact.pk) for contact in present.contacts.all()])
    return [{**named, "outcome": present.outcome}]
