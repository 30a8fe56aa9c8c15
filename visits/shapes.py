"""The read shape of interactions. Values in, plain dict out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import JSONObject

from investcrm.core.language import pick
from projects.models import Lead
from teams.models import User
from visits.models import Interaction, InteractionParty

Values = Mapping[str, Any]

_PLAIN = (
    "id", "channel", "occurred_at", "duration_minutes", "person_times", "place", "summary", "outcome",
    "next_follow_up_on", "client_token", "version", "created_at", "updated_at",
)  # fmt: skip
INTERACTION_COLUMNS: tuple[str, ...] = (
    *_PLAIN, "zone__code", "zone__name_zh", "zone__name_en", "company_id", "team_id", "party_rows", "staff_ids",
)  # fmt: skip


def interaction_values(interactions: QuerySet[Interaction], user: User) -> QuerySet[Interaction, dict[str, Any]]:
    """The columns that `interaction_shape` reads, in one query.

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
    return interactions.annotate(
        party_rows=ArraySubquery(parties), staff_ids=ArraySubquery(staff.values("user_id"))
    ).values(*INTERACTION_COLUMNS)


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
    }


def _party(row: Values) -> dict[str, Any]:
    hidden = row["hidden"]
    return {
        "company": row["company"],
        "lead": None if hidden else row["lead"],
        "contacts": [] if hidden else row["contacts"],
        "outcome": "" if hidden else row["outcome"],
    }
