"""Target letters and their targets: entering, changing, taking out.

The zone's row is locked by whoever changes its letters, so that overlaps and the tree of parents are checked against
what is there; a zone's letters change a few times a year.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from investcrm.core.editing import apply_changes, check_version, lock_for_change
from investcrm.core.rules import Problems, integrity_errors_as_rules
from pipeline.models.targets import CountingRule, Target, TargetLetter
from pipeline.selectors.rule_words import rule_sentence
from pipeline.services.target_rules import check_letter, check_overlap, check_parts, check_target
from teams.access import Capability
from teams.models import User, Zone

LETTER_FIELDS = frozenset(
    {"team", "person", "title", "begins_on", "ends_on", "signed_on", "signatories", "parent", "note"}
)
TARGET_FIELDS = frozenset(
    {*CountingRule.RULE, "minimum", "name_zh", "name_en", "starts_on", "ends_on", "parent", "position"}
)
MOST_TARGETS = 40


def lock_zone(actor: User, zone_id: uuid.UUID) -> Zone:
    """The zone, locked by whoever may set its targets; raises Http404, PermissionDenied."""
    zone = lock_for_change(Zone.objects.visible_to(actor), zone_id)
    if not actor.can(Capability.MANAGE_TARGETS, on=zone):
        raise PermissionDenied
    return zone


def lock_letter(actor: User, letter_id: uuid.UUID) -> TargetLetter:
    """The letter, its zone locked first; raises Http404, PermissionDenied."""
    rows = TargetLetter.objects.visible_to(actor)
    zone_id = rows.filter(pk=letter_id).values_list("zone_id", flat=True).first()
    if zone_id is not None:
        lock_for_change(Zone.objects.filter(deleted_at=None), zone_id)
    letter = lock_for_change(rows.select_related("zone", "team", "person", "parent"), letter_id)
    if not actor.can(Capability.MANAGE_TARGETS, on=letter.zone):
        raise PermissionDenied
    return letter


def _row_problems(rows: Sequence[tuple[Target, Problems]], problems: Problems) -> None:
    """The errors of each row, under its number: `0-minimum`."""
    for number, (_target, found) in enumerate(rows):
        for name, errors in found.errors.items():
            problems.errors.setdefault(f"{number}-{name}", []).extend(errors)


@transaction.atomic
def create_letter(
    *,
    actor: User,
    zone_id: uuid.UUID,
    values: Mapping[str, Any],
    targets: Sequence[Mapping[str, Any]] = (),
    confirm_overlap: bool = False,
    letter_id: uuid.UUID | None = None,
) -> TargetLetter:
    """Enter a letter with its targets; raises Http404, PermissionDenied, ValidationError.

    Errors of a target stand under its number and field (`0-minimum`). An overlap with another letter of the same
    owner is refused with the code `overlap` until it is confirmed. `letter_id` is the new row's id, for a form that
    may be sent twice. A field that is not a letter's or a target's is a KeyError.
    """
    zone = lock_zone(actor, zone_id)
    before = TargetLetter.objects.filter(pk=letter_id).first() if letter_id else None
    if before is not None:
        if before.created_by_id != actor.pk or before.zone_id != zone.pk:
            raise ValidationError(_("This was not saved. Please send it once more."), code="id_taken")
        return before
    _only(values, LETTER_FIELDS)
    letter = TargetLetter(zone=zone, created_by=actor, **values)
    if letter_id is not None:
        letter.id = letter_id
    problems = Problems()
    check_letter(letter, problems, LETTER_FIELDS)
    if len(targets) > MOST_TARGETS:
        problems.add("__all__", _("A letter has at most %(most)d targets.") % {"most": MOST_TARGETS}, "too_many")
    rows: list[tuple[Target, Problems]] = []
    for number, row in enumerate(targets):
        _only(row, TARGET_FIELDS | {"template_item", "tier"})
        target, found = Target(letter=letter, **{"position": number + 1, **row}), Problems()
        check_target(target, found, zone)
        rows.append((target, found))
    _row_problems(rows, problems)
    made = [target for target, _found in rows]
    check_overlap(made, letter, problems, confirm_overlap)
    problems.raise_if_any()
    with integrity_errors_as_rules(TargetLetter):
        letter.save(force_insert=True)
    for target in made:
        target.save(force_insert=True)
    return letter


def _only(values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(values) - allowed
    if unknown:
        raise KeyError(sorted(unknown)[0])


@transaction.atomic
def update_letter(
    *,
    actor: User,
    letter_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    confirm_overlap: bool = False,
) -> TargetLetter:
    """Change a letter's own fields; raises Http404, PermissionDenied, Stale, ValidationError."""
    letter = lock_letter(actor, letter_id)
    changed = apply_changes(letter, changes, LETTER_FIELDS, base=base)
    if not changed:
        return letter
    problems = Problems()
    check_letter(letter, problems, {*changed})
    targets = list(Target.objects.filter(letter=letter, deleted_at=None).select_related("parent", "industry"))
    if {"begins_on", "ends_on"} & {*changed} and not problems.errors:
        for target in targets:
            if target.starts_on < letter.begins_on or target.ends_on > letter.ends_on:
                at = "begins_on" if target.starts_on < letter.begins_on else "ends_on"
                words = {"target": rule_sentence(target)}
                problems.add(at, _("A target reaches beyond it: %(target)s") % words, "target_outside")
    if "parent" in changed:
        held = [one for one in targets if one.parent_id and one.parent and one.parent.letter_id != letter.pk]
        if any(one.parent is not None and one.parent.letter_id != letter.parent_id for one in held):
            problems.add("parent", _("Its targets are parts of the other letter's. Take them off first."), "has_parts")
    if {"team", "person"} & {*changed}:
        for target in targets:
            target.letter = letter
        check_overlap(targets, letter, problems, confirm_overlap)
    problems.raise_if_any()
    with integrity_errors_as_rules(TargetLetter):
        letter.save_changes(changed)
    return letter


@transaction.atomic
def delete_letter(*, actor: User, letter_id: uuid.UUID) -> None:
    """Take a letter and its targets out; raises Http404, PermissionDenied, ValidationError."""
    letter = lock_letter(actor, letter_id)
    below = TargetLetter.objects.filter(parent=letter, deleted_at=None).count()
    if below:
        message = ngettext(
            "%(count)d letter rolls up into it. Take that out, or let it roll up elsewhere, first.",
            "%(count)d letters roll up into it. Take them out, or let them roll up elsewhere, first.",
            below,
        )
        raise ValidationError(message % {"count": below}, code="has_children")
    now = timezone.now()
    Target.objects.filter(letter=letter, deleted_at=None).update(deleted_at=now)
    letter.deleted_at = now
    letter.save_changes(["deleted_at"])


@transaction.atomic
def add_target(
    *,
    actor: User,
    letter_id: uuid.UUID,
    values: Mapping[str, Any],
    confirm_overlap: bool = False,
    target_id: uuid.UUID | None = None,
) -> Target:
    """Add a target to a letter; raises Http404, PermissionDenied, ValidationError. `target_id` as in create_letter."""
    letter = lock_letter(actor, letter_id)
    before = Target.objects.filter(pk=target_id).first() if target_id else None
    if before is not None:
        if before.letter_id != letter.pk:
            raise ValidationError(_("This was not saved. Please send it once more."), code="id_taken")
        return before
    _only(values, TARGET_FIELDS | {"template_item", "tier"})
    there = Target.objects.filter(letter=letter, deleted_at=None)
    positions = list(there.values_list("position", flat=True))
    target = Target(letter=letter, **{"position": max(positions, default=0) + 1, **values})
    if target_id is not None:
        target.id = target_id
    problems = Problems()
    if len(positions) >= MOST_TARGETS:
        problems.add("__all__", _("A letter has at most %(most)d targets.") % {"most": MOST_TARGETS}, "too_many")
    check_target(target, problems, letter.zone)
    check_overlap([target], letter, problems, confirm_overlap)
    problems.raise_if_any()
    with integrity_errors_as_rules(Target, target_minimum_positive="minimum"):
        target.save(force_insert=True)
    return target


def _locked_target(actor: User, target_id: uuid.UUID) -> Target:
    """The target, its zone and letter locked first; raises Http404, PermissionDenied."""
    rows = Target.objects.visible_to(actor)
    letter_id = rows.filter(pk=target_id).values_list("letter_id", flat=True).first()
    letter = lock_letter(actor, letter_id) if letter_id else None
    target = lock_for_change(rows.select_related("industry", "parent"), target_id)
    if letter is not None:
        target.letter = letter
    return target


@transaction.atomic
def update_target(
    *,
    actor: User,
    target_id: uuid.UUID,
    changes: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    confirm_overlap: bool = False,
    expected_version: int | None = None,
) -> Target:
    """Change a target; raises Http404, PermissionDenied, Stale, ValidationError."""
    target = _locked_target(actor, target_id)
    changed = apply_changes(target, changes, TARGET_FIELDS, base=base, expected_version=expected_version)
    if not changed:
        return target
    problems = Problems()
    check_target(target, problems, target.letter.zone)
    if {*changed} & {*CountingRule.RULE, "starts_on", "ends_on", "parent"}:
        check_overlap([target], target.letter, problems, confirm_overlap)
        check_parts(target, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(Target, target_minimum_positive="minimum"):
        target.save_changes([*changed, "total_investment_usd"])
    return target


@transaction.atomic
def delete_target(*, actor: User, target_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Take a target out; its parts then stand alone. Raises Http404, PermissionDenied, Stale."""
    target = _locked_target(actor, target_id)
    check_version(target, expected_version)
    Target.objects.filter(parent=target).update(parent=None)
    target.deleted_at = timezone.now()
    target.save_changes(["deleted_at"])
