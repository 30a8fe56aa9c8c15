"""Forms over a row that others may change meanwhile: three-way merge.

The page carries what its editor saw (`base`). Only fields that the editor changed are sent on, with their base, so
that changes of others to other fields survive. Where both changed the same field, the form comes back with both values
and a choice for each; nothing that was typed is lost.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from investcrm.core.words import in_words


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed: both values in words, who changed it when, and what was chosen."""

    field: BoundField
    mine: str
    theirs: str
    who: str
    when: str
    choice: str


def _packed(value: Any) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date | uuid.UUID):
        return str(value)
    return value


def _tidy(value: Any) -> Any:
    """Text as a form would give it back, so that what was not touched is no change."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class MergeForm(forms.Form):
    """Base of edit forms. Fields that are not the row's (`beside`) take no part in the merge."""

    beside: frozenset[str] = frozenset()
    # Not inputs of type "hidden": a draft that is filled in again brings back what its editor saw, too.
    base = forms.CharField(required=False, widget=forms.Textarea(attrs={"hidden": True}))
    conflicting = forms.CharField(required=False, widget=forms.Textarea(attrs={"hidden": True}))

    def __init__(self, *args: Any, row: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.seen: dict[str, Any] = {}
        self.met: dict[str, dict[str, str]] = {}

    def begin(self) -> None:
        """Take the row's values, or what the page sent back as seen; after the subclass has settled its fields."""
        if self.row is None:
            del self.fields["base"], self.fields["conflicting"]
            return
        if self.is_bound:
            self.seen = self._read("base")
            self.met = {name: mark for name, mark in self._read("conflicting").items() if name in self.fields}
            return
        for name in self.merged:
            value = getattr(self.row, name)
            self.initial.setdefault(name, value)
            self.seen[name] = _packed(value)
        self.initial["base"] = orjson.dumps(self.seen).decode()

    @property
    def merged(self) -> list[str]:
        """Names of the row's fields in the form."""
        return [name for name in self.fields if name not in self.beside | {"base", "conflicting"}]

    @property
    def values(self) -> dict[str, Any]:
        """The row's own fields as typed, for entering it."""
        return {name: self.cleaned_data[name] for name in self.merged if name in self.cleaned_data}

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = orjson.loads(self.data.get(self.add_prefix(name)) or "{}")
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    def _column(self, name: str) -> models.Field[Any, Any]:
        return cast("models.Field[Any, Any]", cast(models.Model, self.row)._meta.get_field(name))

    def _typed(self, name: str) -> Any:
        """What the editor saw, as the row carries it."""
        column, packed = self._column(name), self.seen[name]
        if packed is None:
            return None
        if column.is_relation:
            related = cast(type[models.Model], column.related_model)
            return related(pk=uuid.UUID(str(packed)))
        return column.to_python(packed)

    def clean(self) -> dict[str, Any] | None:
        """Reads what was seen, and asks for a choice where both have changed."""
        super().clean()
        self.base_values: dict[str, Any] = {}
        if self.row is None:
            return None
        try:
            self.base_values = {name: self._typed(name) for name in self.merged}
        except (KeyError, ValueError, TypeError, ValidationError):
            raise ValidationError(_("This form is incomplete. Please reload the page."), code="no_base") from None
        for name in self.met:
            if self._choice(name) == "":
                self.add_error(name, ValidationError(_("Choose which value stays."), code="choose"))
        return None

    def _choice(self, name: str) -> str:
        choice = self.data.get(f"keep-{name}", "")
        return choice if choice in ("mine", "theirs") else ""

    def changes(self) -> dict[str, Any]:
        """The fields that the editor has changed, without those where the other value was taken."""
        found = {}
        for name in self.merged:
            value = self.cleaned_data.get(name)
            if value == "" and self._column(name).null:
                value = None
            if value != _tidy(self.base_values[name]) and not (name in self.met and self._choice(name) == "theirs"):
                found[name] = value
        return found

    def show_both(self, current: Mapping[str, Any], marks: Mapping[str, tuple[str, str]]) -> None:
        """Come back with both values of each field in `current`; `marks` says who changed it, and when."""
        for name, value in current.items():
            self.seen[name] = _packed(value)
            who, when = marks.get(name, ("", ""))
            self.met[name] = {"who": who, "when": when}
            self.add_error(name, ValidationError(_("Somebody else has changed this too."), code="conflict"))
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("base")] = orjson.dumps(self.seen).decode()
        data[self.add_prefix("conflicting")] = orjson.dumps(self.met).decode()
        for name in current:
            data.pop(f"keep-{name}", None)
        self.data = data

    def _mine(self, name: str) -> Any:
        """What the editor has typed: as the row would carry it, or as typed where that cannot be read."""
        typed = self[name].data
        try:
            return cast(Any, self.fields[name]).to_python(typed)
        except ValidationError:
            return typed

    @property
    def conflicts(self) -> list[Conflict]:
        """The fields that were met changed, each with both values."""
        return [self._conflict(name, mark) for name, mark in self.met.items()]

    def _conflict(self, name: str, mark: dict[str, str]) -> Conflict:
        column = self._column(name)
        theirs = self._typed(name)
        if column.is_relation and theirs is not None:
            # What was seen comes back from the browser: only rows that the field offers are named.
            theirs = cast(Any, self.fields[name]).queryset.filter(pk=theirs.pk).first()
        currency = getattr(self.row, "currency", "CNY")
        return Conflict(
            field=self[name],
            mine=_words(column, self._mine(name), currency),
            theirs=_words(column, theirs, currency),
            who=str(mark.get("who", "")),
            when=str(mark.get("when", "")),
            choice=self._choice(name),
        )


def _words(column: models.Field[Any, Any], value: Any, currency: str) -> str:
    return value if isinstance(value, str) and not column.choices else in_words(column, value, currency=currency)
