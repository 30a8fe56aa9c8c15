"""Comparing two rows field by field: where they differ, what is suggested, and what somebody has chosen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from investcrm.core.words import in_words
from projects.services.merging.pairs import Seen, packed

FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Line:
    """A field of both rows in words."""

    name: str
    label: str
    first: str
    second: str


@dataclass
class Choice:
    """One choice between the two rows: a field that differs, or several that belong together."""

    lines: list[Line]
    suggested: str
    why: str
    chosen: str = ""
    changed: bool = False

    @property
    def key(self) -> str:
        """The name of its inputs."""
        return f"pick-{self.lines[0].name}"

    @property
    def label(self) -> str:
        """What is chosen."""
        return " · ".join(line.label for line in self.lines)


@dataclass
class Comparison:
    """Two rows side by side; `first` and `second` are those of the address."""

    first: models.Model
    second: models.Model
    choices: list[Choice] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What both are now, for the page to send back."""
        return orjson.dumps(
            {name: [packed(self.first, name), packed(self.second, name)] for name in self.names}
        ).decode()

    def read(self, data: QueryDict) -> None:
        """Take the choices of a form; one that is missing stays at what is suggested."""
        for choice in self.choices:
            given = data.get(choice.key, "")
            choice.chosen = given if given in (FIRST, SECOND) else choice.suggested

    def taken(self, kept: str) -> list[str]:
        """The fields whose values come from the row that goes."""
        return [line.name for choice in self.choices if choice.chosen != kept for line in choice.lines]

    def mark_changed(self, names: Iterable[str]) -> None:
        """What somebody else has changed meanwhile is to be looked at anew."""
        changed = set(names)
        for choice in self.choices:
            if changed & {line.name for line in choice.lines}:
                choice.changed, choice.chosen = True, choice.suggested


def read_seen(data: QueryDict, names: Iterable[str], *, turned: bool) -> Seen:
    """What the page says that it showed, for all of the fields; `turned`: the kept row is the second one."""
    try:
        told = orjson.loads(data.get("seen") or "{}")
    except orjson.JSONDecodeError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    pairs = {name: told.get(name) for name in names}
    # what is missing was not seen, and so counts as changed
    whole = {
        name: pair if isinstance(pair, list) and len(pair) == 2 else [object(), 0] for name, pair in pairs.items()
    }
    return {name: pair[::-1] if turned else pair for name, pair in whole.items()}


def _is_empty(row: models.Model, name: str) -> bool:
    return packed(row, name) in (None, "", False)


def _suggest(
    rows: tuple[models.Model, models.Model],
    names: list[str],
    changed: tuple[Mapping[str, datetime.datetime], Mapping[str, datetime.datetime]],
) -> tuple[str, str]:
    """Which of the two is suggested, and why."""
    first, second = rows
    filled = [sum(not _is_empty(row, name) for name in names) for row in rows]
    if filled[0] != filled[1]:
        why = _("filled in here only") if len(names) == 1 else _("more is filled in here")
        return (FIRST if filled[0] > filled[1] else SECOND), why
    name = names[0]
    if name == "first_contact_on":
        return (FIRST if getattr(first, name) < getattr(second, name) else SECOND), _("earlier")
    column = first._meta.get_field(name)
    if isinstance(column, models.TextField):
        length = [len(getattr(row, name)) for row in rows]
        if length[0] != length[1]:
            return (FIRST if length[0] > length[1] else SECOND), _("fuller")
    days = [
        max((when.get(one, cast(Any, row).created_at) for one in names), default=cast(Any, row).created_at)
        for row, when in zip(rows, changed, strict=True)
    ]
    return (FIRST if days[0] > days[1] else SECOND), _("newer")


def compare(
    first: models.Model,
    second: models.Model,
    *,
    names: Iterable[str],
    together: Iterable[frozenset[str]],
    changed: tuple[Mapping[str, datetime.datetime], Mapping[str, datetime.datetime]],
) -> Comparison:
    """The fields in which the two differ, in the order of the table; those that belong together as one choice."""
    wanted = set(names)
    ordered = [one.name for one in first._meta.concrete_fields if one.name in wanted]
    differing = [name for name in ordered if packed(first, name) != packed(second, name)]
    found, done = Comparison(first, second, names=ordered), set[str]()
    for name in differing:
        if name in done:
            continue
        group = next((set(fields) for fields in together if name in fields), {name})
        members = [one for one in differing if one in group]
        done |= set(members)
        suggested, why = _suggest((first, second), members, changed)
        found.choices.append(Choice([_line(first, second, one) for one in members], suggested, why, suggested))
    return found


def _line(first: models.Model, second: models.Model, name: str) -> Line:
    column = cast("models.Field[Any, Any]", first._meta.get_field(name))
    words = [in_words(column, getattr(row, name), currency=getattr(row, "currency", "CNY")) for row in (first, second)]
    return Line(name, str(column.verbose_name), words[0], words[1])
