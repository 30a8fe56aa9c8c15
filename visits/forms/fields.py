"""Fields that several forms of this app share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Company, Lead
from teams.models import Zone

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


def lead_field() -> PickField:
    """The lead that somebody was or will be met about; the form gives it those that its reader sees."""
    gone = {"invalid_choice": _("You do not see this lead, or it is gone.")}
    return PickField(label=_("Lead"), queryset=Lead.objects.none(), required=False, error_messages=gone)


def company_field() -> PickField:
    """The company, where there is no lead; the form gives it those that its reader sees."""
    gone = {"invalid_choice": _("This company is gone.")}
    words = _("Company without a lead")
    return PickField(label=words, queryset=Company.objects.none(), required=False, error_messages=gone)


def picked(form: forms.Form, name: str) -> Any:
    """The lead or company that is chosen so far, None where it is not one of those allowed."""
    value = form.data.get(form.add_prefix(name)) if form.is_bound else form.initial.get(name)
    if not value or isinstance(value, (Lead, Company)):
        return value or None
    try:
        return form.fields[name].clean(value)
    except ValidationError:
        return None


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class ZoneMomentField(forms.DateTimeField):
    """A moment as the clock of a zone shows it."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone_info: datetime.tzinfo = timezone.get_default_timezone()

    def to_python(self, value: Any) -> datetime.datetime | None:
        """Read in the zone's time, whatever the server's is."""
        with timezone.override(self.zone_info):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Shown in the zone's time."""
        return value.astimezone(self.zone_info).replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


def day_of(chip: str, picked: datetime.date | None, today: datetime.date) -> datetime.date | None:
    """The day that the chips mean: so many days from today, the picked day, or none."""
    if chip.isdigit():
        return today + datetime.timedelta(days=int(chip))
    return picked if chip == PICK_DAY else None


def need_picked_day(form: forms.Form, name: str, *, chip: str = "due_in", words: Any = "") -> None:
    """Refuse the chip “pick a day” without a day in the field `name`."""
    if form.cleaned_data.get(chip) == PICK_DAY and not form.cleaned_data.get(name) and name not in form.errors:
        form.add_error(name, ValidationError(words or _("Pick the day."), code="required"))


def chosen_day(form: forms.Form, name: str, zone: Zone) -> datetime.date:
    """The day of a checked form that must have one."""
    day = day_of(form.cleaned_data["due_in"], form.cleaned_data[name], zone.today())
    if day is None:
        raise ValueError("a checked form has a day")
    return day
