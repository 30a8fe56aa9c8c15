"""The form field of each requirement that a move can ask for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import AmountField, CreditCodeField, DayField
from investcrm.core.ids import is_id
from investcrm.core.text import normalise_company_name
from pipeline.services.moves import CREDIT_CODE
from projects.choices import SiteNeed
from projects.forms.fields import RemoteSelect
from projects.models import Company, Industry, Lead
from projects.requirements import Requirement
from projects.services.lead_rules import DAYS_AHEAD
from teams.models import Team, User


@dataclass(frozen=True)
class NewCompany:
    """A company that was typed by name and is not known yet."""

    name: str


class CompanyPicker(RemoteSelect):
    """A picker of companies that takes new names, too."""

    takes_new = True

    def __init__(self) -> None:
        super().__init__("projects:company_options")

    def chosen(self, value: list[str]) -> list[tuple[str, str]]:
        """The company's name for its id; a new name as it was typed."""
        names = dict(Company.objects.filter(id__in=filter(is_id, value)).values_list("id", "name"))
        return [(text, names.get(uuid.UUID(text), text) if is_id(text) else text) for text in value if text]


class CompanyField(forms.Field):
    """A company by id, or the name of a new one; a name that is known exactly means that company."""

    widget = CompanyPicker

    def __init__(self, *, actor: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    def to_python(self, value: Any) -> Company | NewCompany | None:
        """The company or the new name, None for an empty field."""
        text = str(value or "").strip()
        if not text:
            return None
        companies = Company.objects.visible_to(self.actor)
        if is_id(text):
            found = companies.filter(id=text).first()
            if found is None:
                raise ValidationError(_("There is no such company (any more)."), code="unknown")
            return found
        if len(text) > 300:
            raise ValidationError(_("This name is too long."), code="max_length")
        same = companies.filter(normalised_name=normalise_company_name(text)[:300], name=text).first()
        return same or NewCompany(text)


def _amount(label: Any, currency: str) -> forms.Field:
    return AmountField(
        label=label, currency=currency, min_value=0, help_text=_("For example 20 million, 5亿 or 2000万.")
    )


def _text(rows: int, length: int) -> Callable[..., forms.Field]:
    return lambda label: forms.CharField(
        label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    )


PLAIN: dict[str, Callable[..., forms.Field]] = {
    "name": _text(0, 300),
    "expected_signing_on": lambda label: DayField(label=label, future_years=DAYS_AHEAD["expected_signing_on"]),
    "draft_agreement_on": lambda label: DayField(label=label, future_years=DAYS_AHEAD["draft_agreement_on"]),
    "site_need": lambda label: forms.ChoiceField(
        label=_("Site need"), choices=SiteNeed.choices, widget=forms.RadioSelect
    ),
    "review_conclusion": _text(3, 5000),
    "agreement_number": lambda label: forms.CharField(
        label=label, max_length=100, help_text=_("An agreement among the documents of the lead is enough, too.")
    ),
    "place": _text(0, 300),
    "close_reason": _text(2, 500),
}
AMOUNTS = frozenset({"total_investment", "agreed_investment"})
ASSIGNED = frozenset({"team", "owner"})


def _rows(name: str, lead: Lead) -> Any:
    """Those that may be given to the lead today."""
    today = lead.zone.today()
    if name == "owner":
        return User.objects.working_in(lead.zone, today)
    in_use = Team.objects.in_use(today) if name == "team" else Industry.objects.in_use(today)
    return in_use.filter(zone=lead.zone)


def _choice(rows: Any, label: Any) -> forms.Field:
    return forms.ModelChoiceField(
        rows, label=label, empty_label=_("Choose…"), widget=forms.Select(attrs={"data-select": "1"})
    )


def field_for(requirement: Requirement, lead: Lead, actor: User, currency: str) -> forms.Field | None:
    """The field that asks for a requirement; None for what no form can fill in, such as a logged interaction."""
    name, label = requirement.field, requirement.label
    if name in AMOUNTS:
        return _amount(label, currency)
    if name in PLAIN:
        return PLAIN[name](label)
    if name in ASSIGNED | {"industry"}:
        return _choice(_rows(name, lead), label)
    if name == "registered_company":
        return CompanyField(label=label, actor=actor, help_text=_("Not in the list? Type its full name."))
    if name == CREDIT_CODE:
        return credit_code_field()
    return None


def credit_code_field() -> forms.Field:
    """The registered company's credit code; whether it is needed depends on the company, so the service decides."""
    return CreditCodeField(
        label=_("Its credit code"), required=False, help_text=_("18 characters; companies from abroad have none.")
    )
