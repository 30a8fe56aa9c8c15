"""Whether a person wants the morning's mail."""

from __future__ import annotations

from django import forms

from visits.models import ReminderChoice


class ReminderForm(forms.Form):
    """One box."""

    by_mail = forms.BooleanField(label=ReminderChoice._meta.get_field("by_mail").verbose_name, required=False)
