"""Forms of keys."""

from __future__ import annotations

import datetime
import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sync.models import Scope
from teams.access import Role
from teams.models import Team, User, Zone

BETWEEN = re.compile(r"[\s,，、;；]+")
MAX_DAYS = 36_500
SCOPE_WORDS = {
    Scope.READ: _("Read: everything that the account sees"),
    Scope.WRITE: _("Write: everything that the account may do"),
    Scope.ADMIN: _("Administer: read and write, and the webhooks of other accounts"),
}


class OwnKeyForm(forms.Form):
    """What a new key is for, what it may do, how long."""

    label = forms.CharField(label=_("What it is for"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=list(SCOPE_WORDS.items()), widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )
    systems = forms.CharField(
        label=_("Source systems"), max_length=400, required=False,
        help_text=_("Whose external ids it reads and writes, such as “erp oa”. Empty: all."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=MAX_DAYS, required=False, initial=365,
        help_text=_("Empty: it does not expire."),
    )  # fmt: skip

    def clean_systems(self) -> list[str]:
        """The names, each once."""
        return [word for word in BETWEEN.split(self.cleaned_data["systems"]) if word]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        days = data.pop("days")
        return {**data, "valid_for": datetime.timedelta(days=days) if days else None}


class KeyForm(OwnKeyForm):
    """A key of a service account, there already or new."""

    account = forms.CharField(
        label=pgettext_lazy("key", "Account"), max_length=150,
        help_text=_("The name of the program's account. One that is not there yet is made with the role below."),
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Role"), required=False, help_text=_("Of a new account, or of one that has none in this zone yet.")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("The whole zone"),
        help_text=_("Officers and leaders belong to a team; directors and administrators to the whole zone."),
    )  # fmt: skip

    field_order = ("account", "role", "team", "label", "scopes", "systems", "days")

    def __init__(self, *args: Any, zone: Zone, accounts: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = accounts
        role = cast(forms.ChoiceField, self.fields["role"])
        role.choices = [("", _("As it has")), *Role.choices]
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = Team.objects.in_use(zone.today()).filter(zone=zone).order_by("code")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = super().values()
        return {**data, "role": data["role"] or None}
