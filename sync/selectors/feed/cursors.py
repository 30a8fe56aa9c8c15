"""Cursors of the feed: opaque, signed text that says of which database, of whose sight, and which place."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SALT = "sync.feed"
LONGEST = 500


class GoneError(Exception):
    """The cursor is of another epoch, of another sight, or older than what is kept: start again."""


@dataclass(frozen=True)
class Place:
    """How far a reader is.

    All changes up to `position` are told; with `type` and `row_id` those before it, and of its own fan-out what comes
    up to that row. `walking`: all rows there are, type by type, up to that row; afterwards the changes after
    `position`, which was taken before the walk began.
    """

    position: int
    walking: bool = False
    type: str = ""
    row_id: uuid.UUID | None = None
    # the types that are walked through: a walk cannot change its mind
    types: tuple[str, ...] = ()


def sight_of(user: Any) -> str:
    """A fingerprint of what decides about the user's sight: another one means that rows came or went unsaid."""
    grants = sorted(f"{grant.role} {grant.zone_id} {grant.team_id}" for grant in user.grants)
    text = "|".join([str(user.pk), str(user.is_superuser), str(user.is_active), *grants])
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def write_cursor(place: Place, *, epoch: str, sight: str) -> str:
    """The place as a client keeps it."""
    row = place.row_id.hex if place.row_id else ""
    types = " ".join(place.types)
    return signing.dumps([epoch, sight, place.position, int(place.walking), place.type, row, types], salt=SALT)


def read_cursor(text: str, *, epoch: str, sight: str) -> Place:
    """The place of a cursor. Raises ValidationError for one that is not ours, GoneError for one no longer good."""
    try:
        of_epoch, of_sight, place = _parts(text)
    except (signing.BadSignature, ValueError) as error:
        raise ValidationError(_("This cursor is not one of the feed's, or it was cut."), code="invalid") from error
    if (of_epoch, of_sight) != (epoch, sight):
        raise GoneError
    return place


def place_in(text: str) -> Place:
    """The place of a cursor, whatever it is of; raises BadSignature."""
    return _parts(text)[2]


def _parts(text: str) -> tuple[str, str, Place]:
    if len(text) > LONGEST:
        raise signing.BadSignature
    epoch, sight, position, walking, type_, row, types = signing.loads(text, salt=SALT)
    return epoch, sight, Place(position, bool(walking), type_, uuid.UUID(row) if row else None, tuple(types.split()))
