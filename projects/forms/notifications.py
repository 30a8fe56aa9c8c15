"""How a person wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from projects.choices import NotificationKind
from projects.models import NotificationChoice
from projects.services.notifications import DEFAULTS
from teams.models import User


class ChoicesForm(forms.Form):
    """Two boxes a kind: in the page, by mail. `sent` tells an empty form from none."""

    sent = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = {
            choice.kind: (choice.in_page, choice.by_mail)
            for choice in NotificationChoice.objects.filter(user=user)
        }  # fmt: skip
        for kind in NotificationKind:
            in_page, by_mail = chosen.get(kind.value, DEFAULTS[kind])
            self.fields[f"{kind}_page"] = forms.BooleanField(label=_("In the page"), required=False, initial=in_page)
            self.fields[f"{kind}_mail"] = forms.BooleanField(label=_("By mail"), required=False, initial=by_mail)

    @property
    def rows(self) -> list[tuple[Any, BoundField, BoundField]]:
        """Each kind in words, with its two boxes."""
        return [(kind.label, self[f"{kind}_page"], self[f"{kind}_mail"]) for kind in NotificationKind]

    def ways(self) -> dict[str, tuple[bool, bool]]:
        """What was chosen, by kind."""
        values = self.cleaned_data
        return {kind.value: (values[f"{kind}_page"], values[f"{kind}_mail"]) for kind in NotificationKind}
