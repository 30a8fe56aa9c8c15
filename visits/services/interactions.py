"""Logging calls and visits, changing and undoing them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import MIN_DAY
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.errors import Conflict
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from investcrm.core.text import search_text
from projects.models import Lead
from projects.services.reviving import bring_back
from teams.access import Capability
from teams.models import Team, User, Zone
from visits.choices import FollowUpStatus
from visits.models import FollowUp, Interaction, InteractionParty
from visits.selectors.rights import may_change_interaction, sees_all_parties
from visits.services.clocks import lock_leads, refresh_clocks
from visits.services.follow_ups import add_follow_up
from visits.services.parties import (
    Party,
    are_there,
    check_parties,
    check_still_there,
    leads_of,
    lock_settled,
    write_parties,
)
from visits.services.people import own_team
from visits.services.planning import do_planned_visits, reopen_planned_visits

# A phone's clock may run ahead of the server's by this much.
CLOCK_SLACK = datetime.timedelta(minutes=10)
CHANGEABLE = frozenset(
    {
        "channel", "occurred_at", "duration_minutes", "person_times", "place", "summary", "outcome", "team",
    }
)  # fmt: skip


def _check_time(occurred_at: datetime.datetime, problems: Problems) -> None:
    if occurred_at > timezone.now() + CLOCK_SLACK:
        problems.add("occurred_at", _("This time lies in the future. Plan it as a follow-up instead."), "in_future")
    elif occurred_at.date() < MIN_DAY:
        problems.add("occurred_at", _("This date is too far back."), "too_early")


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
    done_planned_visits: Iterable[uuid.UUID] = (),
    client_token: uuid.UUID | None = None,
) -> tuple[Interaction, bool]:
    """Log what was said and done; returns the interaction and whether it is new.

    The parties' leads are ones that the actor sees. With a `client_token` that the actor has sent before, the first
    row is returned and nothing is written. `person_times` counts people met; empty, it is the number of contacts
    named, at least one. Follow-ups named in `done_follow_ups` and visits named in `done_planned_visits` are done by
    this; a reception of several companies may have been planned as several visits.
    Raises PermissionDenied, ValidationError, and Conflict for the token of what was taken back.
    """
    sent = _sent_before(actor, client_token)
    if sent is not None:
        return sent, False
    if not actor.can(Capability.LOG_INTERACTION, on=zone):
        raise PermissionDenied
    occurred_at = occurred_at or timezone.now()
    problems = Problems()
    _check_time(occurred_at, problems)
    check_parties(parties, zone, actor, problems)
    problems.raise_if_any()

    first = parties[0]
    if next_follow_up_on is not None and first.lead is None:
        problems.add("next_follow_up_on", _("A follow-up needs a lead."), "no_lead")
    interaction = Interaction(
        zone=zone,
        lead=first.lead,
        company=first.met,
        channel=channel,
        occurred_at=occurred_at,
        duration_minutes=duration_minutes,
        team=team or own_team(actor, zone, first.lead),
        person_times=max(sum(len(party.contacts) for party in parties), 1) if person_times is None else person_times,
        place=place.strip(),
        summary=summary.strip(),
        outcome=outcome.strip(),
        next_follow_up_on=next_follow_up_on,
        client_token=client_token,
        created_by=actor,
        search_text=search_text(summary, place),
    )
    _check_team(interaction, problems)
    clean_values(interaction, problems)
    locked = lock_leads(leads_of(parties))
    check_still_there(parties, locked, problems)
    problems.raise_if_any()

    try:
        _insert(interaction)
    except ValidationError:
        # The same device sent it twice at once, and the other one was first.
        sent = _sent_before(actor, client_token)
        if sent is None:
            raise
        return sent, False
    # A service account is nobody who calls or visits.
    interaction.staff.set(staff or ([] if actor.is_service_account else [actor]))
    if next_follow_up_on is not None and first.lead is not None:
        add_follow_up(
            first.lead, actor=actor, assignee=actor, due_on=next_follow_up_on, note=next_step, came_from=interaction
        )
    _do_follow_ups(interaction, done_follow_ups, locked)
    do_planned_visits(
        actor=actor,
        planned_visit_ids=set(done_planned_visits),
        interaction=interaction,
        leads=locked,
        companies={party.met.pk for party in parties if party.met},
    )
    # Last, for it takes hold of the companies and how they are looked after.
    write_parties(interaction, parties)
    refresh_clocks(locked)
    return interaction, True


def _do_follow_ups(interaction: Interaction, ids: Iterable[uuid.UUID], leads: Collection[uuid.UUID]) -> None:
    """Those of the locked leads that are still open are done by the interaction."""
    done = FollowUp.objects.filter(id__in=list(ids), lead_id__in=leads, status=FollowUpStatus.OPEN, deleted_at=None)
    done.update(status=FollowUpStatus.DONE, closed_at=timezone.now(), done_by=interaction)


def _sent_before(actor: User, client_token: uuid.UUID | None) -> Interaction | None:
    """What the actor's device has sent under this token already; raises Conflict where it was taken back since."""
    if client_token is None:
        return None
    sent = Interaction.objects.filter(created_by=actor, client_token=client_token).first()
    if sent is not None and sent.deleted_at is not None:
        raise Conflict("deleted", _("This interaction was logged before, and has been taken back."))
    return sent


def _check_team(interaction: Interaction, problems: Problems) -> None:
    if interaction.team is not None and interaction.team.zone_id != interaction.zone_id:
        problems.add("team", _("This team belongs to another zone."), "other_zone")


def _insert(interaction: Interaction) -> None:
    with (
        integrity_errors_as_rules(
            Interaction, interaction_people_sane="person_times", interaction_minutes_sane="duration_minutes"
        ),
        transaction.atomic(),
    ):
        interaction.save(force_insert=True)


def _touched(interaction_id: uuid.UUID) -> set[uuid.UUID]:
    """The leads that took part, and those whose follow-ups it planned or did. One query."""
    parties = InteractionParty.objects.filter(interaction_id=interaction_id, lead__isnull=False)
    owed = FollowUp.objects.filter(Q(done_by=interaction_id) | Q(came_from=interaction_id))
    return set(parties.order_by().values_list("lead_id", flat=True).union(owed.values_list("lead_id", flat=True)))


def _lock_own(
    actor: User, interaction_id: uuid.UUID, also: Iterable[uuid.UUID] = ()
) -> tuple[Interaction, dict[uuid.UUID, Lead]]:
    """The interaction, and the leads that it touches or shall touch, locked before it in one order.

    Raises Http404, PermissionDenied.
    """
    locked = lock_leads({*_touched(interaction_id), *also})
    interaction = lock_for_change(Interaction.objects.visible_to(actor), interaction_id)
    if not may_change_interaction(actor, interaction):
        raise PermissionDenied(_("A colleague has logged this. Ask them, or the team leader, to change it."))
    # A colleague may have changed the parties while this one waited.
    locked |= lock_leads(_touched(interaction_id) - locked.keys())
    return interaction, locked


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
    interaction, locked = _lock_own(actor, interaction_id, also=leads_of(parties or ()))
    if parties is not None and are_there(interaction, parties):
        parties = None
    if staff is not None and set(staff) == set(interaction.staff.all()):
        staff = None
    changed = apply_changes(interaction, changes, CHANGEABLE, base=base, expected_version=expected_version)
    problems = Problems()
    clean_values(interaction, problems, only=set(changed))
    if "occurred_at" in changed:
        _check_time(interaction.occurred_at, problems)
    if "team" in changed:
        _check_team(interaction, problems)
    if parties is not None:
        check_parties(parties, interaction.zone, actor, problems)
        check_still_there(parties, locked, problems)
        if not sees_all_parties(actor, interaction):
            message = _("One of the leads belongs to a team whose leads you do not see: the parties stay as they are.")
            problems.add("parties", message, "hidden")
    problems.raise_if_any()
    if parties is not None:
        changed += _replace_parties(interaction, parties)
    if staff is not None:
        interaction.staff.set(staff)
    if changed or parties is not None or staff is not None:
        interaction.search_text = search_text(interaction.summary, interaction.place)
        # Parties and people stand in other tables: the row itself must change too, or its version would not.
        interaction.updated_at = timezone.now()
        interaction.save_changes([*changed, "search_text", "updated_at"])
    refresh_clocks(locked)
    return interaction


def _replace_parties(interaction: Interaction, parties: Sequence[Party]) -> list[str]:
    """Write other parties; returns the fields of the interaction that follow from the first one, where they change."""
    lock_settled(interaction, parties)
    interaction.parties.all().delete()
    write_parties(interaction, parties)
    first = parties[0]
    if (interaction.lead, interaction.company) == (first.lead, first.met):
        return []
    interaction.lead, interaction.company = first.lead, first.met
    return ["lead", "company"]


@transaction.atomic
def undo_interaction(*, actor: User, interaction_id: uuid.UUID, expected_version: int | None = None) -> Interaction:
    """Take an interaction back: follow-ups and visits that it did are open again, follow-ups it planned are gone.

    Raises Http404, PermissionDenied, Stale.
    """
    interaction, locked = _lock_own(actor, interaction_id)
    apply_changes(interaction, {}, CHANGEABLE, expected_version=expected_version)
    now = timezone.now()
    FollowUp.objects.filter(done_by=interaction).update(status=FollowUpStatus.OPEN, closed_at=None, done_by=None)
    reopen_planned_visits(interaction)
    FollowUp.objects.filter(came_from=interaction, status=FollowUpStatus.OPEN, deleted_at=None).update(deleted_at=now)
    interaction.deleted_at = now
    interaction.save_changes(["deleted_at"])
    refresh_clocks(locked)
    return interaction


@transaction.atomic
def revive_interaction(*, actor: User, interaction_id: uuid.UUID, expected_version: int | None = None) -> Interaction:
    """Log again what was taken back; the follow-ups that it planned are there again, those that it did stay open.

    Raises Http404, PermissionDenied, Stale.
    """
    locked = lock_leads(_touched(interaction_id))
    interaction = lock_for_change(Interaction.objects.filter(deleted_at__isnull=False), interaction_id)
    taken_back_at = interaction.deleted_at
    bring_back(interaction, Interaction.objects.visible_to(actor), expected_version)
    if not may_change_interaction(actor, interaction):
        raise PermissionDenied(_("A colleague has logged this. Ask them, or the team leader, to change it."))
    FollowUp.objects.filter(came_from=interaction, deleted_at=taken_back_at).update(deleted_at=None)
    refresh_clocks(locked)
    return interaction
