"""The history of a row: who changed what, when, in words. Read from the audit events and the ledger."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full, moment_text
from investcrm.core.words import in_words
from projects.choices import EntryKind, MergeKind, MilestoneKind
from projects.models import Lead, LedgerEntry
from projects.selectors.merges import merges_into
from projects.services.leads import EDITABLE
from projects.views.happenings import happenings_of
from teams.models import User

# The newest changes that are shown, of each source.
SHOWN = 200
# Entries that stand for a change of fields, which the audit events tell in full.
_OF_FIELDS = frozenset({EntryKind.TRANSFERRED, EntryKind.REVALUED, EntryKind.RECLASSIFIED})


@dataclass(frozen=True)
class Step:
    """One field's change, in words."""

    label: str
    old: str
    new: str


@dataclass
class Change:
    """One change: when, who ("" for the system), what."""

    when: datetime.datetime
    who: str = ""
    title: str = ""
    note: str = ""
    accent: bool = False
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class _Diff:
    """The columns that one event changed: name → (old, new) as stored."""

    when: datetime.datetime
    user_id: str
    currency: str
    columns: dict[str, tuple[Any, Any]]


def _diffs(row: models.Model, names: Iterable[str]) -> list[_Diff]:
    """What each event changed among the fields, oldest first. One query."""
    fields = [cast("models.Field[Any, Any]", row._meta.get_field(name)) for name in sorted(names)]
    columns = [column.attname for column in fields]
    extra = ["currency"] if "currency" not in columns and isinstance(row, Lead) else []
    events = list(
        cast(Any, row)
        .events.order_by("-pgh_id")
        .values("pgh_created_at", "pgh_context__metadata__user", *columns, *extra)[: SHOWN + 1]
    )
    events.reverse()
    found = []
    for before, after in itertools.pairwise(events):
        changed = {name: (before[name], after[name]) for name in columns if before[name] != after[name]}
        if changed:
            user_id = str(after["pgh_context__metadata__user"] or "")
            found.append(_Diff(after["pgh_created_at"], user_id, after.get("currency") or "CNY", changed))
    return found


def _names_of(diffs: list[_Diff]) -> dict[str, str]:
    ids = {diff.user_id for diff in diffs if diff.user_id}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def _related(row: models.Model, diffs: list[_Diff]) -> dict[Any, Any]:
    """The rows that foreign keys in the differences point to, by id. One query for each table."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for diff in diffs:
        for name, pair in diff.columns.items():
            column = _column(row, name)
            if column.is_relation:
                related = cast(type[models.Model], column.related_model)
                wanted.setdefault(related, set()).update(value for value in pair if value is not None)
    return {one.pk: one for related, ids in wanted.items() for one in cast(Any, related).objects.filter(pk__in=ids)}


def _column(row: models.Model, attname: str) -> models.Field[Any, Any]:
    return next(column for column in row._meta.concrete_fields if column.attname == attname)


def field_changes(row: models.Model, names: Iterable[str]) -> list[Change]:
    """The changes of the fields, oldest first."""
    diffs = _diffs(row, names)
    people, related = _names_of(diffs), _related(row, diffs)

    def words(name: str, value: Any, currency: str) -> str:
        column = _column(row, name)
        return in_words(column, related.get(value) if column.is_relation else value, currency=currency)

    return [
        Change(
            when=diff.when,
            who=people.get(diff.user_id, ""),
            title=_("Changed"),
            steps=[
                Step(
                    str(_column(row, name).verbose_name),
                    words(name, old, diff.currency),
                    words(name, new, diff.currency),
                )
                for name, (old, new) in diff.columns.items()
            ],
        )
        for diff in diffs
    ]


def last_changes(row: models.Model, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Who changed each field last, and when, in words."""
    diffs = _diffs(row, names)
    people = _names_of(diffs)
    found = {}
    for diff in diffs:
        for attname in diff.columns:
            found[_column(row, attname).name] = (people.get(diff.user_id, ""), moment_text(diff.when))
    return found


def last_changed_at(row: models.Model, names: Iterable[str]) -> dict[str, datetime.datetime]:
    """When each field was changed last; what was never changed is left out. One query."""
    return {_column(row, attname).name: diff.when for diff in _diffs(row, names) for attname in diff.columns}


def _entry_title(entry: LedgerEntry) -> str:
    if entry.kind == EntryKind.OPENED:
        return _("Entered: %(stage)s") % {"stage": entry.stage}
    if entry.kind in (EntryKind.MOVED, EntryKind.CORRECTED) and entry.from_stage is not None:
        words = {"kind": entry.get_kind_display(), "old": entry.from_stage, "new": entry.stage}
        return _("%(kind)s: %(old)s → %(new)s") % words
    if entry.kind == EntryKind.INCREASED and entry.increase_amount is not None:
        amount = format_money(entry.increase_amount, entry.increase_currency)
        return _("%(kind)s: %(amount)s") % {"kind": entry.get_kind_display(), "amount": amount}
    return str(entry.get_kind_display())


def _ledger_changes(lead: Lead) -> list[Change]:
    entries = lead.entries.select_related("stage", "from_stage", "actor").order_by("-seq")[:SHOWN]
    found = []
    for entry in entries:
        if entry.kind in _OF_FIELDS and not entry.note:
            continue
        on = [_("on %(day)s") % {"day": day_full(entry.occurred_on)}] if entry.occurred_on else []
        found.append(
            Change(
                when=entry.recorded_at,
                who=str(entry.actor) if entry.actor else "",
                title=_entry_title(entry),
                note=" · ".join([*on, *filter(None, (entry.note, entry.evidence))]),
                accent=entry.kind == EntryKind.MOVED,
            )
        )
    return found


def _milestone_changes(lead: Lead) -> list[Change]:
    """Each state that a milestone was given, from its events. Two queries."""
    model = cast(Any, lead.milestones.model).pgh_event_model
    events = list(
        model.objects.filter(lead_id=lead.pk)
        .order_by("-pgh_id")
        .values("kind", "occurred_on", "evidence", "deleted_at", "pgh_created_at", "pgh_context__metadata__user")[
            :SHOWN
        ]
    )
    users = {str(event["pgh_context__metadata__user"]) for event in events} - {"None"}
    people = {str(user.pk): str(user) for user in User.objects.filter(pk__in=users)} if users else {}
    labels = dict(MilestoneKind.choices)
    return [
        Change(
            when=event["pgh_created_at"],
            who=people.get(str(event["pgh_context__metadata__user"]), ""),
            title=_("Milestone: %(name)s") % {"name": labels.get(event["kind"], event["kind"])},
            note=_("taken back")
            if event["deleted_at"]
            else " · ".join(filter(None, (day_full(event["occurred_on"]), event["evidence"]))),
            accent=not event["deleted_at"],
        )
        for event in events
    ]


def _merge_changes(lead: Lead) -> list[Change]:
    """What was merged into the lead, and what happened to that before; a chain is told link by link."""
    found = []
    for merge in merges_into(MergeKind.LEAD, lead.pk):
        gone = Lead.objects.get(pk=merge.gone_id)
        found.append(
            Change(
                when=merge.at,
                who=str(merge.actor),
                title=_("Merged: %(number)s came in") % {"number": gone.number},
                note=str(gone),
                accent=True,
            )
        )
        before = field_changes(gone, EDITABLE) + _ledger_changes(gone) + _merge_changes(gone)
        for change in before:
            change.title = f"{gone.number} · {change.title}"
        found += before
    return found


def history_of(lead: Lead) -> list[Change]:
    """All changes of a lead, newest first: its fields, its ledger, its milestones, what came and went around it.

    A fixed number of queries, and some for each lead that was merged into it.
    """
    changes = field_changes(lead, EDITABLE | {"agreement_document"}) + _ledger_changes(lead) + _milestone_changes(lead)
    changes += _merge_changes(lead)
    around = happenings_of(lead)
    for row in reversed(around.rows):
        changes.append(Change(row.when, around.people.get(row.user_id, ""), row.title, row.note))
    return sorted(changes, key=lambda change: change.when, reverse=True)
