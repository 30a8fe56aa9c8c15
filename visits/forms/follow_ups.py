"""Planning, moving, delegating and cancelling a follow-up."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from teams.models import User, Zone
from visits.forms.fields import DAY_CHIPS, PickField, chosen_day, need_picked_day
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
        need_picked_day(self, "due_on")
        return cleaned

    def day(self) -> datetime.date:
        """The day chosen."""
        return chosen_day(self, "due_on", self.zone)


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
