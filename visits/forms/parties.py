"""One side of an interaction as it is entered: the lead or company, whom one met, what came of it."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from investcrm.core.ids import as_id
from projects.models import Company, Contact, Lead
from teams.access import Capability
from teams.models import User, Zone
from visits.forms.fields import PickManyField, company_field, lead_field, picked
from visits.models import FollowUp, PlannedVisit
from visits.selectors.log import CONTACTS_SHOWN, OPEN_SHOWN, contacts_at, open_follow_ups, open_visits, zone_of
from visits.services.parties import MAX_PARTIES, Party

_NUMBER = re.compile(r"[0-9]{1,3}")


class PartyForm(forms.Form):
    """A party. What stands in `lead` and `company` decides which contacts and follow-ups are offered."""

    fields: dict[str, Any]

    lead = lead_field()
    company = company_field()
    contacts = PickManyField(
        label=_("Contacts met"),
        queryset=Contact.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("This contact is gone, or belongs to another company.")},
    )
    done = PickManyField(
        label=_("This does"),
        queryset=FollowUp.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This follow-up is no longer open.")},
    )
    planned = PickManyField(
        label=_("This was the planned visit"),
        queryset=PlannedVisit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This visit is no longer planned.")},
    )
    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=2000)

    def __init__(
        self,
        *args: Any,
        actor: User,
        offered: list[Lead] | None = None,
        visit: PlannedVisit | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # The log box was opened from this one.
        self.visit = visit
        self.actor = actor
        self.offered = offered or []
        self.fields["lead"].queryset = Lead.objects.visible_to(actor).select_related(
            "company", "zone", "team", "stage"
        )
        self.fields["company"].queryset = Company.objects.visible_to(actor)
        self.picked_lead: Lead | None = picked(self, "lead")
        self.picked_company: Company | None = self.picked_lead.company if self.picked_lead else picked(self, "company")
        self.open: list[FollowUp] = []
        self.visits: list[PlannedVisit] = []
        self._offer()

    def _offer(self) -> None:
        lead, company = self.picked_lead, self.picked_company
        rows = [*self.offered, *([lead] if lead and lead not in self.offered else [])]
        self.fields["lead"].offer([(row.pk, f"{row.name} · {row.company}") for row in rows])
        self.fields["company"].offer([(company.pk, str(company))] if company and not lead else [])
        zone = lead.zone if lead else zone_of(self.actor)
        if company is None or zone is None:
            return
        contacts = contacts_at(self.actor, company, zone)
        self.fields["contacts"].queryset = contacts
        self.fields["contacts"].offer(contacts[:CONTACTS_SHOWN])
        self._offer_visits(zone, lead, company)
        if lead is not None:
            follow_ups = open_follow_ups(self.actor, lead)
            self.fields["done"].queryset = follow_ups
            self.open = list(follow_ups[:OPEN_SHOWN])
            self.fields["done"].offer(self.open)
            today = lead.zone.today()
            if not self.is_bound:
                self.initial.setdefault("done", [row.pk for row in self.open if row.due_on <= today])

    def _offer_visits(self, zone: Zone, lead: Lead | None, company: Company) -> None:
        """Visits planned for about now. None is ticked by itself: a call that arranges a visit does not make it."""
        chosen = self.visit.pk if self.visit else None
        if self.is_bound:
            chosen = next(
                filter(None, map(as_id, cast(QueryDict, self.data).getlist(self.add_prefix("planned")))), None
            )
        visits = open_visits(self.actor, zone, lead=lead, company=company, chosen=chosen)
        self.fields["planned"].queryset = visits
        self.visits = list(visits[:OPEN_SHOWN])
        self.fields["planned"].offer(self.visits)
        if self.visit is not None:
            self.initial.setdefault("planned", [self.visit.pk])

    def clean_lead(self) -> Lead | None:
        """A lead that may be read only is refused beside the field, not by a page that loses what was typed."""
        lead = self.cleaned_data["lead"]
        if lead is not None and not self.actor.can(Capability.LOG_INTERACTION, on=lead):
            raise forms.ValidationError(_("You may read this lead, but not log for it."), code="not_allowed")
        return lead

    @property
    def done_boxes(self) -> list[tuple[Any, FollowUp]]:
        """The boxes to tick, each with its follow-up."""
        return list(zip(self["done"], self.open, strict=False))

    @property
    def visit_boxes(self) -> list[tuple[Any, PlannedVisit]]:
        """The boxes to tick, each with its planned visit."""
        return list(zip(self["planned"], self.visits, strict=False))

    @property
    def contacts_offered(self) -> bool:
        """Whether there is anybody to choose."""
        return bool(self.fields["contacts"].widget.choices)

    @property
    def number(self) -> str:
        """The party's number in the form."""
        return str(self.prefix).removeprefix("p")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered; an added row that stays empty does not count."""
        cleaned = self.cleaned_data
        return not any(cleaned.get(name) for name in ("lead", "company", "contacts", "outcome"))

    def party(self) -> Party:
        """What was entered, for the services."""
        cleaned = self.cleaned_data
        return Party(
            lead=cleaned.get("lead"),
            company=None if cleaned.get("lead") else cleaned.get("company"),
            contacts=list(cleaned.get("contacts") or ()),
            outcome=cleaned.get("outcome") or "",
        )


def numbers_in(data: Any) -> list[int]:
    """The numbers of the added parties (fields `party`), without doubles; what is no number is left out."""
    found = [int(value) for value in data.getlist("party") if _NUMBER.fullmatch(value)]
    return [number for number in dict.fromkeys(found) if number > 0][: MAX_PARTIES - 1]
