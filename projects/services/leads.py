"""Entering, changing, deleting leads. Every change of a figure is an entry in the ledger."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, hold, lock_for_change
from investcrm.core.rules import Problems, integrity_errors_as_rules
from investcrm.core.text import pinyin_key
from projects.choices import EntryKind, NotificationKind, StageKind
from projects.models import Company, Lead, Stage
from projects.selectors import leaders_of
from projects.services.companies import lead_search_text
from projects.services.lead_rules import check_day_of, check_lead, check_owner, hold_team
from projects.services.ledger import Standing, append_entry, next_seq
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import Team, User, Zone

AMOUNTS = frozenset(
    {"currency", "total_investment", "fixed_asset_investment", "registered_capital", "agreed_investment"}
)
CLASSES = frozenset({"industry", "acquisition_mode", "capital_origin", "listing"})
ASSIGNMENT = frozenset({"team", "owner"})
# What an edit may change. The stage and its dates change by moves alone.
EDITABLE = (
    AMOUNTS
    | CLASSES
    | ASSIGNMENT
    | {
        "name", "name_en", "company", "summary", "source", "referrer_company", "referrer_contact", "first_contact_on",
        "site_need", "land_mu", "floor_area_m2", "clear_height_m", "floor_load_t_m2", "power_kva", "needs_waterway",
        "expected_signing_on", "review_conclusion", "draft_agreement_on", "agreement_number", "registered_company",
        "place", "close_reason",
    }
)  # fmt: skip
# A lead is born here; code and kind are fixed, so that entering a lead need not ask for the stage.
BORN_IN = Stage(code="enquiry", kind=StageKind.OPEN)


@dataclass(frozen=True)
class Opening:
    """A lead that existed before it was entered: where it stands, and since when if that is known."""

    stage: Stage
    occurred_on: datetime.date | None = None


def number_lead(lead: Lead, today: datetime.date) -> None:
    """Give a new lead its number, such as 2026-000123, and hold its team; one query does both.

    The team is read anew: whoever dissolves it meanwhile waits, or has been first.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH held AS (SELECT dissolved_on FROM teams_team WHERE id = %s FOR SHARE)"
            " SELECT nextval('projects_lead_number'), (SELECT dissolved_on FROM held)",
            [lead.team_id],
        )
        number, dissolved_on = cursor.fetchone()
    lead.number = f"{today.year}-{number:06d}"
    if lead.team is not None:
        lead.team.dissolved_on = dissolved_on


def new_lead(
    *,
    actor: User,
    zone: Zone,
    opening: Opening | None,
    lead_id: uuid.UUID | None,
    is_used: Callable[[Stage], bool],
    name: str,
    company: Company,
    team: Team | None = None,
    owner: User | None = None,
    **fields: Any,
) -> tuple[Lead, Problems]:
    """A lead as it would be entered, and what is wrong with it; nothing is written, its owner is not looked at.

    `is_used` says whether a stage is in use. Raises PermissionDenied. A field that is not a lead's is a KeyError.
    """
    today = zone.today()
    unknown = set(fields) - EDITABLE
    if unknown:
        raise KeyError(sorted(unknown)[0])
    lead = Lead(zone=zone, name=name.strip(), company=company, team=team, owner=owner, created_by=actor, **fields)
    if lead_id is not None:
        lead.id = lead_id
    if not actor.can(Capability.CREATE_LEAD, on=zone):
        raise PermissionDenied
    if opening is not None and not actor.can(Capability.RECORD_HISTORY, on=lead):
        raise PermissionDenied
    if team is not None and not actor.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied(_("You can enter leads for your own team only."))
    if owner is not None and owner != actor and not actor.can(Capability.ASSIGN_LEAD, on=lead):
        raise PermissionDenied(_("You cannot assign leads to others."))

    occurred_on: datetime.date | None = today
    problems = Problems()
    if opening is not None:
        if not is_used(opening.stage):
            problems.add("opening", _("There is no such stage."), "unknown_stage")
        occurred_on = opening.occurred_on
        if occurred_on is not None:
            check_day_of(problems, "opening", occurred_on, 0, today)
    standing = Standing()
    standing.enter(opening.stage if opening else BORN_IN, occurred_on)
    standing.write_to(lead)
    lead.last_progress_on = occurred_on
    check_lead(lead, problems)
    return lead, problems


def kinds_of(changed: AbstractSet[str]) -> list[EntryKind]:
    """The kinds of entries that changed fields mean, in their order."""
    return [
        kind
        for kind, fields in (
            (EntryKind.TRANSFERRED, ASSIGNMENT),
            (EntryKind.REVALUED, AMOUNTS),
            (EntryKind.RECLASSIFIED, CLASSES),
        )
        if changed & fields
    ]


@transaction.atomic
def create_lead(
    *,
    actor: User,
    zone: Zone,
    name: str,
    company: Company,
    team: Team | None = None,
    owner: User | None = None,
    opening: Opening | None = None,
    note: str = "",
    lead_id: uuid.UUID | None = None,
    tell: bool = True,
    **fields: Any,
) -> Lead:
    """Enter a lead; it is born in `enquiry`, or where its opening says it already is.

    `lead_id` is the new lead's id, for a form that may be sent twice: the second one is an IntegrityError.
    Raises PermissionDenied and ValidationError. A field that is not a lead's is a KeyError.
    """
    if opening is not None:
        hold(Stage.objects.filter(pk=opening.stage.pk))
    lead, problems = new_lead(
        actor=actor,
        zone=zone,
        opening=opening,
        lead_id=lead_id,
        is_used=lambda stage: Stage.objects.filter(pk=stage.pk, deleted_at=None).exists(),
        name=name,
        company=company,
        team=team,
        owner=owner,
        **fields,
    )
    check_owner(lead, actor, problems)
    problems.raise_if_any()

    today = zone.today()
    number_lead(lead, today)
    check_lead(lead, problems, {"team"})
    problems.raise_if_any()
    lead.name_key = pinyin_key(lead.name)[:600]
    lead.search_text = lead_search_text(lead)
    with integrity_errors_as_rules(Lead):
        lead.save(force_insert=True)
    append_entry(lead, kind=EntryKind.OPENED, actor=actor, occurred_on=lead.stage_entered_on, note=note, seq=1)
    if tell:
        _tell_assigned(lead, ASSIGNMENT, actor=actor, seq=1)
    return lead


def _tell_assigned(lead: Lead, changed: AbstractSet[str], *, actor: User, seq: int) -> None:
    """Tell the new owner that they have the lead; where it only came to another team, those who lead the team."""
    if "owner" in changed and lead.owner is not None:
        people = [lead.owner]
    elif "team" in changed and lead.team is not None:
        people = leaders_of(lead.team, lead.zone.today())
    else:
        return
    data = {"what": "lead", "id": str(lead.id)}
    notify(to=people, kind=NotificationKind.ASSIGNED, key=f"lead:{lead.id}:{seq}", actor=actor, lead=lead, data=data)


@transaction.atomic
def update_lead(
    *,
    actor: User,
    lead_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
    note: str = "",
    tell: bool = True,
) -> Lead:
    """Change fields of a lead; raises Http404, PermissionDenied, Stale, ValidationError.

    `base` and `expected_version` are those of core.editing.apply_changes. Whoever gives many leads at once turns
    `tell` off and tells of all of them in one notification.
    """
    lead = lock_for_change(
        Lead.objects.visible_to(actor).select_related("zone", "company", "registered_company"), lead_id
    )
    if not actor.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied
    may_assign = actor.can(Capability.ASSIGN_LEAD, on=lead)
    changed = set(apply_changes(lead, changes, EDITABLE, base=base, expected_version=expected_version))
    if changed & ASSIGNMENT and not may_assign:
        raise PermissionDenied(_("You cannot give leads to another team or person."))
    if not changed:
        return lead
    write_changes(lead, changed, actor=actor, note=note, tell=tell)
    return lead


def write_changes(
    lead: Lead,
    changed: set[str],
    *,
    actor: User,
    note: str = "",
    tell: bool = True,
    told_of: datetime.date | None = None,
) -> None:
    """Check and save changed fields of a locked lead, with the entries that they mean; raises ValidationError.

    Amounts and classes that come with something dated, such as a move, hold from that day on (`told_of`); a transfer
    is made today.
    """
    if "team" in changed:
        hold_team(lead)
    problems = Problems()
    check_lead(lead, problems, changed)
    if "owner" in changed or "team" in changed:
        check_owner(lead, actor, problems)
    problems.raise_if_any()
    written = set(changed)
    if changed & {"name", "name_en", "company"}:
        lead.name_key = pinyin_key(lead.name)[:600]
        lead.search_text = lead_search_text(lead)
        written |= {"name_key", "search_text"}
    with integrity_errors_as_rules(Lead), transaction.atomic():
        lead.save_changes(sorted(written))
    kinds = kinds_of(changed)
    if kinds:
        seq, today = next_seq(lead), lead.zone.today()
        for number, kind in enumerate(kinds):
            day = today if kind == EntryKind.TRANSFERRED else told_of or today
            append_entry(lead, kind=kind, actor=actor, occurred_on=day, note=note, seq=seq + number)
        if tell:
            _tell_assigned(lead, changed & ASSIGNMENT, actor=actor, seq=seq)


@transaction.atomic
def delete_lead(*, actor: User, lead_id: uuid.UUID, expected_version: int | None = None, note: str = "") -> None:
    """Delete a lead softly; raises Http404, PermissionDenied, Stale."""
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.DELETE_LEAD, on=lead):
        raise PermissionDenied
    apply_changes(lead, {}, EDITABLE, expected_version=expected_version)
    lead.deleted_at = timezone.now()
    lead.save_changes(["deleted_at"])
    append_entry(
        lead, kind=EntryKind.DELETED, actor=actor, occurred_on=lead.zone.today(), note=note, seq=next_seq(lead)
    )
