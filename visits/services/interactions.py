"""Logging calls and visits, changing and undoing them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import MIN_DAY
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from investcrm.core.text import search_text
from projects.models import Company, Contact, Lead
from teams.access import Capability
from teams.models import Team, User, Zone
from visits.choices import FollowUpStatus
from visits.models import FollowUp, Interaction, InteractionParty
from visits.selectors.rights import may_change_interaction
from visits.services.clocks import lock_leads, refresh_clocks
from visits.services.follow_ups import add_follow_up

# A phone's clock may run ahead of the server's by this much.
CLOCK_SLACK = datetime.timedelta(minutes=10)
CHANGEABLE = frozenset(
    {
        "channel", "occurred_at", "duration_minutes", "person_times", "place", "summary", "outcome", "team",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Party:
    """One side of an interaction: a lead (and so its company), or a company without a lead yet."""

    lead: Lead | None = None
    company: Company | None = None
    contacts: Sequence[Contact] = field(default_factory=tuple)
    outcome: str = ""

    @property
    def met(self) -> Company | None:
        """The company met."""
        return self.company or (self.lead.company if self.lead else None)


def _check_time(occurred_at: datetime.datetime, problems: Problems) -> None:
    if occurred_at > timezone.now() + CLOCK_SLACK:
        problems.add("occurred_at", _("This time lies in the future. Plan it as a follow-up instead."), "in_future")
    elif occurred_at.date() < MIN_DAY:
        problems.add("occurred_at", _("This date is too far back."), "too_early")


def _check_parties(parties: Sequence[Party], zone: Zone, actor: User, problems: Problems) -> None:
    for number, party in enumerate(parties):
        if party.lead is not None:
            if party.lead.zone_id != zone.id:
                problems.add(f"parties/{number}/lead", _("All leads of an interaction are of one zone."), "other_zone")
            elif not actor.can(Capability.LOG_INTERACTION, on=party.lead):
                raise PermissionDenied
            if party.company is not None and party.company.id != party.lead.company_id:
                problems.add(f"parties/{number}/company", _("This lead belongs to another company."), "other_company")
        if party.met is None:
            problems.add(f"parties/{number}/company", _("Name a company or a lead."), "required")
        for contact in party.contacts:
            if party.met is not None and contact.company_id != party.met.id:
                problems.add(
                    f"parties/{number}/contacts", _("This contact belongs to another company."), "other_company"
                )
    leads = [party.lead.id for party in parties if party.lead]
    if len(set(leads)) < len(leads):
        problems.add("parties", _("A lead is named twice."), "twice")


def own_team(actor: User, zone: Zone, lead: Lead | None) -> Team | None:
    """The team that an interaction counts for: the lead's if the actor is in it or in none, else the actor's own."""
    mine = {grant.team_id for grant in actor.grants if grant.zone_id == zone.id and grant.team_id}
    if lead is not None and (lead.team_id in mine or not mine):
        return lead.team
    return Team.objects.filter(id__in=mine).order_by("code").first()


@transaction.atomic
def log_interaction(
    *,
    actor: User,
    zone: Zone,
    channel: str,
    parties: Sequence[Party],
    occurred_at: datetime.datetime | None = None,
    team: Team | None = None,
    staff: Sequence[User] = (),
    person_times: int | None = None,
    duration_minutes: int | None = None,
    place: str = "",
    summary: str = "",
    outcome: str = "",
    next_follow_up_on: datetime.date | None = None,
    next_step: str = "",
    done_follow_ups: Iterable[uuid.UUID] = (),
    client_token: uuid.UUID | None = None,
) -> tuple[Interaction, bool]:
    """Log what was said and done; returns the interaction and whether it is new.

    The parties' leads are ones that the actor sees. With a `client_token` that the actor has sent before, the first
    row is returned and nothing is written. `person_times` counts people met; empty, it is the number of contacts
    named, at least one. Follow-ups named in `done_follow_ups` are done by this.
    Raises PermissionDenied, ValidationError.
    """
    if client_token is not None:
        sent = Interaction.objects.filter(created_by=actor, client_token=client_token).first()
        if sent is not None:
            return sent, False
    if not actor.can(Capability.LOG_INTERACTION, on=zone):
        raise PermissionDenied
    occurred_at = occurred_at or timezone.now()
    problems = Problems()
    if not parties:
        problems.add("parties", _("Name the lead or the company."), "required")
    _check_time(occurred_at, problems)
    _check_parties(parties, zone, actor, problems)
    problems.raise_if_any()

    first = parties[0]
    if next_follow_up_on is not None and first.lead is None:
        problems.add("next_follow_up_on", _("A follow-up needs a lead."), "no_lead")
    if team is not None and team.zone_id != zone.id:
        problems.add("team", _("This team belongs to another zone."), "other_zone")
    if person_times is None:
        person_times = max(sum(len(party.contacts) for party in parties), 1)
    interaction = Interaction(
        zone=zone,
        lead=first.lead,
        company=first.met,
        channel=channel,
        occurred_at=occurred_at,
        duration_minutes=duration_minutes,
        team=team or own_team(actor, zone, first.lead),
        person_times=person_times,
        place=place.strip(),
        summary=summary.strip(),
        outcome=outcome.strip(),
        next_follow_up_on=next_follow_up_on,
        client_token=client_token,
        created_by=actor,
        search_text=search_text(summary, place),
    )
    clean_values(interaction, problems)
    problems.raise_if_any()

    lead_ids = [party.lead.id for party in parties if party.lead]
    locked = lock_leads(lead_ids)
    try:
        with (
            integrity_errors_as_rules(
                Interaction, interaction_people_sane="person_times", interaction_minutes_sane="duration_minutes"
            ),
            transaction.atomic(),
        ):
            interaction.save(force_insert=True)
    except ValidationError:
        # The same device sent it twice at once, and the other one was first.
        sent = Interaction.objects.filter(created_by=actor, client_token=client_token).first()
        if client_token is None or sent is None:
            raise
        return sent, False
    _write_parties(interaction, parties)
    # A service account is nobody who calls or visits.
    interaction.staff.set(staff or ([] if actor.is_service_account else [actor]))
    if next_follow_up_on is not None and first.lead is not None:
        add_follow_up(
            first.lead, actor=actor, assignee=actor, due_on=next_follow_up_on, note=next_step, came_from=interaction
        )
    done = FollowUp.objects.filter(
        id__in=list(done_follow_ups), lead_id__in=locked, status=FollowUpStatus.OPEN, deleted_at=None
    )
    done.update(status=FollowUpStatus.DONE, closed_at=timezone.now(), done_by=interaction)
    refresh_clocks(locked)
    return interaction, True


def _write_parties(interaction: Interaction, parties: Sequence[Party]) -> None:
    rows = InteractionParty.objects.bulk_create(
        InteractionParty(
            interaction=interaction, position=number, company=party.met, lead=party.lead, outcome=party.outcome.strip()
        )
        for number, party in enumerate(parties)
    )
    through = InteractionParty.contacts.through
    through.objects.bulk_create(
        through(interactionparty=row, contact=contact)
        for row, party in zip(rows, parties, strict=True)
        for contact in party.contacts
    )


def _lock_own(actor: User, interaction_id: uuid.UUID) -> Interaction:
    """The interaction, its leads locked first; raises Http404, PermissionDenied."""
    visible = Interaction.objects.visible_to(actor)
    lock_leads(
        InteractionParty.objects.filter(interaction_id=interaction_id, lead__isnull=False).values_list(
            "lead_id", flat=True
        )
    )
    interaction = lock_for_change(visible, interaction_id)
    if not may_change_interaction(actor, interaction):
        raise PermissionDenied(_("A colleague has logged this. Ask them, or the team leader, to change it."))
    return interaction


@transaction.atomic
def update_interaction(
    *,
    actor: User,
    interaction_id: uuid.UUID,
    changes: Mapping[str, Any],
    parties: Sequence[Party] | None = None,
    staff: Sequence[User] | None = None,
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Interaction:
    """Change an interaction, or its parties as a whole; raises Http404, PermissionDenied, Stale, ValidationError."""
    interaction = _lock_own(actor, interaction_id)
    changed = apply_changes(interaction, changes, CHANGEABLE, base=base, expected_version=expected_version)
    problems = Problems()
    clean_values(interaction, problems, only=set(changed))
    if "occurred_at" in changed:
        _check_time(interaction.occurred_at, problems)
    if interaction.team is not None and interaction.team.zone_id != interaction.zone_id:
        problems.add("team", _("This team belongs to another zone."), "other_zone")
    leads = set(interaction.parties.filter(lead__isnull=False).values_list("lead_id", flat=True))
    if parties is not None:
        if not parties:
            problems.add("parties", _("Name the lead or the company."), "required")
        _check_parties(parties, interaction.zone, actor, problems)
    problems.raise_if_any()
    if parties is not None:
        fresh = {party.lead.id for party in parties if party.lead}
        lock_leads(fresh - leads)
        leads |= fresh
        interaction.parties.all().delete()
        _write_parties(interaction, parties)
        if (interaction.lead, interaction.company) != (parties[0].lead, parties[0].met):
            interaction.lead, interaction.company = parties[0].lead, parties[0].met
            changed += ["lead", "company"]
    if staff is not None:
        interaction.staff.set(staff)
    if changed or parties is not None or staff is not None:
        interaction.search_text = search_text(interaction.summary, interaction.place)
        # Parties and people stand in other tables: the row itself must change too, or its version would not.
        interaction.updated_at = timezone.now()
        interaction.save_changes([*changed, "search_text", "updated_at"])
    refresh_clocks(leads)
    return interaction


@transaction.atomic
def undo_interaction(*, actor: User, interaction_id: uuid.UUID, expected_version: int | None = None) -> Interaction:
    """Take an interaction back: follow-ups that it did are open again, those it planned are gone.

    Raises Http404, PermissionDenied, Stale.
    """
    interaction = _lock_own(actor, interaction_id)
    apply_changes(interaction, {}, CHANGEABLE, expected_version=expected_version)
    now = timezone.now()
    FollowUp.objects.filter(done_by=interaction).update(status=FollowUpStatus.OPEN, closed_at=None, done_by=None)
    FollowUp.objects.filter(came_from=interaction, status=FollowUpStatus.OPEN, deleted_at=None).update(deleted_at=now)
    interaction.deleted_at = now
    interaction.save_changes(["deleted_at"])
    refresh_clocks(interaction.parties.filter(lead__isnull=False).values_list("lead_id", flat=True))
    return interaction
