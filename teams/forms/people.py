"""Forms about oneself and about the people of a zone."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.forms import DayField, PhoneField
from investcrm.core.merging import MergeForm
from teams.access import Role
from teams.models import Membership, Team, User, Zone
from teams.services.memberships import YEARS_AHEAD

# What a Chinese centre and its visitors live by comes first.
COMMON_ZONES = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Dubai", "Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Los_Angeles",
    "Australia/Sydney",
)  # fmt: skip


@lru_cache(maxsize=1)
def _all_zones() -> tuple[str, ...]:
    """Named after a place; abbreviations such as EST are left out."""
    return tuple(
        sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    )


def time_zone_choices() -> list[tuple[Any, Any]]:
    """The time zones, common ones first."""
    others = [(name, name.replace("_", " ")) for name in _all_zones() if name not in COMMON_ZONES]
    common = [(name, name.replace("_", " ")) for name in COMMON_ZONES]
    return [(_("Common"), common), (_("All"), others)]


def name_field() -> forms.CharField:
    """A person's name."""
    return forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)


class ProfileForm(forms.Form):
    """One's own name, address, phone, language and time zone."""

    display_name = name_field()
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Links to reset your password go here."))
    phone = PhoneField(label=_("Phone"), required=False, max_length=50)
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, widget=forms.Select(attrs={"data-select": "1"}),
        help_text=_("Times are shown in it. Days, such as when something is due, are those of your zone."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_names = {"zh-hans": "中文", "en": "English"}
        language = cast(forms.ChoiceField, self.fields["language"])
        language.choices = [(code, own_names.get(code, name)) for code, name in settings.LANGUAGES]
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = [
            ("", _("As the zone")), *time_zone_choices(),
        ]  # fmt: skip


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
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = Team.objects.in_use(zone.today()).filter(zone=zone).order_by("code")


class RoleForm(MembershipForm):
    """One more role of a colleague, for a time or until further notice."""

    ends_on = DayField(label=_("Until"), future_years=YEARS_AHEAD, required=False)


class AccountForm(MembershipForm):
    """A new colleague with their first role."""

    display_name = name_field()
    username = forms.CharField(label=_("User name"), max_length=150, help_text=_("For signing in."))
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link for the password is sent to this address."))
    phone = PhoneField(label=_("Phone"), required=False, max_length=50)

    field_order = ("display_name", "username", "email", "phone", "role", "team", "title", "starts_on")


class PersonForm(MergeForm):
    """A colleague's name, address and phone."""

    display_name = name_field()
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = PhoneField(label=_("Phone"), required=False, max_length=50)

    def __init__(self, *args: Any, row: User, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.begin()


class MembershipEditForm(MergeForm):
    """The title and the days of a membership."""

    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    starts_on = DayField(label=_("From"), future_years=YEARS_AHEAD)
    ends_on = DayField(label=_("Until"), future_years=YEARS_AHEAD, required=False)

    def __init__(self, *args: Any, row: Membership, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.begin()


class EndForm(forms.Form):
    """The last day of a membership."""

    ends_on = DayField(label=_("Last day"), future_years=YEARS_AHEAD)


class PeopleFilter(forms.Form):
    """Which people are listed."""

    search = forms.CharField(label=_("Name or user name"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices])
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("Any"))
    state = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[("", _("Any")), ("active", _("Active")), ("closed", pgettext_lazy("account", "Closed"))],
    )

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = Team.objects.filter(zone=zone, deleted_at=None).order_by("code")


def profile_values(user: User) -> dict[str, Any]:
    """What the profile form shows at first."""
    return {
        "display_name": user.display_name,
        "email": user.email or "",
        "phone": user.phone,
        "language": user.language or settings.LANGUAGE_CODE,
        "time_zone": user.time_zone,
    }
