"""What lists of leads can be limited to: the rows behind the selects of their filters."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad
from django.utils import timezone

from investcrm.core.language import picker
from projects.models import Industry, Stage, Tag
from teams.access import Role
from teams.models import Membership, Team, User, Zone
from teams.models.people import Grant

# A province's platform has thousands of people and words; a select is of use for those of a few centres.
SHOWN = 300


@dataclass(frozen=True)
class Choice:
    """Something to filter by: its id, its code, its name in the active language; of a stage, its kind."""

    id: str
    code: str
    name: str
    kind: str = ""
    names: tuple[str, str] = ("", "")


def _people(user: User) -> QuerySet[User]:
    """Those who work today in a zone in which the user holds a role, and so may own its leads."""
    day = timezone.localdate()
    held = Membership.objects.filter(user_id=OuterRef("id"), deleted_at=None, starts_on__lte=day)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=day)).exclude(role=Role.OBSERVER)
    if not user.is_superuser:
        held = held.filter(zone_id__in=user.role_zone_ids)
    return User.objects.filter(Exists(held), is_active=True, is_service_account=False)


def _rows(
    kind: str, found: QuerySet[Any], *, code: str, zh: str, en: str, place: Any, stage_kind: str = ""
) -> QuerySet[Any, Any]:
    """The first rows of one kind, in the columns that all kinds have in the union."""
    columns = {"choice": "pk", "word": code, "zh": zh, "en": en, "of_kind": stage_kind or Value(""), "place": place}
    texts = {name: Cast(value, CharField()) for name, value in columns.items()}
    rows = found.order_by().annotate(what=Value(kind, CharField()), **texts)
    return rows.order_by("place").values_list("what", *texts)[:SHOWN]


def _zones(user: User) -> QuerySet[Any, Any]:
    return _rows("zone", Zone.objects.visible_to(user), code="code", zh="name_zh", en="name_en", place="code")


def _stages(user: User) -> QuerySet[Any, Any]:
    return _rows(
        "stage", Stage.objects.visible_to(user), code="code", zh="name_zh", en="name_en",
        place=LPad(Cast("position", CharField()), 5, Value("0")), stage_kind="kind",
    )  # fmt: skip


def _of_zones(kind: str, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    place = Concat("zone__code", Value(" "), "code", output_field=CharField())
    return _rows(kind, found, code="code", zh="name_zh", en="name_en", place=place)


def _owners(user: User) -> QuerySet[Any, Any]:
    return _rows("owner", _people(user), code="username", zh="display_name", en="display_name", place="name_key")


def _tags(user: User) -> QuerySet[Any, Any]:
    return _rows("tag", Tag.objects.visible_to(user), code="name", zh="name", en="name", place="name")


KINDS: dict[str, Callable[[User], QuerySet[Any, Any]]] = {
    "zone": _zones,
    "stage": _stages,
    "team": lambda user: _of_zones("team", Team.objects.visible_to(user)),
    "owner": _owners,
    "industry": lambda user: _of_zones("industry", Industry.objects.visible_to(user)),
    "tag": _tags,
}


@dataclass(frozen=True)
class _Reader:
    """All of a user that decides what they may choose: for the same reader the statement is the same."""

    user_id: uuid.UUID
    is_superuser: bool
    is_active: bool
    grants: tuple[Grant, ...]
    day: datetime.date
    user: User = field(compare=False, repr=False)


# To build the statement costs more than to run it.
@lru_cache(maxsize=256)
def _statement(reader: _Reader, kinds: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement that reads these kinds, with what it is asked of."""
    first, *others = (KINDS[kind](reader.user) for kind in kinds)
    sql, params = first.union(*others, all=True).query.sql_with_params()
    return sql, tuple(params)


def filter_choices(user: User, kinds: Collection[str] = tuple(KINDS)) -> dict[str, list[Choice]]:
    """What the user may choose, by kind, each in its order. One query.

    People who have left and words beyond the first are not among them; an address may name them all the same.
    """
    reader = _Reader(user.pk, user.is_superuser, user.is_active, tuple(user.grants), timezone.localdate(), user)
    found: dict[str, list[tuple[str, Choice]]] = {kind: [] for kind in kinds}
    pick = picker()
    with connection.cursor() as cursor:
        cursor.execute(*_statement(reader, tuple(kinds)))
        for kind, row_id, code, zh, en, stage_kind, place in cursor.fetchall():
            found[kind].append((place, Choice(row_id, code, pick(zh, en), stage_kind, (zh, en))))
    return {kind: [choice for _place, choice in sorted(rows, key=lambda row: row[0])] for kind, rows in found.items()}


def stages_among(choices: Sequence[Choice]) -> list[Stage]:
    """The stages that were read as choices, with what a page shows of them; the rows themselves are not read."""
    return [
        Stage(code=one.code, name_zh=one.names[0], name_en=one.names[1], kind=one.kind, position=number)
        for number, one in enumerate(choices)
    ]


def known_choice(choices: Sequence[Choice], given: str) -> Choice | None:
    """The one choice that is meant by an id or a code."""
    return next((choice for choice in choices if given and given in (choice.id, choice.code)), None)
