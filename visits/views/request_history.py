"""What became of a service request: its steps one under the other, and every change that was made to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.views.history import Change, field_changes
from teams.models import User
from visits.models import ServiceRequest
from visits.selectors.requests import state_of
from visits.services.requests import EDITABLE

TRACKED = EDITABLE | {
    "handler", "team", "answered_at", "answer", "settled_at", "settlement", "reported_at", "report", "report_due_on",
    "withdrawn_at", "withdraw_reason",
}  # fmt: skip


@dataclass(frozen=True)
class StepLine:
    """One step: done (at, by, text), the next one to do (due_on), or still ahead."""

    key: str
    label: Any
    at: datetime.datetime | None
    by: User | None
    text: str
    due_on: datetime.date | None
    is_next: bool


def steps_of(row: ServiceRequest) -> list[StepLine]:
    """Received, answered, settled, reported back; a withdrawn request ends with its withdrawal."""
    state = state_of(row)
    lines = [
        StepLine("received", pgettext_lazy("step", "Received"), row.received_at, row.created_by, "", None,
                 is_next=False),
        StepLine("answered", _("Answered"), row.answered_at, row.answered_by, row.answer, row.answer_due_on,
                 is_next=state == "to_answer"),
        StepLine("settled", pgettext_lazy("request", "Settled"), row.settled_at, row.settled_by, row.settlement,
                 row.settle_due_on, is_next=state == "to_settle"),
        StepLine("reported", _("Reported back"), row.reported_at, row.reported_by, row.report, row.report_due_on,
                 is_next=state == "to_report"),
    ]  # fmt: skip
    if row.withdrawn_at is not None:
        lines = [line for line in lines if line.at is not None]
        lines.append(
            StepLine("withdrawn", _("Withdrawn"), row.withdrawn_at, None, row.withdraw_reason, None, is_next=False)
        )
    return lines


def history_of(row: ServiceRequest) -> list[Change]:
    """All changes of a request, newest first, each with the reason that was given for it."""
    events = cast(Any, row).events.filter(pgh_context__metadata__note__isnull=False)
    notes = dict(events.values_list("pgh_created_at", "pgh_context__metadata__note"))
    changes = field_changes(row, TRACKED)
    for change in changes:
        change.note = notes.get(change.when, "")
    return changes[::-1]
