"""A new private calendar address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.choices import FeedScope


class FeedForm(forms.Form):
    """Whose plans, and for which device."""

    scope = forms.ChoiceField(
        label=_("What it shows"), choices=FeedScope.choices, initial=FeedScope.OWN.value, widget=forms.RadioSelect
    )
    label = forms.CharField(
        label=_("For which device"),
        required=False,
        max_length=60,
        help_text=_("So that you know later which one it is."),
    )
