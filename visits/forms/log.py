"""The log box, and what logging and editing have in common."""

from __future__ import annotations

import re
import uuid
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.forms import DayField, add_problems
from projects.models import Company, Lead
from teams.models import User, Zone
from visits.choices import Channel
from visits.forms.fields import DAY_CHIPS, NO_DAY, PickManyField, ZoneMomentField, day_of, need_picked_day
from visits.forms.parties import PartyForm, numbers_in
from visits.models import PlannedVisit
from visits.selectors.log import recent_leads, zone_of
from visits.services.follow_ups import YEARS_AHEAD
from visits.services.parties import Party

_DRAFT = re.compile(r"log(-[0-9a-f-]{36})?")
# What the services call otherwise than the form.
NAMES = {"next_follow_up_on": "next_on", "due_on": "next_on", "note": "next_step", "lead": NON_FIELD_ERRORS}


class InteractionForm(forms.Form):
    """What logging and editing have in common. The parties are forms of their own: `first` and `others`."""

    fields: dict[str, Any]

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you were in touch.")},
    )
    summary = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    occurred_at = ZoneMomentField(label=_("When"), required=False)
    duration_minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=6000)
    person_times = forms.IntegerField(label=_("People met"), required=False, min_value=1, max_value=10_000)
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    outcome = forms.CharField(
        label=_("Outcome"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    staff = PickManyField(label=_("Our people"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, actor: User, zone: Zone, parties: list[PartyForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.zone, self.parties = actor, zone, parties
        self.fields["occurred_at"].zone_info = zoneinfo.ZoneInfo(zone.time_zone)
        colleagues = User.objects.working_in(zone, zone.today())
        self.fields["staff"].queryset = colleagues
        self.fields["staff"].offer(colleagues)

    @property
    def first(self) -> PartyForm:
        """The party that the interaction is filed under."""
        return self.parties[0]

    @property
    def others(self) -> list[PartyForm]:
        """The parties that were added."""
        return self.parties[1:]

    @property
    def wrong_parties(self) -> bool:
        """Whether something is wrong with a party that was checked."""
        return any(party.is_bound and party.errors for party in self.parties)

    @property
    def more_open(self) -> bool:
        """Whether the part below must be open, for it holds something that is wrong or was entered."""
        names = ("occurred_at", "duration_minutes", "person_times", "place", "outcome", "staff")
        return bool(self.others) or any(name in self.errors for name in names) or bool(self.first.errors)

    def is_valid(self) -> bool:
        """All forms are checked, so that every error is shown at once."""
        checked = [party.is_valid() for party in self.parties]
        if self.parties and all(checked) and all(party.is_empty for party in self.parties):
            self.first.add_error("lead", ValidationError(_("Name the lead or the company."), code="required"))
            checked = [False]
        return super().is_valid() and all(checked)

    def filled(self) -> list[PartyForm]:
        """The first party, and the others that were filled in."""
        return [party for party in self.parties if party is self.first or not party.is_empty]

    def entered_parties(self) -> list[Party]:
        """The parties, for the services; an empty first one stands for nobody."""
        return [party.party() for party in self.filled() if not party.is_empty]

    def show(self, error: ValidationError) -> None:
        """Put a service's errors beside the fields, those of a party beside the party's."""
        shown = [party for party in self.parties if not party.is_empty]
        found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, errors in found.items():
            parts = name.split("/")
            if parts[0] != "parties":
                add_problems(self, ValidationError({name: errors}), NAMES)
            elif len(parts) == 3:
                shown[int(parts[1])].add_error(parts[2], errors)
            else:
                self.first.add_error("lead", errors)


class LogForm(InteractionForm):
    """The log box: lead, channel, a line of text, the next step; everything else may stay empty."""

    next_in = forms.ChoiceField(
        label=_("Next follow-up"),
        choices=[*DAY_CHIPS, (NO_DAY, pgettext_lazy("follow-up", "None"))],
        widget=forms.RadioSelect,
        required=False,
        initial=NO_DAY,
    )
    next_on = DayField(label=_("Day of the follow-up"), required=False, future_years=YEARS_AHEAD)
    next_step = forms.CharField(label=_("What to do next"), required=False, max_length=500)
    # A text field out of sight, so that the kept draft holds it too: what is sent again after a lost connection or an
    # expired session is the same entry.
    client_token = forms.UUIDField(widget=forms.TextInput(attrs={"hidden": True}), required=False)

    def clean(self) -> dict[str, Any]:
        """A picked day needs a day."""
        cleaned = super().clean() or self.cleaned_data
        need_picked_day(self, "next_on", chip="next_in", words=_("Pick the day, or choose “None”."))
        return cleaned

    @property
    def draft_key(self) -> str:
        """Under which name the browser keeps what is typed; the same from the first showing to the last."""
        if self.is_bound:
            key = str(self.data.get("draft", ""))
            return key if _DRAFT.fullmatch(key) else "log"
        if self.first.visit is not None:
            return f"log-{self.first.visit.pk}"
        about = self.first.initial.get("lead") or self.first.initial.get("company")
        return f"log-{about.pk}" if about else "log"

    def values(self) -> dict[str, Any]:
        """The arguments of `log_interaction`."""
        cleaned = self.cleaned_data
        plain = ("channel", "summary", "occurred_at", "duration_minutes", "person_times", "place", "outcome")
        return {
            **{name: cleaned[name] for name in plain},
            "zone": self.zone,
            "parties": self.entered_parties(),
            "staff": list(cleaned["staff"]),
            "next_follow_up_on": day_of(cleaned["next_in"] or NO_DAY, cleaned["next_on"], self.zone.today()),
            "next_step": cleaned["next_step"],
            "done_follow_ups": [row.pk for party in self.filled() for row in party.cleaned_data["done"]],
            "done_planned_visits": [row.pk for party in self.filled() for row in party.cleaned_data["planned"]],
            "client_token": cleaned["client_token"],
        }


def log_form(
    actor: User,
    *,
    data: Any = None,
    lead: Lead | None = None,
    done: uuid.UUID | None = None,
    visit: PlannedVisit | None = None,
    company: Company | None = None,
    channel: str = "",
) -> LogForm:
    """The log box, empty or with what was sent.

    It opens for a lead, a company, a follow-up that this does (`done`), or a planned visit that this was (`visit`).
    Raises PermissionDenied through the service when it is sent; without any zone there is no box: LookupError.
    """
    recent = recent_leads(actor)
    start: dict[str, Any] = {"client_token": uuid.uuid4(), "staff": [actor.pk]}
    if data is None:
        initial: dict[str, Any] = {"lead": lead} if lead else {"company": company} if company else {}
        if channel in Channel.values:
            start["channel"] = channel
        if visit is not None:
            initial = {"lead": visit.lead} if visit.lead else {"company": visit.company}
            staff = [visit.owner_id, *visit.staff.values_list("pk", flat=True)]
            start |= {"channel": visit.channel, "place": visit.place, "staff": staff}
        first = PartyForm(prefix="p0", actor=actor, offered=recent, initial=initial, visit=visit)
        if done is not None and lead is not None:
            first.initial["done"] = [*first.initial.get("done", []), done]
        parties = [first]
    else:
        parties = [
            PartyForm(data, prefix=f"p{number}", actor=actor, offered=recent) for number in [0, *numbers_in(data)]
        ]
    named = next((party.picked_lead for party in parties if party.picked_lead), None)
    zone = named.zone if named else visit.zone if visit else zone_of(actor)
    if zone is None:
        raise LookupError
    return LogForm(data, actor=actor, zone=zone, parties=parties, initial=start)
