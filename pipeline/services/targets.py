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
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from pipeline.models.targets import CountingRule, Target, TargetLetter
from pipeline.selectors.rule_words import rule_sentence, window_words
from pipeline.services.counting_rules import check_minimum, check_rule
from teams.access import Capability
from teams.models import User, Zone

LETTER_FIELDS = frozenset(
    {"team", "person", "title", "begins_on", "ends_on", "signed_on", "signatories", "parent", "note"}
)
TARGET_FIELDS = frozenset(
    {*CountingRule.RULE, "minimum", "name_zh", "name_en", "starts_on", "ends_on", "parent", "position"}
)
MOST_TARGETS = 40
# Letters below letters: centre, team, person, and one to spare.
DEEPEST = 4


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


def check_letter(letter: TargetLetter, problems: Problems, changed: set[str] | frozenset[str]) -> None:
    """Collect what is wrong with the letter's own fields."""
    clean_values(letter, problems, only={*changed})
    if letter.team is not None and letter.person is not None:
        problems.add("person", _("A letter is a team's or a person's, not both."), "two_owners")
    if letter.team is not None and letter.team.zone_id != letter.zone_id:
        problems.add("team", _("This team belongs to another zone."), "other_zone")
    if "person" in changed and letter.person is not None:
        people = User.objects.working_in(letter.zone, letter.zone.today())
        if not people.filter(pk=letter.person.pk).exists():
            problems.add("person", _("This person does not work in the zone."), "not_of_zone")
    if letter.begins_on and letter.ends_on and letter.ends_on < letter.begins_on:
        problems.add("ends_on", _("The end cannot be before the beginning."), "order")
    for name, years in (("begins_on", 20), ("ends_on", 20), ("signed_on", 0)):
        day = getattr(letter, name)
        if day is None and name != "signed_on" and name not in problems.errors:
            problems.add(name, _("A letter needs a time: from which day to which it holds."), "required")
        if name in changed and day is not None:
            try:
                check_day(day, future_years=years, today=letter.zone.today())
            except ValidationError as error:
                problems.errors.setdefault(name, []).append(error)
    if "parent" in changed:
        _check_parent_letter(letter, problems)


def _check_parent_letter(letter: TargetLetter, problems: Problems) -> None:
    above, steps = letter.parent, 0
    while above is not None:
        steps += 1
        if above.zone_id != letter.zone_id or above.deleted_at is not None:
            problems.add("parent", _("This letter is not one of the zone's."), "other_zone")
            return
        if above.pk == letter.pk:
            problems.add("parent", _("A letter cannot roll up into itself, nor into one below it."), "circle")
            return
        if steps >= DEEPEST:
            problems.add("parent", _("Letters roll up over at most %(most)d levels.") % {"most": DEEPEST}, "deep")
            return
        above = above.parent


def check_target(target: Target, problems: Problems, zone: Zone) -> None:
    """Collect what is wrong with a target: its rule, its minimum, its window, what it is part of."""
    check_rule(target, problems, zone)
    clean_values(target, problems, only={"name_zh", "name_en", "position"})
    if target.minimum is None and "minimum" not in problems.errors:
        problems.add("minimum", _("Say how much is asked for at least."), "required")
    check_minimum(target.minimum, target.metric, problems)
    letter = target.letter
    if target.starts_on is None or target.ends_on is None:
        name = "starts_on" if target.starts_on is None else "ends_on"
        problems.add(name, _("A target needs a window: from which day to which it counts."), "required")
    elif target.ends_on < target.starts_on:
        problems.add("ends_on", _("The end cannot be before the beginning."), "order")
    elif letter.begins_on and letter.ends_on:
        within = letter.begins_on <= target.starts_on and target.ends_on <= letter.ends_on
        if not within:
            words = {"window": window_words(letter.begins_on, letter.ends_on)}
            at = "starts_on" if target.starts_on < letter.begins_on or target.starts_on > letter.ends_on else "ends_on"
            problems.add(at, _("The window must lie within the letter's time (%(window)s).") % words, "outside_letter")
    if target.parent is not None:
        _check_parent_target(target, target.parent, problems)


def _check_parent_target(target: Target, parent: Target, problems: Problems) -> None:
    letter = target.letter
    if parent.deleted_at is not None or parent.letter_id not in {letter.parent_id, letter.pk}:
        problems.add("parent", _("It can be part of a target of the letter above, or of this letter."), "other_letter")
    elif parent.pk == target.pk or parent.parent_id == target.pk:
        problems.add("parent", _("A target cannot be part of itself."), "circle")
    elif parent.rule_key != target.rule_key:
        problems.add("parent", _("Only what counts the same adds up: metric and filters differ."), "other_rule")
    elif (
        target.starts_on is not None
        and target.ends_on is not None
        and not (parent.starts_on <= target.starts_on and target.ends_on <= parent.ends_on)
    ):
        problems.add("parent", _("Its window must lie within that of the target that it is part of."), "outside")


def same_asked(targets: Sequence[Target], letter: TargetLetter) -> list[Target]:
    """Targets of the same owner that count the same in an overlapping window; parts of one another are no overlap."""
    found: dict[uuid.UUID, Target] = {}
    own = Q(letter__zone=letter.zone, letter__team=letter.team, letter__person=letter.person, letter__deleted_at=None)
    others = list(Target.objects.filter(own, deleted_at=None).select_related("letter", "industry"))
    known = {one.pk for one in targets}
    others = [*(one for one in others if one.pk not in known), *targets]
    for target in targets:
        for other in others:
            related = other.pk == target.pk or other.pk == target.parent_id or other.parent_id == target.pk
            if related or other.rule_key != target.rule_key:
                continue
            if _overlap(target, other):
                found[other.pk] = other
    return list(found.values())


def _overlap(one: Target, other: Target) -> bool:
    """Whether two targets ask the same of the same time; a letter may ask for a year and for its first quarter."""
    if one.letter_id == other.letter_id:
        return (one.starts_on, one.ends_on) == (other.starts_on, other.ends_on)
    return other.starts_on <= one.ends_on and one.starts_on <= other.ends_on


def _check_overlap(targets: Sequence[Target], letter: TargetLetter, problems: Problems, confirmed: bool) -> None:
    if confirmed or problems.errors:
        return
    same = same_asked(targets, letter)
    if same:
        other = next((one for one in same if one.letter_id != letter.pk), same[0])
        words = {"letter": other.letter.title, "rule": rule_sentence(other)}
        message = _(
            "The same is asked of the same already, in an overlapping time: “%(letter)s”, %(rule)s. What is reached "
            "counts for both. Tick the box below to keep both."
        )
        problems.add("confirm_overlap", message % words, "overlap")


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
    _check_overlap(made, letter, problems, confirm_overlap)
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
        _check_overlap(targets, letter, problems, confirm_overlap)
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
    _check_overlap([target], letter, problems, confirm_overlap)
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
) -> Target:
    """Change a target; raises Http404, PermissionDenied, Stale, ValidationError."""
    target = _locked_target(actor, target_id)
    changed = apply_changes(target, changes, TARGET_FIELDS, base=base)
    if not changed:
        return target
    problems = Problems()
    check_target(target, problems, target.letter.zone)
    if {*changed} & {*CountingRule.RULE, "starts_on", "ends_on", "parent"}:
        _check_overlap([target], target.letter, problems, confirm_overlap)
        _check_parts(target, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(Target, target_minimum_positive="minimum"):
        target.save_changes([*changed, "total_investment_usd"])
    return target


def _check_parts(target: Target, problems: Problems) -> None:
    """What rolls up into it must still count the same, within its window."""
    if problems.errors:
        return
    for part in Target.objects.filter(parent=target, deleted_at=None).select_related("letter", "industry"):
        inside = target.starts_on <= part.starts_on and part.ends_on <= target.ends_on
        if part.rule_key != target.rule_key or not inside:
            message = _("A part of it, of the letter “%(letter)s”, would not fit any more.")
            problems.add("__all__", message % {"letter": part.letter.title}, "part_outside")
            return


@transaction.atomic
def delete_target(*, actor: User, target_id: uuid.UUID) -> None:
    """Take a target out; its parts then stand alone. Raises Http404, PermissionDenied."""
    target = _locked_target(actor, target_id)
    Target.objects.filter(parent=target).update(parent=None)
    target.deleted_at = timezone.now()
    target.save_changes(["deleted_at"])
