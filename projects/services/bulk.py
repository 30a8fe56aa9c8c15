"""The same change to many leads: each row by itself, and for each row what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from uuid6 import uuid7

from investcrm.core.errors import Conflict, Stale
from projects.choices import NotificationKind
from projects.models import Lead
from projects.selectors import leaders_of
from projects.services.leads import update_lead
from projects.services.notifications import notify
from projects.services.tags import change_tags
from teams.models import User

# More rows than this are refused as a whole: each is a change of its own, and somebody waits for the answer.
LIMIT = 1000
DONE, UNCHANGED, REFUSED = "done", "unchanged", "refused"


@dataclass(frozen=True)
class Chosen:
    """A row as the page showed it."""

    lead_id: uuid.UUID
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of a row: done, unchanged or refused, and why."""

    chosen: Chosen
    result: str
    reasons: tuple[str, ...] = ()


# Changes one row; returns whether anything changed.
Change = Callable[[Chosen], bool]


def read_chosen(text: str) -> list[Chosen]:
    """The rows in `id:version id:version …`, each once; raises ValidationError for what is none, or too many."""
    found: dict[uuid.UUID, Chosen] = {}
    for part in text.split():
        lead_id, _colon, version = part.partition(":")
        try:
            chosen = Chosen(uuid.UUID(lead_id), int(version))
        except ValueError as error:
            raise ValidationError(
                _("The choice of leads could not be read. Please choose them again."), code="unreadable"
            ) from error
        found.setdefault(chosen.lead_id, chosen)
    check_number(len(found))
    return list(found.values())


def check_number(number: int) -> None:
    """Raises ValidationError where no row is chosen, or more than one step takes."""
    if not number:
        raise ValidationError(_("No lead is chosen."), code="none_chosen")
    if number > LIMIT:
        raise ValidationError(
            _("One step takes at most %(limit)s leads, and these are more. Filter further, or choose fewer.")
            % {"limit": f"{LIMIT:,}"},
            code="too_many",
        )


def one_by_one(rows: Sequence[Chosen], change: Change) -> list[Outcome]:
    """Change each row in a transaction of its own; nothing that is refused stops the others."""
    return [_one(row, change) for row in rows]


def _one(row: Chosen, change: Change) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(row, DONE if change(row) else UNCHANGED)
    except Http404:
        reasons = [_("This lead is no longer there, or you do not see it.")]
    except PermissionDenied as error:
        reasons = [str(error) or _("Your role does not allow this.")]
    except Stale:
        reasons = [_("It was changed meanwhile. Look at it, then try again.")]
    except Conflict as error:
        reasons = [str(error.message)]
    except ValidationError as error:
        reasons = error.messages
    return Outcome(row, REFUSED, tuple(dict.fromkeys(reasons)))


def assign_leads(*, actor: User, rows: Sequence[Chosen], changes: Mapping[str, Any]) -> list[Outcome]:
    """Give leads to a team, an owner or both; whoever gets them is told once of all."""

    def change(row: Chosen) -> bool:
        lead = update_lead(actor=actor, lead_id=row.lead_id, changes=changes, expected_version=row.version, tell=False)
        return lead.version != row.version

    outcomes = one_by_one(rows, change)
    given = sum(outcome.result == DONE for outcome in outcomes)
    if given:
        _tell(changes, given, actor=actor)
    return outcomes


def _tell(changes: Mapping[str, Any], count: int, *, actor: User) -> None:
    owner, team = changes.get("owner"), changes.get("team")
    people = [owner] if owner else leaders_of(team, team.zone.today()) if team else []
    data = {"what": "leads", "count": count}
    notify(to=people, kind=NotificationKind.ASSIGNED, key=f"leads:{uuid7()}", actor=actor, data=data)


def tag_leads(
    *, actor: User, rows: Sequence[Chosen], add: Sequence[str] = (), remove: Sequence[str] = ()
) -> list[Outcome]:
    """Put words on leads, or take them off. Nothing is overwritten by that, so no version is compared."""
    return one_by_one(rows, lambda row: change_tags(actor=actor, lead_id=row.lead_id, add=add, remove=remove))


def leads_of(user: User, outcomes: Sequence[Outcome]) -> dict[uuid.UUID, Lead]:
    """The leads of the outcomes as they are now, as far as the user sees them. One query."""
    ids = [outcome.chosen.lead_id for outcome in outcomes]
    return {lead.pk: lead for lead in Lead.objects.visible_to(user).filter(pk__in=ids)}
