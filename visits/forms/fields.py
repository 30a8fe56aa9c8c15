"""Fields that several forms of this app share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PICK_DAY, NO_DAY = "day", "none"
DAY_CHIPS = [("1", _("+1 day")), ("3", _("+3 days")), ("7", _("+7 days")), (PICK_DAY, _("Pick a day"))]


class PickField(forms.ModelChoiceField):
    """One of many rows: all that the queryset has are accepted, a few are in the page, the rest are searched for."""

    def offer(self, rows: Iterable[tuple[Any, str]], nothing: str = "") -> None:
        """Put these rows (key and words) into the page, after the words for none."""
        self.widget.choices = [("", nothing), *rows]


class PickManyField(forms.ModelMultipleChoiceField):
    """Several of many rows; a few are in the page."""

    def offer(self, rows: Iterable[Any]) -> None:
        """Put these rows into the page."""
        self.widget.choices = [(row.pk, str(row)) for row in rows]


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def day_of(chip: str, picked: datetime.date | None, today: datetime.date) -> datetime.date | None:
    """The day that the chips mean: so many days from today, the picked day, or none."""
    if chip.isdigit():
        return today + datetime.timedelta(days=int(chip))
    return picked if chip == PICK_DAY else None
