"""Tiers (分档): templates of targets; applying one copies its items into a letter."""

from __future__ import annotations

import calendar
import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from pipeline.models.targets import CountingRule, Target, TargetLetter, TargetTemplate, TemplateItem
from pipeline.services.counting_rules import check_minimum, check_rule, packed_rule, rule_values
from pipeline.services.targets import MOST_TARGETS, add_target, lock_letter, lock_zone
from teams.models import User

TIER_FIELDS = frozenset({"name_zh", "name_en", "note"})
ITEM_FIELDS = frozenset({*CountingRule.RULE, "minimum", "name_zh", "name_en", "months", "position"})


@transaction.atomic
def create_tier(
    *, actor: User, zone_id: uuid.UUID, values: Mapping[str, Any], tier_id: uuid.UUID | None = None
) -> TargetTemplate:
    """Enter a tier; raises Http404, PermissionDenied, ValidationError. `tier_id` is for a form sent twice."""
    zone = lock_zone(actor, zone_id)
    before = TargetTemplate.objects.filter(pk=tier_id, zone=zone).first() if tier_id else None
    if before is not None:
        return before
    tier = TargetTemplate(zone=zone, **values)
    if tier_id is not None:
        tier.id = tier_id
    _check_tier(tier)
    with integrity_errors_as_rules(TargetTemplate, target_template_name_once="name_zh"), transaction.atomic():
        tier.save(force_insert=True)
    return tier


def _check_tier(tier: TargetTemplate) -> None:
    problems = Problems()
    clean_values(tier, problems, only={*TIER_FIELDS})
    problems.raise_if_any()


def lock_tier(actor: User, tier_id: uuid.UUID) -> TargetTemplate:
    """The tier, its zone locked first; raises Http404, PermissionDenied."""
    rows = TargetTemplate.objects.visible_to(actor)
    zone_id = rows.filter(pk=tier_id).values_list("zone_id", flat=True).first()
    if zone_id is not None:
        lock_zone(actor, zone_id)
    return lock_for_change(rows.select_related("zone"), tier_id)


@transaction.atomic
def update_tier(
    *, actor: User, tier_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> TargetTemplate:
    """Change a tier's names; raises Http404, PermissionDenied, Stale, ValidationError."""
    tier = lock_tier(actor, tier_id)
    changed = apply_changes(tier, changes, TIER_FIELDS, base=base)
    if changed:
        _check_tier(tier)
        with integrity_errors_as_rules(TargetTemplate, target_template_name_once="name_zh"), transaction.atomic():
            tier.save_changes(changed)
    return tier


@transaction.atomic
def delete_tier(*, actor: User, tier_id: uuid.UUID) -> None:
    """Take a tier out; letters that began with it keep their targets. Raises Http404, PermissionDenied."""
    tier = lock_tier(actor, tier_id)
    now = timezone.now()
    TemplateItem.objects.filter(template=tier, deleted_at=None).update(deleted_at=now)
    tier.deleted_at = now
    tier.save_changes(["deleted_at"])


def _check_item(item: TemplateItem) -> None:
    problems = Problems()
    check_rule(item, problems, item.template.zone)
    clean_values(item, problems, only={"name_zh", "name_en", "position", "months"})
    if item.minimum is None and "minimum" not in problems.errors:
        problems.add("minimum", _("Say how much is asked for at least."), "required")
    check_minimum(item.minimum, item.metric, problems)
    if item.months is not None and not 1 <= item.months <= 120:
        problems.add("months", _("Between 1 and 120 months."), "range")
    problems.raise_if_any()


@transaction.atomic
def add_tier_item(
    *, actor: User, tier_id: uuid.UUID, values: Mapping[str, Any], item_id: uuid.UUID | None = None
) -> TemplateItem:
    """Add a target to a tier; raises Http404, PermissionDenied, ValidationError."""
    tier = lock_tier(actor, tier_id)
    before = TemplateItem.objects.filter(pk=item_id, template=tier).first() if item_id else None
    if before is not None:
        return before
    positions = list(tier.items.filter(deleted_at=None).values_list("position", flat=True))
    if len(positions) >= MOST_TARGETS:
        raise ValidationError(_("A tier has at most %(most)d targets.") % {"most": MOST_TARGETS}, code="too_many")
    item = TemplateItem(template=tier, **{"position": max(positions, default=0) + 1, **values})
    if item_id is not None:
        item.id = item_id
    _check_item(item)
    with integrity_errors_as_rules(TemplateItem, template_item_minimum_positive="minimum"):
        item.save(force_insert=True)
    return item


def _locked_item(actor: User, item_id: uuid.UUID) -> TemplateItem:
    rows = TemplateItem.objects.visible_to(actor)
    tier_id = rows.filter(pk=item_id).values_list("template_id", flat=True).first()
    tier = lock_tier(actor, tier_id) if tier_id else None
    item = lock_for_change(rows.select_related("industry"), item_id)
    if tier is not None:
        item.template = tier
    return item


@transaction.atomic
def update_tier_item(
    *, actor: User, item_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> TemplateItem:
    """Change a target of a tier; letters that have it already stay. Raises as update_tier."""
    item = _locked_item(actor, item_id)
    changed = apply_changes(item, changes, ITEM_FIELDS, base=base)
    if changed:
        _check_item(item)
        with integrity_errors_as_rules(TemplateItem, template_item_minimum_positive="minimum"):
            item.save_changes([*changed, "total_investment_usd"])
    return item


@transaction.atomic
def delete_tier_item(*, actor: User, item_id: uuid.UUID) -> None:
    """Take a target out of a tier; raises Http404, PermissionDenied."""
    item = _locked_item(actor, item_id)
    item.deleted_at = timezone.now()
    item.save_changes(["deleted_at"])


def window_of(
    item: TemplateItem, begins_on: datetime.date, ends_on: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """An item's window in a letter of that time: the whole of it, or its first months."""
    if item.months is None:
        return begins_on, ends_on
    number = begins_on.year * 12 + begins_on.month - 1 + item.months
    year, month = number // 12, number % 12 + 1
    day = min(begins_on.day, calendar.monthrange(year, month)[1])
    return begins_on, min(datetime.date(year, month, day) - datetime.timedelta(days=1), ends_on)


def copied(item: TemplateItem, begins_on: datetime.date, ends_on: datetime.date) -> dict[str, Any]:
    """The values of a target that begins as the item, with what the tier said."""
    first, last = window_of(item, begins_on, ends_on)
    return {
        **rule_values(item), "name_zh": item.name_zh, "name_en": item.name_en, "starts_on": first, "ends_on": last,
        "template_item": item, "tier": packed_rule(item),
    }  # fmt: skip


@transaction.atomic
def apply_tier(
    *, actor: User, letter_id: uuid.UUID, tier_id: uuid.UUID, confirm_overlap: bool = False
) -> list[Target]:
    """Copy the items of a tier into a letter; those that it has already are left out.

    Raises Http404, PermissionDenied, ValidationError.
    """
    letter: TargetLetter = lock_letter(actor, letter_id)
    tier = TargetTemplate.objects.visible_to(actor).filter(pk=tier_id, zone=letter.zone).first()
    if tier is None:
        raise ValidationError({"template": ValidationError(_("There is no such tier."), code="unknown")})
    had = set(Target.objects.filter(letter=letter, deleted_at=None).values_list("template_item_id", flat=True))
    made = []
    for item in tier.items.filter(deleted_at=None).select_related("industry"):
        if item.pk not in had:
            values = copied(item, letter.begins_on, letter.ends_on)
            made.append(add_target(actor=actor, letter_id=letter.pk, values=values, confirm_overlap=confirm_overlap))
    return made
