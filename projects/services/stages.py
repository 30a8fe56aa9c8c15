"""The stages of the pipeline and what each requires: one set for the whole installation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values
from projects.choices import StageKind
from projects.models import Lead, Stage, StageRequirement
from projects.requirements import REQUIREMENTS
from teams.models import User
from teams.selectors import manages_installation

EDITABLE = frozenset({"name_zh", "name_en", "position", "silence_limit_days"})
MOST_DAYS = 3000
# Leads are born in this stage, whose code entering a lead rests on.
BORN_IN = "enquiry"


@transaction.atomic
def add_stage(
    *,
    actor: User,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    position: int | None = None,
    silence_limit_days: int | None = None,
) -> Stage:
    """Add a stage of a kind, the last one unless a place is given; raises PermissionDenied, ValidationError."""
    _allow(actor)
    list(Stage.objects.order_by("id").select_for_update(no_key=True))
    if position is None:
        position = (Stage.objects.filter(deleted_at=None).aggregate(last=Max("position"))["last"] or 0) + 10
    stage = Stage(
        code=code.strip(), name_zh=name_zh.strip(), name_en=name_en.strip(), kind=kind, position=position,
        silence_limit_days=silence_limit_days,
    )  # fmt: skip
    problems = Problems()
    _check(stage, problems)
    if Stage.objects.filter(code=stage.code).exists():
        problems.add("code", _("There is such a stage already."), "unique")
    problems.raise_if_any()
    stage.save(force_insert=True)
    return stage


@transaction.atomic
def update_stage(
    *,
    actor: User,
    stage_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    requirements: Sequence[str] | None = None,
    requirements_seen: Sequence[str] = (),
) -> Stage:
    """Change a stage's names, place, limit, requirements; raises Http404, PermissionDenied, Stale, ValidationError.

    `requirements` are those wanted and `requirements_seen` those that the editor saw: what another has added or taken
    away meanwhile stays so.
    """
    _allow(actor)
    stage = lock_for_change(Stage.objects.visible_to(actor), stage_id)
    changed = apply_changes(stage, changes, EDITABLE, base=base)
    problems = Problems()
    _check(stage, problems)
    if requirements is not None and set(requirements) - set(REQUIREMENTS):
        problems.add("requirements", _("There is no such requirement."), "unknown")
    problems.raise_if_any()
    if changed:
        stage.save_changes(changed)
    if "position" in changed:
        count_anew()
    if requirements is not None:
        _write_requirements(stage, set(requirements), set(requirements_seen))
    return stage


def count_anew() -> None:
    """The stages are in another order: how far leads came is counted anew, since sums of it are kept."""
    enqueue("pipeline.rebuild_tallies")


def _write_requirements(stage: Stage, wanted: set[str], seen: set[str]) -> None:
    there = {row.requirement: row for row in stage.requirements.all()}
    for code in seen - wanted:
        if code in there:
            there[code].delete()
    order = list(REQUIREMENTS)
    for code in sorted(wanted - seen - set(there), key=order.index):
        StageRequirement.objects.create(stage=stage, requirement=code, position=order.index(code) + 1)


@transaction.atomic
def retire_stage(*, actor: User, stage_id: uuid.UUID) -> Stage:
    """Take a stage out of use, if no lead is in it; raises Http404, PermissionDenied, ValidationError.

    The row stays: the ledger names it.
    """
    _allow(actor)
    rows = {
        stage.pk: stage
        for stage in Stage.objects.filter(deleted_at=None).order_by("id").select_for_update(no_key=True)
    }
    stage = rows.get(stage_id)
    if stage is None:
        raise Http404
    problems = Problems()
    if stage.code == BORN_IN:
        problems.add("__all__", _("Every lead begins in this stage."), "born_in")
    elif Lead.objects.filter(stage=stage, deleted_at=None).exists():
        problems.add("__all__", _("There are leads in this stage. Move them first."), "has_leads")
    elif not any(other.kind == stage.kind for other in rows.values() if other.pk != stage.pk):
        problems.add("__all__", _("It is the last stage of its kind, and counting needs one."), "last_of_kind")
    problems.raise_if_any()
    stage.deleted_at = timezone.now()
    stage.save_changes(["deleted_at"])
    return stage


def _allow(actor: User) -> None:
    if not manages_installation(actor):
        raise PermissionDenied


def _check(stage: Stage, problems: Problems) -> None:
    clean_values(stage, problems)
    if stage.kind not in StageKind.values and "kind" not in problems.errors:
        problems.add("kind", _("There is no such kind."), "unknown")
    limit = stage.silence_limit_days
    if limit is not None and not 1 <= limit <= MOST_DAYS:
        problems.add(
            "silence_limit_days", _("Between %(least)d and %(most)d days.") % {"least": 1, "most": MOST_DAYS}, "absurd"
        )
