"""The dialogs that move a lead, and that correct its latest move."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.money import CURRENCIES, CURRENCY_CHOICES, unit_of
from pipeline.forms.fields import AMOUNTS, ASSIGNED, NewCompany, credit_code_field, field_for
from pipeline.selectors.stages import NextStage
from pipeline.services.moves import COMPANY_NAME, CREDIT_CODE
from projects.choices import StageKind
from projects.forms.leads import AMOUNT_FIELDS
from projects.models import Lead
from projects.requirements import Requirement
from teams.access import Capability
from teams.models import User

# What every move has; all other fields are the lead's, asked for because they are missing.
OWN = ("occurred_on", "note", "evidence", "to_stage", "from_stage")
DAY_LABELS = {StageKind.SIGNED: _("Signed on"), StageKind.LANDED: _("Landed on")}


class MoveForm(forms.Form):
    """Asks for what the target stage misses, the day, a note and evidence. `blocked` is what no form fills in."""

    to_stage = forms.CharField(widget=forms.HiddenInput)
    from_stage = forms.CharField(widget=forms.HiddenInput)
    occurred_on = DayField(label=_("Day it happened"), future_years=0)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=2000, help_text=_("A document, its number, or where it lies.")
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        lead: Lead,
        step: NextStage,
        actor: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        given = dict(initial or {})
        super().__init__(
            data,
            initial={"occurred_on": lead.zone.today(), "currency": lead.currency}
            | given
            | {"to_stage": step.stage.code, "from_stage": lead.stage_id},
            auto_id="move_%s",
        )
        self.blocked: list[Requirement] = []
        self.asked: list[str] = []
        # The currency of the amounts where it is settled already.
        self.unit = ""
        may_assign = actor.can(Capability.ASSIGN_LEAD, on=lead)
        typed = (data or given).get("currency", lead.currency)
        currency = typed if typed in CURRENCIES else lead.currency
        for requirement in step.missing:
            field = field_for(requirement, lead, actor, currency)
            if field is None or (requirement.field in ASSIGNED and not may_assign):
                self.blocked.append(requirement)
            else:
                self._ask(requirement.field, field)
        if AMOUNTS & set(self.asked):
            self._ask_for_currency(lead)
        if "registered_company" in self.asked and CREDIT_CODE not in self.asked:
            self._ask(CREDIT_CODE, credit_code_field())
        self.order_fields([*self.asked, *OWN])
        self.fields["occurred_on"].label = DAY_LABELS.get(StageKind(step.stage.kind), _("Day it happened"))
        self.fields["note"].required = step.goes_back

    amount_names = AMOUNTS

    def _ask(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self.asked.append(name)

    def _ask_for_currency(self, lead: Lead) -> None:
        """The currency holds for all amounts of a lead: it is asked for with the first of them."""
        if any(getattr(lead, name) is not None for name in AMOUNT_FIELDS):
            self.unit = unit_of(lead.currency)
        else:
            self._ask("currency", forms.ChoiceField(label=_("Currency"), choices=CURRENCY_CHOICES))
            self.asked.remove("currency")
            self.asked.insert(max(self.asked.index(name) for name in AMOUNTS if name in self.asked) + 1, "currency")

    @property
    def needs_interaction(self) -> bool:
        """Whether a call or visit must be logged first."""
        return any(requirement.field == "interaction" for requirement in self.blocked)

    @property
    def needs_assignment(self) -> list[Requirement]:
        """What a leader or director must set."""
        return [requirement for requirement in self.blocked if requirement.field in ASSIGNED]

    def asked_fields(self) -> list[forms.BoundField]:
        """The fields of the lead that are missing."""
        return [self[name] for name in self.asked]

    def move_fields(self) -> dict[str, Any]:
        """The lead's fields as `move_lead` takes them."""
        found = {name: self.cleaned_data[name] for name in self.asked}
        company = found.get("registered_company")
        if isinstance(company, NewCompany):
            del found["registered_company"]
            found[COMPANY_NAME] = company.name
        if not found.get(CREDIT_CODE):
            found.pop(CREDIT_CODE, None)
        return found

    def day(self) -> datetime.date:
        """The day it happened."""
        day: datetime.date = self.cleaned_data["occurred_on"]
        return day


class CorrectForm(forms.Form):
    """Names the move that is corrected, and asks why."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was wrong?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
