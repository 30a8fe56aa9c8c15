"""The filters of the list of interactions, as they stand in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from teams.models import Team, User
from visits.choices import Channel


class InteractionFilterForm(forms.Form):
    """Channel, team, person, period and words."""

    fields: dict[str, Any]

    search = forms.CharField(label=_("Search"), required=False, max_length=100)
    channel = forms.MultipleChoiceField(label=_("Channel"), required=False, choices=Channel.choices)
    team = forms.ModelChoiceField(label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("Any"))
    person = forms.ModelChoiceField(
        label=_("Person"), required=False, queryset=User.objects.none(), empty_label=_("Any")
    )
    since = DayField(label=_("From"), required=False, future_years=0)
    until = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(user)
        self.fields["person"].queryset = User.objects.visible_to(user).filter(is_service_account=False)

    def chosen(self) -> dict[str, Any]:
        """The filters that can be read, as `found_by` takes them; what cannot is shown beside its field."""
        self.is_valid()
        cleaned = self.cleaned_data
        names = {"search": "query"}
        return {names.get(name, name): value for name, value in cleaned.items() if value not in (None, "", [])}
