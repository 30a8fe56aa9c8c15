"""Forms of schedules and of a zone's own days."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from teams.models import CalendarDay, Job, Schedule
from teams.selectors.schedule_words import weekday_words
from teams.services.schedules import CALENDAR_YEARS


def _of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    return cast(forms.Field, cast(Any, model._meta.get_field(name)).formfield(**options))


class ScheduleForm(MergeForm):
    """When a job is due; of reminders only the time."""

    is_on = _of(Schedule, "is_on", label=_("Switched on"))
    days = forms.IntegerField(label=_("Day"))
    at = _of(Schedule, "at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    moves = _of(Schedule, "moves")
    releases_itself = _of(
        Schedule, "releases_itself", help_text=_("Otherwise it is a draft until a director releases it.")
    )
    starts_on = DayField(
        label=_("From"), future_years=1,
        help_text=_("Nothing is made of periods that were due before this day."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Schedule, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.row = row
        if row.job == Job.REMINDERS:
            for name in ("days", "moves", "releases_itself", "starts_on"):
                del self.fields[name]
        elif row.job == Job.WEEKLY:
            least, most = Schedule.DAYS[row.job]
            self.fields["days"] = forms.TypedChoiceField(
                label=_("Day"), coerce=int, choices=[(one, weekday_words(one)) for one in range(least, most + 1)]
            )
        else:
            least, most = Schedule.DAYS[row.job]
            self.fields["days"] = forms.IntegerField(
                label=_("Day of the month"), min_value=least, max_value=most,
                help_text=_("Of the month that follows the period."),
            )  # fmt: skip
        order = ("is_on", "days", "at", "moves", "releases_itself", "starts_on")
        self.order_fields([name for name in order if name in self.fields])
        self.begin()


class CalendarDayForm(forms.Form):
    """A day on which a zone works or does not, against the published calendar."""

    day = DayField(label=_("Day"), future_years=CALENDAR_YEARS)
    is_working = forms.TypedChoiceField(
        label=_("Working or off"),
        coerce=lambda text: text == "1",
        choices=[("0", _("Day off")), ("1", _("Working day"))],
    )
    note = _of(CalendarDay, "note")
