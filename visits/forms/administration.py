"""Forms of administration: the dossier's items, and handing over a leaver's work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from projects.models import Lead
from teams.models import Team, User
from teams.services.memberships import YEARS_AHEAD
from visits.services.dossier_items import Item


class DossierForm(forms.Form):
    """The items of a zone's dossier, and a line for one more."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: Mapping[str, Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # rows that the page had, and those that there are now
        self.codes = list(dict.fromkeys([*self._sent_seen(), *present]))
        for code in [*self.codes, "new"]:
            item = present.get(code) or self._sent_seen().get(code) or Item("")
            self.fields[f"name_zh-{code}"] = forms.CharField(
                label=_("Chinese name"), max_length=100, required=False, initial=item.name_zh
            )
            self.fields[f"name_en-{code}"] = forms.CharField(
                label=_("English name"), max_length=100, required=False, initial=item.name_en
            )
            self.fields[f"position-{code}"] = forms.IntegerField(
                label=_("Order"), min_value=0, max_value=10_000, required=False, initial=item.position or None
            )
            if code != "new":
                self.fields[f"drop-{code}"] = forms.BooleanField(label=_("Remove"), required=False)
        self.initial["seen"] = self._packed(present)

    @staticmethod
    def _packed(items: Mapping[str, Item]) -> str:
        return orjson.dumps({code: [one.name_zh, one.name_en, one.position] for code, one in items.items()}).decode()

    def _sent_seen(self) -> dict[str, Item]:
        if not self.is_bound:
            return {}
        try:
            found = orjson.loads(self.data.get("seen") or "{}")
            return {str(code): Item(str(zh), str(en), int(place)) for code, (zh, en, place) in found.items()}
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
            return {}

    def clean(self) -> dict[str, Any] | None:
        """An item that stays has a name."""
        super().clean()
        for code in self.codes:
            name = f"name_zh-{code}"
            gone = self.cleaned_data.get(f"drop-{code}")
            if not gone and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(_("Give it a name, or remove it."), code="required"))
        return None

    def _typed(self, code: str) -> Item:
        data = self.cleaned_data
        return Item(data[f"name_zh-{code}"], data[f"name_en-{code}"], data[f"position-{code}"] or 0)

    @property
    def seen_items(self) -> dict[str, Item]:
        """The items that the page showed."""
        return self._sent_seen()

    @property
    def wanted(self) -> dict[str, Item | None]:
        """The items as typed; None for those taken away."""
        return {code: None if self.cleaned_data[f"drop-{code}"] else self._typed(code) for code in self.seen_items}

    @property
    def added(self) -> list[Item]:
        """The new item, if one was typed."""
        item = self._typed("new")
        return [item] if item.name_zh or item.name_en else []

    def show_theirs(self, theirs: Mapping[str, Item | None]) -> None:
        """Come back with what another has written meanwhile; saving again keeps what was typed here."""
        seen: dict[str, Item] = dict(self.seen_items)
        for code, item in theirs.items():
            words = item.name_zh if item else _("(removed)")
            self.add_error(
                f"name_zh-{code}",
                ValidationError(
                    _("Somebody else has set this meanwhile: %(value)s. Save again to keep yours."),
                    code="conflict", params={"value": words},
                ),
            )  # fmt: skip
            if item is None:
                seen.pop(code, None)
            else:
                seen[code] = item
        data = cast(Any, self.data).copy()
        data["seen"] = self._packed(seen)
        self.data = data

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each item, and one to add."""
        names = ("name_zh", "name_en", "position", "drop")
        return [
            {name: self[f"{name}-{code}"] for name in names if f"{name}-{code}" in self.fields}
            for code in [*self.codes, "new"]
        ]


class HandOverForm(forms.Form):
    """When somebody leaves, and who takes the work over."""

    last_day = DayField(
        label=_("Last day"), future_years=YEARS_AHEAD,
        help_text=_("The work changes hands now. The roles end on this day, and the account is closed after it."),
    )  # fmt: skip
    successor = forms.ModelChoiceField(
        User.objects.none(), label=_("Successor"), required=False, widget=forms.Select(attrs={"data-select": "1"}),
        empty_label=_("(nobody)"), help_text=_("Gets all that is not given to somebody else below."),
    )  # fmt: skip
    lead_teams = forms.BooleanField(required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the history of each lead."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], leads: list[Lead], led: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads = leads
        cast(forms.ModelChoiceField, self.fields["successor"]).queryset = people
        if led:
            self.fields["lead_teams"].label = _("The successor leads %(teams)s from then on") % {
                "teams": ", ".join(team.name for team in led)
            }
        else:
            del self.fields["lead_teams"]
        choices = [("", _("The successor")), *((str(one.pk), str(one)) for one in people)]
        self.people = {str(one.pk): one for one in people}
        for lead in leads:
            self.fields[f"lead-{lead.pk}"] = forms.ChoiceField(label=lead.name, required=False, choices=choices)

    @property
    def successors(self) -> dict[uuid.UUID, User]:
        """The leads that go to somebody of their own."""
        chosen = {lead.pk: self.cleaned_data.get(f"lead-{lead.pk}") for lead in self.leads}
        return {pk: self.people[one] for pk, one in chosen.items() if one}

    @property
    def lead_fields(self) -> list[dict[str, Any]]:
        """Each listed lead with its choice."""
        return [{"lead": lead, "field": self[f"lead-{lead.pk}"]} for lead in self.leads]
