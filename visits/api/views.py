"""Interactions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.api.bulk import BulkUpsertMixin
from investcrm.core.api.systems import systems_of
from investcrm.core.api.upserts import refuse_changed
from investcrm.core.api.views import CreateMixin, DestroyMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from teams.api.references import References
from teams.models import Zone
from visits.api.parties import SINGLE, look_up_parties, named_parties, with_present_party
from visits.api.serializers import (
    InteractionChangeSerializer,
    InteractionItemSerializer,
    InteractionSerializer,
    InteractionUpsertSerializer,
    InteractionWriteSerializer,
)
from visits.filters import INTERACTION_ORDERINGS, InteractionFilter
from visits.models import Interaction
from visits.services.interactions import log_interaction, revive_interaction, undo_interaction, update_interaction
from visits.services.parties import Party
from visits.shapes import INTERACTION_COLUMNS, interaction_shape, interaction_values


class InteractionViewSet(
    BulkUpsertMixin, ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet
):
    """Calls, visits and receptions. Deleting takes back what the interaction did to follow-ups."""

    model = Interaction
    noun = "Interaction"
    columns = INTERACTION_COLUMNS
    orderings = INTERACTION_ORDERINGS
    filterset_class = InteractionFilter
    answer_serializer = InteractionSerializer
    write_serializer = InteractionWriteSerializer
    change_serializer = InteractionChangeSerializer
    upsert_serializer = InteractionUpsertSerializer
    item_serializer = InteractionItemSerializer
    repeats = True

    def rows(self) -> QuerySet[Any, Any]:
        """Interactions that the caller sees, with the columns of the shape."""
        return interaction_values(Interaction.objects.visible_to(self.actor), self.actor, systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """An interaction."""
        return interaction_shape(row)

    def perform_create(self, data: dict[str, Any]) -> tuple[Interaction, bool]:
        """Log an interaction in the zone of its first lead, its team, or the caller's only one."""
        refuse_both(data)
        user = self.actor
        references = References(user)
        parties = look_up_parties(references, named_parties(data) or [], single="parties" not in data)
        zone, team = self.place(references, data, parties)
        staff = references.people(data.get("staff", ()), "staff")
        references.raise_if_any()
        fields = {name: value for name, value in data.items() if name not in {*SINGLE, "parties", "zone", "staff"}}
        with errors_at_their_fields(single="parties" not in data):
            return log_interaction(
                actor=user, **{**fields, "zone": zone, "team": team, "parties": parties, "staff": staff}
            )

    def place(self, references: References, data: dict[str, Any], parties: list[Party]) -> tuple[Any, Any]:
        """The zone and the team; a team's code is one of the zone of the first lead."""
        lead = next((party.lead for party in parties if party.lead), None)
        if lead is None or "zone" in data:
            return references.place(data)
        return lead.zone, references.team(data.get("team"), {"zone": lead.zone})

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change an interaction; parties are replaced as a whole."""
        refuse_both(data)
        references = References(self.actor)
        changes = {name: value for name, value in data.items() if name not in {*SINGLE, "parties", "staff"}}
        if "team" in data:
            zones = Zone.objects.filter(id__in=Interaction.objects.filter(pk=pk).values("zone_id"))
            changes["team"] = references.team(data["team"], {"zone__in": zones})
        parties = self.changed_parties(references, pk, data)
        staff = references.people(data["staff"], "staff") if "staff" in data else None
        references.raise_if_any()
        with errors_at_their_fields(single="parties" not in data):
            update_interaction(
                actor=self.actor,
                interaction_id=pk,
                changes=changes,
                parties=parties,
                staff=staff,
                expected_version=expected_version,
            )

    def changed_parties(self, references: References, pk: uuid.UUID, data: dict[str, Any]) -> list[Party] | None:
        """The parties as they shall be, or None where the body does not speak of them."""
        named = named_parties(data)
        if named is None:
            return None
        if "parties" not in data:
            interaction = Interaction.objects.get(pk=pk)
            if interaction.parties.count() > 1:
                message = _("This interaction has several parties: send all of them in parties.")
                raise ValidationError({"parties": ValidationError(message, code="required")})
            named = with_present_party(interaction, data)
        return look_up_parties(references, named, single="parties" not in data)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take an interaction back."""
        undo_interaction(actor=self.actor, interaction_id=pk, expected_version=expected_version)

    def perform_revive(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Log an interaction again that was taken back."""
        revive_interaction(actor=self.actor, interaction_id=pk, expected_version=expected_version)

    def changes_for(self, pk: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
        """The fields without those that a new interaction alone takes, and which stay."""
        names = ("zone__code", "next_follow_up_on", "client_token")
        zone, next_follow_up_on, token = Interaction.objects.values_list(*names).get(pk=pk)
        return refuse_changed(data, {"zone": zone, "next_follow_up_on": next_follow_up_on, "client_token": token})


def refuse_both(data: dict[str, Any]) -> None:
    """Raise ValidationError where a body has parties and, besides, the fields of a single one."""
    if "parties" in data:
        both = {
            name: ValidationError(_("Send this inside parties."), code="not_with_parties")
            for name in SINGLE
            if name in data
        }
        if both:
            raise ValidationError(both)


@contextmanager
def errors_at_their_fields(*, single: bool) -> Iterator[None]:
    """Show the service's errors at the fields that the body has: of its only party, and of the next follow-up."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        prefix = "parties/0/" if single else ""
        named = {
            "next_follow_up_on" if name == "due_on" else name.removeprefix(prefix): errors
            for name, errors in error.error_dict.items()
        }
        raise ValidationError(named) from error
