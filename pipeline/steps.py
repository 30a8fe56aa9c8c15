"""The stages of a lead as the stepper shows them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from investcrm.core.templatetags.crm import day_text
from pipeline.selectors.stages import Event
from projects.choices import StageKind
from projects.models import Lead, Stage


def steps_of(lead: Lead, others: Sequence[Stage], history: Sequence[Event]) -> list[dict[str, Any]]:
    """One dict a stage for components/stepper.html: label, state (done, here, ahead), note.

    A stage is done where an effective entry entered it; one that was skipped was never entered, and of one before the
    stage that the lead was opened at nothing is known.
    The closed stages show only where the lead is closed.
    """
    entered = _entered(history)
    stages = sorted([*others, lead.stage], key=lambda stage: stage.position)
    opened_at = history[0].entry.stage.position
    found = []
    for stage in stages:
        if stage.code == lead.stage_id:
            found.append({"label": stage.name, "state": "here", "note": _since(lead.stage_entered_on)})
        elif stage.kind == StageKind.CLOSED:
            continue
        elif stage.code in entered and (stage.position < lead.stage.position):
            found.append({"label": stage.name, "state": "done", "note": _since(entered[stage.code])})
        elif stage.position < lead.stage.position and lead.stage_kind != StageKind.CLOSED:
            note = _("skipped") if stage.position > opened_at else _("before entry")
            found.append({"label": stage.name, "state": "ahead", "note": note})
        else:
            found.append({"label": stage.name, "state": "ahead", "note": ""})
    return found


def _entered(history: Sequence[Event]) -> dict[str, datetime.date | None]:
    """The day each stage was last entered, by what stands."""
    return {
        event.entry.stage_id: event.entry.occurred_on
        for event in history
        if not event.is_reversed and event.entry.reverses_id is None
    }


def _since(day: datetime.date | None) -> str:
    if day is None:
        return _("day unknown")
    # On a phone the line may break after the year, and nowhere else.
    year, sign, rest = day_text(day).partition("年")
    return format_html("{}{}<wbr>{}", year, sign, rest) if rest else year
