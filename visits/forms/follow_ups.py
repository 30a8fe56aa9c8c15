"""Planning, moving, delegating and cancelling a follow-up."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from teams.models import User, Zone
from visits.forms.fields import DAY_CHIPS, PICK_DAY, PickField, day_of
from visits.services.follow_ups import YEARS_AHEAD


class DayForm(forms.Form):
    """A day by chips or by the calendar."""

    fields: dict[str, Any]

    due_in = forms.ChoiceField(
        label=_("When"),
        choices=DAY_CHIPS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when.")},
    )
    due_on = DayField(label=_("Day of the follow-up"), required=False, future_years=YEARS_AHEAD)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """A picked day needs a day."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("due_in") == PICK_DAY and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", ValidationError(_("Pick the day."), code="required"))
        return cleaned

    def day(self) -> datetime.date:
        """The day chosen."""
        day = day_of(self.cleaned_data["due_in"], self.cleaned_data["due_on"], self.zone.today())
        if day is None:
            raise ValueError("a checked form has a day")
        return day


class PlanForm(DayForm):
    """A follow-up of a lead."""

    note = forms.CharField(label=_("What to do"), required=False, max_length=500)
    assignee = PickField(label=_("Who"), queryset=User.objects.none(), required=False, empty_label=None)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.working_in(self.zone, self.zone.today())
        self.fields["assignee"].queryset = people
        self.fields["assignee"].initial = actor.pk
        self.fields["assignee"].widget.choices = [(user.pk, str(user)) for user in people]


class MoveForm(DayForm):
    """Another day for a follow-up, and why."""

    snooze_reason = forms.CharField(
        label=_("Why later?"), required=False, max_length=300, help_text=_("Needed when it is overdue or put off.")
    )


class DelegateForm(forms.Form):
    """A colleague who takes a follow-up over."""

    fields: dict[str, Any]

    assignee = PickField(
        label=_("Colleague"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose a colleague.")},
    )

    def __init__(self, *args: Any, zone: Zone, present: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.working_in(zone, zone.today())
        self.fields["assignee"].queryset = people
        offered = [(user.pk, str(user)) for user in people if user != present]
        self.fields["assignee"].offer(offered, _("Choose a colleague"))


class CancelForm(forms.Form):
    """Why a follow-up will not be done."""

    cancel_reason = forms.CharField(label=_("Why is it not done?"), required=False, max_length=300)
