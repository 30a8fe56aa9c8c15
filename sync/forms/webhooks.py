"""Forms of webhooks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sync.selectors.feed import TYPES


class WebhookForm(forms.Form):
    """Where changes are sent, and of what."""

    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https://. Private networks are refused.")
    )
    types = forms.MultipleChoiceField(
        label=_("Tells of"), choices=[(name, name) for name in TYPES], widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)
