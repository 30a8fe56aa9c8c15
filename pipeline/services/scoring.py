"""Scoring schemes: entered as data before they begin; afterwards a scheme is ended and a copy continues from a day."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from pipeline.models.scoring import ScoreItem, ScoringScheme
from pipeline.models.targets import CountingRule
from pipeline.services.scheme_rules import OWN_FIELDS, check_item
from pipeline.services.targets import lock_zone
from teams.models import User

SCHEME_FIELDS = frozenset({"name_zh", "name_en", "valid_from", "note"})
ITEM_FIELDS = frozenset({*CountingRule.RULE, "minimum", *OWN_FIELDS})
MOST_ITEMS = 30
DAY = datetime.timedelta(days=1)


def lock_scheme(actor: User, scheme_id: uuid.UUID) -> ScoringScheme:
    """The scheme, its zone locked first; raises Http404, PermissionDenied."""
    rows = ScoringScheme.objects.visible_to(actor)
    zone_id = rows.filter(pk=scheme_id).values_list("zone_id", flat=True).first()
    if zone_id is not None:
        lock_zone(actor, zone_id)
    return lock_for_change(rows.select_related("zone"), scheme_id)


def _refuse_begun(scheme: ScoringScheme) -> None:
    if scheme.has_begun(scheme.zone.today()):
        message = _("This scheme has been in use since %(day)s and is not changed. End it and continue with a copy.")
        raise ValidationError(message % {"day": scheme.valid_from.isoformat()}, code="begun")


def _check_scheme(scheme: ScoringScheme, problems: Problems) -> None:
    clean_values(scheme, problems, only={*SCHEME_FIELDS})
    if scheme.valid_from is not None:
        try:
            check_day(scheme.valid_from, today=scheme.zone.today())
        except ValidationError as error:
            problems.errors.setdefault("valid_from", []).append(error)
        if "valid_from" not in problems.errors:
            _check_free(scheme, problems)


def _check_free(scheme: ScoringScheme, problems: Problems) -> None:
    """One scheme at a time: two would give a period two scores."""
    others = ScoringScheme.objects.filter(zone=scheme.zone, deleted_at=None).exclude(pk=scheme.pk)
    for other in others.order_by("valid_from"):
        ends = other.valid_to or datetime.date.max
        if scheme.valid_from <= ends and other.valid_from <= (scheme.valid_to or datetime.date.max):
            words = {"name": str(other), "day": other.valid_from.isoformat()}
            message = _("“%(name)s” is valid from %(day)s on. End it first, or begin after it.")
            problems.add("valid_from", message % words, "overlap")
            return


@transaction.atomic
def create_scheme(
    *, actor: User, zone_id: uuid.UUID, values: Mapping[str, Any], scheme_id: uuid.UUID | None = None
) -> ScoringScheme:
    """Enter a scheme without items; raises Http404, PermissionDenied, ValidationError."""
    zone = lock_zone(actor, zone_id)
    before = ScoringScheme.objects.filter(pk=scheme_id, zone=zone).first() if scheme_id else None
    if before is not None:
        return before
    scheme = ScoringScheme(zone=zone, **values)
    if scheme_id is not None:
        scheme.id = scheme_id
    problems = Problems()
    _check_scheme(scheme, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(ScoringScheme, scheme_one_at_a_time="valid_from"), transaction.atomic():
        scheme.save(force_insert=True)
    return scheme


@transaction.atomic
def update_scheme(
    *, actor: User, scheme_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> ScoringScheme:
    """Change a scheme that has not begun; raises Http404, PermissionDenied, Stale, ValidationError."""
    scheme = lock_scheme(actor, scheme_id)
    _refuse_begun(scheme)
    changed = apply_changes(scheme, changes, SCHEME_FIELDS, base=base)
    if changed:
        problems = Problems()
        _check_scheme(scheme, problems)
        problems.raise_if_any()
        with integrity_errors_as_rules(ScoringScheme, scheme_one_at_a_time="valid_from"), transaction.atomic():
            scheme.save_changes(changed)
    return scheme


@transaction.atomic
def delete_scheme(*, actor: User, scheme_id: uuid.UUID) -> None:
    """Take out a scheme that has not begun; what it continued is open again. Raises as update_scheme."""
    scheme = lock_scheme(actor, scheme_id)
    _refuse_begun(scheme)
    now = timezone.now()
    ScoreItem.objects.filter(scheme=scheme, deleted_at=None).update(deleted_at=now)
    scheme.deleted_at = now
    scheme.save_changes(["deleted_at"])
    before = scheme.continues
    if before is not None and before.valid_to == scheme.valid_from - DAY:
        later = ScoringScheme.objects.filter(zone=scheme.zone, deleted_at=None, valid_from__gt=before.valid_from)
        after = later.order_by("valid_from").first()
        before.valid_to = after.valid_from - DAY if after is not None else None
        before.save_changes(["valid_to"])


def _check_end(scheme: ScoringScheme, last: datetime.date, name: str, problems: Problems) -> None:
    yesterday = scheme.zone.today() - DAY
    if scheme.valid_to is not None:
        problems.add(name, _("This scheme has its end already: %(day)s.") % {"day": scheme.valid_to}, "ended")
    elif last < scheme.valid_from:
        problems.add(name, _("The scheme begins on %(day)s only.") % {"day": scheme.valid_from}, "before_begin")
    elif last < yesterday:
        problems.add(name, _("What was scored by it stays: not before today."), "past")


@transaction.atomic
def end_scheme(*, actor: User, scheme_id: uuid.UUID, valid_to: datetime.date) -> ScoringScheme:
    """Say on which day a scheme is valid for the last time; raises Http404, PermissionDenied, ValidationError."""
    scheme = lock_scheme(actor, scheme_id)
    problems = Problems()
    _check_end(scheme, valid_to, "valid_to", problems)
    problems.raise_if_any()
    scheme.valid_to = valid_to
    scheme.save_changes(["valid_to"])
    return scheme


@transaction.atomic
def continue_scheme(
    *, actor: User, scheme_id: uuid.UUID, valid_from: datetime.date, copy_id: uuid.UUID | None = None
) -> ScoringScheme:
    """End a scheme before the day, and continue from it with a copy that may be changed until then.

    The day is tomorrow at the earliest, so that the copy has not begun. Raises Http404, PermissionDenied,
    ValidationError.
    """
    scheme = lock_scheme(actor, scheme_id)
    before = ScoringScheme.objects.filter(pk=copy_id, continues=scheme).first() if copy_id else None
    if before is not None:
        return before
    problems = Problems()
    if valid_from <= scheme.zone.today():
        problems.add("valid_from", _("Tomorrow at the earliest: a scheme that has begun is not changed."), "too_early")
    _check_end(scheme, valid_from - DAY, "valid_from", problems)
    problems.raise_if_any()
    items = list(scheme.items.filter(deleted_at=None))
    scheme.valid_to = valid_from - DAY
    scheme.save_changes(["valid_to"])
    copy = ScoringScheme(
        zone=scheme.zone, name_zh=scheme.name_zh, name_en=scheme.name_en, note=scheme.note, valid_from=valid_from,
        continues=scheme,
    )  # fmt: skip
    if copy_id is not None:
        copy.id = copy_id
    _check_scheme(copy, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(ScoringScheme, scheme_one_at_a_time="valid_from"), transaction.atomic():
        copy.save(force_insert=True)
    for item in items:
        values = {name: getattr(item, name) for name in ITEM_FIELDS}
        ScoreItem(scheme=copy, **values).save(force_insert=True)
    return copy


@transaction.atomic
def add_score_item(
    *, actor: User, scheme_id: uuid.UUID, values: Mapping[str, Any], item_id: uuid.UUID | None = None
) -> ScoreItem:
    """Add an item to a scheme that has not begun; raises Http404, PermissionDenied, ValidationError."""
    scheme = lock_scheme(actor, scheme_id)
    _refuse_begun(scheme)
    before = ScoreItem.objects.filter(pk=item_id, scheme=scheme).first() if item_id else None
    if before is not None:
        return before
    positions = list(scheme.items.filter(deleted_at=None).values_list("position", flat=True))
    if len(positions) >= MOST_ITEMS:
        raise ValidationError(_("A scheme has at most %(most)d items.") % {"most": MOST_ITEMS}, code="too_many")
    item = ScoreItem(scheme=scheme, **{"position": max(positions, default=0) + 1, **values})
    if item_id is not None:
        item.id = item_id
    problems = Problems()
    check_item(item, problems)
    problems.raise_if_any()
    with integrity_errors_as_rules(ScoreItem, score_item_minimum_positive="minimum"):
        item.save(force_insert=True)
    return item


def _locked_item(actor: User, item_id: uuid.UUID) -> ScoreItem:
    rows = ScoreItem.objects.visible_to(actor)
    scheme_id = rows.filter(pk=item_id).values_list("scheme_id", flat=True).first()
    scheme = lock_scheme(actor, scheme_id) if scheme_id else None
    item = lock_for_change(rows.select_related("industry"), item_id)
    if scheme is not None:
        item.scheme = scheme
    _refuse_begun(item.scheme)
    return item


@transaction.atomic
def update_score_item(
    *, actor: User, item_id: uuid.UUID, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> ScoreItem:
    """Change an item of a scheme that has not begun; raises Http404, PermissionDenied, Stale, ValidationError."""
    item = _locked_item(actor, item_id)
    changed = apply_changes(item, changes, ITEM_FIELDS, base=base)
    if changed:
        problems = Problems()
        check_item(item, problems)
        problems.raise_if_any()
        with integrity_errors_as_rules(ScoreItem, score_item_minimum_positive="minimum"):
            item.save_changes(sorted(ITEM_FIELDS))
    return item


@transaction.atomic
def delete_score_item(*, actor: User, item_id: uuid.UUID) -> None:
    """Take an item out of a scheme that has not begun; raises as update_score_item."""
    item = _locked_item(actor, item_id)
    item.deleted_at = timezone.now()
    item.save_changes(["deleted_at"])
