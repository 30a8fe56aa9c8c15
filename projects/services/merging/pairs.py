"""The two rows of a merge: locked, unchanged since they were looked at, and written down."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.errors import Conflict, Stale
from investcrm.core.external_ids import kind_of, move_external_ids
from investcrm.core.models import Row
from projects.models import KeptApart, Merge
from teams.models import User

R = TypeVar("R", bound=Row)
# field -> what the kept and the other row had when somebody looked at them, as JSON carries it
Seen = Mapping[str, Sequence[Any]]


@dataclass
class Pair(Generic[R]):
    """The row that stays and the row that goes."""

    kept: R
    gone: R


def packed(row: models.Model, name: str) -> Any:
    """The value of a field as JSON carries it; of a relation the id."""
    value = getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date | uuid.UUID):
        return str(value)
    return value


def lock_pair(rows: QuerySet[R], *, kind: str, kept_id: uuid.UUID, gone_id: uuid.UUID) -> Pair[R]:
    """Both rows, locked in the order of their ids; raises Http404, and Conflict where one was merged meanwhile."""
    if kept_id == gone_id:
        raise ValidationError(_("A row cannot be merged with itself."), code="same")
    ids = (kept_id, gone_id)
    alone = rows.select_related(None).filter(pk__in=ids).order_by("pk")
    locked = {row.pk for row in alone.select_for_update(of=("self",), no_key=True)}
    if len(locked) < len(ids):
        if Merge.objects.filter(kind=kind, gone_id__in=ids).exists():
            message = _("One of the two was merged meanwhile. Look at them again.")
            raise Conflict("merged", message)
        raise Http404
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return Pair(found[kept_id], found[gone_id])


def check_seen(pair: Pair[R], seen: Seen | None) -> None:
    """Nobody has changed a field of either since it was looked at; raises Stale with the fields and their values."""
    if seen is None:
        return
    now = {name: [packed(pair.kept, name), packed(pair.gone, name)] for name in seen}
    changed = {name: values for name, values in now.items() if values != list(seen[name])}
    if changed:
        raise Stale(pair.kept.version, current=changed)


def changes_of(pair: Pair[R], taken: Collection[str], allowed: Collection[str]) -> dict[str, Any]:
    """The other row's values of the fields taken, where they differ; a field that is not allowed is a KeyError."""
    for name in taken:
        if name not in allowed:
            raise KeyError(name)
    return {name: getattr(pair.gone, name) for name in taken if packed(pair.kept, name) != packed(pair.gone, name)}


def replaced_by(pair: Pair[R], changes: Iterable[str]) -> dict[str, Any]:
    """What the kept row had in the fields that change, to be written down before they do."""
    return {name: packed(pair.kept, name) for name in changes}


def remove(row: Row) -> None:
    """The row is gone: deleted softly."""
    row.deleted_at = timezone.now()
    row.save_changes(["deleted_at"])


def record(pair: Pair[Any], *, kind: str, actor: User, replaced: Mapping[str, Any], moved: Mapping[str, int]) -> Merge:
    """Write the merge down; what other systems call the row that is gone is the kept one now.

    Who kept the two apart before has changed their mind; pairs of the row that is gone with others mean nothing more.
    """
    move_external_ids(kind_of(type(pair.kept)), pair.gone.pk, pair.kept.pk)
    KeptApart.objects.filter(Q(first_id=pair.gone.pk) | Q(second_id=pair.gone.pk), kind=kind).delete()
    return Merge.objects.create(
        kind=kind,
        kept_id=pair.kept.pk,
        gone_id=pair.gone.pk,
        replaced=dict(replaced),
        moved={name: number for name, number in moved.items() if number},
        actor=actor,
    )


def move(rows: QuerySet[Any], **to: Any) -> int:
    """Point the rows elsewhere; says how many."""
    return rows.order_by().update(**to)
