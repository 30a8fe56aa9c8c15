"""Planning a visit, changing, moving and cancelling it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.forms import DayField
from investcrm.core.ids import as_id
from investcrm.core.merging import MergeForm
from projects.models import Company, Lead
from teams.models import User, Zone
from visits.choices import PLANNABLE, Channel
from visits.forms.fields import (
    PICK_DAY,
    PickField,
    PickManyField,
    chosen_day,
    company_field,
    lead_field,
    need_picked_day,
    picked,
)
from visits.models import PlannedVisit
from visits.services.planning import YEARS_AHEAD

PLAN_CHIPS = [
    ("0", pgettext_lazy("day", "Today")),
    ("1", pgettext_lazy("day", "Tomorrow")),
    ("3", _("+3 days")),
    ("7", _("+7 days")),
    (PICK_DAY, _("Pick a day")),
]


class ClockInput(forms.TimeInput):
    """The browser's own picker of a time."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class VisitForm(MergeForm):
    """The facts of a planned visit. Who goes along stands in another table, and is merged by itself."""

    fields: dict[str, Any]
    beside = frozenset({"staff", "seen_staff"})

    channel = forms.ChoiceField(
        label=_("Kind"),
        choices=[(one.value, one.label) for one in PLANNABLE],
        widget=forms.RadioSelect,
        initial=Channel.VISIT.value,
        error_messages={"required": _("Choose what is planned.")},
    )
    planned_on = DayField(label=_("Day"), future_years=YEARS_AHEAD)
    starts_at = forms.TimeField(label=_("Begins at"), required=False, widget=ClockInput)
    duration_minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=5, max_value=6000)
    owner = PickField(label=_("Who goes"), queryset=User.objects.none(), empty_label=None)
    staff = PickManyField(label=_("With"), queryset=User.objects.none(), required=False)
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=500)
    expected_result = forms.CharField(
        label=_("Expected result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen_staff = forms.CharField(required=False, widget=forms.Textarea(attrs={"hidden": True}))

    def __init__(self, *args: Any, zone: Zone, row: PlannedVisit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.zone = zone
        people = User.objects.working_in(zone, zone.today())
        going = list(row.staff.all()) if row else []
        known = people
        if row is not None:
            known = people | User.objects.filter(pk__in=[row.owner_id, *(user.pk for user in going)])
        self.fields["owner"].queryset = self.fields["staff"].queryset = known
        self.fields["owner"].offer([(user.pk, str(user)) for user in known])
        self.fields["owner"].widget.choices = self.fields["owner"].widget.choices[1:]
        self.fields["staff"].offer(known)
        if row is not None:
            self.initial.setdefault("staff", [user.pk for user in going])
            self.initial["seen_staff"] = orjson.dumps([str(user.pk) for user in going]).decode()
        self.begin()

    def staff_changes(self) -> tuple[list[User], list[User]]:
        """Who was added and who was taken off, against what the editor saw."""
        try:
            seen = {as_id(one) for one in orjson.loads(self.cleaned_data["seen_staff"] or "[]")}
        except (ValueError, TypeError):
            seen = set()
        now = {user.pk: user for user in self.cleaned_data["staff"]}
        removed = User.objects.filter(pk__in=[pk for pk in seen if pk and pk not in now])
        return [user for pk, user in now.items() if pk not in seen], list(removed)


class NewVisitForm(VisitForm):
    """A new planned visit: with whom, and the day by chips."""

    lead = lead_field()
    company = company_field()
    due_in = forms.ChoiceField(
        label=_("When"), choices=PLAN_CHIPS, widget=forms.RadioSelect, error_messages={"required": _("Choose when.")}
    )
    # As in the log box: a text field out of sight, so that a kept draft is the same visit when it is sent again.
    token = forms.UUIDField(widget=forms.TextInput(attrs={"hidden": True}), required=False)

    def __init__(self, *args: Any, actor: User, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        self.actor = actor
        leads = Lead.objects.visible_to(actor).select_related("company", "zone", "team")
        self.fields["lead"].queryset = leads
        self.fields["company"].queryset = Company.objects.visible_to(actor)
        self.fields["planned_on"].required = False
        self.initial.setdefault("owner", actor.pk)
        for name in ("lead", "company"):
            row = picked(self, name)
            words = f"{row.name} · {row.company}" if isinstance(row, Lead) else str(row)
            self.fields[name].offer([(row.pk, words)] if row is not None else [])

    def clean(self) -> dict[str, Any] | None:
        """Somebody is visited, and a picked day needs a day."""
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned.get("lead") and not cleaned.get("company") and not {"lead", "company"} & set(self.errors):
            self.add_error("lead", ValidationError(_("Name the lead or the company."), code="required"))
        need_picked_day(self, "planned_on")
        return cleaned

    def day(self) -> datetime.date:
        """The day chosen."""
        return chosen_day(self, "planned_on", self.zone)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `plan_visit`."""
        cleaned = self.cleaned_data
        plain = ("channel", "starts_at", "duration_minutes", "place", "purpose", "expected_result", "owner", "lead")
        token: uuid.UUID | None = cleaned.get("token")
        return {
            **{name: cleaned[name] for name in plain},
            "zone": self.zone,
            "company": None if cleaned["lead"] else cleaned["company"],
            "staff": list(cleaned["staff"]),
            "planned_on": self.day(),
            "planned_visit_id": token,
        }


class MoveVisitForm(forms.Form):
    """Another day for a visit. `seen` is the day that the mover saw."""

    due_in = forms.ChoiceField(
        label=_("When"), choices=PLAN_CHIPS, widget=forms.RadioSelect, error_messages={"required": _("Choose when.")}
    )
    planned_on = DayField(label=_("Day"), required=False, future_years=YEARS_AHEAD)
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """A picked day needs a day."""
        cleaned = super().clean() or self.cleaned_data
        need_picked_day(self, "planned_on")
        return cleaned

    def day(self) -> datetime.date:
        """The day chosen."""
        return chosen_day(self, "planned_on", self.zone)


class CancelVisitForm(forms.Form):
    """Why a visit does not take place."""

    cancel_reason = forms.CharField(label=_("Why does it not take place?"), required=False, max_length=300)
