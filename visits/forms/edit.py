"""Editing what was logged."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from investcrm.core.templatetags.crm import moment_text
from teams.models import Team, User
from visits.choices import Channel
from visits.forms.log import InteractionForm
from visits.forms.parties import PartyForm, numbers_in
from visits.models import Interaction
from visits.selectors.rights import sees_all_parties
from visits.services.parties import Party


class EditForm(InteractionForm):
    """Changing what was logged. `base` carries what the editor saw, so that nobody's change is overwritten."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    PLAIN = ("channel", "summary", "occurred_at", "duration_minutes", "person_times", "place", "outcome")

    def __init__(self, *args: Any, interaction: Interaction, fixed_parties: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interaction, self.fixed_parties = interaction, fixed_parties
        self.fields["team"].queryset = Team.objects.filter(zone=self.zone, deleted_at=None)
        self.fields["occurred_at"].required = True
        self.fields["person_times"].required = True
        staff = User.objects.filter(id__in=interaction.staff.values("id")) | self.fields["staff"].queryset
        self.fields["staff"].queryset = staff
        self.fields["staff"].offer(staff)

    def seen(self) -> dict[str, Any]:
        """What the editor saw, field by field; what cannot be read counts as unseen."""
        try:
            seen = orjson.loads(self.cleaned_data["base"])
            seen["occurred_at"] = parse_datetime(seen["occurred_at"])
            seen["team"] = next((team for team in self.fields["team"].queryset if str(team.pk) == seen["team"]), None)
        except (ValueError, KeyError, TypeError):
            return {}
        return seen

    def changes(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that the editor has changed."""
        now = {name: self.cleaned_data[name] for name in (*self.PLAIN, "team")}
        moment = seen.get("occurred_at")
        if moment and now["occurred_at"] == moment.replace(second=0, microsecond=0):
            # The picker knows minutes only.
            del now["occurred_at"]
        return {name: value for name, value in now.items() if name not in seen or seen[name] != value}

    def take_over(self, other: EditForm) -> list[tuple[Any, str, str]]:
        """Keep in this fresh form what another, outdated one has changed.

        Returns the conflicts: the field's label, what the editor wrote, and what a colleague has saved meanwhile.
        """
        seen, conflicts = other.seen(), []
        for name, value in other.changes(seen).items():
            self.initial[name] = value.pk if isinstance(value, Team) else value
            present = getattr(self.interaction, name)
            if present not in (value, seen.get(name)):
                conflicts.append((self.fields[name].label, words(name, value), words(name, present)))
        present_seen = orjson.loads(self.initial["base"])
        parties, staff = other.changed_parties(seen), other.changed_staff(seen)
        if parties is not None:
            if present_seen["parties"] != seen.get("parties"):
                conflicts.append((_("Parties"), _named(parties), _named(parties_of(self.interaction))))
            self.parties = [_party_form(self.actor, number, party) for number, party in enumerate(parties)]
        if staff is not None:
            if present_seen["staff"] != seen.get("staff"):
                there = ", ".join(map(str, self.interaction.staff.all()))
                conflicts.append((self.fields["staff"].label, ", ".join(map(str, staff)), there))
            self.initial["staff"] = [user.pk for user in staff]
        return conflicts

    def changed_parties(self, seen: Mapping[str, Any]) -> list[Party] | None:
        """The parties as a whole, None where nothing was changed in them."""
        if self.fixed_parties:
            return None
        parties = self.entered_parties()
        return None if plain_parties(parties) == seen.get("parties") else parties

    def changed_staff(self, seen: Mapping[str, Any]) -> list[User] | None:
        """Our people, None where nobody was added or taken off."""
        staff = list(self.cleaned_data["staff"])
        return None if sorted(str(user.pk) for user in staff) == seen.get("staff") else staff


def words(name: str, value: Any) -> str:
    """A field's value as its reader writes it."""
    if value in (None, ""):
        return "—"
    if name == "channel":
        return str(Channel(value).label)
    return moment_text(value) if isinstance(value, datetime.datetime) else str(value)


def _named(parties: Iterable[Party]) -> str:
    return ", ".join(str(party.met) for party in parties)


def plain_parties(parties: Iterable[Party]) -> list[Any]:
    """Parties as comparable values."""
    return [
        [
            str(party.lead.pk) if party.lead else "",
            str(party.met.pk) if party.met else "",
            sorted(str(contact.pk) for contact in party.contacts),
            party.outcome.strip(),
        ]
        for party in parties
    ]


def parties_of(interaction: Interaction) -> list[Party]:
    """The parties as they are now. Two queries."""
    rows = interaction.parties.select_related("lead__company", "lead__zone", "company").prefetch_related("contacts")
    return [
        Party(lead=row.lead, company=row.company, contacts=list(row.contacts.all()), outcome=row.outcome)
        for row in rows.order_by("position")
    ]


def base_of(interaction: Interaction, parties: list[Party]) -> str:
    """What an editor sees now, to be held against what is there when they save."""
    return orjson.dumps(
        {
            **{name: getattr(interaction, name) for name in EditForm.PLAIN},
            "team": str(interaction.team_id) if interaction.team_id else None,
            "staff": sorted(str(pk) for pk in interaction.staff.values_list("pk", flat=True)),
            "parties": plain_parties(parties),
        }
    ).decode()


def edit_form(actor: User, interaction: Interaction, *, data: Any = None) -> EditForm:
    """The form for an interaction. Parties with a lead that the editor does not see cannot be changed by them."""
    parties = parties_of(interaction)
    fixed = not sees_all_parties(actor, interaction)
    if data is not None and not fixed:
        forms_ = [PartyForm(data, prefix=f"p{number}", actor=actor) for number in [0, *numbers_in(data)]]
    else:
        forms_ = [_party_form(actor, number, party) for number, party in enumerate(parties)] if not fixed else []
    initial = {name: getattr(interaction, name) for name in EditForm.PLAIN} | {
        "team": interaction.team_id,
        "staff": list(interaction.staff.values_list("pk", flat=True)),
        "base": base_of(interaction, parties),
        "version": interaction.version,
    }
    return EditForm(
        data,
        actor=actor,
        zone=interaction.zone,
        parties=forms_,
        interaction=interaction,
        fixed_parties=fixed,
        initial=initial,
    )


def _party_form(actor: User, number: int, party: Party) -> PartyForm:
    initial = {
        "lead": party.lead,
        "company": None if party.lead else party.company,
        "contacts": [contact.pk for contact in party.contacts],
        "outcome": party.outcome,
        "done": [],
    }
    return PartyForm(prefix=f"p{number}", actor=actor, initial=initial)
