"""Forms of webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.merging import MergeForm
from sync.selectors.webhooks import TYPE_NAMES


class WebhookForm(MergeForm):
    """Where changes are sent, and of what; for a new one or, with `row`, for one that is there."""

    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https://. Private networks are refused.")
    )
    types = forms.MultipleChoiceField(
        label=_("Tells of"), choices=list(TYPE_NAMES.items()), widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()
