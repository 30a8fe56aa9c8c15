"""How a settled company is looked after, and the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from projects.forms.fields import NOT_SET, label_of, of
from projects.models import Settlement
from teams.models import User


class SettlementForm(MergeForm):
    """Cadence, who looks after it, remarks."""

    fields: dict[str, Any]

    owner = forms.ModelChoiceField(
        User.objects.none(), label=label_of(Settlement, "owner"), required=False, empty_label=NOT_SET,
        widget=forms.Select(attrs={"data-select": "1"}),
    )  # fmt: skip
    visit_every_days = forms.IntegerField(
        label=label_of(Settlement, "visit_every_days"), required=False, min_value=1, max_value=1000
    )
    since = DayField(label=label_of(Settlement, "since"), required=False, future_years=0)
    remarks = of(Settlement, "remarks")

    def __init__(self, *args: Any, row: Settlement, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        people = User.objects.working_in(row.zone, row.zone.today())
        if row.owner_id:
            people = people | User.objects.filter(pk=row.owner_id)
        self.fields["owner"].queryset = people
        self.fields["visit_every_days"].help_text = _("Empty: every %(days)d days, as the zone's limits say.") % {
            "days": row.zone.care_visit_days
        }
        self.begin()


class AftercareFilterForm(forms.Form):
    """The filters of the list, as they stand in the address."""

    fields: dict[str, Any]

    search = forms.CharField(label=_("Search"), required=False, max_length=100)
    who = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Any")), ("me", _("Looked after by me"))]
    )
    owner = forms.ModelChoiceField(
        label=label_of(Settlement, "owner"), required=False, queryset=User.objects.none(), empty_label=_("Any")
    )
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    ordering = forms.ChoiceField(
        label=_("Sorted by"),
        required=False,
        choices=[
            ("", _("Due first")), ("name", _("Name")), ("last_visit_on", _("Longest not visited first")),
            ("-last_visit_on", _("Last visited first")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.visible_to(user).filter(
            is_service_account=False, pk__in=Settlement.objects.visible_to(user).values("owner")
        )

    def chosen(self) -> dict[str, Any]:
        """The filters that can be read, as `found_by` takes them; what cannot is shown beside its field."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "mine": cleaned.get("who") == "me",
            "overdue": bool(cleaned.get("overdue")),
            "owner": cleaned.get("owner"),
            "query": cleaned.get("search") or "",
        }
