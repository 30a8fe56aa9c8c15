"""Forms about oneself and about the people of a zone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.forms import DayField, PhoneField
from teams.access import Role
from teams.models import Team, User, Zone
from teams.services.memberships import YEARS_AHEAD


class ProfileForm(forms.Form):
    """One's own name, address, phone and language."""

    display_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Links to reset your password go here."))
    phone = PhoneField(label=_("Phone"), required=False, max_length=50)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_names = {"zh-hans": "中文", "en": "English"}
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - for the type checker
        language.choices = [(code, own_names.get(code, name)) for code, name in settings.LANGUAGES]


class MembershipForm(forms.Form):
    """A role in a zone or in one of its teams."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("The whole zone"),
        help_text=_("Officers and leaders belong to a team; directors and administrators to the whole zone."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    starts_on = DayField(label=_("From"), future_years=YEARS_AHEAD)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": zone.today()})
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        team.queryset = Team.objects.in_use(zone.today()).filter(zone=zone).order_by("code")


class AccountForm(MembershipForm):
    """A new colleague with their first role."""

    display_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    username = forms.CharField(label=_("User name"), max_length=150, help_text=_("For signing in."))
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link for the password is sent to this address."))
    phone = PhoneField(label=_("Phone"), required=False, max_length=50)

    field_order = ("display_name", "username", "email", "phone", "role", "team", "title", "starts_on")


class EndForm(forms.Form):
    """The last day of a membership."""

    ends_on = DayField(label=_("Last day"), future_years=YEARS_AHEAD)


def profile_values(user: User) -> dict[str, Any]:
    """What the profile form shows at first."""
    return {
        "display_name": user.display_name,
        "email": user.email or "",
        "phone": user.phone,
        "language": user.language or settings.LANGUAGE_CODE,
    }
