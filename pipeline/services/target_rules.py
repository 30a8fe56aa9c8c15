"""What letters and targets must be, and where the same would be asked of the same twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.rules import Problems, clean_values
from pipeline.models.targets import Target, TargetLetter
from pipeline.selectors.rule_words import rule_sentence, window_words
from pipeline.services.counting_rules import check_minimum, check_rule
from teams.models import User, Zone

# Letters below letters: centre, team, person, and one to spare.
DEEPEST = 4


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


def check_overlap(targets: Sequence[Target], letter: TargetLetter, problems: Problems, confirmed: bool) -> None:
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


def check_parts(target: Target, problems: Problems) -> None:
    """What rolls up into it must still count the same, within its window."""
    if problems.errors:
        return
    for part in Target.objects.filter(parent=target, deleted_at=None).select_related("letter", "industry"):
        inside = target.starts_on <= part.starts_on and part.ends_on <= target.ends_on
        if part.rule_key != target.rule_key or not inside:
            message = _("A part of it, of the letter “%(letter)s”, would not fit any more.")
            problems.add("__all__", message % {"letter": part.letter.title}, "part_outside")
            return
